package dev.gatehouse.signin;

import dev.gatehouse.config.Config;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.SessionId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Sessions that browsers hold. Only the hash of the cookie is kept, and the cookie changes at every proof that is given, so one that was known before is worth
 * nothing after.
 */
public final class BrowserSessions {
    static final String FIND =
            """
            SELECT s.id, s.account_id, s.made_at, s.auth_time, s.acr, s.amr, s.second_factor_at, a.username, a.roles, a.groups, a.language,
                   a.email, a.email_verified, a.terms_version, a.profile, a.attributes,
                   s.expires_at, extract(epoch FROM s.expires_at - now())::bigint AS seconds_left,
                   s.seen_at < now() - least(60, $2::bigint / 2) * interval '1 second' AS unseen
              FROM session s
              JOIN account a ON a.id = s.account_id
             WHERE s.cookie_hash = $1
               AND s.ended_at IS NULL
               AND s.expires_at > now()
               AND s.seen_at > now() - $2::bigint * interval '1 second'
               AND a.locked_at IS NULL
            """;

    static final String SEEN = "UPDATE session SET seen_at = now() WHERE id = $1 AND ended_at IS NULL";

    private final Database database;
    private final Supplier<Config> config;

    public BrowserSessions(Database database, Supplier<Config> config) {
        this.database = database;
        this.config = config;
    }

    /** A session, when it ends at the latest by the clock of the database, and how long that is from now. */
    record Living(BrowserSession session, Instant expiresAt, Duration left) {}

    /** Whose cookie this is; empty when it is nobody's any more. */
    public Future<Optional<BrowserSession>> find(BrowserCookie cookie) {
        return living(cookie).map(found -> found.map(Living::session));
    }

    Future<Optional<Living>> living(BrowserCookie cookie) {
        long idle = config.get().tokens().session().idle().toSeconds();
        return database.query(FIND, Tuple.of(cookie.hash(), idle)).map(rows -> {
            if (rows.size() == 0) return Optional.empty();
            Row row = rows.iterator().next();
            BrowserSession session = BrowserSession.of(row);
            if (row.getBoolean("unseen")) seen(session.id());
            return Optional.of(new Living(
                    session,
                    row.getOffsetDateTime("expires_at").toInstant(),
                    Duration.ofSeconds(row.getLong("seconds_left"))));
        });
    }

    /** It is in use now. Nobody waits for this to be written. */
    public void seen(SessionId session) {
        database.query(SEEN, Tuple.of(session.value()));
    }
}
