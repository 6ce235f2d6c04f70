package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Argon2id on a small pool of its own, never on an event loop, whose threads stand back behind all others. So many hashes are computed at a time as it has threads, which bounds
 * their memory, and at most {@link #WAITING} wait for their turn: the next caller is told to come back.
 */
public final class PasswordHasher {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordHasher.class);

    private static final int USUAL_THREADS = 2;
    static final int WAITING = 64;

    private final BoundedWorker worker;
    private final SecureRandom random;
    private final Argon2Hash.Cost cost;
    private final int threads;
    /** Chosen by the first hash, on its thread. */
    private volatile @Nullable Argon2 argon2;

    private final Argon2Hash nobody;
    private final Patience patience;
    private final Supplier<Optional<Path>> breached;

    /** Every password may be set. */
    public PasswordHasher(Vertx vertx, SecureRandom random) {
        this(vertx, random, USUAL_THREADS, Optional::empty);
    }

    /** {@code threads} hash at a time; {@code breached} is where the passwords are listed that nobody may set, and is asked each time. */
    public PasswordHasher(Vertx vertx, SecureRandom random, int threads, Supplier<Optional<Path>> breached) {
        this(vertx, random, Argon2Hash.Cost.OWASP, threads, breached);
    }

    PasswordHasher(Vertx vertx, SecureRandom random, Argon2Hash.Cost cost) {
        this(vertx, random, cost, USUAL_THREADS, Optional::empty);
    }

    private PasswordHasher(
            Vertx vertx, SecureRandom random, Argon2Hash.Cost cost, int threads, Supplier<Optional<Path>> breached) {
        this.breached = breached;
        this.threads = threads;
        this.worker = new BoundedWorker(vertx, "gatehouse-password", threads, WAITING);
        this.random = random;
        this.cost = cost;
        var salt = new byte[16];
        var hash = new byte[32];
        random.nextBytes(salt);
        random.nextBytes(hash);
        this.nobody = Argon2Hash.ours(cost, salt, hash);
        this.patience = new Patience(vertx);
    }

    /** Whether the password was right, and a hash to store instead where the stored one was made at another cost. */
    public record Checked(boolean right, Optional<String> better) {
        private static final Checked WRONG = new Checked(false, Optional.empty());
    }

    /** A PHC string to store; refused with {@code password_breached} where the password is known from a breach. */
    public Future<String> hash(Password password) {
        return inTurn(argon2 -> {
            if (isBreached(password))
                throw Reason.PASSWORD_BREACHED.because("This password is known from a breach; choose another.");
            return Argon2Hash.of(password, cost, random, argon2).phc();
        });
    }

    /** A list that cannot be read keeps nobody from a new password: the common ones are refused without it. */
    private boolean isBreached(Password password) {
        Optional<Path> file = breached.get();
        if (file.isEmpty()) return false;
        try {
            return new BreachedPasswords(file.get()).has(password);
        } catch (IOException unreadable) {
            LOG.error("the list of breached passwords cannot be read; none of them is refused", unreadable);
            return false;
        }
    }

    /**
     * Checks against a stored hash, of ours or from elsewhere; without one, the work of ours is done and the answer is no. How long a "no" takes does not
     * tell whose hash it was: {@link Patience}.
     */
    public Future<Checked> check(Password password, Optional<String> stored) {
        return inTurn(argon2 -> timed(password, stored, argon2)).compose(patience::settled);
    }

    private Patience.Timed timed(Password password, Optional<String> stored, Argon2 argon2) {
        StoredHash hash = stored.map(StoredHash::parse).orElse(nobody);
        long began = System.nanoTime();
        boolean right = hash.isOf(password, argon2) && stored.isPresent();
        long took = System.nanoTime() - began;
        return new Patience.Timed(right ? right(password, hash, argon2) : Checked.WRONG, hash.isOfToday(cost), took);
    }

    private Checked right(Password password, StoredHash hash, Argon2 argon2) {
        return new Checked(
                true,
                hash.isOfToday(cost)
                        ? Optional.empty()
                        : Optional.of(
                                Argon2Hash.of(password, cost, random, argon2).phc()));
    }

    /** Learns how long kinds of hashes take that are stored here, in one turn of a thread; until the first are met, every "no" waits. */
    public Future<Void> meet(List<String> stored) {
        if (stored.isEmpty()) return Future.succeededFuture();
        var password = Password.typed("nobody's password");
        Promise<Void> met = Promise.promise();
        patience.until(met.future());
        this.<Void>inTurn(argon2 -> {
                    patience.know(timed(password, Optional.empty(), argon2));
                    for (String each : stored) patience.know(timed(password, Optional.of(each), argon2));
                    return null;
                })
                .onComplete(met);
        return met.future();
    }

    private <T> Future<T> inTurn(Function<Argon2, T> work) {
        return worker.inTurn(() -> {
            Niceness.standBack();
            return work.apply(argon2());
        });
    }

    private Argon2 argon2() {
        Argon2 chosen = argon2;
        if (chosen == null) argon2 = chosen = Argon2.fastest(threads * cost.memoryKiB());
        return chosen;
    }

    /** Refuses whoever would find the queue full: a storm costs least where it is told so before anything is looked up. */
    public void refuseWhereFull() {
        worker.refuseWhereFull();
    }

    /** How many are computed or wait for their turn. */
    public int underWay() {
        return worker.underWay();
    }

    /** Its memory is free again, however long somebody holds on to this. */
    public Future<Void> close() {
        return worker.close().andThen(closed -> argon2 = null);
    }
}
