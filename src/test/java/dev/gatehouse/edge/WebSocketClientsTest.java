package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Real clients talk to a real server through the gate, as if it were not there. */
@ExtendWith(QuietVertx.class)
@DisplayName("RFC 6455 between the JDK's or Vert.x's client and Vert.x's server")
final class WebSocketClientsTest {
    private static final int LARGE = 1 << 20;

    private static Vertx vertx;
    private static HttpServer server;
    private static TestGate gate;

    @BeforeAll
    static void open() throws Exception {
        vertx = Vertx.vertx();
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setMaxWebSocketMessageSize(4 * LARGE)
                        .setMaxWebSocketFrameSize(2 * LARGE)
                        .setPerMessageWebSocketCompressionSupported(true)
                        .addWebSocketSubProtocol("echo"))
                .webSocketHandler(WebSocketClientsTest::echo)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        gate = TestGate.plan()
                .route("GET /**: login", URI.create("http://127.0.0.1:" + server.actualPort()))
                .open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Messages come back as they were; {@code close 4001} closes with that code. */
    private static void echo(ServerWebSocket socket) {
        socket.textMessageHandler(text -> {
            if (text.startsWith("close ")) socket.close(Short.parseShort(text.substring(6)), "as you wish");
            else socket.writeTextMessage(text);
        });
        socket.binaryMessageHandler(socket::writeBinaryMessage);
    }

    private static <T> T get(io.vertx.core.Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static String token() {
        return gate.bearer("u_1").substring("Authorization: ".length());
    }

    // ── the JDK's client ─────────────────────────────────────────────────────────────────────────────────────────

    /** Puts parts of messages together and keeps what was heard. */
    private static final class Ear implements java.net.http.WebSocket.Listener {
        final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final Buffer octets = Buffer.buffer();

        @Override
        public CompletionStage<?> onText(java.net.http.WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                heard.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onBinary(java.net.http.WebSocket socket, ByteBuffer part, boolean last) {
            byte[] some = new byte[part.remaining()];
            part.get(some);
            octets.appendBytes(some);
            if (last) heard.add(octets.copy());
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onPong(java.net.http.WebSocket socket, ByteBuffer said) {
            heard.add("pong " + said.remaining());
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(java.net.http.WebSocket socket, int code, String why) {
            heard.add(code + " " + why);
            return CompletableFuture.completedFuture(null);
        }

        Object next() throws InterruptedException {
            Object next = heard.poll(20, TimeUnit.SECONDS);
            if (next == null) throw new AssertionError("nothing was heard");
            return next;
        }
    }

    @Test
    @DisplayName("text, fragments, binary of 1 MiB, ping and pong, a subprotocol, close codes of either side")
    void jdk() throws Exception {
        var ear = new Ear();
        var socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", token())
                .subprotocols("echo", "other")
                .buildAsync(URI.create("ws://127.0.0.1:" + gate.port() + "/chat"), ear)
                .get(20, TimeUnit.SECONDS);
        assertThat(socket.getSubprotocol()).isEqualTo("echo");
        socket.sendText("Grüße, 世界", true).get(20, TimeUnit.SECONDS);
        assertThat(ear.next()).isEqualTo("Grüße, 世界");
        socket.sendText("in ", false).get(20, TimeUnit.SECONDS);
        socket.sendPing(ByteBuffer.wrap(new byte[] {1, 2, 3})).get(20, TimeUnit.SECONDS);
        assertThat(ear.next()).as("between two fragments (§5.4)").isEqualTo("pong 3");
        socket.sendText("parts", true).get(20, TimeUnit.SECONDS);
        assertThat(ear.next()).isEqualTo("in parts");
        byte[] large = new byte[LARGE];
        new Random(6455).nextBytes(large);
        socket.sendBinary(ByteBuffer.wrap(large), true).get(20, TimeUnit.SECONDS);
        assertThat(((Buffer) ear.next()).getBytes()).isEqualTo(large);
        socket.sendText("close 4001", true).get(20, TimeUnit.SECONDS);
        assertThat(ear.next()).isEqualTo("4001 as you wish");

        var other = new Ear();
        var closed = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", token())
                .buildAsync(URI.create("ws://127.0.0.1:" + gate.port() + "/chat"), other)
                .get(20, TimeUnit.SECONDS);
        closed.sendClose(4321, "enough").get(20, TimeUnit.SECONDS);
        assertThat(other.next()).isEqualTo("4321 enough");
    }

    // ── Vert.x's client ──────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName("RFC 7692: permessage-deflate is agreed on end to end, and 1 MiB of text goes through it")
    void deflate() throws Exception {
        var client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxMessageSize(4 * LARGE)
                .setMaxFrameSize(2 * LARGE)
                .setTryUsePerMessageCompression(true));
        var heard = new LinkedBlockingQueue<String>();
        WebSocket socket = get(client.connect(new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(gate.port())
                .setURI("/chat")
                .addHeader("Authorization", token())));
        assertThat(socket.headers().get("Sec-WebSocket-Extensions")).startsWith("permessage-deflate");
        socket.textMessageHandler(heard::add);
        String large = "compress me ".repeat(LARGE / 12);
        get(socket.writeTextMessage(large));
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(large);
        get(socket.writeFrame(WebSocketFrame.textFrame("a", false)));
        get(socket.writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer("b"), true)));
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("ab");
        var closed = new CompletableFuture<Short>();
        socket.closeHandler(gone -> closed.complete(socket.closeStatusCode()));
        get(socket.writeTextMessage("close 1013"));
        assertThat(closed.get(20, TimeUnit.SECONDS)).isEqualTo((short) 1013);
        get(client.close());
    }

    @Test
    @DisplayName("ED11: a client whose token is revoked reads 1008, and the server reads it too")
    void revoked() throws Exception {
        var ear = new Ear();
        HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", gate.bearer("u_2").substring("Authorization: ".length()))
                .buildAsync(URI.create("ws://127.0.0.1:" + gate.port() + "/chat"), ear)
                .get(20, TimeUnit.SECONDS);
        gate.tokens.revocations.learn(new dev.gatehouse.tokens.Revocation.OfSession(
                new dev.gatehouse.vocabulary.SessionId("session-of-u_2"),
                java.time.Instant.now().plusSeconds(86_400)));
        assertThat(ear.next()).isEqualTo("1008 ");
        assertThat(List.copyOf(ear.heard)).isEmpty();
    }
}
