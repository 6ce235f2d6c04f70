package dev.gatehouse.clients.registration;

import dev.gatehouse.audit.AuditEvent.ClientChanged;
import dev.gatehouse.audit.AuditEvent.ClientDeleted;
import dev.gatehouse.audit.AuditEvent.ClientMade;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client.Origin;
import dev.gatehouse.clients.OAuthError;
import dev.gatehouse.clients.SecretHash;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of applications that registered themselves. Whoever shows a row's registration access token may read, change and delete it; each is one statement whose
 * predicate holds that token, so an old one, or that of a client that was disabled, does nothing (RFC 7592 §2).
 */
final class Registrations {
    static final String ADD =
            """
            INSERT INTO client (id, origin, metadata, secret_hash, registration_hash, expires_at)
            VALUES ($1, $2, $3, $4, $5, now() + $6::bigint * interval '1 second')
            ON CONFLICT (id) DO NOTHING
            RETURNING made_at
            """;

    /** Counts no further than it has to. */
    static final String UNINVITED =
            """
            SELECT count(*) AS there
              FROM (SELECT FROM client WHERE expires_at > now() LIMIT $1) uninvited
            """;

    static final String READ =
            """
            SELECT origin, metadata, secret_hash, made_at
              FROM client
             WHERE id = $1
               AND registration_hash = $2
               AND disabled_at IS NULL
            """;

    /** The secret stays, unless the client needs none any more; one that begins to need one gets the one that was made for it. */
    static final String CHANGE =
            """
            UPDATE client
               SET metadata = $3,
                   secret_hash = CASE WHEN $4::bytea IS NULL THEN NULL ELSE coalesce(secret_hash, $4) END,
                   changed_at = now()
             WHERE id = $1
               AND registration_hash = $2
               AND disabled_at IS NULL
            RETURNING coalesce(secret_hash = $4, false) AS made_now, made_at
            """;

    static final String REMOVE =
            """
            DELETE FROM client
             WHERE id = $1
               AND registration_hash = $2
               AND disabled_at IS NULL
            """;

    static final String END_FAMILIES =
            """
            UPDATE refresh_family
               SET revoked_at = now()
             WHERE client_id = $1
               AND revoked_at IS NULL
            """;

    /** An id that is free again must not come with what people allowed somebody else. */
    static final String FORGET_CONSENT = "DELETE FROM consent WHERE client_id = $1";

    /** For how long tokens can be made by a node that has not heard yet. */
    private static final Duration NEWS_TRAVEL = Duration.ofSeconds(2);

    private static final Duration FULL_FOR = Duration.ofHours(1);

    private final Database database;
    private final Revocations revocations;
    private final AuditTrail trail;
    private final InstantSource clock;

    Registrations(Database database, Revocations revocations, AuditTrail trail, InstantSource clock) {
        this.database = database;
        this.revocations = revocations;
        this.trail = trail;
        this.clock = clock;
    }

    /** A client that is to be; the secret is there where it needs one. */
    record Fresh(ClientId id, Origin origin, JsonObject metadata, Optional<Secret> secret, Secret registrationToken) {}

    record Kept(Origin origin, JsonObject metadata, Optional<SecretHash> secret, Instant made) {}

    /** {@code secretIsNew}: the secret that was brought along is the client's from now on. */
    record Changed(boolean secretIsNew, Instant made) {}

    /** For a stranger, while there are fewer than {@code most} of that kind; gone after {@code unused}. When it was made. */
    Future<Instant> addUninvited(Fresh fresh, Duration unused, int most, Source source) {
        return database.query(UNINVITED, Tuple.of((long) most)).compose(rows -> {
            if (rows.iterator().next().getLong("there") >= most)
                throw Reason.RATE_LIMITED
                        .because("as many apps as may be have registered already")
                        .retryAfter(FULL_FOR);
            return database.inTransaction(transaction -> add(transaction, fresh, unused.toSeconds(), source));
        });
    }

    /** For somebody with an initial access token that has a use left; of many at once who bring the last use, one. */
    Future<Instant> addInvited(Fresh fresh, String initialAccessToken, Source source) {
        return database.inTransaction(transaction -> InitialAccess.use(transaction, initialAccessToken)
                .compose(used -> {
                    if (!used) throw OAuthError.INVALID_TOKEN.because("the initial access token has been used up");
                    return add(transaction, fresh, null, source);
                }));
    }

    private Future<Instant> add(SqlConnection transaction, Fresh fresh, @Nullable Long seconds, Source source) {
        var row = Tuple.of(
                fresh.id().value(),
                fresh.origin().name().toLowerCase(Locale.ROOT),
                fresh.metadata(),
                fresh.secret().map(secret -> SecretHash.of(secret).column()).orElse(null),
                OneTime.hash(fresh.registrationToken().reveal()),
                seconds);
        return transaction.preparedQuery(ADD).execute(row).compose(rows -> {
            if (rows.rowCount() == 0) throw taken();
            Instant made = rows.iterator().next().getOffsetDateTime("made_at").toInstant();
            String origin = fresh.origin().name().toLowerCase(Locale.ROOT);
            return trail.record(transaction, new ClientMade(fresh.id(), origin, source))
                    .map(made);
        });
    }

    static Refusal taken() {
        return OAuthError.INVALID_CLIENT_METADATA.because("client_id is taken");
    }

    Future<Optional<Kept>> read(ClientId id, String registrationToken) {
        return database.query(READ, Tuple.of(id.value(), OneTime.hash(registrationToken)))
                .map(Registrations::kept);
    }

    private static Optional<Kept> kept(RowSet<Row> rows) {
        if (rows.size() == 0) return Optional.empty();
        Row row = rows.iterator().next();
        return Optional.of(new Kept(
                Origin.valueOf(row.getString("origin").toUpperCase(Locale.ROOT)),
                row.getJsonObject("metadata"),
                Optional.ofNullable(row.getBuffer("secret_hash")).map(SecretHash::stored),
                row.getOffsetDateTime("made_at").toInstant()));
    }

    /** All of the metadata anew; {@code secret} becomes the client's where it needs one and has none. Empty where the token does not hold any more. */
    Future<Optional<Changed>> change(
            ClientId id, String registrationToken, JsonObject metadata, Optional<Secret> secret, Source source) {
        Buffer hash = secret.map(made -> SecretHash.of(made).column()).orElse(null);
        return database.inTransaction(transaction -> transaction
                .preparedQuery(CHANGE)
                .execute(Tuple.of(id.value(), OneTime.hash(registrationToken), metadata, hash))
                .compose(rows -> {
                    if (rows.rowCount() == 0) return Future.succeededFuture(Optional.<Changed>empty());
                    Row row = rows.iterator().next();
                    var changed = new Changed(
                            row.getBoolean("made_now"),
                            row.getOffsetDateTime("made_at").toInstant());
                    return trail.record(transaction, new ClientChanged(id, "metadata", source))
                            .map(Optional.of(changed));
                }));
    }

    /** The client, its tokens, its refresh tokens and what people allowed it. False where the token does not hold any more. */
    Future<Boolean> remove(ClientId id, String registrationToken, Source source) {
        Instant now = clock.instant();
        var ended = new Revocation.OfClient(
                id, now.plus(NEWS_TRAVEL), now.plus(Accounts.LONGEST_TOKEN).plus(NEWS_TRAVEL));
        return database.inTransaction(transaction -> transaction
                        .preparedQuery(REMOVE)
                        .execute(Tuple.of(id.value(), OneTime.hash(registrationToken)))
                        .compose(rows -> rows.rowCount() == 0
                                ? Future.succeededFuture(false)
                                : end(transaction, ended)
                                        .compose(done -> trail.record(transaction, new ClientDeleted(id, source)))
                                        .map(true)))
                .onSuccess(removed -> {
                    if (removed) revocations.learn(ended);
                });
    }

    private static Future<Void> end(SqlConnection transaction, Revocation.OfClient ended) {
        var client = Tuple.of(ended.client().value());
        return Revocations.write(transaction, ended)
                .compose(written -> transaction.preparedQuery(END_FAMILIES).execute(client))
                .compose(done -> transaction.preparedQuery(FORGET_CONSENT).execute(client))
                .mapEmpty();
    }
}
