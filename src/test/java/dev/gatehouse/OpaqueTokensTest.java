package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("tokens that say nothing by themselves, at a whole gate")
final class OpaqueTokensTest {
    private static final String AUDIENCE = "https://api.example.com";

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final List<String> shown = new CopyOnWriteArrayList<>();
    private final List<String> credentials = new CopyOnWriteArrayList<>();
    private final Map<String, JsonObject> active = new LinkedHashMap<>();
    private Provider provider;
    private Backend api;
    private Gate gate;

    @BeforeEach
    void open() {
        provider = new Provider().at("/introspect", this::introspect);
        api = Backend.named("api");
        gate = Gate.open(
                DATABASE,
                """
                outbound: {allow: [127.0.0.0/8]}
                scopes: {"orders:read": See your orders}
                apis:
                  work:
                    path: /work
                    upstream: %1$s
                    issuers: [self, corporate]
                    audience: https://api.example.com
                    routes:
                      GET /scope: scope orders:read
                      ANY /**: login
                  other:
                    path: /other
                    upstream: %1$s
                    issuers: [corporate]
                    audience: https://other.example.com
                    routes:
                      GET /**: login
                  ours:
                    path: /ours
                    upstream: %1$s
                    routes:
                      GET /**: login
                issuers:
                  corporate:
                    issuer: %2$s
                    introspect: {url: "%2$s/introspect", client_id: gate, client_secret: "a-secret-of-theirs"}
                """
                        .formatted(api.url(), provider.url()));
    }

    @AfterEach
    void close() {
        gate.close();
        api.close();
        provider.close();
    }

    private void introspect(HttpExchange exchange, String body) throws IOException {
        String token = Provider.field(body, "token");
        shown.add(token);
        credentials.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        JsonObject said = active.get(token);
        Provider.send(exchange, 200, said == null ? "{\"active\":false}" : said.encode());
    }

    private JsonObject knows(String token) {
        var said = new JsonObject()
                .put("active", true)
                .put("sub", "u_9")
                .put("username", "zoe")
                .put("client_id", "partner-app")
                .put("aud", AUDIENCE)
                .put("scope", "orders:read")
                .put("exp", Instant.now().plusSeconds(600).getEpochSecond());
        active.put(token, said);
        return said;
    }

    private int status(String token, String path) {
        return gate.getAs(token, path).statusCode();
    }

    @Test
    @DisplayName("RFC 7662 what the issuer says of a token is what a JWT would have said; it is asked once")
    void an_active_token_is_taken() {
        knows("opaque-1");
        for (int i = 0; i < 20; i++)
            assertThat(gate.getAs("opaque-1", "/work/a").body()).endsWith("/work/a zoe");
        assertThat(status("opaque-1", "/work/scope")).isEqualTo(200);
        assertThat(shown.size())
                .as("once per event loop at most")
                .isBetween(1, Runtime.getRuntime().availableProcessors());
        assertThat(credentials)
                .containsOnly("Basic "
                        + Base64.getEncoder()
                                .encodeToString("gate:a-secret-of-theirs".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    @DisplayName("a token that is not active is 401, and its issuer is not asked again at once")
    void an_inactive_token_is_not() {
        for (int i = 0; i < 20; i++) {
            HttpResponse<String> answer = gate.getAs("opaque-unknown", "/work/a");
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                    .contains("invalid_token");
        }
        assertThat(shown.size()).isBetween(1, Runtime.getRuntime().availableProcessors());
    }

    @Test
    @DisplayName("what does not hold is no yes: other audiences, other issuers, other types, other times")
    void a_yes_is_read_strictly() {
        knows("t1").put("aud", "https://other.example.com");
        knows("t2").remove("aud");
        knows("t3").put("iss", "https://evil.example");
        knows("t5").remove("active");
        knows("t6").put("exp", Instant.now().minusSeconds(5).getEpochSecond());
        knows("t7").put("nbf", Instant.now().plusSeconds(600).getEpochSecond());
        knows("t8").put("sub", 7);
        knows("t9").put("scope", List.of("orders:read"));
        knows("t10").put("username", "line\nbreak");
        knows("t11").put("cnf", new JsonObject().put("x5t#S256", "abc"));
        var bound = knows("t12").put("cnf", new JsonObject().put("jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"));
        assertThat(bound.getString("sub")).isEqualTo("u_9");
        knows("t4").put("active", false);
        for (int i = 1; i <= 12; i++)
            assertThat(status("t" + i, "/work/a")).as("t" + i).isEqualTo(401);
        assertThat(status("t1", "/other/a")).isEqualTo(200);
    }

    @Test
    void a_client_on_its_own_behalf_has_no_sub_of_its_own() {
        knows("service").remove("sub");
        active.get("service").remove("username");
        assertThat(gate.getAs("service", "/work/scope").body()).endsWith("/work/scope nobody");
    }

    @Test
    @DisplayName("nobody is shown what is not theirs: JWTs, texts that are no tokens, tokens for other APIs")
    void tokens_of_others_are_not_shown() {
        var key = Provider.key("k");
        assertThat(status(Provider.token(key, "https://login.example.com", AUDIENCE, "u"), "/work/a"))
                .isEqualTo(401);
        assertThat(status(Provider.token(key, gate.url(), AUDIENCE, "u"), "/work/a"))
                .isEqualTo(401);
        assertThat(status("opaque", "/ours/a")).isEqualTo(401);
        assertThat(gate.get("/work/a", "Authorization", "Bearer no token, a sentence")
                        .statusCode())
                .isEqualTo(401);
        assertThat(shown).isEmpty();

        String theirs = Provider.token(key, provider.url(), AUDIENCE, "u");
        knows(theirs);
        assertThat(status(theirs, "/work/a"))
                .as("a JWT of the issuer that is asked")
                .isEqualTo(200);
        assertThat(shown).containsExactly(theirs);
    }

    @Test
    @DisplayName(
            "the issuer away, in disorder, endless or silent is 503 and never 401; what was said before ends by its time")
    void away_is_503() throws Exception {
        knows("before");
        assertThat(status("before", "/work/a")).isEqualTo(200);
        var over = new CountDownLatch(1);
        List<Provider.Answer> troubles = List.of(
                (exchange, body) -> Provider.send(exchange, 500, "{}"),
                (exchange, body) -> Provider.send(exchange, 401, "{\"error\":\"invalid_client\"}"),
                (exchange, body) -> Provider.send(exchange, 200, "nonsense"),
                (exchange, body) -> Provider.send(exchange, 200, "{\"active\":\"true\",\"sub\":\"u\"}"),
                (exchange, body) -> Provider.send(exchange, 200, ""),
                (exchange, body) -> {
                    exchange.getResponseHeaders().set("Location", provider.url() + "/elsewhere");
                    Provider.send(exchange, 302, "");
                },
                (exchange, body) -> Provider.endless(exchange),
                (exchange, body) -> exchange.close(),
                (exchange, body) -> {
                    try {
                        over.await();
                    } catch (InterruptedException closing) {
                        Thread.currentThread().interrupt();
                    }
                });
        for (int i = 0; i < troubles.size(); i++) {
            provider.at("/introspect", troubles.get(i));
            long began = System.nanoTime();
            HttpResponse<String> answer = gate.getAs("opaque-" + i, "/work/a");
            assertThat(answer.statusCode()).as("trouble " + i).isEqualTo(503);
            assertThat(answer.body()).contains("issuer_unavailable");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        }
        over.countDown();
        assertThat(provider.asked).doesNotContain("/elsewhere");
        provider.at("/introspect", this::introspect);
        knows("opaque-0");
        assertThat(status("opaque-0", "/work/a")).isEqualTo(200);
    }

    @Test
    @DisplayName("whoever shows a token while it is being asked about waits for that answer; a body waits, too")
    void one_flight_for_all() throws Exception {
        var go = new CountDownLatch(1);
        knows("popular");
        provider.at("/introspect", (exchange, body) -> {
            try {
                go.await();
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
            introspect(exchange, body);
        });
        var all = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < 20; i++)
            all.add(Door.CLIENT.sendAsync(
                    gate.request(
                            "POST",
                            "/work/a",
                            BodyPublishers.ofString("x".repeat(10_000)),
                            "Authorization",
                            "Bearer popular"),
                    BodyHandlers.ofString()));
        Awaitility.await().until(() -> !provider.asked.isEmpty());
        go.countDown();
        for (var each : all) assertThat(each.get().statusCode()).isEqualTo(200);
        assertThat(shown.size()).isBetween(1, Runtime.getRuntime().availableProcessors());
    }
}
