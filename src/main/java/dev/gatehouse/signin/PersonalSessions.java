package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The browsers in which a person is signed in, for that person to look through and to end. */
final class PersonalSessions {
    /** The latest first; what has passed a limit is over, though its row is there. */
    static final String OF =
            """
            SELECT id, made_at, auth_time, seen_at, expires_at, address, device
              FROM session
             WHERE account_id = $1
               AND cookie_hash IS NOT NULL
               AND ended_at IS NULL
               AND expires_at > now()
               AND seen_at > now() - $2::bigint * interval '1 second'
             ORDER BY seen_at DESC
             LIMIT 100
            """;

    /** Of apps and programs too. */
    static final String OTHERS =
            """
            SELECT id FROM session
             WHERE account_id = $1 AND id <> $2 AND ended_at IS NULL AND expires_at > now()
             LIMIT 1000
            """;

    private final Database database;
    private final Supplier<Config> config;
    private final SigningOut signingOut;

    PersonalSessions(House house) {
        this.database = house.database();
        this.config = house.config();
        this.signingOut = new SigningOut(house);
    }

    /** {@code device} is what the browser called itself. */
    record Signed(
            SessionId id,
            Instant madeAt,
            Instant authTime,
            Instant seenAt,
            Instant expiresAt,
            Optional<String> address,
            Optional<String> device) {}

    Future<List<Signed>> of(UserId account) {
        long idle = config.get().tokens().session().idle().toSeconds();
        return database.query(OF, Tuple.of(account.value(), idle)).map(rows -> {
            var sessions = new ArrayList<Signed>();
            for (Row row : rows) sessions.add(signed(row));
            return sessions;
        });
    }

    Future<Void> end(UserId account, Signed session, Source source) {
        return signingOut.end(session.id(), account, source);
    }

    /** Every session of theirs but one, with what was given to apps in it. */
    Future<?> endOthers(UserId account, SessionId but, Source source) {
        return database.query(OTHERS, Tuple.of(account.value(), but.value())).compose(rows -> {
            var ended = new ArrayList<Future<Void>>();
            for (Row row : rows) ended.add(signingOut.end(new SessionId(row.getString("id")), account, source));
            return Future.join(ended);
        });
    }

    private static Signed signed(Row row) {
        return new Signed(
                new SessionId(row.getString("id")),
                row.getOffsetDateTime("made_at").toInstant(),
                row.getOffsetDateTime("auth_time").toInstant(),
                row.getOffsetDateTime("seen_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant(),
                Optional.ofNullable(row.getString("address")),
                Optional.ofNullable(row.getString("device")));
    }
}
