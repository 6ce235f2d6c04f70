package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BreachedPasswordsTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "LS08 each password of the list is found and no other, whatever the ends of lines and wherever it stands")
    void each_is_found() throws Exception {
        for (int size : new int[] {0, 1, 2, 3, 1000})
            for (String end : List.of("\n", "\r\n"))
                for (boolean closed : new boolean[] {true, false}) {
                    var list = new BreachedPasswords(list(size, end, closed));
                    for (int i = 0; i < size; i++)
                        assertThat(list.has(password(i))).isTrue();
                    for (int i = size; i < size + 50; i++)
                        assertThat(list.has(password(i))).isFalse();
                }
    }

    @Test
    @DisplayName("a file that is something else is no list, and never read without end")
    void another_file_is_no_list() throws IOException {
        for (String text : List.of("short\nlines\n", "x".repeat(100_000))) {
            Path file = Files.writeString(folder.resolve("other"), text);
            assertThatThrownBy(() -> new BreachedPasswords(file).has(password(1)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    @DisplayName(
            "LS08 a breached password is refused with its reason; without a list that can be read, nobody is kept out")
    void a_breached_password_is_refused() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Path file = list(10, "\r\n", true);
            var hasher = new PasswordHasher(vertx, new SecureRandom(), 2, () -> Optional.of(file));
            assertThatThrownBy(() -> hasher.hash(password(3)).await())
                    .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.problem())
                            .isEqualTo(Reason.PASSWORD_BREACHED));
            assertThat(hasher.hash(password(30)).await()).startsWith("$argon2id$");
            Files.delete(file);
            assertThat(hasher.hash(password(3)).await()).startsWith("$argon2id$");
        } finally {
            vertx.close().await();
        }
    }

    private Path list(int size, String end, boolean closed) throws IOException {
        String text = IntStream.range(0, size)
                .mapToObj(i -> sha1(password(i)) + ":" + (i * 7919 + 1))
                .sorted()
                .collect(Collectors.joining(end));
        return Files.writeString(folder.resolve("pwned.txt"), size > 0 && closed ? text + end : text);
    }

    private static Password password(int number) {
        return Password.typed("breached password number " + number);
    }

    private static String sha1(Password password) {
        try {
            byte[] text = password.nfc().reveal().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
