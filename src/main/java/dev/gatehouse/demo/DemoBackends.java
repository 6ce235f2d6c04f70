package dev.gatehouse.demo;

import dev.gatehouse.config.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the shipped file fronts: {@code demo} on the event bus, {@code orders} and {@code catalog} on loopback ports. Each is started where the
 * file's API of that name points at this machine; whoever points it elsewhere has a backend of their own.
 */
public final class DemoBackends {
    private DemoBackends() {}

    /** Fails with a sentence for people when a port is taken. */
    public static Future<Void> start(Vertx vertx, Map<String, Config.Api> apis) {
        var starts = List.of(
                bus(apis, "demo").map(address -> vertx.deployVerticle(new GreetingBackend(address))),
                loopback(apis, "orders").map(origin -> vertx.deployVerticle(new OrdersBackend(origin))),
                loopback(apis, "catalog").map(origin -> vertx.deployVerticle(new CatalogBackend(origin))));
        return Future.all(starts.stream().flatMap(Optional::stream).toList()).mapEmpty();
    }

    private static Optional<String> bus(Map<String, Config.Api> apis, String api) {
        return upstream(apis, api)
                .filter(Config.Upstream.Bus.class::isInstance)
                .map(upstream -> ((Config.Upstream.Bus) upstream).address());
    }

    private static Optional<URI> loopback(Map<String, Config.Api> apis, String api) {
        return upstream(apis, api)
                .filter(Config.Upstream.Http.class::isInstance)
                .map(upstream -> ((Config.Upstream.Http) upstream).targets().get(0))
                .filter(DemoBackends::isThisMachine);
    }

    private static Optional<Config.Upstream> upstream(Map<String, Config.Api> apis, String api) {
        return Optional.ofNullable(apis.get(api)).map(Config.Api::upstream);
    }

    private static boolean isThisMachine(URI origin) {
        String host = origin.getHost();
        return origin.getPort() > 0
                && host != null
                && (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]"));
    }
}
