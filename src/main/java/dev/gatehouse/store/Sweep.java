package dev.gatehouse.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/**
 * Rows that no longer matter leave in small batches, so that nobody waits for them. An hour passes between "expired" and "gone": clocks of
 * nodes may differ, and a revocation that leaves before its token would bring the token back to life. Audit events stay.
 */
public final class Sweep {
    private static final int BATCH = 1_000;
    private static final int MAX_BATCHES = 100;

    /** Known for a day longer: who goes on where they left off waits longer. */
    static final String LOGIN_FAILURES =
            """
            DELETE FROM login_failure
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM login_failure
                    WHERE expires_at < now() - interval '25 hours'
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    static final String KNOWN_ADDRESSES =
            """
            DELETE FROM known_address
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM known_address
                    WHERE expires_at < now() - interval '1 hour'
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    static final String KNOWN_DEVICES =
            """
            DELETE FROM known_device
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM known_device
                    WHERE expires_at < now() - interval '1 hour'
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    static final String REVOCATIONS =
            """
            DELETE FROM revocation
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM revocation
                    WHERE expires_at < now() - interval '1 hour'
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    /** By the day, which an index can know without hearing of every refresh. */
    static final String REFRESH_FAMILIES =
            """
            DELETE FROM refresh_family
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM refresh_family
                    WHERE ends_on < (now() AT TIME ZONE 'UTC' - interval '1 hour')::date
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    /** Only once no refresh family speaks of it: that a session was ended must stay known as long as something could live on from it. */
    static final String SESSIONS =
            """
            DELETE FROM session
             WHERE ctid = ANY (ARRAY(
                   SELECT past.ctid FROM session past
                    WHERE past.expires_at < now() - interval '1 hour'
                      AND NOT EXISTS (SELECT FROM refresh_family family WHERE family.session_id = past.id)
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    static final String INTERACTIONS =
            """
            DELETE FROM interaction
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM interaction
                    WHERE expires_at < now() - interval '1 hour'
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    static final String SIGN_INS =
            """
            DELETE FROM sign_in
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM sign_in
                    WHERE expires_at < now() - interval '1 hour'
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    static final String PROVIDER_ATTEMPTS =
            """
            DELETE FROM provider_attempt
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM provider_attempt
                    WHERE expires_at < now() - interval '1 hour'
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    static final String DEVICE_AUTHORIZATIONS =
            """
            DELETE FROM device_authorization
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM device_authorization
                    WHERE expires_at < now() - interval '1 hour'
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    static final String INITIAL_ACCESS_TOKENS =
            """
            DELETE FROM initial_access_token
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM initial_access_token
                    WHERE expires_at < now() - interval '1 hour'
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    static final String LOGOUT_DELIVERIES =
            """
            DELETE FROM logout_delivery
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM logout_delivery
                    WHERE expires_at < now() - interval '1 hour'
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    static final String MAILS =
            """
            DELETE FROM mail
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM mail
                    WHERE expires_at < now() - interval '1 hour'
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    static final String SETUP_LINKS =
            """
            DELETE FROM setup_link
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM setup_link
                    WHERE expires_at < now() - interval '1 hour'
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    /** Apps that registered themselves uninvited and were not used for as long as the settings say. */
    static final String CLIENTS =
            """
            DELETE FROM client
             WHERE id = ANY (ARRAY(
                   SELECT id FROM client
                    WHERE expires_at < now() - interval '1 hour'
                    LIMIT $1 FOR UPDATE SKIP LOCKED))
            """;

    private static final List<String> IN_ORDER = List.of(
            LOGIN_FAILURES,
            KNOWN_ADDRESSES,
            KNOWN_DEVICES,
            REVOCATIONS,
            INTERACTIONS,
            SIGN_INS,
            PROVIDER_ATTEMPTS,
            DEVICE_AUTHORIZATIONS,
            INITIAL_ACCESS_TOKENS,
            LOGOUT_DELIVERIES,
            MAILS,
            SETUP_LINKS,
            REFRESH_FAMILIES,
            SESSIONS,
            CLIENTS);

    private final Database database;
    private final Slots slots;

    public Sweep(Database database) {
        this.database = database;
        this.slots = new Slots(database);
    }

    /** One round over every table; how many rows left one by one. What a round does not reach, the next one does. */
    public Future<Integer> round() {
        Future<Integer> gone = slots.emptyOver().map(0);
        for (String statement : IN_ORDER) gone = gone.compose(before -> batches(statement, MAX_BATCHES, before));
        return gone;
    }

    private Future<Integer> batches(String statement, int left, int before) {
        return database.query(statement, Tuple.of(BATCH)).compose(rows -> {
            int gone = before + rows.rowCount();
            return rows.rowCount() < BATCH || left == 1
                    ? Future.succeededFuture(gone)
                    : batches(statement, left - 1, gone);
        });
    }
}
