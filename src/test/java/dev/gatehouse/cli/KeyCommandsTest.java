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
              algorithms: [ES256]
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
    void rotating_always_changes_the_key_that_signs() {
        String first = activeAfter("key", "rotate");
        String second = activeAfter("key", "rotate");
        String third = activeAfter("key", "rotate", "es256");
        assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
        assertThat(keys("key", "list")).filteredOn(phase("RETIRED")).hasSize(2);
    }

    @Test
    void an_algorithm_the_file_does_not_list_is_refused() {
        assertThat(house.run("key", "rotate", "RS256")).isEqualTo(Exit.REFUSED);
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

    private String activeAfter(String... command) {
        return keys(command).stream()
                .filter(phase("ACTIVE"))
                .findFirst()
                .orElseThrow()
                .getString("kid");
    }

    private List<JsonObject> keys(String... command) {
        var arguments = new java.util.ArrayList<>(List.of(command));
        arguments.addAll(List.of("-o", "json"));
        assertThat(house.run(arguments.toArray(String[]::new))).as(house.err()).isEqualTo(Exit.OK);
        return new JsonArray(house.out()).stream().map(JsonObject.class::cast).toList();
    }

    private static Predicate<JsonObject> phase(String name) {
        return key -> key.getString("phase").equals(name);
    }
}
