package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever is brought as the hash of a password is refused with a sentence, or can be held against any password within bounds. */
final class StoredHashFuzzTest {
    private static final Argon2 ARGON2 = Argon2.fastest(1024);

    @FuzzTest(maxDuration = "60s")
    void any_text_is_a_hash_or_a_fault(byte[] bytes) {
        StoredHash hash;
        try {
            hash = StoredHash.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).contains("hash").matches("[^$]{10,120}");
            return;
        }
        if (!isQuick(hash)) return;
        for (String password : new String[] {"", "x", "\u0000", "correct horse battery", "\u00e9".repeat(600)})
            hash.isOf(Password.typed(password), ARGON2);
    }

    /** That the others end, too, is said by their bounds. */
    private static boolean isQuick(StoredHash hash) {
        if (hash instanceof Argon2Hash argon2)
            return (long) argon2.cost().memoryKiB() * argon2.cost().passes() <= 1024;
        if (hash instanceof BcryptHash bcrypt) return bcrypt.text().startsWith("04", 4);
        if (hash instanceof Pbkdf2Hash pbkdf2) return pbkdf2.rounds() <= 1000;
        if (hash instanceof ScryptHash scrypt)
            return (long) scrypt.cost() * scrypt.blockSize() * scrypt.lanes() <= 1 << 13;
        return true;
    }
}
