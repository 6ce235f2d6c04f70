package dev.gatehouse.bus;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Opens our addresses on the event bus, for verticles of this JVM only: a local consumer is not seen by a cluster. */
public final class BusVerticle extends VerticleBase {
    private final TokenService service;

    public BusVerticle(TokenService service) {
        this.service = service;
    }

    @Override
    public Future<?> start() {
        vertx.eventBus().localConsumer(TokenService.ADDRESS, service::answer);
        return Future.succeededFuture();
    }
}
