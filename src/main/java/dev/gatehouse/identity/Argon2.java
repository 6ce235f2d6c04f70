package dev.gatehouse.identity;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whoever computes Argon2 (RFC 9106): the system's C library where there is one, Java otherwise (decision 0233). The bytes are the same. */
interface Argon2 {
    /** What {@code like}, with its kind, cost and salt, is of this password: as many bytes as it has. */
    byte[] compute(Argon2Hash like, byte[] password);

    /** The fastest that works here; in Java it keeps work areas of so much memory. Loads a library: never on an event loop. */
    static Argon2 fastest(int memoryKiB) {
        var java = new JavaArgon2(memoryKiB);
        Argon2 chosen = NativeArgon2.isThere() ? new NativeArgon2(java) : java;
        Chosen.tell(chosen);
        return chosen;
    }

    /** For the log, once. */
    final class Chosen {
        private static final Logger LOG = LoggerFactory.getLogger(Argon2.class);
        private static volatile boolean told;

        private Chosen() {}

        private static void tell(Argon2 chosen) {
            if (told) return;
            told = true;
            LOG.info("passwords are hashed by {}", chosen instanceof JavaArgon2 ? "Java" : "the system's libargon2");
        }
    }
}
