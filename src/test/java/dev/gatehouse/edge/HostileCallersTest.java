package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ten thousand requests that mean no good, and a pool that is as it was before. */
@ExtendWith(QuietVertx.class)
final class HostileCallersTest {
    private static final int REQUESTS = 10_000;
    private static final String GOOD = "GET /good HTTP/1.1\r\nHost: g\r\n\r\n";

    private static final List<String> METHODS = List.of(
            "GET",
            "POST",
            "get",
            "M-SEARCH",
            "!#$%&'*+",
            "GE T",
            "G\u0000T",
            "CONNECT",
            "TRACE",
            "PRI",
            "",
            "X".repeat(5000));
    private static final List<String> TARGETS = List.of(
            "/",
            "/a b",
            "/%00",
            "/%",
            "/%zz",
            "/a\tb",
            "//x",
            "/../x",
            "/a;b",
            "*",
            "http://g/x",
            "http://other/x",
            "g:80",
            "/\u00ff",
            "/\\",
            "/?\u0001",
            "/#x",
            "/" + "a".repeat(9000),
            "/%2e%2e/x",
            "/?a=%0d%0aX:1",
            "/a\rb",
            "");
    private static final List<String> VERSIONS =
            List.of("HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "http/1.1", "HTTP/1.1 ", "HTTP/11", "");
    private static final List<String> FIELDS = List.of(
            "Host: g",
            "Host: h",
            "Host: ",
            "X: y",
            "X : y",
            ": y",
            "X: a\u0000b",
            "X: a\rb",
            "X\u0001: y",
            " folded",
            "X: " + "y".repeat(40_000),
            "Content-Length: 3",
            "Content-Length: -1",
            "Content-Length: +3",
            "Content-Length: 3, 4",
            "Content-Length: 99999999999999999999",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: gzip",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding:\u000bchunked",
            "Connection: close",
            "Connection: keep-alive, X-Gatehouse-User",
            "Connection: upgrade",
            "Upgrade: websocket",
            "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
            "Expect: 100-continue",
            "Expect: nothing",
            "TE: trailers",
            "Trailer: Content-Length",
            "X-Gatehouse-User: root",
            "X_Gatehouse_User: root",
            "Cookie: a=b\u0007",
            "Authorization: Bearer x",
            "X: \u00e4\u00ff",
            "X-Hop: 1");
    private static final List<String> BODIES = List.of(
            "",
            "abc",
            "3\r\nabc\r\n0\r\n\r\n",
            "zz\r\n",
            "3\r\nab",
            "0\r\nX: y\r\n\r\n",
            "ffffffffffffffff1\r\n",
            "abcGET /x HTTP/1.1\r\n\r\n");

    @Test
    void ten_thousand_hostile_requests_leave_the_pool_as_it_was() throws Exception {
        Vertx vertx = Vertx.vertx();
        var open = new AtomicInteger();
        var good = new AtomicInteger();
        HttpServer api = vertx.createHttpServer()
                .connectionHandler(connection -> {
                    open.incrementAndGet();
                    connection.closeHandler(gone -> open.decrementAndGet());
                })
                .requestHandler(request -> {
                    if (request.path().equals("/good")) good.incrementAndGet();
                    request.response().end("ok");
                });
        int port = api.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
        try (var gate = TestGate.plan()
                        .route(
                                "ANY /**: public",
                                UpstreamPlan.of(URI.create("http://127.0.0.1:" + port))
                                        .places(8, 8)
                                        .upstream())
                        .open();
                var wire = gate.call()) {
            var random = new Random(9110);
            for (int i = 0; i < REQUESTS; i++) {
                hostile(gate, request(random));
                if (i % 500 == 0) assertThat(wire.send(GOOD).answer()).startsWith("HTTP/1.1 200 ");
            }
            for (int i = 0; i < 20; i++) assertThat(wire.send(GOOD).answer()).startsWith("HTTP/1.1 200 ");
            assertThat(good).hasValue(REQUESTS / 500 + 20);
            Eventually.holds(
                    () -> gate.upstreams.view().stream().allMatch(api0 -> api0.underWay() == 0 && api0.waiting() == 0));
            Eventually.holds(() -> open.get() <= 8);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    /** Sends it, hangs up for sending, and waits until the gate has hung up too: whatever it says, it is done with it. */
    private static void hostile(TestGate gate, String request) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), gate.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (IOException reset) {
            assertThat(reset).isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    private static String request(Random random) {
        var text = new StringBuilder();
        text.append(one(METHODS, random))
                .append(' ')
                .append(one(TARGETS, random))
                .append(' ')
                .append(one(VERSIONS, random))
                .append("\r\n");
        if (random.nextInt(4) > 0) text.append("Host: g\r\n");
        for (int i = random.nextInt(5); i > 0; i--)
            text.append(one(FIELDS, random)).append(random.nextInt(20) == 0 ? "\n" : "\r\n");
        text.append("\r\n").append(one(BODIES, random));
        for (int i = random.nextInt(3); i > 0 && text.length() > 0; i--)
            text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
        return text.toString();
    }

    /** Half of the time the first, which is the usual one. */
    private static String one(List<String> some, Random random) {
        return random.nextBoolean() ? some.get(0) : some.get(random.nextInt(some.size()));
    }
}
