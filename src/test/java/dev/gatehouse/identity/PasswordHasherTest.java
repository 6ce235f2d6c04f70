package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.identity.PasswordHasher.Checked;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class PasswordHasherTest {
    private static final Vertx VERTX = Vertx.vertx();
    private final SecureRandom random = new SecureRandom();
    private final PasswordHasher hasher = new PasswordHasher(VERTX, random);

    @AfterAll
    static void close() {
        VERTX.close().await();
    }

    @Test
    @DisplayName("LS09 a stored hash is Argon2id with at least 19456 KiB, two passes and one lane, and salted")
    void hashes_have_owasp_parameters() {
        String one = hasher.hash(Password.typed("correct horse")).await();
        String two = hasher.hash(Password.typed("correct horse")).await();
        assertThat(one)
                .matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}")
                .isNotEqualTo(two);
        assertThat(hasher.check(Password.typed("correct horse"), Optional.of(one))
                        .await())
                .isEqualTo(new Checked(true, Optional.empty()));
        assertThat(hasher.check(Password.typed("correct horsf"), Optional.of(one))
                        .await()
                        .right())
                .isFalse();
    }

    @Test
    @DisplayName("LS09 a hash of another cost is right too, and comes with a better one")
    void weaker_hashes_are_replaced() {
        var weak = new PasswordHasher(VERTX, random, new Argon2Hash.Cost(1024, 1, 1));
        String stored = weak.hash(Password.typed("correct horse")).await();
        Checked checked = hasher.check(Password.typed("correct horse"), Optional.of(stored))
                .await();
        assertThat(checked.right()).isTrue();
        assertThat(checked.better().orElseThrow()).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(hasher.check(Password.typed("wrong horse"), Optional.of(stored))
                        .await())
                .isEqualTo(new Checked(false, Optional.empty()));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("threads that hash stand back behind those that serve requests")
    void hashing_stands_back() throws IOException {
        hasher.hash(Password.typed("correct horse")).await();
        assertThat(niceness("gatehouse-passw")).contains(5);
        assertThat(niceness("java")).contains(0);
    }

    /** Of the threads of that name, which the kernel cuts after 15 characters: proc(5), the 19th field of {@code stat}. */
    private static List<Integer> niceness(String name) throws IOException {
        var found = new ArrayList<Integer>();
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                String stat = Files.readString(task.resolve("stat"));
                if (!stat.contains("(" + name)) continue;
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                found.add(Integer.parseInt(fields[16]));
            }
        }
        return found;
    }

    @Test
    void hashes_of_the_reference_implementation_are_understood() {
        // printf password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 24 (the README of phc-winner-argon2 has the -i form
        // of it)
        var hash = Argon2Hash.parse(
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");
        assertThat(hash.isOf(Password.typed("password"), new JavaArgon2(65536))).isTrue();
        assertThat(hash.phc())
                .isEqualTo("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");
    }

    @Test
    void without_a_stored_hash_the_answer_is_no() {
        assertThat(hasher.check(Password.typed("anything"), Optional.empty())
                        .await()
                        .right())
                .isFalse();
    }

    @Test
    @DisplayName("LS10 beyond the queue the answer is 503 with a time to come back, and the queue empties")
    void the_queue_has_an_end() {
        var quick = new PasswordHasher(VERTX, random, new Argon2Hash.Cost(1024, 1, 1));
        List<Future<String>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) all.add(quick.hash(Password.typed("number " + i)));
        Future.join(all).otherwiseEmpty().await();
        long refused = all.stream().filter(Future::failed).count();
        assertThat(refused).isGreaterThan(0).isLessThanOrEqualTo(200 - 2 - PasswordHasher.WAITING);
        assertThat(all).filteredOn(Future::failed).allSatisfy(no -> {
            var refusal = (Refusal) no.cause();
            assertThat(refusal.problem()).isEqualTo(Reason.BUSY);
            assertThat(refusal.retryAfter()).isPresent();
        });
        assertThat(quick.hash(Password.typed("later")).await()).isNotEmpty();
    }
}
