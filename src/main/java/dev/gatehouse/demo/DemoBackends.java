package dev.gatehouse.demo;

import dev.gatehouse.config.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What the shipped file fronts: {@code demo} on the event bus, {@code orders} and {@code catalog} on loopback ports. Each is started where the
 * file's API of that name points at this machine; whoever points it elsewhere has a backend of their own.
 */
public final class DemoBackends {
    private DemoBackends() {}

    /** Fails with a sentence for people when a port is taken. */
    public static Future<Void> start(Vertx vertx, Config config) {
        var starts = List.of(
                bus(config, "demo").map(address -> vertx.deployVerticle(new GreetingBackend(address))),
                loopback(config, "orders").map(origin -> vertx.deployVerticle(new OrdersBackend(origin))),
                loopback(config, "catalog").map(origin -> vertx.deployVerticle(new CatalogBackend(origin))));
        return Future.all(starts.stream().flatMap(Optional::stream).toList()).mapEmpty();
    }

    private static Optional<String> bus(Config config, String api) {
        return upstream(config, api)
                .filter(Config.Upstream.Bus.class::isInstance)
                .map(upstream -> ((Config.Upstream.Bus) upstream).address());
    }

    private static Optional<URI> loopback(Config config, String api) {
        return upstream(config, api)
                .filter(Config.Upstream.Http.class::isInstance)
                .map(upstream -> ((Config.Upstream.Http) upstream).origin())
                .filter(DemoBackends::isThisMachine);
    }

    private static Optional<Config.Upstream> upstream(Config config, String api) {
        return Optional.ofNullable(config.apis().get(api)).map(Config.Api::upstream);
    }

    private static boolean isThisMachine(URI origin) {
        String host = origin.getHost();
        return origin.getPort() > 0
                && host != null
                && (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]"));
    }
}
