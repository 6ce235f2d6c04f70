package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people who come from the usual tutorials find: paths, verbs, field names and statuses of ROADMAP §1. */
final class TutorialContractTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static Gate gate;

    @BeforeAll
    static void open() {
        gate = Gate.open(
                DATABASE,
                """
                apis:
                  demo:
                    path: /
                    upstream: eventbus:demo.http
                    routes:
                      GET /protected: login
                scopes:
                  data:read: Read data
                """);
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    @Test
    @DisplayName("S1 the front door says welcome and where things are")
    void welcome() {
        var answer = new JsonObject(gate.get("/").body());
        assertThat(answer.getString("message")).isNotBlank();
        assertThat(answer.getValue("links")).isNotNull();
    }

    @Test
    void somebody_registers_signs_in_and_is_known() {
        gate.register("ada");
        assertThat(gate.token("ada")).contains(".");
    }
}
