package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Ports;
import dev.gatehouse.QuietVertx;
import dev.gatehouse.TestCertificate;
import dev.gatehouse.config.DoorSettings;
import dev.gatehouse.config.UpstreamTlsSettings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets octet by octet. The key and its answer are those of RFC 6455 §1.3. */
@ExtendWith(QuietVertx.class)
final class WebSocketTest {
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPT = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final String HELLO = "\u0081\u0085\u0037\u00fa\u0021\u003d\u007f\u009f\u004d\u0051\u0058";
    private static final String HELLO_BACK = "\u0081\u0005Hello";

    private static String open(String... fields) {
        return "GET /chat HTTP/1.1\r\nHost: g\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
    }

    private static String asked(String... more) {
        return open("Upgrade: websocket", "Connection: Upgrade", KEY, "Sec-WebSocket-Version: 13")
                .replace(
                        "\r\n\r\n",
                        "\r\n"
                                + String.join(
                                        "",
                                        List.of(more).stream()
                                                .map(line -> line + "\r\n")
                                                .toList()) + "\r\n");
    }

    private static String switching(String... fields) {
        return "HTTP/1.1 101 Switching Protocols\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
    }

    private static final String ACCEPTED = switching("Upgrade: websocket", "Connection: Upgrade", ACCEPT);

    /** Says yes, repeats so many octets, and goes on as told. */
    private static RawUpstream opening(RawUpstream.Script then) {
        return new RawUpstream(peer -> {
            if (peer.request() == null) return;
            peer.send(ACCEPTED);
            then.run(peer);
        });
    }

    private static RawUpstream echo() {
        return opening(peer -> peer.stream().transferTo(peer.out()));
    }

    // ── the handshake ────────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName(
            "RFC 6455 §4.1, §4.2.2, RFC 9110 §7.8: the handshake goes on, its hop-by-hop fields made anew, and so does the answer")
    void handshake() throws Exception {
        try (var upstream = echo();
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            String answer = wire.send(asked(
                            "Sec-WebSocket-Protocol: chat, superchat", "Cookie: theme=dark", "X-Gatehouse-User: root"))
                    .answer();
            assertThat(answer)
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .containsIgnoringCase("upgrade: websocket\r\n")
                    .containsIgnoringCase("connection: upgrade\r\n")
                    .contains(ACCEPT + "\r\n", "X-Request-Id: ")
                    .doesNotContainIgnoringCase("content-length")
                    .doesNotContainIgnoringCase("transfer-encoding");
            assertThat(upstream.received())
                    .startsWith("GET /chat HTTP/1.1\r\n")
                    .containsIgnoringCase("connection: upgrade\r\n")
                    .containsIgnoringCase("upgrade: websocket\r\n")
                    .containsOnlyOnce(KEY + "\r\n")
                    .containsOnlyOnce("Sec-WebSocket-Version: 13\r\n")
                    .contains("Sec-WebSocket-Protocol: chat, superchat\r\n", "Cookie: theme=dark\r\n", "X-Request-Id: ")
                    .doesNotContain("X-Gatehouse-User")
                    .doesNotContainIgnoringCase("content-length");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RFC 6455 §4.2.1 (6)|Sec-WebSocket-Version: 8|426",
                "RFC 6455 §4.2.1 (6)|Sec-WebSocket-Version: 13, 8|426",
                "RFC 6455 §4.2.1 (6)|X: no version|426",
                "RFC 6455 §4.2.1 (5)|Sec-WebSocket-Key: c2hvcnQ=|400",
                "RFC 6455 §4.2.1 (5)|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSE!|400",
                "RFC 6455 §4.2.1 (5)|X: no key|400",
                "RFC 6455 §11.3.1|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|400",
                "RFC 6455 §4.1 (10)|Sec-WebSocket-Protocol: chat,,x|400",
                "RFC 9110 §7.8|Content-Length: 1|400",
                "RFC 9110 §7.8|Transfer-Encoding: chunked|400",
                "RFC 6454 §7.3|Origin: https://gate.example~Origin: https://gate.example|400",
                "RFC 6455 §10.2|Origin: https://evil.example|403",
                "RFC 6455 §10.2|Origin: null|403",
                "RFC 6455 §10.2|Origin: http://g|403"
            })
    void a_handshake_that_is_not_one_is_refused_before_the_api_hears_of_it(String rule, String fields, int status)
            throws Exception {
        String key = fields.contains("Key") || fields.contains("no key") ? "" : KEY + "\n";
        String version =
                fields.contains("Version") || fields.contains("no version") ? "" : "Sec-WebSocket-Version: 13\n";
        try (var upstream = echo();
                var gate = TestGate.before(upstream)) {
            String answer =
                    gate.call("GET /chat HTTP/1.1\nHost: g\nConnection: keep-alive, Upgrade\nUpgrade: WebSocket\n" + key
                            + version + fields.replace("~", "\n") + "\n\n");
            assertThat(answer).as(rule).startsWith("HTTP/1.1 " + status + " ");
            if (status == 426)
                assertThat(answer)
                        .contains("Sec-WebSocket-Version: 13\r\n", "Upgrade: websocket\r\n", "Connection: Upgrade\r\n")
                        .contains("\"reason\":\"websocket_version\"");
            assertThat(upstream.requests).isEmpty();
        }
    }

    @Test
    @DisplayName("RFC 6455 §4.2.1 (1): a WebSocket is opened by GET")
    void by_get() throws Exception {
        try (var upstream = echo();
                var gate = TestGate.before(upstream)) {
            for (String method : new String[] {"POST", "HEAD", "PUT"})
                try (var wire = gate.call()) {
                    assertThat(wire.send(asked().replace("GET", method)).upTo("\r\n\r\n"))
                            .startsWith("HTTP/1.1 400 ");
                }
            assertThat(upstream.requests).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://gate.example", "https://app.example", "https://g"})
    @DisplayName(
            "RFC 6455 §10.2: pages of the house, of the host that is called, and of the origins of `cors`, may open one")
    void origins(String origin) throws Exception {
        try (var upstream = echo();
                var gate = TestGate.plan()
                        .cors("https://app.example")
                        .route("ANY /**: public", upstream.origin())
                        .open();
                var wire = gate.call()) {
            assertThat(wire.send(asked("Origin: " + origin)).answer()).startsWith("HTTP/1.1 101 ");
            assertThat(upstream.received()).contains("Origin: " + origin + "\r\n");
        }
    }

    @Test
    @DisplayName("RFC 6455 §10.2: no page can make a browser send a token; a program with one may say any origin")
    void origins_of_programs() throws Exception {
        try (var upstream = echo();
                var gate = TestGate.plan()
                        .route("GET /chat: login", upstream.origin())
                        .open();
                var wire = gate.call()) {
            assertThat(wire.send(asked("Origin: http://127.0.0.1:1", gate.bearer("u_1")))
                            .answer())
                    .startsWith("HTTP/1.1 101 ");
        }
    }

    @Test
    @DisplayName("RFC 9110 §8.6: a length of nothing is no body")
    void no_length() throws Exception {
        try (var upstream = echo();
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            assertThat(wire.send(asked("Content-Length: 0")).answer()).startsWith("HTTP/1.1 101 ");
            assertThat(wire.send(HELLO).octets(HELLO.length())).isEqualTo(HELLO);
        }
    }

    @Test
    @DisplayName("RFC 9110 §7.8: without the connection option, or over HTTP/1.0, it is an ordinary request")
    void not_asked() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.before(upstream)) {
            assertThat(gate.call(
                            "GET /a HTTP/1.1\nHost: g\nUpgrade: websocket\nSec-WebSocket-Version: 13\n" + KEY + "\n\n"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(gate.call("GET /a HTTP/1.0\nHost: g\nUpgrade: websocket\nConnection: Upgrade\n" + KEY + "\n\n"))
                    .startsWith("HTTP/1.0 200 ");
            for (int i = 0; i < 2; i++) assertThat(upstream.received()).doesNotContain("Upgrade");
        }
    }

    @Test
    void whoever_may_not_call_the_route_opens_nothing_and_whoever_may_is_named_to_the_api() throws Exception {
        try (var upstream = echo();
                var gate = TestGate.plan()
                        .route("GET /chat: login", upstream.origin())
                        .open();
                var wire = gate.call()) {
            try (var stranger = gate.call()) {
                assertThat(stranger.send(asked()).answer()).startsWith("HTTP/1.1 401 ");
            }
            assertThat(upstream.requests).isEmpty();
            assertThat(wire.send(asked(gate.bearer("u_1"))).answer()).startsWith("HTTP/1.1 101 ");
            assertThat(upstream.received())
                    .contains("X-Gatehouse-User: name-of-u_1\r\n")
                    .doesNotContain("Authorization");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: websocket~Connection: Upgrade",
                "Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "Upgrade: h2c~Connection: Upgrade~" + ACCEPT,
                "Connection: Upgrade~" + ACCEPT,
                "Upgrade: websocket~" + ACCEPT,
                "Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Protocol: other~" + ACCEPT,
                "Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Protocol: a~Sec-WebSocket-Protocol: b~" + ACCEPT,
                "Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Extensions: permessage-deflate, x-other~" + ACCEPT
            })
    @DisplayName(
            "RFC 6455 §4.1 (after the request): an answer that does not fit opens nothing, and its connection ends")
    void answers_that_do_not_fit(String fields) throws Exception {
        var left = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    peer.send(switching(fields.split("~")) + HELLO_BACK);
                    if (peer.isLeft()) left.countDown();
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            assertThat(wire.send(asked(
                                    "Sec-WebSocket-Protocol: a, b",
                                    "Sec-WebSocket-Extensions: permessage-deflate; x=1"))
                            .answer())
                    .startsWith("HTTP/1.1 502 ")
                    .contains("\"reason\":\"upstream_failed\"");
            assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(wire.send("GET /login HTTP/1.1\r\nHost: g\r\n\r\n").answer())
                    .as("the caller speaks HTTP as before")
                    .contains("house");
        }
    }

    @Test
    @DisplayName("RFC 6455 §4.1: any other status is an answer like any other, and both connections go on")
    void refused_by_the_api() throws Exception {
        try (var upstream = RawUpstream.answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            for (int i = 0; i < 2; i++)
                assertThat(wire.send(asked()).answer())
                        .startsWith("HTTP/1.1 403 ")
                        .endsWith("no")
                        .doesNotContainIgnoringCase("upgrade:");
            assertThat(wire.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n").answer()).startsWith("HTTP/1.1 403 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0081\u0085mask",
                "GET /smuggled HTTP/1.1\r\nHost: g\r\n\r\n",
                "GET /smuggled HTTP/1.1\r\n",
                "GET /smuggled HTTP/1.1\r\nHost: g\r\n\r\nGET",
                "\u0000\u0001\u0002"
            })
    @DisplayName("class 46, RFC 6455 §4.1: what is sent before the answer is taken for nothing at all")
    void early_octets(String octets) throws Exception {
        try (var upstream = echo();
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            assertThat(wire.send(asked() + octets).rest()).isEmpty();
            assertThat(upstream.requests).noneMatch(request -> request.contains("smuggled"));
        }
    }

    @Test
    @DisplayName("class 46: octets that come while the API is still thinking end the connection")
    void octets_before_the_answer() throws Exception {
        var go = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    if (peer.request() == null) return;
                    if (peer.isLeft()) go.countDown();
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            wire.send(asked());
            upstream.received();
            assertThat(wire.send(HELLO).rest()).isEmpty();
            assertThat(go.await(30, TimeUnit.SECONDS)).as("the API is left").isTrue();
        }
    }

    // ── the octets ───────────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName("RFC 6455 §5: octets go to and fro as they are, frames or not, one by one or all at once")
    void octets() throws Exception {
        try (var upstream = echo();
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            wire.send(asked()).answer();
            assertThat(wire.send(HELLO).octets(HELLO.length())).isEqualTo(HELLO);
            for (char octet : HELLO.toCharArray())
                assertThat(wire.send(String.valueOf(octet)).octets(1)).isEqualTo(String.valueOf(octet));
            String nonsense = "\u0000\u00ff GET / HTTP/1.1\r\nHost: x\r\n\r\n" + "\u0088".repeat(70_000);
            assertThat(wire.send(nonsense).octets(nonsense.length())).isEqualTo(nonsense);
        }
    }

    @Test
    @DisplayName("frames that come right behind the answer, or in one segment with it, are not lost")
    void frames_behind_the_answer() throws Exception {
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    peer.send(ACCEPTED + HELLO_BACK + HELLO_BACK);
                    peer.isLeft();
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            assertThat(wire.send(asked()).answer()).startsWith("HTTP/1.1 101 ");
            assertThat(wire.octets(2 * HELLO_BACK.length())).isEqualTo(HELLO_BACK + HELLO_BACK);
        }
    }

    @Test
    @DisplayName("RFC 6455 §7.1.1: when one side hangs up, the other hears all it said and then the end")
    void either_side_ends() throws Exception {
        try (var upstream = opening(peer -> peer.send(HELLO_BACK.repeat(10_000)));
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            wire.send(asked()).answer();
            assertThat(wire.rest()).isEqualTo(HELLO_BACK.repeat(10_000));
        }
        var heard = new CompletableFuture<Integer>();
        try (var upstream = opening(peer -> heard.complete(peer.stream().readAllBytes().length));
                var gate = TestGate.before(upstream)) {
            try (var wire = gate.call()) {
                wire.send(asked()).answer();
                wire.send(HELLO.repeat(10_000));
                wire.socket().shutdownOutput();
                assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo(HELLO.length() * 10_000);
                assertThat(wire.rest()).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("the log tells of it when it is over, with the octets of both ways")
    void log() throws Exception {
        try (var upstream = echo();
                var gate = TestGate.before(upstream)) {
            try (var wire = gate.call()) {
                wire.send(asked()).answer();
                wire.send(HELLO).octets(HELLO.length());
                Eventually.holds(() -> gate.crowd.webSockets() == 1);
            }
            Eventually.holds(() -> gate.crowd.webSockets() == 0
                    && !gate.log.meters().requests().isEmpty());
            assertThat(gate.log.meters().requests()).singleElement().satisfies(counted -> assertThat(counted.status())
                    .isEqualTo("1xx"));
            var line = new JsonObject(gate.closedLog());
            assertThat(line.getInteger("status")).isEqualTo(101);
            assertThat(line.getString("verdict")).isEqualTo("allow");
            assertThat(line.getInteger("bytes")).isEqualTo(HELLO.length());
            assertThat(line.getInteger("bytes_in")).isEqualTo(HELLO.length());
            assertThat(line.getDouble("open_ms")).isNotNegative();
        }
    }

    // ── the bounds ───────────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName("RFC 6455 §7.4.1: nobody says anything for `websocket_timeout`: both hear 1001")
    void silence() throws Exception {
        var heard = new CompletableFuture<byte[]>();
        try (var upstream = opening(peer -> heard.complete(peer.stream().readAllBytes()));
                var gate = TestGate.plan()
                        .limits(Limits.quietWebSocket(Duration.ofMillis(300)))
                        .route("ANY /**: public", upstream.origin())
                        .open();
                var wire = gate.call()) {
            wire.send(asked()).answer();
            assertThat(wire.rest()).isEqualTo("\u0088\u0002\u0003\u00e9");
            assertThat(unmasked(heard.get(30, TimeUnit.SECONDS))).isEqualTo("\u0088\u0082 1001");
        }
    }

    @Test
    @DisplayName("ED11, RFC 6455 §7.4.1: a revoked token ends it with 1008, between two frames")
    void revoked() throws Exception {
        var heard = new CompletableFuture<byte[]>();
        try (var upstream = opening(peer -> {
                    peer.send(HELLO_BACK);
                    heard.complete(peer.stream().readAllBytes());
                });
                var gate = TestGate.plan()
                        .route("GET /chat: login", upstream.origin())
                        .open();
                var wire = gate.call()) {
            wire.send(asked(gate.bearer("u_1"))).answer();
            assertThat(wire.octets(HELLO_BACK.length())).isEqualTo(HELLO_BACK);
            wire.send(HELLO.substring(0, 4));
            gate.tokens.now = gate.tokens.now.plus(Duration.ofMinutes(11));
            assertThat(wire.rest()).isEqualTo("\u0088\u0002\u0003\u00f0");
            assertThat(heard.get(30, TimeUnit.SECONDS))
                    .as("in the middle of a frame nothing can be said")
                    .hasSize(4);
            Eventually.holds(() -> !gate.log.meters().requests().isEmpty());
            var line = new JsonObject(gate.closedLog());
            assertThat(line.getString("reason")).isEqualTo("stream_expired");
            assertThat(line.getString("verdict")).isEqualTo("deny");
        }
    }

    @Test
    @DisplayName("open WebSockets take no place of the API's; its requests go on")
    void places() throws Exception {
        try (var upstream = new RawUpstream(peer -> {
                    for (String request = peer.request(); request != null; request = peer.request()) {
                        boolean opens = request.contains("websocket");
                        peer.send(opens ? ACCEPTED : RawUpstream.text("ok"));
                        if (opens) peer.isLeft();
                    }
                });
                var gate = TestGate.before(UpstreamPlan.of(upstream.origin()).places(1, 0));
                var wire = gate.call()) {
            assertThat(wire.send(asked()).answer()).startsWith("HTTP/1.1 101 ");
            assertThat(gate.call("GET /a HTTP/1.1\nHost: g\n\n")).endsWith("ok");
        }
    }

    @Test
    void a_target_that_is_not_there_is_passed_over() throws Exception {
        int nobody = Ports.free();
        try (var upstream = echo();
                var gate =
                        TestGate.before(UpstreamPlan.of(URI.create("http://127.0.0.1:" + nobody), upstream.origin()))) {
            for (int i = 0; i < 2; i++)
                try (var wire = gate.call()) {
                    assertThat(wire.send(asked()).answer()).startsWith("HTTP/1.1 101 ");
                    assertThat(wire.send(HELLO).octets(HELLO.length())).isEqualTo(HELLO);
                }
        }
    }

    @Test
    @DisplayName(
            "64 MiB to a caller who does not read, and to an API that does not: whoever sends has to wait, and nothing is lost")
    void back_pressure() throws Exception {
        var sent = new AtomicLong();
        var read = new CountDownLatch(1);
        var taken = new AtomicLong();
        try (var upstream = opening(peer -> {
                    pour(peer.out(), sent);
                    wait(read);
                    drain(peer.stream(), taken);
                    peer.send(HELLO_BACK);
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            wire.send(asked()).answer();
            Eventually.isStill(sent);
            assertThat(sent.get())
                    .as("taken from the API while the caller reads nothing")
                    .isLessThan(MUCH / 2);
            var down = new AtomicLong();
            drain(wire.stream(), down);
            assertThat(down).hasValue(MUCH);
            var up = new AtomicLong();
            var sender = new CompletableFuture<Void>();
            var thread = new Thread(() -> {
                try {
                    pour(wire.socket().getOutputStream(), up);
                    sender.complete(null);
                } catch (IOException failed) {
                    sender.completeExceptionally(failed);
                }
            });
            thread.setDaemon(true);
            thread.start();
            Eventually.isStill(up);
            assertThat(up.get())
                    .as("taken from the caller while the API reads nothing")
                    .isLessThan(MUCH / 2);
            read.countDown();
            sender.get(60, TimeUnit.SECONDS);
            assertThat(wire.octets(HELLO_BACK.length())).isEqualTo(HELLO_BACK);
            assertThat(taken).hasValue(MUCH);
        }
    }

    private static final long MUCH = 64L << 20;

    private static void pour(OutputStream out, AtomicLong sent) throws IOException {
        byte[] some = new byte[64 * 1024];
        while (sent.get() < MUCH) {
            out.write(some);
            sent.addAndGet(some.length);
        }
    }

    private static void drain(InputStream in, AtomicLong taken) throws IOException {
        byte[] some = new byte[64 * 1024];
        while (taken.get() < MUCH) {
            int size = in.read(some, 0, (int) Math.min(some.length, MUCH - taken.get()));
            if (size < 0) return;
            taken.addAndGet(size);
        }
    }

    private static void wait(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("a gate that closes lets WebSockets go on, and says 1001 to both sides before the grace is over")
    void leaving() throws Exception {
        var heard = new CompletableFuture<byte[]>();
        try (var upstream = opening(peer -> {
                    peer.send(peer.text(HELLO.length()));
                    heard.complete(peer.stream().readAllBytes());
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            wire.send(asked()).answer();
            Eventually.holds(() -> gate.crowd.webSockets() == 1);
            gate.leaving.set(true);
            var closed = gate.undeploy();
            assertThat(wire.send(HELLO).octets(HELLO.length())).isEqualTo(HELLO);
            assertThat(wire.rest()).isEqualTo("\u0088\u0002\u0003\u00e9");
            assertThat(unmasked(heard.get(30, TimeUnit.SECONDS))).isEqualTo("\u0088\u0082 1001");
            Eventually.holds(closed::succeeded);
        }
    }

    @Test
    @DisplayName("RFC 8441 is not offered: no WebSocket over HTTP/2")
    void extended_connect() throws Exception {
        try (var upstream = echo();
                var gate = TestGate.plan()
                        .door(new DoorSettings(List.of(), new DoorSettings.Http2(true)))
                        .route("ANY /**: public", upstream.origin())
                        .open();
                var wire = Wire2.to(gate.port())) {
            byte[] head = Wire2.block(
                    ":method: CONNECT",
                    ":protocol: websocket",
                    ":scheme: http",
                    ":path: /chat",
                    ":authority: g",
                    "sec-websocket-version: 13");
            assertThat(wire.frame(Wire2.HEADERS, Wire2.END_HEADERS, 1, head).outcome(1))
                    .startsWith("reset ");
            assertThat(upstream.requests).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "an API by TLS that would choose HTTP/2 is offered HTTP/1.1 alone; one of HTTP/2 alone is asked the ordinary way")
    void by_tls() throws Exception {
        TestCertificate shown = TestCertificate.of("dns:localhost");
        var vertx = Vertx.vertx();
        try {
            var server = vertx.createHttpServer(new HttpServerOptions()
                            .setSsl(true)
                            .setUseAlpn(true)
                            .setKeyCertOptions(new PemKeyCertOptions()
                                    .addCertPath(shown.cert().toString())
                                    .addKeyPath(shown.key().toString())))
                    .webSocketHandler(socket -> socket.writeTextMessage("Hello"))
                    .requestHandler(request -> request.response().end("" + request.version()))
                    .listen(0, "localhost")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            for (String scheme : List.of("https", "grpcs"))
                try (var gate = TestGate.plan()
                                .trusting(new UpstreamTlsSettings(
                                        Optional.of(shown.cert()),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()))
                                .timeout(Duration.ofSeconds(60))
                                .route(
                                        "ANY /**: public",
                                        UpstreamPlan.of(URI.create(scheme + "://localhost:" + server.actualPort()))
                                                .connectTimeout(Duration.ofSeconds(60))
                                                .upstream())
                                .open();
                        var wire = gate.call()) {
                    String answer = wire.send(asked()).answer();
                    if (scheme.equals("https")) {
                        assertThat(answer).startsWith("HTTP/1.1 101 ");
                        assertThat(wire.octets(HELLO_BACK.length())).isEqualTo(HELLO_BACK);
                    } else assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("HTTP_2");
                }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    private static String unmasked(byte[] frame) throws IOException {
        assertThat(frame).hasSize(8);
        int code = ((frame[6] ^ frame[2]) & 0xff) << 8 | ((frame[7] ^ frame[3]) & 0xff);
        return "" + (char) (frame[0] & 0xff) + (char) (frame[1] & 0xff) + " " + code;
    }
}
