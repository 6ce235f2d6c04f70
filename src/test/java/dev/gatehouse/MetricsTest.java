package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.config.Overrides;
import dev.gatehouse.store.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus reads at {@code /metrics}, of a gate that has had something to do. */
final class MetricsTest {
    private static final Path PAGE = Path.of("src", "docs", "metrics.md");
    private static final Pattern NAMED = Pattern.compile("^\\| `([a-z0-9_]+)` ", Pattern.MULTILINE);
    private static final Pattern TYPED = Pattern.compile("^# TYPE ([a-z0-9_]+) ", Pattern.MULTILINE);
    private static final Duration COUNTED = Duration.ofSeconds(20);

    @TempDir
    static Path folder;

    private static TestDatabase database;
    private static Backend backend;
    private static Gate gate;
    private static int admin;

    @BeforeAll
    static void open() {
        database = TestDatabase.open();
        backend = Backend.named("orders");
        admin = Ports.free();
        gate = gate(
                database,
                folder,
                admin,
                """
                observe: {traces: "http://127.0.0.1:%d"}
                apis:
                  orders: {path: /orders, upstream: "%s", routes: {"GET /{id}": login, GET /open: public}}
                  gone: {path: /gone, upstream: "http://127.0.0.1:%d", routes: {GET /: public}}
                """
                        .formatted(Ports.free(), backend.url(), Ports.free()));
        gate.register("ada");
        String token = gate.token("ada");
        for (int i = 0; i < 3; i++)
            assertThat(gate.getAs(token, "/orders/" + i).statusCode()).isEqualTo(200);
        assertThat(gate.get("/orders/7").statusCode()).isEqualTo(401);
        assertThat(gate.get("/orders/7", "Authorization", "Bearer a.b.c").statusCode())
                .isEqualTo(401);
        assertThat(gate.get("/gone/").statusCode()).isEqualTo(502);
        assertThat(gate.get("/" + "nobody-knows-" + System.nanoTime()).statusCode())
                .isEqualTo(404);
        assertThat(gate.get("/oauth/jwks").statusCode()).isEqualTo(200);
    }

    @AfterAll
    static void close() {
        gate.close();
        backend.close();
        database.close();
    }

    @Test
    @DisplayName("requests are counted by API, route as it is written, and class of status")
    void requests_are_counted() {
        await().atMost(COUNTED).untilAsserted(() -> assertThat(page())
                .contains(
                        "gatehouse_requests_total{api=\"orders\",route=\"/orders/{id}\",status=\"2xx\"} 3.0",
                        "gatehouse_requests_total{api=\"orders\",route=\"/orders/{id}\",status=\"4xx\"} 2.0",
                        "gatehouse_request_duration_seconds_count{api=\"orders\"} 5",
                        "gatehouse_request_duration_seconds_bucket{api=\"orders\",le=\"+Inf\"} 5",
                        "gatehouse_upstream_duration_seconds_count{api=\"orders\"} 3",
                        "gatehouse_upstream_failures_total{api=\"gone\"} 1.0",
                        "gatehouse_upstream_failures_total{api=\"orders\"} 0.0"));
    }

    @Test
    @DisplayName("refusals are counted by reason, tokens by how they were judged")
    void refusals_and_tokens_are_counted() {
        await().atMost(COUNTED).untilAsserted(() -> assertThat(page())
                .contains(
                        "gatehouse_refusals_total{reason=\"login_required\"} 1.0",
                        "gatehouse_refusals_total{reason=\"no_route\"} 1.0",
                        "gatehouse_tokens_verified_total{result=\"refused\"} 1.0"));
        assertThat(value("gatehouse_tokens_verified_total{result=\"cold\"}")).isBetween(1.0, 3.0);
        assertThat(value("gatehouse_tokens_verified_total{result=\"warm\"}")
                        + value("gatehouse_tokens_verified_total{result=\"cold\"}"))
                .isGreaterThanOrEqualTo(3);
    }

    @Test
    @DisplayName("the state of this node can be read off: database, keys, connections, hashing, settings, JVM")
    void the_state_is_told() {
        assertThat(value("gatehouse_database_up")).isEqualTo(1);
        assertThat(value("gatehouse_signing_keys{algorithm=\"ES256\",phase=\"active\"}"))
                .isEqualTo(1);
        assertThat(value("gatehouse_connections")).isGreaterThanOrEqualTo(1);
        await().atMost(COUNTED)
                .until(() -> value("gatehouse_requests_waiting") == 0 && value("gatehouse_password_hashes") == 0);
        assertThat(value("gatehouse_config_reloads_total{result=\"taken\"}")).isZero();
        assertThat(page()).contains("jvm_memory_used_bytes{area=\"heap\"", "jvm_threads_live_threads");
    }

    @Test
    @DisplayName("what a stranger sends is no label")
    void strangers_name_nothing() {
        assertThat(page()).doesNotContain("nobody-knows", "orders/7", "ada", "a.b.c");
    }

    @Test
    @DisplayName("metrics.md names what is there, and nothing else")
    void the_page_is_complete() throws IOException {
        var documented = NAMED.matcher(Files.readString(PAGE))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        var served = TYPED.matcher(page())
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).containsAll(served);
        documented.removeAll(served);
        assertThat(documented)
                .as("the JVM has some of these only after a collection of that kind")
                .allMatch(name -> name.startsWith("jvm_gc_"));
    }

    @Test
    @DisplayName("`metrics: off` is a 404")
    void off_is_off(@TempDir Path other) {
        int port = Ports.free();
        try (TestDatabase its = TestDatabase.open();
                Gate quiet = gate(its, other, port, "observe: {metrics: off}\n")) {
            assertThat(quiet.get("/oauth/jwks").statusCode()).isEqualTo(200);
            assertThat(scrape(port).statusCode()).isEqualTo(404);
        }
    }

    private static Gate gate(TestDatabase database, Path where, int port, String yaml) {
        return Gate.open(
                where,
                new Overrides(
                        Optional.of("127.0.0.1:0"),
                        Optional.of("127.0.0.1:" + port),
                        Optional.empty(),
                        Optional.of(where.resolve("data").toString()),
                        Optional.of(Gate.postgresUrl(database.options()))),
                Map.of("MASTER_KEY", Gate.MASTER_KEY),
                yaml);
    }

    private static double value(String sample) {
        return page().lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(sample + " is not there"));
    }

    private static String page() {
        HttpResponse<String> answer = scrape(admin);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain; version=0.0.4");
        return answer.body();
    }

    private static HttpResponse<String> scrape(int port) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                    .build();
            return Gate.client().send(request, BodyHandlers.ofString());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }
}
