package dev.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Gate;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Mails of a running gate, read beside it, and after it has gone. */
final class MailCommandsTest {
    private static final String HOUSE = "email: {smtp: mailbox}\nkeys: {algorithms: [ES256]}\n";

    @RegisterExtension
    final TestDatabase database = new TestDatabase();

    @TempDir
    Path folder;

    @Test
    void mails_are_read_beside_a_gate_and_without_one() {
        var house = new TestHouse(folder, HOUSE, database);
        house.terminal().given("MASTER_KEY", Gate.MASTER_KEY);
        String id;
        try (var gate = Gate.open(database, HOUSE)) {
            var body = new JsonObject()
                    .put("username", "carol")
                    .put("password", "zebra lamp forty")
                    .put("email", "carol@people.example");
            assertThat(gate.post("/register", body).statusCode()).isEqualTo(201);
            id = Awaitility.await().until(() -> kept(house), kept -> !kept.isEmpty());
            assertThat(house.run("mail", "show", id)).as(house.err()).isEqualTo(Exit.OK);
            assertThat(house.out()).contains("To: carol@people.example", gate.url() + "/verify?key=");
        }
        assertThat(house.run("mail", "show", id, "-o", "json")).isEqualTo(Exit.OK);
        var mail = new JsonObject(house.out());
        assertThat(mail.getString("kind")).isEqualTo("verify");
        assertThat(mail.getString("subject")).isEqualTo("Gatehouse: please confirm your address");
        assertThat(house.run("mail", "list")).isEqualTo(Exit.OK);
        assertThat(house.out()).contains("carol@people.example", "verify", "kept");
    }

    @Test
    void what_is_not_there_is_said() {
        var house = new TestHouse(folder, HOUSE, database);
        assertThat(house.run("user", "add", "zoe", "--generate")).isEqualTo(Exit.OK);
        assertThat(house.run("mail", "show", "7")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("no mail 7 is kept for reading");
        assertThat(house.run("mail", "list", "--limit", "0")).isEqualTo(Exit.REFUSED);
        assertThat(house.run("mail", "list", "--limit", "1001")).isEqualTo(Exit.REFUSED);
        assertThat(house.run("mail", "list", "-o", "json")).isEqualTo(Exit.OK);
        assertThat(new JsonArray(house.out())).isEmpty();
    }

    private static String kept(TestHouse house) {
        assertThat(house.run("mail", "list", "-o", "json")).as(house.err()).isEqualTo(Exit.OK);
        return new JsonArray(house.out())
                .stream()
                        .map(JsonObject.class::cast)
                        .filter(mail -> mail.getString("state").equals("kept"))
                        .map(mail -> mail.getLong("id").toString())
                        .findFirst()
                        .orElse("");
    }
}
