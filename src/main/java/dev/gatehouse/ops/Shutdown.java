package dev.gatehouse.ops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out: named steps, one after the other, each with its own bound. A step that fails or takes too long is logged and the next one runs
 * all the same, so that the database is stopped whatever happened before it. Runs once, whoever asks first.
 */
public final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private record Step(String name, Duration bound, Callable<? extends CompletionStage<?>> begin) {}

    private final List<Step> steps = new ArrayList<>();
    private final FutureTask<Boolean> run = new FutureTask<>(this::walk);

    /** Adds a step before all others, for what was opened last closes first. It is over when its stage is, and may block: it has a thread of its own. */
    public synchronized Shutdown first(String name, Duration bound, Callable<? extends CompletionStage<?>> begin) {
        steps.add(0, new Step(name, bound, begin));
        return this;
    }

    /** Walks all steps and returns when the last is over: true when each of them ended well and in time. Later callers wait for the first. */
    public boolean run() {
        run.run();
        try {
            return run.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException bug) {
            LOG.error("closing down failed", bug.getCause());
            return false;
        }
    }

    /**
     * SIGTERM and Ctrl-C run the steps, then the process ends with 0, or 1 when a step did not end well. The JVM alone would say 143 or 130, which
     * orchestrators read as a crash.
     */
    public void onSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::runAndHalt, "shutdown"));
    }

    private void runAndHalt() {
        if (run.isDone()) return; // somebody closed the house and now leaves with a status of their own
        boolean well = run();
        System.out.flush();
        Runtime.getRuntime().halt(well ? 0 : 1);
    }

    private boolean walk() {
        long began = System.nanoTime();
        LOG.info("closing down");
        boolean well = true;
        for (Step step : snapshot()) well &= take(step);
        LOG.info("closed in {} ms", millisSince(began));
        return well;
    }

    private synchronized List<Step> snapshot() {
        return List.copyOf(steps);
    }

    private static boolean take(Step step) {
        long began = System.nanoTime();
        var work = new FutureTask<>(step.begin());
        var thread = new Thread(work, "shutdown: " + step.name());
        thread.setDaemon(true);
        thread.start();
        try {
            CompletionStage<?> end = work.get(step.bound().toNanos(), TimeUnit.NANOSECONDS);
            long left = Math.max(0, step.bound().toNanos() - (System.nanoTime() - began));
            end.toCompletableFuture().get(left, TimeUnit.NANOSECONDS);
            LOG.debug("{}: done in {} ms", step.name(), millisSince(began));
            return true;
        } catch (TimeoutException late) {
            LOG.warn(
                    "{}: not done within {} ms, going on",
                    step.name(),
                    step.bound().toMillis());
        } catch (ExecutionException failed) {
            LOG.warn("{}: {}", step.name(), String.valueOf(failed.getCause()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            LOG.warn("{}: interrupted, going on", step.name());
        }
        return false;
    }

    private static long millisSince(long began) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }
}
