package dev.gatehouse.clients;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.Within;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.config.AppDraft;
import dev.gatehouse.config.Config;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.Notices;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class ClientsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(1);
    private static final String FILE =
            """
            clients:
              web-shop: {type: spa, redirect: [https://shop.example/cb, "http://localhost:5173/cb"]}
              partner: {type: web, redirect: [https://partner.example/cb]}
              job: {type: service, secret: "of the file"}
            """;

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    @TempDir
    Path folder;

    private final List<Runnable> closing = new ArrayList<>();

    @AfterEach
    void close() {
        closing.forEach(Runnable::run);
    }

    @Test
    void a_client_that_one_node_adds_is_known_to_another_within_a_second() {
        Clients other = started(db.another());
        add("acme");
        Within.holds(TOLD_WITHIN, () -> other.known(new ClientId("acme")).isPresent());
        run("UPDATE client SET metadata = metadata || '{\"client_name\": \"Acme\"}' WHERE id = $1", "acme");
        Within.holds(TOLD_WITHIN, () -> other.known(new ClientId("acme"))
                .filter(client -> client.displayName().equals("Acme"))
                .isPresent());
        await(desk().delete(new ClientId("acme")));
        Within.holds(TOLD_WITHIN, () -> other.known(new ClientId("acme")).isEmpty());
    }

    @Test
    void a_client_not_heard_of_yet_is_asked_for() {
        Clients deaf = clients(db.another());
        assertThat(await(deaf.find(new ClientId("somebody")))).isEmpty();
        add("acme");
        assertThat(deaf.known(new ClientId("acme"))).isEmpty();
        assertThat(await(deaf.find(new ClientId("acme")))).isPresent();
    }

    @Test
    void an_id_that_nobody_has_is_asked_for_once_in_a_while_and_a_change_made_here_counts_at_once() {
        Clients deaf = clients(db.database());
        assertThat(await(deaf.find(new ClientId("acme")))).isEmpty();
        add("acme");
        assertThat(await(deaf.find(new ClientId("acme")))).isEmpty();
        await(deaf.changed(new ClientId("acme")));
        assertThat(await(deaf.find(new ClientId("acme")))).isPresent();
    }

    @Test
    void ids_that_nobody_can_have_are_not_asked_for() {
        var gone = TestDatabase.open();
        Clients clients = clients(gone.database());
        gone.close();
        for (String id : List.of("x".repeat(257), "a\u0000b", "é"))
            assertThat(await(clients.find(new ClientId(id)))).isEmpty();
    }

    @Test
    void a_disabled_client_is_not_found() {
        Clients node = started(db.database());
        add("acme");
        Within.holds(TOLD_WITHIN, () -> node.known(new ClientId("acme")).isPresent());
        run("UPDATE client SET disabled_at = now() WHERE id = $1", "acme");
        Within.holds(TOLD_WITHIN, () -> node.known(new ClientId("acme")).isEmpty());
        assertThat(await(node.find(new ClientId("acme")))).isEmpty();
    }

    @Test
    void the_file_wins_over_the_database() {
        add("partner");
        Clients node = started(db.database());
        assertThat(node.known(new ClientId("partner")).orElseThrow().origin()).isEqualTo(Client.Origin.FILE);
        assertThat(node.gatehouse().origin()).isEqualTo(Client.Origin.BUILT_IN);
    }

    @Test
    void a_row_that_cannot_be_read_hides_no_other() {
        add("acme");
        add("odd");
        run("UPDATE client SET metadata = '{\"gatehouse_type\": \"robot\"}' WHERE id = $1", "odd");
        Clients node = started(db.database());
        assertThat(node.known(new ClientId("acme"))).isPresent();
        assertThat(node.known(new ClientId("odd"))).isEmpty();
    }

    @Test
    void two_nodes_that_make_a_secret_agree_on_one() {
        Clients one = started(db.database());
        Clients other = started(db.another());
        Config config = TestApps.config(folder, FILE);
        var both = await(Future.all(one.makeSecrets(config, RANDOM), other.makeSecrets(config, RANDOM)));
        List<Clients.Made> made = new ArrayList<>(both.<List<Clients.Made>>resultAt(0));
        made.addAll(both.resultAt(1));
        assertThat(made).extracting(Clients.Made::client).containsExactly(new ClientId("partner"));
        for (Clients node : List.of(one, other))
            Within.holds(TOLD_WITHIN, () -> node.known(new ClientId("partner"))
                    .flatMap(client -> client.proof().secret())
                    .filter(hash -> hash.matches(made.get(0).secret()))
                    .isPresent());
        assertThat(await(one.makeSecrets(config, RANDOM))).isEmpty();
    }

    @Test
    void a_secret_of_the_file_wins_over_one_that_was_made() {
        Clients node = started(db.database());
        await(node.makeSecrets(TestApps.config(folder, FILE.replace("secret: \"of the file\"", "scopes: []")), RANDOM));
        var job = node.known(new ClientId("job")).orElseThrow();
        assertThat(job.proof().secret()).contains(SecretHash.of(new Secret("of the file")));
    }

    @Test
    void origins_are_those_of_browser_apps_wherever_they_were_registered() {
        Clients node = started(db.database());
        assertThat(node.allows("https://shop.example")).isTrue();
        assertThat(node.allows("http://localhost:5173")).isTrue();
        assertThat(node.allows("https://partner.example")).isFalse();
        assertThat(node.allows("https://acme.example")).isFalse();
        add("acme");
        Within.holds(TOLD_WITHIN, () -> node.allows("https://acme.example"));
    }

    @Test
    void an_id_that_is_a_url_is_a_document() {
        Client somebody = Presets.client(
                AppDraft.read("x", new JsonObject().put("type", "device"), Set.of()),
                Client.Origin.DOCUMENT,
                Optional.empty());
        Clients node = clients(db.database()).with(new Documents() {
            @Override
            public Optional<Client> known(ClientId id) {
                return Optional.of(somebody);
            }

            @Override
            public Future<Optional<Client>> find(ClientId id) {
                return Future.succeededFuture(Optional.of(somebody));
            }
        });
        assertThat(await(node.find(new ClientId("https://app.example/client")))).contains(somebody);
        assertThat(await(node.find(new ClientId("http://app.example/client")))).isEmpty();
    }

    private Clients clients(Database database) {
        Config config = TestApps.config(folder, FILE);
        return new Clients(db.vertx(), database, () -> config, InstantSource.system());
    }

    private Clients started(Database database) {
        Clients clients = clients(database);
        var notices = Notices.open(database);
        closing.add(clients::close);
        closing.add(() -> await(notices.close()));
        await(clients.start(notices));
        return clients;
    }

    private ClientDesk desk() {
        return new ClientDesk(db.database(), new AuditTrail(db.database()), RANDOM, InstantSource.system(), Source.CLI);
    }

    private void add(String id) {
        var section =
                new JsonObject().put("type", "spa").put("redirect", new JsonArray().add("https://acme.example/cb"));
        var client = Presets.client(AppDraft.read(id, section, Set.of()), Client.Origin.DESK, Optional.empty());
        assertThat(await(desk().add(client))).isPresent();
    }

    private void run(String sql, String id) {
        await(db.database().query(sql, Tuple.of(id)));
    }
}
