package dev.gatehouse;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.gatehouse.config.Overrides;
import dev.gatehouse.store.TestDatabase;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What happens when somebody saves the file while the gate is open. */
final class ReloadTest {
    /** CONTRACT: live within 2 s of a save. */
    private static final Duration LIVE = Duration.ofSeconds(2);

    /** While callers ask as fast as they can. */
    private static final Duration LIVE_UNDER_LOAD = Duration.ofSeconds(20);

    private static final int CALLERS = 4;
    private static final int RELOADS = 100;

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static Backend first;
    private static Backend second;

    @TempDir
    Path folder;

    private Gate gate;
    private LogLines log;

    @BeforeAll
    static void openBackends() {
        first = Backend.named("first");
        second = Backend.named("second");
    }

    @AfterAll
    static void closeBackends() {
        first.close();
        second.close();
    }

    @BeforeEach
    void open() {
        log = LogLines.of("dev.gatehouse.Reload");
        gate = Gate.open(folder, Gate.postgresUrl(DATABASE.options()), routes(first, "/a"));
    }

    @AfterEach
    void close() {
        gate.close();
        log.close();
    }

    @Test
    void a_saved_file_is_live_within_two_seconds() {
        save(routes(second, "/a", "/b"));
        Within.holds(LIVE, () -> status("/b") == 200);
        assertThat(gate.get("/a").body()).isEqualTo("second /a nobody");
    }

    @Test
    void a_file_that_is_empty_is_one_that_somebody_is_still_writing() throws Exception {
        save("");
        for (int i = 0; i < 10; i++) {
            TimeUnit.MILLISECONDS.sleep(50);
            assertThat(status("/a")).isEqualTo(200);
        }
        save(routes(second, "/b"));
        Within.holds(LIVE, () -> status("/b") == 200 && status("/a") == 404);
    }

    @Test
    void a_file_that_takes_the_place_of_the_old_one_is_live_within_two_seconds() throws IOException {
        Path draft = Files.writeString(folder.resolve("draft"), routes(first, "/b"));
        Files.move(draft, gate.file(), ATOMIC_MOVE, REPLACE_EXISTING);
        Within.holds(LIVE, () -> status("/b") == 200 && status("/a") == 404);
    }

    @Test
    void a_link_that_leads_elsewhere_is_live_within_two_seconds_though_size_and_time_are_the_same() throws IOException {
        mounted("v1", routes(first, "/b"));
        mounted("v2", routes(first, "/c"));
        link("..data", Path.of("v1"));
        link("gatehouse.yaml", Path.of("..data", "gatehouse.yaml"));
        Within.holds(LIVE, () -> status("/b") == 200);

        link("..data", Path.of("v2"));
        Within.holds(LIVE, () -> status("/c") == 200 && status("/b") == 404);
    }

    @Test
    void a_bad_edit_leaves_the_last_good_version_serving_and_says_so() {
        save(routes(first, "/a").replace("public", "publik"));
        await().until(() -> logged(
                "ERROR gatehouse.yaml has 1 error; still serving the version loaded at ",
                " (1 route). Run gatehouse check."));
        assertThat(log.lines().get(0)).contains("error[GH", "gatehouse.yaml:", "publik", "did you mean `public`?");
        assertThat(status("/a")).isEqualTo(200);

        save("apis: [");
        await().until(() -> log.lines().size() == 2);
        assertThat(log.lines().get(1)).contains("gatehouse.yaml has 1 error; still serving");
        assertThat(status("/a")).isEqualTo(200);

        save(routes(first, "/mended"));
        Within.holds(LIVE, () -> status("/mended") == 200);
        assertThat(log.lines().get(2)).startsWith("INFO gatehouse.yaml reloaded: 1 route");
    }

    @Test
    void a_file_that_is_gone_leaves_the_last_good_version_serving() throws IOException {
        Files.delete(gate.file());
        await().until(() -> logged("still serving"));
        assertThat(status("/a")).isEqualTo(200);

        save(routes(first, "/back"));
        Within.holds(LIVE, () -> status("/back") == 200);
    }

    @Test
    @DisplayName("I7 a hundred reloads under load fail no request and break no stream and no WebSocket")
    void nothing_is_dropped_while_the_file_is_saved_again_and_again() throws Exception {
        var done = new CountDownLatch(1);
        var asked = new AtomicInteger();
        var callers = new ArrayList<CompletableFuture<List<String>>>();
        try (var streams = new Streams();
                var up = new RawStream(gate.port(), "POST /stream/up", true)) {
            save(routes(first, "/a") + streaming(streams, "up"));
            Within.holds(LIVE_UNDER_LOAD, () -> status("/stream/ready") == 200);
            try (var down = new RawStream(gate.port(), "GET /stream/down", false);
                    var socket = new RawWebSocket(gate.port(), "/stream/live")) {
                up.begin();
                down.begin();
                for (int i = 0; i < CALLERS; i++)
                    callers.add(CompletableFuture.supplyAsync(
                            () -> oddAnswers(done, asked), work -> new Thread(work).start()));
                for (int turn = 0; turn < RELOADS; turn++) {
                    String marker = "/turn" + turn;
                    save(routes(turn % 2 == 0 ? second : first, "/a", marker)
                            + (turn % 3 == 0 ? "" : streaming(streams, "turn" + turn)));
                    Within.holds(LIVE_UNDER_LOAD, () -> status(marker) == 200);
                }
                done.countDown();
                for (var caller : callers) assertThat(caller.get()).isEmpty();
                assertThat(asked).hasValueGreaterThan(RELOADS);
                long echoes = socket.echoes();
                await().until(() -> socket.echoes() > echoes);
                assertThat(socket.end())
                        .as("a WebSocket ends when its caller says so")
                        .isEqualTo(1000);
                streams.end();
                assertThat(down.end()).as("a long answer goes on to its end").startsWith("HTTP/1.1 200 ");
                assertThat(up.end()).as("a long body goes on to its end").contains("received " + up.sent());
            }
        } finally {
            done.countDown();
        }
    }

    @Test
    void of_saves_that_follow_each_other_the_last_is_live_within_two_seconds_whatever_stood_there_between()
            throws Exception {
        var pause = new CountDownLatch(1);
        for (int i = 0; i < 30; i++) {
            save(i % 3 == 0 ? "apis: [" : routes(first, "/a", "/save" + i));
            pause.await(i % 2 == 0 ? 100 : 20, TimeUnit.MILLISECONDS);
            assertThat(status("/a")).isEqualTo(200);
        }
        save(routes(second, "/a", "/last"));
        Within.holds(LIVE, () -> status("/last") == 200);
        assertThat(gate.get("/a").body()).isEqualTo("second /a nobody");
    }

    @Test
    void a_request_under_way_ends_on_the_version_it_began_with() {
        try (Backend slow = Backend.named("slow")) {
            save(routes(slow, "/held"));
            Within.holds(LIVE, () -> status("/a") == 404);
            CompletableFuture<HttpResponse<String>> underWay = Gate.client()
                    .sendAsync(gate.request("GET", "/held", BodyPublishers.noBody()), BodyHandlers.ofString());
            await().until(() -> slow.held() == 1);

            save(routes(first, "/new"));
            Within.holds(LIVE, () -> status("/new") == 200 && status("/held") == 404);
            slow.release();
            assertThat(underWay.join().statusCode()).isEqualTo(200);
            assertThat(underWay.join().body()).isEqualTo("slow /held nobody");
        }
    }

    @Test
    void keys_of_another_issuer_that_change_are_taken_up_within_two_seconds() throws Exception {
        ECKey old = new ECKeyGenerator(Curve.P_256).keyID("old").generate();
        ECKey fresh = new ECKeyGenerator(Curve.P_256).keyID("fresh").generate();
        publish(old);
        save(routes(first, "/a")
                + """
                  partner:
                    path: /partner
                    upstream: %s
                    issuers: [corporate]
                    audience: https://api.example.com
                    routes:
                      GET /**: login
                issuers:
                  corporate:
                    issuer: https://login.example.com
                    jwks: file:keys.json
                    algorithms: [ES256]
                """
                        .formatted(first.url()));
        Within.holds(LIVE, () -> statusAs(signed(old)) == 200);
        assertThat(statusAs(signed(fresh))).isEqualTo(401);

        publish(fresh);
        Within.holds(LIVE, () -> statusAs(signed(fresh)) == 200);
        assertThat(statusAs(signed(old))).as("withdrawn keys count no more").isEqualTo(401);

        Files.writeString(folder.resolve("keys.json"), "{\"keys\":[]}");
        await().until(() -> logged("still serving", "key set is empty"));
        assertThat(statusAs(signed(fresh))).as("the last good keys stay").isEqualTo(200);
    }

    @Test
    void what_needs_a_restart_says_so_and_the_rest_applies() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        var overrides = new Overrides(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(other.resolve("data").toString()),
                Optional.empty());
        var environment = Map.of("HERE", Gate.postgresUrl(DATABASE.options()));
        Path key = Files.createFile(
                other.resolve("first.key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, Gate.MASTER_KEY);
        String before =
                """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                database: ${HERE}
                keys: {master: "file:first.key"}
                """;
        try (Gate open = Gate.open(other, overrides, environment, before + routes(first, "/a"))) {
            String after =
                    """
                    listen: 127.0.0.1:1
                    admin: 127.0.0.1:2
                    database: embedded
                    url: https://gate.example
                    keys: {master: "file:second.key"}
                    """;
            Files.writeString(open.file(), after + routes(first, "/b"));
            Within.holds(LIVE, () -> open.get("/b").statusCode() == 200);
            await().until(() -> logged("reloaded"));
            assertThat(log.lines()).singleElement().satisfies(line -> {
                for (String setting : List.of("listen", "admin", "database", "url", "keys.master"))
                    assertThat(line).contains("warning[GH302]: `" + setting + "` has changed and needs a restart");
            });
        }
    }

    private List<String> oddAnswers(CountDownLatch done, AtomicInteger asked) {
        var odd = new ArrayList<String>();
        while (done.getCount() > 0) {
            asked.incrementAndGet();
            try {
                var answer = gate.get("/a");
                if (answer.statusCode() != 200 || !answer.body().endsWith(" /a nobody"))
                    odd.add(answer.statusCode() + " " + answer.body());
            } catch (RuntimeException broken) {
                odd.add(String.valueOf(broken));
            }
        }
        return odd;
    }

    private void save(String yaml) {
        try {
            Files.writeString(gate.file(), yaml);
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }

    /** A version of the file as a container's mount holds it; all have the same size and time. */
    private void mounted(String version, String yaml) throws IOException {
        Path file =
                Files.writeString(Files.createDirectory(folder.resolve(version)).resolve("gatehouse.yaml"), yaml);
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    }

    private void link(String name, Path target) throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.new"), target);
        Files.move(link, folder.resolve(name), ATOMIC_MOVE, REPLACE_EXISTING);
    }

    private static String routes(Backend backend, String... paths) {
        var yaml = new StringBuilder("apis:\n  demo:\n    path: /\n    upstream: " + backend.url() + "\n    routes:\n");
        for (String path : paths) yaml.append("      GET ").append(path).append(": public\n");
        return yaml.toString();
    }

    private static String streaming(Streams streams, String name) {
        return """
                  %s:
                    path: /stream
                    upstream: %s
                    routes: {"ANY /**": public}
                """
                .formatted(name, streams.url());
    }

    private int status(String path) {
        return gate.get(path).statusCode();
    }

    private int statusAs(String token) {
        return gate.getAs(token, "/partner/x").statusCode();
    }

    private boolean logged(String... parts) {
        return log.lines().stream().anyMatch(line -> List.of(parts).stream().allMatch(line::contains));
    }

    private void publish(ECKey key) throws IOException {
        Files.writeString(folder.resolve("keys.json"), new JWKSet(key.toPublicJWK()).toString());
    }

    private static String signed(ECKey key) {
        return ForeignToken.of("https://login.example.com", "https://api.example.com")
                .signed(key);
    }
}
