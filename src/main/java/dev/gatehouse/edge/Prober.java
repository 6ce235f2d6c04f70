package dev.gatehouse.edge;

import dev.gatehouse.config.HealthCheck;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks every target how it is, once for the whole process. Confined to its event loop. */
final class Prober {
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Vertx vertx;
    private @Nullable UpstreamClients clients;
    private final Map<Target, Watch> watched = new IdentityHashMap<>();

    Prober(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Made for the first who is asked: most houses ask nobody. */
    private UpstreamClients clients() {
        UpstreamClients known = clients;
        if (known == null) clients = known = new UpstreamClients(vertx, new Deadlines(vertx), new Crowd());
        return known;
    }

    /** From now on these and no others. A target whose check is as before goes on being asked at its old beat. */
    void watch(Collection<Servers> all) {
        var wanted = new IdentityHashMap<Target, Check>();
        for (Servers servers : all)
            servers.settings.health().ifPresent(check -> servers.targets()
                    .forEach(target -> wanted.put(target, new Check(check, servers.tls))));
        watched.entrySet()
                .removeIf(entry -> !entry.getValue().check.equals(wanted.get(entry.getKey()))
                        && entry.getValue().stop());
        wanted.forEach((target, check) -> watched.computeIfAbsent(target, fresh -> new Watch(fresh, check)));
    }

    private record Check(HealthCheck asked, @Nullable UpstreamTls tls) {}

    /** One target under its check. */
    private final class Watch {
        private final Target target;
        private final Check check;
        private final long timer;
        private boolean asking;

        Watch(Target target, Check check) {
            this.target = target;
            this.check = check;
            this.timer = vertx.setPeriodic(check.asked().every().toMillis(), beat -> ask());
            ask();
        }

        /** Nobody asks any more, so nothing is known any more. */
        boolean stop() {
            target.health(Health.UNKNOWN);
            return vertx.cancelTimer(timer);
        }

        private void ask() {
            if (asking) return;
            asking = true;
            new Probe(this).begin();
        }

        private void told(boolean good) {
            asking = false;
            if (watched.get(target) != this) return;
            target.health(good ? target.health().passed() : target.health().failed());
        }
    }

    /** One question, on a connection that nobody uses afterwards. */
    private final class Probe implements UpstreamExchange.Opening, UpstreamExchange.Events {
        private final Watch watch;
        private final long patience;
        private @Nullable UpstreamExchange exchange;
        private boolean over;

        Probe(Watch watch) {
            this.watch = watch;
            this.patience = vertx.setTimer(PATIENCE.toMillis(), silent -> settle(false));
        }

        void begin() {
            HealthCheck asked = watch.check.asked();
            HttpMethod method = HttpMethod.valueOf(asked.method());
            try {
                clients()
                        .open(
                                new UpstreamClients.Asked(watch.target, watch.check.tls(), method, asked.path(), false),
                                PATIENCE,
                                this);
            } catch (IllegalStateException closing) {
                settle(false);
            }
        }

        @Override
        public void opened(UpstreamExchange fresh) {
            if (over) {
                fresh.giveBack();
                return;
            }
            exchange = fresh;
            fresh.tell(this);
            fresh.field("User-Agent", "gatehouse");
            fresh.end();
        }

        @Override
        public void answered(int status, MultiMap fields) {
            settle(status / 100 == 2);
        }

        @Override
        public void failed(Throwable cause) {
            settle(false);
        }

        private void settle(boolean good) {
            if (over) return;
            over = true;
            vertx.cancelTimer(patience);
            if (exchange != null) exchange.abort();
            watch.told(good);
        }

        @Override
        public void interim(int status, MultiMap fields) {}

        @Override
        public void body(Buffer octets) {}

        @Override
        public void ended(MultiMap trailers) {}

        @Override
        public void drained() {}
    }
}
