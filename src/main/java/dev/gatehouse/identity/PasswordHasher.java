package dev.gatehouse.identity;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;

/**
 * Argon2id on a small pool of its own, never on an event loop. At most {@link #THREADS} hashes are computed at a time, in memory that is kept and used again, and
 * at most {@link #WAITING} wait for their turn: the next caller is told to come back.
 */
public final class PasswordHasher {
    static final int THREADS = 2;
    static final int WAITING = 64;

    private final BoundedWorker worker;
    private final SecureRandom random;
    private final Argon2Hash.Cost cost;
    private final Argon2BytesGenerator.BlockPool blocks;
    private final Argon2Hash nobody;

    public PasswordHasher(Vertx vertx, SecureRandom random) {
        this(vertx, random, Argon2Hash.Cost.OWASP);
    }

    PasswordHasher(Vertx vertx, SecureRandom random, Argon2Hash.Cost cost) {
        this.worker = new BoundedWorker(vertx, "gatehouse-password", THREADS, WAITING);
        this.random = random;
        this.cost = cost;
        this.blocks = new Argon2BytesGenerator.FixedBlockPool(THREADS * cost.memoryKiB());
        var salt = new byte[16];
        var hash = new byte[32];
        random.nextBytes(salt);
        random.nextBytes(hash);
        this.nobody = new Argon2Hash(cost, salt, hash);
    }

    /** Whether the password was right, and a hash to store instead where the stored one was made at another cost. */
    public record Checked(boolean right, Optional<String> better) {
        private static final Checked WRONG = new Checked(false, Optional.empty());
    }

    /** A PHC string to store. */
    public Future<String> hash(Password password) {
        return worker.inTurn(() -> Argon2Hash.of(password, cost, random, blocks).phc());
    }

    /** Checks against a stored hash; without one, the same work is done and the answer is no. */
    public Future<Checked> check(Password password, Optional<String> stored) {
        return worker.inTurn(() -> {
            Argon2Hash hash = stored.map(Argon2Hash::parse).orElse(nobody);
            if (!hash.isOf(password, blocks) || stored.isEmpty()) return Checked.WRONG;
            boolean asToday = hash.cost().equals(cost);
            return new Checked(
                    true,
                    asToday
                            ? Optional.empty()
                            : Optional.of(Argon2Hash.of(password, cost, random, blocks)
                                    .phc()));
        });
    }

    /** How many are computed or wait for their turn. */
    public int underWay() {
        return worker.underWay();
    }

    public Future<Void> close() {
        return worker.close();
    }
}
