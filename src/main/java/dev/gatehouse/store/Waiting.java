package dev.gatehouse.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the server at start, without end, and says so every few seconds. */
final class Waiting {
    private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int ATTEMPTS_PER_WORD = 10;

    private final Vertx vertx;
    private final Supplier<Future<Void>> ask;
    private final Promise<Void> answered = Promise.promise();
    private int attempts;

    Waiting(Vertx vertx, Supplier<Future<Void>> ask) {
        this.vertx = vertx;
        this.ask = ask;
    }

    Future<Void> until() {
        attempt();
        return answered.future();
    }

    private void attempt() {
        ask.get().onSuccess(answered::tryComplete).onFailure(this::again);
    }

    private void again(Throwable failure) {
        if (!Outage.is(failure)) {
            answered.tryFail(failure);
            return;
        }
        if (attempts++ % ATTEMPTS_PER_WORD == 0) LOG.warn("waiting for the database: {}", failure.getMessage());
        vertx.setTimer(PAUSE.toMillis(), timer -> attempt());
    }
}
