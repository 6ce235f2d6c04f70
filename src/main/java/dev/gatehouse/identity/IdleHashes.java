package dev.gatehouse.identity;

import com.sun.jna.Pointer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hashes on {@link IdleThread}s, each for a thread that waits for it. Where the machine is busy with other things those get no core: once none has ended for a while, whoever waits goes
 * without them, and so does everybody until those that were left behind have ended (decision 0285).
 */
final class IdleHashes {
    /** Several times what a hash of ours takes; one that costs more gets more. */
    private static final long PATIENCE = Duration.ofMillis(400).toNanos();

    private static final long OUR_WORK = work(Argon2Hash.Cost.OWASP);
    private static final Duration STEP = Duration.ofMillis(50);

    /** Hashes that are computed without them keep the cores from those left behind as well: so often all of them pause, so long. */
    private static final long BETWEEN_PAUSES = Duration.ofSeconds(2).toNanos();

    private static final Duration PAUSE = Duration.ofMillis(200);

    private static final List<IdleHash> LEFT_BEHIND = new ArrayList<>();
    private static long lastPause = System.nanoTime();
    private static volatile long lastEnd = System.nanoTime();

    private IdleHashes() {}

    /** Its memory belongs to its thread until that ends. */
    private record IdleHash(IdleThread thread, Argon2Context context) {
        boolean endsWithin(Duration wait) {
            if (!thread.endsWithin(wait)) return false;
            context.close();
            return true;
        }
    }

    /** Empty where another thread has to compute it. */
    static Optional<byte[]> computed(Pointer kind, Argon2Hash like, byte[] password) {
        if (isAnyLeftBehind()) return Optional.empty();
        var context = new Argon2Context(like, password);
        Optional<IdleThread> thread = IdleThread.calling(kind, context.pointer());
        if (thread.isEmpty()) {
            context.close();
            return Optional.empty();
        }
        if (endsInTime(thread.get(), patience(like.cost()))) return answered(thread.get(), context);
        leaveBehind(new IdleHash(thread.get(), context));
        return Optional.empty();
    }

    private static Optional<byte[]> answered(IdleThread thread, Argon2Context context) {
        try (context) {
            return thread.answer() == 0 ? Optional.of(context.hash()) : Optional.empty();
        }
    }

    private static boolean endsInTime(IdleThread thread, long patience) {
        long began = System.nanoTime();
        while (!thread.endsWithin(STEP)) {
            long now = System.nanoTime();
            if (now - began > patience && now - lastEnd > patience) return false;
        }
        lastEnd = System.nanoTime();
        return true;
    }

    private static long patience(Argon2Hash.Cost cost) {
        return PATIENCE * Math.max(OUR_WORK, work(cost)) / OUR_WORK;
    }

    private static long work(Argon2Hash.Cost cost) {
        return (long) cost.memoryKiB() * cost.passes();
    }

    private static void leaveBehind(IdleHash hash) {
        synchronized (LEFT_BEHIND) {
            if (LEFT_BEHIND.isEmpty()) lastPause = System.nanoTime();
            LEFT_BEHIND.add(hash);
        }
    }

    /** So there are never more of them than threads that hash. */
    private static boolean isAnyLeftBehind() {
        synchronized (LEFT_BEHIND) {
            LEFT_BEHIND.removeIf(hash -> hash.endsWithin(Duration.ZERO));
            if (LEFT_BEHIND.isEmpty()) return false;
            if (System.nanoTime() - lastPause > BETWEEN_PAUSES) pause();
            return !LEFT_BEHIND.isEmpty();
        }
    }

    /** Whoever wants to hash meanwhile waits too. */
    private static void pause() {
        Instant over = Instant.now().plus(PAUSE);
        LEFT_BEHIND.removeIf(hash -> hash.endsWithin(Duration.between(Instant.now(), over)));
        lastPause = System.nanoTime();
    }
}
