package dev.gatehouse.clients.registration;

import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Client.Origin;
import dev.gatehouse.config.Config;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.ClientId;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** That a registered application is in use, written down at most once a day; one that nobody invited stays for another while. */
public final class ClientUse {
    static final String USED =
            """
            UPDATE client
               SET used_at = now(),
                   expires_at = CASE WHEN expires_at IS NULL THEN NULL ELSE now() + $2::bigint * interval '1 second' END
             WHERE id = $1
               AND (used_at IS NULL OR used_at < now() - $3::bigint * interval '1 second')
            """;

    private static final Logger LOG = LoggerFactory.getLogger(ClientUse.class);
    private static final Set<Origin> IN_THE_DATABASE = EnumSet.of(Origin.REGISTERED, Origin.OPEN, Origin.DESK);
    private static final Duration A_DAY = Duration.ofDays(1);
    private static final int MOST_REMEMBERED = 20_000;

    private final Database database;
    private final Supplier<Config> config;
    private final InstantSource clock;
    /** When this node last wrote it down; guarded by itself. */
    private final Map<ClientId, Instant> written = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ClientId, Instant> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    public ClientUse(Database database, Supplier<Config> config, InstantSource clock) {
        this.database = database;
        this.config = config;
        this.clock = clock;
    }

    /** It was given tokens. Nobody waits for the note. */
    public void used(Client client) {
        if (!IN_THE_DATABASE.contains(client.origin())) return;
        Duration unused = config.get().registration().unused();
        Duration often = A_DAY.compareTo(unused.dividedBy(2)) < 0 ? A_DAY : unused.dividedBy(2);
        if (!due(client.id(), often)) return;
        database.query(USED, Tuple.of(client.id().value(), unused.toSeconds(), often.toSeconds()))
                .onFailure(failure -> {
                    LOG.debug("that {} is in use was not written down", client.id(), failure);
                    forget(client.id());
                });
    }

    private boolean due(ClientId id, Duration often) {
        Instant now = clock.instant();
        synchronized (written) {
            Instant last = written.get(id);
            if (last != null && now.isBefore(last.plus(often))) return false;
            written.put(id, now);
            return true;
        }
    }

    private void forget(ClientId id) {
        synchronized (written) {
            written.remove(id);
        }
    }
}
