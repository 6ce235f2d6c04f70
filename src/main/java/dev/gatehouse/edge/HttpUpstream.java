package dev.gatehouse.edge;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.UpstreamSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** APIs that speak HTTP. */
final class HttpUpstream implements Upstream {
    private final UpstreamClients clients;
    private final Upstreams upstreams;
    private final Deadlines deadlines;
    private final Leases leases;
    private final OpenWebSockets webSockets;
    private final Map<UpstreamSettings, Choosing> choosings = new IdentityHashMap<>();
    private @Nullable EdgeSnapshot seen;

    HttpUpstream(
            Vertx vertx,
            Upstreams upstreams,
            Deadlines deadlines,
            Crowd crowd,
            Leases leases,
            OpenWebSockets webSockets) {
        this.leases = leases;
        this.webSockets = webSockets;
        this.upstreams = upstreams;
        this.deadlines = deadlines;
        this.clients = new UpstreamClients(vertx, deadlines, crowd);
    }

    @Override
    public void forward(Passage passage) {
        new Forwarding(passage, this, new Attempts(passage, choosing(passage)), deadlines).start();
    }

    OpenWebSockets webSockets() {
        return webSockets;
    }

    Leases leases() {
        return leases;
    }

    /** Found by the very object of the settings, which is cheaper than comparing them. */
    private Choosing choosing(Passage passage) {
        if (passage.snapshot != seen) forget(passage.snapshot);
        CompiledRoute route = passage.route();
        UpstreamSettings settings = ((Config.Upstream.Http) route.upstream()).settings();
        Choosing known = choosings.get(settings);
        if (known != null) return known;
        var fresh = new Choosing(upstreams.of(route.api(), settings, route.tls()), System.nanoTime());
        choosings.put(settings, fresh);
        return fresh;
    }

    private void forget(EdgeSnapshot now) {
        seen = now;
        choosings.clear();
        clients.keepOnly(now.trusts());
    }

    /** An exchange with that target, on a connection or a stream of its own until it is over. */
    void open(Passage passage, Target target, Duration patience, UpstreamExchange.Opening opening) {
        CompiledRoute route = passage.route();
        String uri = target.origin.prefix() + route.sentPath().of(passage.target());
        boolean upgrades = passage.webSocket != null;
        clients.open(
                new UpstreamClients.Asked(target, route.tls(), passage.request.method(), uri, upgrades),
                patience,
                opening);
    }

    Future<Void> close() {
        return clients.close();
    }
}
