package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One trace from the caller through the gate to the API, as a collector of OpenTelemetry hears of it. */
@DisplayName("W3C Trace Context and OTLP over HTTP")
final class TracesTest {
    private static final Duration TOLD = Duration.ofSeconds(10);
    private static final String SERVER = "2";
    private static final String CLIENT = "3";

    private static final Queue<JsonObject> SPANS = new ConcurrentLinkedQueue<>();
    private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

    private static TestDatabase database;
    private static HttpServer collector;
    private static HttpServer api;
    private static Gate gate;

    @BeforeAll
    static void open() throws IOException {
        database = TestDatabase.open();
        collector = server(TracesTest::collect);
        api = server(exchange -> {
            SEEN.add(String.valueOf(exchange.getRequestHeaders().getFirst("traceparent")));
            exchange.sendResponseHeaders(204, -1);
        });
        gate = Gate.open(database, settings(collector.getAddress().getPort()));
    }

    @AfterAll
    static void close() {
        gate.close();
        collector.stop(0);
        api.stop(0);
        database.close();
    }

    @Test
    @DisplayName(
            "§4.3: a caller's trace goes on: its span is the parent of ours, ours is the parent of the call, and that is what the API is told")
    void a_trace_goes_on() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        assertThat(gate.get("/shop/things/7", "traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                        .statusCode())
                .isEqualTo(204);

        List<JsonObject> spans = spansOf(trace, 2);
        JsonObject server = ofKind(spans, SERVER);
        JsonObject client = ofKind(spans, CLIENT);
        assertThat(server.getString("parentSpanId")).isEqualTo("00f067aa0ba902b7");
        assertThat(client.getString("parentSpanId")).isEqualTo(server.getString("spanId"));
        assertThat(SEEN).contains("00-" + trace + "-" + client.getString("spanId") + "-01");
        assertThat(server.getString("name")).isEqualTo("/shop/things/{id}");
        assertThat(server.getJsonArray("attributes").encode())
                .contains("http.response.status_code", "\"intValue\":\"204\"", "\"stringValue\":\"shop\"");
        assertThat(Long.parseLong(client.getString("startTimeUnixNano")))
                .isBetween(
                        Long.parseLong(server.getString("startTimeUnixNano")),
                        Long.parseLong(server.getString("endTimeUnixNano")));
    }

    @Test
    @DisplayName("without one, the gate begins a trace; a refusal is a span without a call")
    void a_trace_begins_here() {
        SEEN.clear();
        assertThat(gate.get("/shop/open").statusCode()).isEqualTo(204);
        String told = SEEN.peek();
        assertThat(told).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        assertThat(ofKind(spansOf(told.substring(3, 35), 2), SERVER).containsKey("parentSpanId"))
                .isFalse();

        String refused = "11111111111111111111111111111111";
        gate.get("/shop/closed", "traceparent", "00-" + refused + "-2222222222222222-01");
        List<JsonObject> spans = spansOf(refused, 1);
        assertThat(spans).hasSize(1);
        assertThat(spans.get(0).getJsonArray("attributes").encode()).contains("login_required");
    }

    @Test
    @DisplayName("§3.2.2.5.1: what a caller does not record is not told of, and goes on as such")
    void what_is_not_sampled_is_not_told() {
        String trace = "33333333333333333333333333333333";
        String next = "44444444444444444444444444444444";
        gate.get("/shop/open", "traceparent", "00-" + trace + "-2222222222222222-00");
        gate.get("/shop/open", "traceparent", "00-" + next + "-2222222222222222-01");
        spansOf(next, 2);
        assertThat(found(trace)).isEmpty();
        assertThat(SEEN).anyMatch(seen -> seen.startsWith("00-" + trace) && seen.endsWith("-00"));
    }

    @Test
    @DisplayName("spans tell neither the query nor who asked")
    void nothing_private_is_told() {
        String trace = "55555555555555555555555555555555";
        gate.get(
                "/shop/open?code=a-secret",
                "traceparent",
                "00-" + trace + "-2222222222222222-01",
                "Cookie",
                "theirs=another-secret");
        assertThat(new JsonArray(spansOf(trace, 2)).encode()).doesNotContain("secret", "127.0.0.1");
    }

    @Test
    @DisplayName("a collector that is away costs callers nothing, and the gate closes all the same")
    void nobody_listens() {
        try (TestDatabase its = TestDatabase.open();
                Gate alone = Gate.open(its, settings(Ports.free()))) {
            for (int i = 0; i < 50; i++)
                assertThat(alone.get("/shop/open").statusCode()).isEqualTo(204);
        }
    }

    private static String settings(int port) {
        return """
                trust_proxy: [127.0.0.0/8]
                observe: {traces: "http://127.0.0.1:%d"}
                apis:
                  shop:
                    path: /shop
                    upstream: "http://127.0.0.1:%d"
                    routes: {GET /open: public, "GET /things/{id}": public, GET /closed: login}
                """
                .formatted(port, api.getAddress().getPort());
    }

    private static List<JsonObject> spansOf(String trace, int count) {
        await().atMost(TOLD).until(() -> found(trace).size() >= count);
        return found(trace);
    }

    private static List<JsonObject> found(String trace) {
        return SPANS.stream()
                .filter(span -> trace.equals(span.getString("traceId")))
                .toList();
    }

    private static JsonObject ofKind(List<JsonObject> spans, String kind) {
        return spans.stream()
                .filter(span -> kind.equals(String.valueOf(span.getInteger("kind"))))
                .findFirst()
                .orElseThrow();
    }

    private static void collect(HttpExchange exchange) throws IOException {
        assertThat(exchange.getRequestURI().getPath()).isEqualTo("/v1/traces");
        var told = new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        var spans = new ArrayList<JsonObject>();
        for (Object resource : told.getJsonArray("resourceSpans"))
            for (Object scope : ((JsonObject) resource).getJsonArray("scopeSpans"))
                for (Object span : ((JsonObject) scope).getJsonArray("spans")) spans.add((JsonObject) span);
        SPANS.addAll(spans);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 2);
        exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
    }

    /** Something that listens, on any port. */
    private interface Answering {
        void to(HttpExchange exchange) throws IOException;
    }

    private static HttpServer server(Answering answering) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                answering.to(exchange);
            }
        });
        server.start();
        return server;
    }
}
