package dev.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class KeyCommandsTest {
    private static final String HOUSE =
            """
            url: http://localhost:8080
            keys:
              algorithms: [ES256, RS256]
            """;

    @RegisterExtension
    final TestDatabase database = new TestDatabase();

    @TempDir
    Path folder;

    private TestHouse house;

    @BeforeEach
    void build() {
        house = new TestHouse(folder, HOUSE, database);
        assertThat(house.run("user", "add", "zoe", "--generate"))
                .as(house.err())
                .isEqualTo(Exit.OK);
    }

    @Test
    void rotating_changes_the_key_that_signs_once_for_each_algorithm() {
        keys("key", "rotate");
        var before = keys("key", "list");
        var after = keys("key", "rotate");
        for (String algorithm : List.of("ES256", "RS256")) {
            assertThat(active(after, algorithm)).isNotEqualTo(active(before, algorithm));
            assertThat(count(after, algorithm, "RETIRED")).isEqualTo(count(before, algorithm, "RETIRED") + 1);
        }
    }

    @Test
    void one_algorithm_can_be_rotated_alone() {
        var before = keys("key", "rotate");
        var after = keys("key", "rotate", "es256");
        assertThat(active(after, "ES256")).isNotEqualTo(active(before, "ES256"));
        assertThat(active(keys("key", "list"), "RS256")).isEqualTo(active(before, "RS256"));
    }

    @Test
    void an_algorithm_the_file_does_not_list_is_refused() {
        assertThat(house.run("key", "rotate", "EdDSA")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("ES256");
    }

    @Test
    void another_master_key_is_refused_and_changes_nothing() {
        house.run("key", "rotate");
        house.terminal().given("MASTER_KEY", Base64.getEncoder().encodeToString(new byte[] {
            1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8
        }));
        assertThat(house.run("key", "rotate")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("master key");
    }

    @Test
    void nothing_private_is_listed() {
        keys("key", "rotate");
        assertThat(house.out()).doesNotContain("\"d\"", "wrapped", "PRIVATE");
    }

    private static String active(List<JsonObject> keys, String algorithm) {
        return keys.stream()
                .filter(is(algorithm, "ACTIVE"))
                .findFirst()
                .orElseThrow()
                .getString("kid");
    }

    private static long count(List<JsonObject> keys, String algorithm, String phase) {
        return keys.stream().filter(is(algorithm, phase)).count();
    }

    private List<JsonObject> keys(String... command) {
        var arguments = new java.util.ArrayList<>(List.of(command));
        arguments.addAll(List.of("-o", "json"));
        assertThat(house.run(arguments.toArray(String[]::new))).as(house.err()).isEqualTo(Exit.OK);
        return new JsonArray(house.out()).stream().map(JsonObject.class::cast).toList();
    }

    private static Predicate<JsonObject> is(String algorithm, String phase) {
        return key -> key.getString("algorithm").equals(algorithm)
                && key.getString("phase").equals(phase);
    }
}
