package dev.gatehouse.oauth.authorize;

import dev.gatehouse.config.Config;
import dev.gatehouse.signin.BrowserCookie;
import dev.gatehouse.signin.BrowserSession;
import dev.gatehouse.signin.BrowserSessions;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Who is in a browser and what they have allowed a client, in one statement: with a session present, this and the code's row are all that is asked of the database. */
final class Presence {
    static final String FIND =
            """
            SELECT s.id, s.account_id, s.made_at, s.auth_time, s.acr, s.amr, s.second_factor_at, a.username, a.roles, a.groups, a.language, c.scopes AS agreed,
                   a.email, a.email_verified, a.terms_version, a.profile, a.attributes,
                   s.seen_at < now() - interval '1 minute' AS unseen
              FROM session s
              JOIN account a ON a.id = s.account_id
              LEFT JOIN consent c ON c.account_id = s.account_id AND c.client_id = $3
             WHERE s.cookie_hash = $1
               AND s.ended_at IS NULL
               AND s.expires_at > now()
               AND s.seen_at > now() - $2::bigint * interval '1 second'
               AND a.locked_at IS NULL
            """;

    private final Database database;
    private final BrowserSessions sessions;
    private final Supplier<Config> config;

    Presence(Database database, BrowserSessions sessions, Supplier<Config> config) {
        this.database = database;
        this.sessions = sessions;
        this.config = config;
    }

    record Seen(BrowserSession session, Optional<Scopes> agreed) {}

    /** Nobody, without asking, where the browser shows nothing. */
    Future<Optional<Seen>> find(Optional<BrowserCookie> browser, ClientId client) {
        if (browser.isEmpty()) return Future.succeededFuture(Optional.empty());
        long idle = config.get().tokens().session().idle().toSeconds();
        return database.query(FIND, Tuple.of(browser.get().hash(), idle, client.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(seen(rows.iterator().next())));
    }

    private Seen seen(Row row) {
        BrowserSession session = BrowserSession.of(row);
        if (row.getBoolean("unseen")) sessions.seen(session.id());
        String[] agreed = row.getArrayOfStrings("agreed");
        return new Seen(session, Optional.ofNullable(agreed).map(scopes -> Scopes.of(List.of(scopes))));
    }
}
