package dev.gatehouse.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Ports;
import dev.gatehouse.config.ApiCallers;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.Exposure;
import dev.gatehouse.vocabulary.Position;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DemoBackendsTest {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void the_verticle_greets_the_caller_by_name() {
        start(Map.of("demo", bus("demo.http")));
        var answer = ask("/protected", new JsonObject().put("subject", "u_1").put("user", "alice"));
        assertThat(answer.headers().get("status")).isEqualTo("200");
        assertThat(answer.headers().get("h.content-type")).isEqualTo("application/json");
        assertThat(new JsonObject(answer.body()).getString("message")).startsWith("Hello, alice!");
    }

    @Test
    void the_verticle_has_data_and_nothing_else() {
        start(Map.of("demo", bus("demo.http")));
        assertThat(ask("/api/data?x=1", new JsonObject()).headers().get("status"))
                .isEqualTo("200");
        assertThat(ask("/else", new JsonObject()).headers().get("status")).isEqualTo("404");
    }

    @Test
    void orders_can_be_listed_placed_read_and_deleted() throws Exception {
        URI orders = startOrders();
        assertThat(send("GET", orders, "/", "").body()).contains("\"asked_by\":{\"subject\":\"u_1\",\"user\":\"zoë\"");
        var placed = send("POST", orders, "/", "{\"item\":\"rope\"}");
        assertThat(placed.statusCode()).isEqualTo(201);
        String id = new JsonObject(placed.body()).getJsonObject("order").getString("id");
        assertThat(send("GET", orders, "/" + id, "").body()).contains("rope");
        assertThat(send("DELETE", orders, "/" + id, "").statusCode()).isEqualTo(200);
        assertThat(send("GET", orders, "/" + id, "").statusCode()).isEqualTo(404);
    }

    @Test
    void orders_answer_under_the_path_of_their_api_too() throws Exception {
        URI orders = startOrders();
        assertThat(send("GET", orders, "/api/orders/1", "").statusCode()).isEqualTo(200);
        assertThat(send("GET", orders, "/api/orders", "").statusCode()).isEqualTo(200);
    }

    @Test
    void orders_are_bounded_in_number_and_size() throws Exception {
        URI orders = startOrders();
        assertThat(send("POST", orders, "/", "[]").statusCode()).isEqualTo(400);
        assertThat(send("POST", orders, "/", " ".repeat(LoopbackBackend.BODY_BYTES + 1))
                        .statusCode())
                .isEqualTo(413);
        int status = 201;
        for (int i = 0; i < OrdersBackend.ORDERS && status == 201; i++)
            status = send("POST", orders, "/", "{\"item\":\"rope\"}").statusCode();
        assertThat(status).isEqualTo(409);
    }

    @Test
    void a_busy_port_is_said_in_a_sentence() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI origin = URI.create("http://127.0.0.1:" + taken.getLocalPort());
            var started = DemoBackends.start(vertx, Map.of("catalog", http("catalog", origin)));
            started.transform(done -> Future.succeededFuture()).await();
            assertThat(started.cause())
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("apis.catalog.upstream");
        }
    }

    @Test
    void an_api_that_points_elsewhere_is_left_alone() {
        start(Map.of("orders", http("orders", URI.create("http://orders.example:80"))));
        assertThat(vertx.deploymentIDs()).isEmpty();
    }

    private void start(Map<String, Config.Api> apis) {
        DemoBackends.start(vertx, apis).await();
    }

    private URI startOrders() throws IOException {
        URI origin = URI.create("http://127.0.0.1:" + Ports.free());
        start(Map.of("orders", http("orders", origin)));
        return origin;
    }

    private Message<Buffer> ask(String uri, JsonObject identity) {
        var options = new DeliveryOptions()
                .addHeader("method", "GET")
                .addHeader("uri", uri)
                .addHeader("identity", identity.encode());
        return vertx.eventBus()
                .<Buffer>request("demo.http", Buffer.buffer(), options)
                .await();
    }

    private HttpResponse<String> send(String method, URI origin, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(origin.resolve(path))
                .header("X-Gatehouse-Subject", "u_1")
                .header("X-Gatehouse-User", "zo%C3%AB")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Config.Api bus(String address) {
        return api("demo", new Config.Upstream.Bus(address));
    }

    private static Config.Api http(String name, URI origin) {
        return api(name, new Config.Upstream.Http(origin));
    }

    private static Config.Api api(String name, Config.Upstream upstream) {
        return new Config.Api(
                name,
                "/api/" + name,
                Exposure.ANYWHERE,
                upstream,
                Config.Identity.HEADERS,
                Duration.ofSeconds(1),
                List.of(),
                Optional.empty(),
                List.of(),
                ApiCallers.USUAL,
                new Position("test.yaml", 1, 1));
    }
}
