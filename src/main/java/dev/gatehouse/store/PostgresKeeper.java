package dev.gatehouse.store;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after the server process twice a second and has it started again when it is gone; pauses longer after each attempt in vain. */
final class PostgresKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresKeeper.class);
    private static final Duration GLANCE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

    /** Starts the server again. */
    interface Restart {
        Optional<Postmaster> attempt() throws IOException;
    }

    private final Restart restart;
    private final ScheduledExecutorService timer;
    private Postmaster postmaster;
    private Duration pause = GLANCE;

    PostgresKeeper(Postmaster postmaster, Restart restart) {
        this.postmaster = postmaster;
        this.restart = restart;
        this.timer = Executors.newSingleThreadScheduledExecutor(PostgresKeeper::daemon);
    }

    void watch() {
        timer.schedule(this::look, GLANCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(150, TimeUnit.SECONDS))
                LOG.warn("a restart of the database is still under way");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        if (postmaster.alive()) {
            pause = GLANCE;
        } else {
            bringBack();
        }
        if (!timer.isShutdown()) timer.schedule(this::look, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void bringBack() {
        LOG.warn("the embedded database (process {}) is gone; starting it again", postmaster.pid());
        try {
            restart.attempt().ifPresent(started -> postmaster = started);
            pause = GLANCE;
            LOG.warn("the embedded database is back (process {})", postmaster.pid());
        } catch (IOException | RuntimeException failure) {
            pause = Duration.ofMillis(Math.min(pause.toMillis() * 2, LONGEST_PAUSE.toMillis()));
            LOG.error(
                    "the embedded database did not start, next attempt in {} ms: {}",
                    pause.toMillis(),
                    failure.getMessage());
        }
    }

    private static Thread daemon(Runnable work) {
        var thread = new Thread(work, "gatehouse-postgres-keeper");
        thread.setDaemon(true);
        return thread;
    }
}
