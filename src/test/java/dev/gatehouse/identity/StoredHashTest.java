package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes that other programs made, each held against its password, against another one, and to its bounds. */
final class StoredHashTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Argon2 ARGON2 = Argon2.fastest(1024);

    @AfterAll
    static void close() {
        VERTX.close().await();
    }

    /**
     * Argon2 of the reference implementation's own tests; bcrypt of jBCrypt's and of the OpenBSD ones; RFC 6070 and RFC 7914 for PBKDF2 and scrypt, written as the
     * programs do; apr1 of the documentation of htpasswd and of `openssl passwd`; the others by Python's hashlib as Werkzeug, Django and Passlib call it.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            password              | $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc
            password              | $argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA
            password              | $argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ
            abc                   | $2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i
            U*U                   | $2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW
            U*U                   | $2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW
            password              | pbkdf2:sha1:4096$salt$4b007901b765489abead49d926f721d065a429c1
            correct horse battery | pbkdf2:sha256:1000$pepperSalt$2d5b2cfe725f628f30282aa8127599205e8df5b57ab861ff540183b3122e8178
            correct horse battery | pbkdf2:sha512:1000$pepperSalt$7702bb0b4012dcc030a99809dd3d0c88ea9c84f254384f052a0518b24c5f8dc63191feda430468c46e8dff08382fcbe8b1ddb2a9c9a1bdd0a61fa3979c8f43f8
            correct horse battery | pbkdf2_sha256$1000$pepperSalt$LVss/nJfYo8wKCqoEnWZIF6N9bV6uGH/VAGDsxIugXg=
            correct horse battery | $pbkdf2-sha256$1000$AAECAwQFBgcICQoLDA0ODw$AhaeZ02AwPxykuhhDI8XvhQN8GKvmqM.qF6qvs/98I0
            correct horse battery | $pbkdf2-sha512$i=1000,l=64$AAECAwQFBgcICQoLDA0ODw$ToxFUi5y3fprZRW/V6CupR2uIDYfuy5rlsF9Z4E648lE68lw5lzmucru/HdPvmBJDSLroVh1Q2xCvjqd8NI/6Q
            correct horse battery | scrypt:1024:8:1$pepperSalt$e98b5524388535a3f560429211328cacdf1ad52fcedb204bef77bb714b43a02fb363d62fd899bdfc80a882b13805ce8f482165ddd21b62c48e113e7667b636d9
            correct horse battery | $scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$hKGWL22WtdGfIbxEPAZ06BS2bWyYKuZIKvypfAlYOWk
            correct horse battery | $apr1$pepperSa$97Kg1n4GWWerIGQtcic9t1
            password              | $apr1$xxxxxxxx$dxHfLAsjHkDRmG83UXe8K0
            """)
    void hashes_of_other_programs_are_right_for_their_password_alone(String password, String stored) {
        StoredHash hash = StoredHash.parse(stored);
        assertThat(hash.isOf(Password.typed(password), ARGON2)).isTrue();
        assertThat(hash.isOf(Password.typed(password + "x"), ARGON2)).isFalse();
        assertThat(hash.isOfToday(Argon2Hash.Cost.OWASP)).isFalse();
        assertThat(hash.isOf(Password.typed("x".repeat(100_000)), ARGON2)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "5f4dcc3b5aa765d61d8327deb882cf99",
                "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
                "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
                "$argon2id$v=19$m=65537,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=5,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=4294967296,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=64,t=1,p=17$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQAA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$2b$15$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "pbkdf2:sha256:2000001$salt$4b007901b765489abead49d926f721d065a429c1",
                "pbkdf2:sha256:9999999999$salt$4b007901b765489abead49d926f721d065a429c1",
                "pbkdf2:md5:1000$salt$4b007901b765489abead49d926f721d0",
                "pbkdf2:sha256:1000$salt$4b0079",
                "scrypt:1048576:8:1$salt$4b007901b765489abead49d926f721d065a429c1",
                "scrypt:131072:8:1$salt$4b007901b765489abead49d926f721d065a429c1",
                "scrypt:32768:8:5$salt$4b007901b765489abead49d926f721d065a429c1",
                "scrypt:1000:8:1$salt$4b007901b765489abead49d926f721d065a429c1",
                "$scrypt$ln=31,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$hKGWL22WtdGfIbxEPAZ06BS2bWyYKuZIKvypfAlYOWk",
                "$pbkdf2-sha256$1000$A$AhaeZ02AwPxykuhhDI8XvhQN8GKvmqM.qF6qvs/98I0",
                "$apr1$toolongsalt$97Kg1n4GWWerIGQtcic9t1"
            })
    @DisplayName(
            "LS10 what no program makes, is no hash any more, or costs too much to check is refused with a sentence")
    void bounds_are_kept(String text) {
        assertThatThrownBy(() -> StoredHash.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("[^$]{10,120}");
        assertThatThrownBy(() -> StoredHash.parse("$apr1$" + "x".repeat(600))).hasMessageContaining("at most");
    }

    @Test
    @DisplayName("LS09 a hash from elsewhere is right once and comes with one of ours")
    void a_hash_from_elsewhere_is_replaced() {
        var hasher = new PasswordHasher(VERTX, new SecureRandom(), new Argon2Hash.Cost(1024, 1, 1));
        var checked = hasher.check(Password.typed("password"), Optional.of("$apr1$xxxxxxxx$dxHfLAsjHkDRmG83UXe8K0"))
                .await();
        assertThat(checked.right()).isTrue();
        assertThat(checked.better().orElseThrow()).startsWith("$argon2id$v=19$m=1024,t=1,p=1$");
    }

    @Test
    @DisplayName(
            "LS01 where hashes from elsewhere are, a no takes as long for a stranger as for those whose hash is dear, ours or cheap")
    void a_no_does_not_tell_by_its_time() {
        var hasher = new PasswordHasher(VERTX, new SecureRandom(), new Argon2Hash.Cost(1024, 1, 1));
        String ours = hasher.hash(Password.typed("correct horse")).await();
        String cheap = "$apr1$xxxxxxxx$dxHfLAsjHkDRmG83UXe8K0";
        String dear = "$2b$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
        hasher.meet(List.of(cheap, dear)).await();
        var asked = List.of("", ours, cheap, dear);
        var times = new long[asked.size()][11];
        // In turns, so that whatever else the machine does is everybody's.
        for (int i = 0; i < 11; i++)
            for (int who = 0; who < asked.size(); who++) times[who][i] = nanos(hasher, asked.get(who));
        for (int who = 1; who < asked.size(); who++)
            assertThat((double) median(times[who]) / median(times[0]))
                    .as(asked.get(who).substring(0, 6))
                    .isBetween(0.85, 1.15);
    }

    @Test
    @DisplayName(
            "LS01 a no that comes while hashes from elsewhere are met for the first time waits for them, a stranger's as long as theirs")
    void a_no_waits_for_the_first_meeting() {
        var hasher = new PasswordHasher(VERTX, new SecureRandom(), new Argon2Hash.Cost(1024, 1, 1));
        String cheap = "$apr1$xxxxxxxx$dxHfLAsjHkDRmG83UXe8K0";
        long began = System.nanoTime();
        Future<Void> met = hasher.meet(List.of(cheap, "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
        Future<Long> nobody = took(hasher, Optional.empty(), met, began);
        Future<Long> somebody = took(hasher, Optional.of(cheap), met, began);
        assertThat((double) somebody.await() / nobody.await()).isBetween(0.85, 1.15);
    }

    private static Future<Long> took(PasswordHasher hasher, Optional<String> stored, Future<Void> met, long began) {
        return hasher.check(Password.typed("a wrong one"), stored).map(no -> {
            assertThat(met.isComplete()).isTrue();
            assertThat(no.right()).isFalse();
            return System.nanoTime() - began;
        });
    }

    /** Nobody where there is no hash. */
    private static long nanos(PasswordHasher hasher, String stored) {
        long began = System.nanoTime();
        hasher.check(Password.typed("a wrong one"), Optional.of(stored).filter(hash -> !hash.isEmpty()))
                .await();
        return System.nanoTime() - began;
    }

    private static long median(long[] times) {
        Arrays.sort(times);
        return times[times.length / 2];
    }
}
