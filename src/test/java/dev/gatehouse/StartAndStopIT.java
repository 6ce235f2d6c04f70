package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.Premises.Ended;
import dev.gatehouse.store.EmbeddedPostgres;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening the house as people do, what stops it from opening, and closing it without losing a request. */
final class StartAndStopIT {
    private static final Duration CLOSING = Duration.ofSeconds(20);
    private static final String SHIPPED = "config/gatehouse.yaml";

    /** The data of {@code run} with one account. Its PostgreSQL runs as long as these tests, so that every refusal is quick. */
    @TempDir
    static Path house;

    private static Premises premises;
    private static EmbeddedPostgres postgres;

    @TempDir
    Path folder;

    @BeforeAll
    static void settle() {
        premises = Premises.in(house, "listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\n");
        postgres = EmbeddedPostgres.start(premises.data());
        Ended added = premises.tell(Door.PASSWORD + "\n", "user", "add", "ada", "--stdin");
        assertThat(added.status()).as(added.err()).isZero();
    }

    @AfterAll
    static void leave() {
        postgres.close();
    }

    @Test
    void dev_says_where_the_gate_is_who_lives_there_and_what_to_type_and_shows_passwords_once() throws IOException {
        Premises demo = demo();
        String banner;
        try (GateProcess gate = demo.open("dev", "--admin", "127.0.0.1:0")) {
            banner = gate.out();
            assertThat(banner)
                    .contains("Gate     http://localhost:" + gate.port() + "   fronting 3 APIs: demo, orders, catalog")
                    .contains(
                            "only this machine can reach it",
                            "/health/ready",
                            "Users    alice / bob / admin   passwords, shown this once:")
                    .contains(
                            "TOKEN=$(curl -s http://localhost:" + gate.port() + "/login",
                            "curl -H \"Authorization: Bearer $TOKEN\"");
            assertThat(gate.err()).isEmpty();
            String alice = tokenOf(gate, password(banner, "alice"));
            assertThat(gate.getAs(alice, "/protected").body()).contains("Hello, alice!");
            assertThat(gate.get("/protected").statusCode()).isEqualTo(401);
            assertThat(gate.getAs(alice, "/api/orders").statusCode()).isEqualTo(200);
            var refused =
                    gate.ask("DELETE", "/api/orders/1", BodyPublishers.noBody(), "Authorization", "Bearer " + alice);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(gate.get("/api/catalog/products").statusCode()).isEqualTo(200);
            assertLoopbackOnly(gate.port());

            gate.terminate();
            await().atMost(CLOSING).until(() -> !gate.isAlive());
        }
        try (GateProcess again = demo.open("dev", "--admin", "127.0.0.1:0")) {
            assertThat(again.out())
                    .contains("passwords were shown at the first start")
                    .doesNotContain(password(banner, "alice"));
            assertThat(tokenOf(again, password(banner, "alice"))).isNotEmpty();
        }
    }

    @Test
    void dev_refuses_data_that_was_made_by_run() {
        List<String> before = postgresContent();
        Ended refused = premises.run("dev");
        assertRefused(refused, "This database is not a demo", "with --data");
        assertThat(postgresContent()).isEqualTo(before);
    }

    @Test
    @DisplayName("X11: another master key")
    void a_wrong_master_key_is_refused_and_nothing_is_written() {
        List<String> before = postgresContent();
        Ended refused = premises.with("MASTER_KEY", Gate.MASTER_KEY).run("run");
        assertRefused(refused, "The master key is not the one this database was made with.", "Nothing was written.");
        assertThat(postgresContent()).isEqualTo(before);
    }

    @Test
    @DisplayName("X11: a schema of a newer Gatehouse")
    void a_schema_that_needs_a_newer_gatehouse_is_refused_and_left_alone() {
        premises.postgres()
                .rows(
                        "INSERT INTO schema_version (version, name, checksum, min_binary) VALUES (900, 'later', 'x', 900)");
        try {
            List<String> before = postgresContent();
            assertRefused(premises.run("run"), "newer");
            assertRefused(premises.run("user", "list"), "newer");
            assertThat(postgresContent()).isEqualTo(before);
        } finally {
            premises.postgres().rows("DELETE FROM schema_version WHERE version = 900");
        }
    }

    @Test
    @DisplayName("X11: a migration that is not as it was applied")
    void a_schema_that_was_made_by_other_scripts_is_refused_and_left_alone() {
        premises.postgres().rows("UPDATE schema_version SET checksum = 'x' || checksum WHERE version = 1");
        try {
            List<String> before = postgresContent();
            assertRefused(premises.run("run"), "Schema script 1 (ground) in the database differs");
            assertThat(postgresContent()).isEqualTo(before);
        } finally {
            premises.postgres().rows("UPDATE schema_version SET checksum = substr(checksum, 2) WHERE version = 1");
        }
    }

    @Test
    @DisplayName("X11: a corrupt row")
    void a_signing_key_that_cannot_be_opened_is_refused_and_left_alone() {
        assertThat(premises.run("key", "rotate").status()).isZero();
        premises.postgres()
                .rows(
                        "UPDATE signing_key SET wrapped_key = set_byte(wrapped_key, 20, 255 - get_byte(wrapped_key, 20))");
        try {
            List<String> before = postgresContent();
            assertRefused(premises.run("run"), "key");
            assertThat(postgresContent()).isEqualTo(before);
        } finally {
            premises.postgres()
                    .rows(
                            "UPDATE signing_key SET wrapped_key = set_byte(wrapped_key, 20, 255 - get_byte(wrapped_key, 20))");
        }
    }

    @Test
    void a_second_gate_on_the_same_data_is_refused_with_the_process_id_of_the_first() {
        try (GateProcess first = premises.open("run")) {
            assertRefused(
                    premises.run("run"), "Another gate (process " + first.pid() + ") is already running", "--data");
            assertThat(first.get("/").statusCode()).isEqualTo(200);
            first.terminate();
            await().atMost(CLOSING).until(() -> !first.isAlive());
            assertThat(first.status()).isZero();
            assertThat(premises.postgres().answers())
                    .as("somebody else still uses it")
                    .isTrue();
        }
    }

    @Test
    void a_port_that_is_taken_is_named_with_the_flag_that_helps() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String there = "127.0.0.1:" + taken.getLocalPort();
            assertRefused(premises.run("run", "--listen", there), "Cannot listen on " + there, "--listen 127.0.0.1:");
            assertRefused(premises.run("run", "--admin", there), "Cannot listen on " + there, "--admin 127.0.0.1:");
        }
    }

    @Test
    void faults_of_the_file_end_with_three_and_are_told_on_standard_error() {
        Premises broken = Premises.in(folder, "listne: 127.0.0.1:0\napis: {a: {path: /a}}\n");
        Ended refused = broken.run("run");
        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("gatehouse.yaml:1:1", "did you mean `listen`?", "upstream");
        assertThat(broken.postgres().postmaster()).isEmpty();
    }

    @Test
    void sigterm_lets_requests_finish_and_leaves_nothing_behind() throws Exception {
        try (Backend backend = Backend.named("api")) {
            Premises own = Premises.in(
                    folder,
                    """
                    listen: 127.0.0.1:0
                    admin: 127.0.0.1:0
                    apis: {api: {path: /, upstream: "%s", routes: {GET /held: public}}}
                    """
                            .formatted(backend.url()));
            try (GateProcess gate = own.open("run")) {
                ProcessHandle server = own.postgres().postmaster().orElseThrow();
                List<ProcessHandle> family = server.descendants().toList();
                int port = gate.port();
                assertThat(gate.ready()).isEqualTo(200);
                var underWay = Door.CLIENT.sendAsync(
                        gate.request("GET", "/held", BodyPublishers.noBody()), BodyHandlers.ofString());
                await().until(() -> backend.held() == 1);

                gate.terminate();
                await().until(() -> gate.ready() == 503);
                await().until(() -> !accepts("127.0.0.1", port));
                assertThat(underWay).isNotDone();
                backend.release();

                assertThat(underWay.join().body()).isEqualTo("api /held nobody");
                await().atMost(CLOSING).until(() -> !gate.isAlive());
                assertThat(gate.status()).as(gate.out() + gate.err()).isZero();
                assertThat(family).isNotEmpty().noneMatch(OwnPostgres::lives);
                assertThat(OwnPostgres.lives(server)).isFalse();
            }
        }
    }

    /** The shipped file, on ports of its own. */
    private Premises demo() throws IOException {
        return Premises.in(folder, Files.readString(Path.of(SHIPPED)))
                .with("PORT", String.valueOf(Ports.free()))
                .with("DEMO_ORDERS_PORT", String.valueOf(Ports.free()))
                .with("DEMO_CATALOG_PORT", String.valueOf(Ports.free()));
    }

    private static String password(String banner, String name) {
        var line =
                Pattern.compile("^ +" + name + " +(\\S+)$", Pattern.MULTILINE).matcher(banner);
        assertThat(line.find()).as(banner).isTrue();
        return line.group(1);
    }

    private static String tokenOf(GateProcess gate, String password) {
        var answer =
                gate.post("/login", new JsonObject().put("username", "alice").put("password", password));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getString("access_token");
    }

    /** 127.0.0.2 is this machine as well: a listener on every address would answer there. */
    private static void assertLoopbackOnly(int port) {
        assertThat(accepts("127.0.0.1", port)).isTrue();
        assertThat(accepts("127.0.0.2", port)).isFalse();
    }

    private static boolean accepts(String host, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 1_000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static void assertRefused(Ended refused, String... sentences) {
        assertThat(refused.status()).as(refused.err()).isEqualTo(1);
        assertThat(refused.err()).contains(sentences).startsWith("gatehouse: ").doesNotContain("\tat ", "Exception");
        assertThat(refused.out()).as("no banner").doesNotContain("is up in");
    }

    /** Every row of every table, as one line for each table. */
    private static List<String> postgresContent() {
        var own = premises.postgres();
        return own.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").stream()
                .map(row -> row.getString(0))
                .map(table -> table + " "
                        + own.rows("SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM " + table + " t")
                                .get(0)
                                .getString(0))
                .toList();
    }
}
