package dev.gatehouse.edge;

import dev.gatehouse.config.HealthCheck;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks every target how it is, once for the whole process. Confined to its event loop. */
final class Prober {
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final UpstreamClients clients;
    private final Map<Target, Watch> watched = new IdentityHashMap<>();

    Prober(Vertx vertx) {
        this.vertx = vertx;
        this.clients = new UpstreamClients(vertx);
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
            // within a future, since the clients of a gate that closes throw
            Future.succeededFuture(check.asked())
                    .compose(asked -> clients.request(
                            target, check.tls(), HttpMethod.valueOf(asked.method()), asked.path(), PATIENCE, false))
                    .compose(request -> request.putHeader("User-Agent", "gatehouse")
                            .send()
                            .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                            .eventually(() -> {
                                UpstreamGuard.abort(request);
                                return Future.succeededFuture();
                            }))
                    .onComplete((answer, failure) -> told(answer != null && isGood(answer)));
        }

        private void told(boolean good) {
            asking = false;
            if (watched.get(target) != this) return;
            target.health(good ? target.health().passed() : target.health().failed());
        }
    }

    private static boolean isGood(HttpClientResponse answer) {
        return answer.statusCode() / 100 == 2;
    }
}
