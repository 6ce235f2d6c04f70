package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.AccountExported;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.Letters;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that is known of a person, for that person: each part is one statement that names what it takes, so that no secret and no hash is among it, and takes the
 * newest thousand at most.
 */
final class PersonalData {
    static final String ACCOUNT =
            """
            SELECT jsonb_build_object(
                       'id', a.id, 'username', a.username, 'email', a.email, 'email_verified', a.email_verified, 'profile', a.profile,
                       'language', a.language, 'roles', a.roles, 'groups', a.groups, 'attributes', a.attributes, 'made_at', a.made_at, 'updated_at', a.updated_at,
                       'password_changed_at', a.password_changed_at, 'terms_version', a.terms_version, 'terms_accepted_at', a.terms_accepted_at,
                       'leaves_at', a.leaves_at, 'authenticator_app_since', (SELECT made_at FROM totp WHERE account_id = a.id),
                       'recovery_codes_left', (SELECT count(*) FROM recovery_code WHERE account_id = a.id AND used_at IS NULL))::text AS one
              FROM account a
             WHERE a.id = $1
            """;

    static final String PASSKEYS =
            """
            SELECT jsonb_build_object('name', name, 'model', aaguid, 'transports', transports, 'counter', sign_count, 'can_be_backed_up', backup_eligible,
                       'backed_up', backed_up, 'made_at', made_at, 'used_at', used_at)::text AS one
              FROM passkey
             WHERE account_id = $1
             ORDER BY made_at DESC
             LIMIT 1000
            """;

    static final String SESSIONS =
            """
            SELECT jsonb_build_object(
                       'made_at', made_at, 'auth_time', auth_time, 'seen_at', seen_at, 'expires_at', expires_at, 'ended_at', ended_at,
                       'address', address, 'device', device, 'acr', acr, 'amr', amr, 'second_factor_at', second_factor_at)::text AS one
              FROM session
             WHERE account_id = $1
             ORDER BY made_at DESC
             LIMIT 1000
            """;

    static final String KNOWN_ADDRESSES =
            """
            SELECT jsonb_build_object('network', address, 'known_until', expires_at)::text AS one
              FROM known_address
             WHERE account_id = $1
             ORDER BY expires_at DESC
             LIMIT 1000
            """;

    static final String KNOWN_DEVICES =
            """
            SELECT jsonb_build_object('known_until', expires_at)::text AS one
              FROM known_device
             WHERE account_id = $1
             ORDER BY expires_at DESC
             LIMIT 1000
            """;

    static final String CONSENTS =
            """
            SELECT jsonb_build_object('client', client_id, 'scopes', scopes, 'made_at', made_at)::text AS one
              FROM consent
             WHERE account_id = $1
             ORDER BY made_at DESC
             LIMIT 1000
            """;

    static final String GRANTS =
            """
            SELECT jsonb_build_object(
                       'client', client_id, 'scopes', scopes, 'audience', audience, 'made_at', made_at, 'used_at', turned_at,
                       'expires_at', idle_until, 'revoked_at', revoked_at)::text AS one
              FROM refresh_family
             WHERE account_id = $1
             ORDER BY made_at DESC
             LIMIT 1000
            """;

    static final String LOGINS =
            """
            SELECT jsonb_build_object(
                       'provider', provider, 'issuer', issuer, 'subject', subject, 'email', email, 'made_at', made_at, 'used_at', used_at)::text AS one
              FROM foreign_identity
             WHERE account_id = $1
             ORDER BY made_at DESC
             LIMIT 1000
            """;

    static final String MAILS =
            """
            SELECT jsonb_build_object('kind', kind, 'recipient', recipient, 'made_at', made_at)::text AS one
              FROM mail
             WHERE account_id = $1
             ORDER BY made_at DESC
             LIMIT 1000
            """;

    /** Where somebody else did it from is theirs to know. */
    static final String EVENTS =
            """
            SELECT jsonb_build_object(
                       'at', e.at, 'kind', e.kind, 'by_yourself', coalesce(e.actor = $1, false), 'target', e.target,
                       'source', CASE WHEN coalesce(e.actor, $1) = $1 THEN e.source END, 'detail', e.detail)::text AS one
              FROM ((SELECT * FROM audit_event WHERE target = $1 ORDER BY id DESC LIMIT 1000)
                    UNION
                    (SELECT * FROM audit_event WHERE actor = $1 ORDER BY id DESC LIMIT 1000)) e
             ORDER BY e.id DESC
             LIMIT 1000
            """;

    private static final Map<String, String> PARTS = parts();

    private final Database database;
    private final AuditTrail trail;
    private final Letters letters;

    PersonalData(House house) {
        this.database = house.database();
        this.trail = house.trail();
        this.letters = house.letters();
    }

    /** As JSON. The trail remembers that it was asked for, and the owner is told. */
    Future<Buffer> of(UserId account, Source source) {
        return database.inTransaction(transaction -> {
            Future<Buffer> written = Future.succeededFuture(Buffer.buffer("{"));
            for (var part : PARTS.entrySet())
                written = written.compose(data -> transaction
                        .preparedQuery(part.getValue())
                        .execute(Tuple.of(account.value()))
                        .map(rows -> with(data, part.getKey(), rows)));
            return written.compose(data -> trail.record(transaction, new AccountExported(account, source))
                    .compose(recorded -> letters.exported(transaction, account))
                    .map(data.appendString("\n}\n")));
        });
    }

    /** Rows come as JSON from the database and are not read again. */
    private static Buffer with(Buffer data, String part, RowSet<Row> rows) {
        data.appendString(data.length() == 1 ? "\n" : ",\n").appendString("  \"" + part + "\": [");
        String between = "\n";
        for (Row row : rows) {
            data.appendString(between + "    ").appendString(row.getString("one"));
            between = ",\n";
        }
        return data.appendString("\n  ]");
    }

    private static Map<String, String> parts() {
        var parts = new LinkedHashMap<String, String>();
        parts.put("account", ACCOUNT);
        parts.put("passkeys", PASSKEYS);
        parts.put("sessions", SESSIONS);
        parts.put("known_networks", KNOWN_ADDRESSES);
        parts.put("known_browsers", KNOWN_DEVICES);
        parts.put("consents", CONSENTS);
        parts.put("grants", GRANTS);
        parts.put("other_logins", LOGINS);
        parts.put("mails", MAILS);
        parts.put("events", EVENTS);
        return parts;
    }
}
