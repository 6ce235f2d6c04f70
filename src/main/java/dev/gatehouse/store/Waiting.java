package dev.gatehouse.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits at start for a server that is away, without end, and says so every few seconds. What waiting cannot mend ends it. */
final class Waiting {
    private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int ATTEMPTS_PER_WORD = 10;

    private final Vertx vertx;
    private final Supplier<Future<Void>> ask;
    private final String host;
    private final Promise<Void> answered = Promise.promise();
    private int attempts;

    Waiting(Vertx vertx, Supplier<Future<Void>> ask, String host) {
        this.vertx = vertx;
        this.ask = ask;
        this.host = host;
    }

    Future<Void> untilReady() {
        attempt();
        return answered.future();
    }

    private void attempt() {
        ask.get().onSuccess(answered::tryComplete).onFailure(this::again);
    }

    private void again(Throwable failure) {
        if (isInVain(failure)) {
            answered.tryFail(refused(failure));
            return;
        }
        if (attempts++ % ATTEMPTS_PER_WORD == 0)
            LOG.warn("waiting for the database at {}: {}", host, failure.getMessage());
        vertx.setTimer(PAUSE.toMillis(), timer -> attempt());
    }

    /** The server is there and says no: wrong password, unknown database, a certificate that does not fit, no TLS. */
    private static boolean isInVain(Throwable failure) {
        return !Outage.is(failure) || failure instanceof SSLException || saysNoTls(failure);
    }

    private static boolean saysNoTls(Throwable failure) {
        return !(failure instanceof PgException)
                && String.valueOf(failure.getMessage()).contains("SSL");
    }

    private StartFailure refused(Throwable failure) {
        String why =
                failure instanceof PgException said ? said.getErrorMessage() : String.valueOf(failure.getMessage());
        return new StartFailure(
                "The database at " + host + " refuses this gate: " + why + ".",
                "Check user, password, name and sslmode in DATABASE_URL (database: in the file).");
    }
}
