package dev.gatehouse;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.ops.Health;
import dev.gatehouse.ops.Shutdown;
import dev.gatehouse.ops.Systemd;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What whoever runs the house sees of its coming and going: balancers ask its health, systemd is told (decision 0262). */
final class Presence {
    /** How long new connections are still taken after a signal, so that whoever has not looked at the readiness yet is not turned away. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Health health = new Health();
    private final Systemd systemd;
    private final String status;

    Presence(Map<String, String> environment, String url) {
        this.systemd = Systemd.of(environment);
        this.status = "answering at " + url;
    }

    Health health() {
        return health;
    }

    void up(Vertx vertx) {
        health.started();
        systemd.ready(status);
        systemd.watch(((VertxInternal) vertx).nettyEventLoopGroup());
    }

    /** Takes up a saved file where systemd can see it. */
    Consumer<ConfigFile> reloading(Consumer<ConfigFile> take) {
        return file -> {
            systemd.reloading();
            try {
                take.accept(file);
            } finally {
                systemd.ready(status);
            }
        };
    }

    /** Last of all. */
    void closesIn(Shutdown shutdown) {
        shutdown.first("systemd", LIMIT, () -> done(systemd::close));
    }

    /** From then on balancers look elsewhere, and every answer is the last on its connection. */
    void leavesIn(Shutdown shutdown) {
        shutdown.first("readiness", LIMIT, () -> done(this::leave));
    }

    /** As {@link #leavesIn}, with time for balancers to notice. */
    void lingersIn(Shutdown shutdown) {
        shutdown.first("lingering", LINGER.plus(LIMIT), () -> new CompletableFuture<Void>()
                .completeOnTimeout(null, LINGER.toMillis(), TimeUnit.MILLISECONDS));
        leavesIn(shutdown);
    }

    private void leave() {
        if (!health.isDraining()) systemd.stopping();
        health.drain();
    }

    private static CompletableFuture<Void> done(Runnable step) {
        step.run();
        return CompletableFuture.completedFuture(null);
    }
}
