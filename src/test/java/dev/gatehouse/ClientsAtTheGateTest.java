package dev.gatehouse;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.ClientDesk;
import dev.gatehouse.clients.Presets;
import dev.gatehouse.config.AppDraft;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two nodes of one house, and what an operator does to clients beside them. */
final class ClientsAtTheGateTest {
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(1);

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private static List<Gate> nodes;
    private static ClientDesk desk;

    @BeforeAll
    static void open() {
        String yaml =
                """
                url: http://localhost:8080
                scopes: {read: Read}
                clients:
                  job: {type: service, scopes: [read]}
                """;
        nodes = List.of(Gate.open(DATABASE, yaml), Gate.open(DATABASE, yaml));
        var database = DATABASE.database();
        desk = new ClientDesk(
                database, new AuditTrail(database), new SecureRandom(), InstantSource.system(), Source.CLI);
    }

    @AfterAll
    static void close() {
        nodes.forEach(Gate::close);
    }

    @Test
    void a_secret_that_the_file_leaves_out_was_made_once_and_its_successor_counts_everywhere() {
        var made = await(DATABASE.database().query("SELECT client_id FROM client_secret", Tuple.tuple()));
        assertThat(made).extracting(row -> row.getString(0)).containsExactly("job");
        Secret secret = await(desk.rotateOfFile(new ClientId("job"))).orElseThrow();
        for (Gate node : nodes) Within.holds(TOLD_WITHIN, () -> status(node, "job", secret) == 200);
        Secret next = await(desk.rotateOfFile(new ClientId("job"))).orElseThrow();
        for (Gate node : nodes) {
            Within.holds(TOLD_WITHIN, () -> status(node, "job", next) == 200);
            assertThat(status(node, "job", secret)).isEqualTo(401);
        }
    }

    @Test
    void a_client_of_the_desk_gets_tokens_everywhere_until_it_is_deleted() {
        Client service = client("robot", new JsonObject().put("type", "service"));
        Secret secret = await(desk.add(service)).orElseThrow().secret().orElseThrow();
        for (Gate node : nodes) Within.holds(TOLD_WITHIN, () -> status(node, "robot", secret) == 200);
        await(desk.delete(service.id()));
        for (Gate node : nodes) Within.holds(TOLD_WITHIN, () -> status(node, "robot", secret) == 401);
    }

    @Test
    void pages_of_a_browser_app_of_the_desk_may_ask_for_tokens_everywhere() {
        for (Gate node : nodes) assertThat(mayAsk(node)).isFalse();
        var section =
                new JsonObject().put("type", "spa").put("redirect", new JsonArray().add("https://pages.example/cb"));
        await(desk.add(client("pages", section)));
        for (Gate node : nodes) Within.holds(TOLD_WITHIN, () -> mayAsk(node));
    }

    private static boolean mayAsk(Gate node) {
        var preflight = node.ask(
                "OPTIONS",
                "/oauth/token",
                BodyPublishers.noBody(),
                "Origin",
                "https://pages.example",
                "Access-Control-Request-Method",
                "POST");
        return preflight
                .headers()
                .firstValue("Access-Control-Allow-Origin")
                .equals(Optional.of("https://pages.example"));
    }

    private static int status(Gate node, String client, Secret secret) {
        String form = "grant_type=client_credentials&client_id=" + client + "&client_secret=" + secret.reveal();
        return node.postForm("/oauth/token", form).statusCode();
    }

    private static Client client(String id, JsonObject section) {
        return Presets.client(
                AppDraft.read(id, section.put("scopes", new JsonArray().add("read")), Set.of("read")),
                Client.Origin.DESK,
                Optional.empty());
    }
}
