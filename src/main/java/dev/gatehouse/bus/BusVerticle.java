package dev.gatehouse.bus;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Opens our address on the event bus, for verticles of this JVM only: a local consumer is not seen by a cluster. */
public final class BusVerticle extends VerticleBase {
    private final TokenAnswers answers;

    public BusVerticle(TokenAnswers answers) {
        this.answers = answers;
    }

    @Override
    public Future<?> start() {
        vertx.eventBus().localConsumer(TokenService.ADDRESS, answers::answer);
        return Future.succeededFuture();
    }
}
