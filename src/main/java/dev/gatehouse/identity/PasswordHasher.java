package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Argon2id on a small pool of its own, never on an event loop. At most {@link #THREADS} hashes are computed at a time, in memory that is kept and used again, and
 * at most {@link #WAITING} wait for their turn: the next caller is told to come back.
 */
public final class PasswordHasher {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordHasher.class);

    static final int THREADS = 2;
    static final int WAITING = 64;

    private final BoundedWorker worker;
    private final SecureRandom random;
    private final Argon2Hash.Cost cost;
    private volatile Argon2BytesGenerator.BlockPool blocks;
    private final Argon2Hash nobody;
    private final Patience patience;
    private final Supplier<Optional<Path>> breached;

    /** Every password may be set. */
    public PasswordHasher(Vertx vertx, SecureRandom random) {
        this(vertx, random, Optional::empty);
    }

    /** {@code breached} is where the passwords are listed that nobody may set; it is asked each time. */
    public PasswordHasher(Vertx vertx, SecureRandom random, Supplier<Optional<Path>> breached) {
        this(vertx, random, Argon2Hash.Cost.OWASP, breached);
    }

    PasswordHasher(Vertx vertx, SecureRandom random, Argon2Hash.Cost cost) {
        this(vertx, random, cost, Optional::empty);
    }

    private PasswordHasher(Vertx vertx, SecureRandom random, Argon2Hash.Cost cost, Supplier<Optional<Path>> breached) {
        this.breached = breached;
        this.worker = new BoundedWorker(vertx, "gatehouse-password", THREADS, WAITING);
        this.random = random;
        this.cost = cost;
        this.blocks = new Argon2BytesGenerator.FixedBlockPool(THREADS * cost.memoryKiB());
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
        return worker.inTurn(() -> {
            if (isBreached(password))
                throw Reason.PASSWORD_BREACHED.because("This password is known from a breach; choose another.");
            return Argon2Hash.of(password, cost, random, blocks).phc();
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
        return worker.inTurn(() -> timed(password, stored)).compose(patience::settled);
    }

    private Patience.Timed timed(Password password, Optional<String> stored) {
        StoredHash hash = stored.map(StoredHash::parse).orElse(nobody);
        long began = System.nanoTime();
        boolean right = hash.isOf(password, blocks) && stored.isPresent();
        long took = System.nanoTime() - began;
        return new Patience.Timed(right ? right(password, hash) : Checked.WRONG, hash.isOfToday(cost), took);
    }

    private Checked right(Password password, StoredHash hash) {
        return new Checked(
                true,
                hash.isOfToday(cost)
                        ? Optional.empty()
                        : Optional.of(
                                Argon2Hash.of(password, cost, random, blocks).phc()));
    }

    /** Learns how long kinds of hashes take that are stored here, before anybody asks who has one. */
    public Future<Void> meet(List<String> stored) {
        if (stored.isEmpty()) return Future.succeededFuture();
        Future<Void> met =
                check(Password.typed("nobody's password"), Optional.empty()).mapEmpty();
        for (String each : stored)
            met = met.compose(done -> check(Password.typed("nobody's password"), Optional.of(each)))
                    .mapEmpty();
        return met;
    }

    /** How many are computed or wait for their turn. */
    public int underWay() {
        return worker.underWay();
    }

    /** Its memory is free again, however long somebody holds on to this. */
    public Future<Void> close() {
        return worker.close().andThen(closed -> blocks = new Argon2BytesGenerator.FixedBlockPool(0));
    }
}
