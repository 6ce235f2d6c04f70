package dev.gatehouse.edge;

import static dev.gatehouse.edge.Wire2.DATA;
import static dev.gatehouse.edge.Wire2.HEADERS;
import static dev.gatehouse.edge.Wire2.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Ports;
import dev.gatehouse.QuietVertx;
import dev.gatehouse.TestCertificate;
import dev.gatehouse.config.DoorSettings;
import dev.gatehouse.config.RateLimit;
import dev.gatehouse.config.UpstreamTlsSettings;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** gRPC over HTTP/2 through the gate, frame by frame on both sides. */
@ExtendWith(QuietVertx.class)
@DisplayName("gRPC")
final class GrpcTest {
    private static final DoorSettings H2C = new DoorSettings(List.of(), new DoorSettings.Http2(true));
    private static final String TYPE = "content-type: application/grpc+proto";
    private static final String TE = "te: trailers";
    private static final String[] HEAD = {":status: 200", "content-type: application/grpc+proto"};
    private static final String[] DONE = {"grpc-status: 0"};

    private static TestGate before(RawHttp2Upstream api) throws Exception {
        return TestGate.plan().door(H2C).route("ANY /**: public", api.url()).open();
    }

    private static Wire2 call(TestGate gate, String... more) {
        var fields = new ArrayList<>(List.of(TYPE, TE));
        fields.addAll(List.of(more));
        return Wire2.to(gate.port()).post(1, "/s.S/M", fields.toArray(String[]::new));
    }

    @Test
    @DisplayName("a unary call goes on with its metadata and deadline, and comes back with its trailers")
    void unary() throws Exception {
        var asked = new CompletableFuture<Wire2.Frame>();
        try (var api = new RawHttp2Upstream(wire -> {
                    Wire2.Frame head = wire.next(HEADERS, 1);
                    asked.complete(head);
                    Wire2.Frame message = wire.next(DATA, 1);
                    wire.section(1, false, HEAD)
                            .data(1, "re:" + message.text(), false)
                            .section(1, true, "grpc-status: 0", "grpc-message: fine", "trace-bin: AQI", "x_y: z");
                    wire.next();
                });
                var gate = before(api);
                var wire = call(gate, "grpc-timeout: 5S", "key-bin: AAE=", "grpc-accept-encoding: identity")) {
            assertThat(wire.data(1, "ping", true).outcome(1)).isEqualTo("200 re:ping");
            assertThat(wire.head.get("content-type")).hasToString("application/grpc+proto");
            assertThat(wire.trailers.get("grpc-status")).hasToString("0");
            assertThat(wire.trailers.get("grpc-message")).hasToString("fine");
            assertThat(wire.trailers.get("trace-bin")).hasToString("AQI");
            assertThat(wire.trailers.get("x_y")).hasToString("z");
            Wire2.Frame head = asked.get(10, TimeUnit.SECONDS);
            assertThat(head.field("te")).isEqualTo("trailers");
            assertThat(head.field(":method") + head.field(":path")).isEqualTo("POST/s.S/M");
            assertThat(head.field("content-type")).isEqualTo("application/grpc+proto");
            assertThat(head.field("grpc-timeout")).isEqualTo("5S");
            assertThat(head.field("key-bin")).isEqualTo("AAE=");
            assertThat(head.field("connection") + head.field("transfer-encoding"))
                    .isEmpty();
        }
    }

    @Test
    @DisplayName("messages of an API arrive one by one")
    void server_streaming() throws Exception {
        var next = new Semaphore(1);
        try (var api = new RawHttp2Upstream(wire -> {
                    wire.next(DATA, 1);
                    wire.section(1, false, HEAD);
                    for (int i = 1; i <= 3; i++) {
                        next.acquireUninterruptibly();
                        wire.data(1, "m" + i, false);
                    }
                    next.acquireUninterruptibly();
                    wire.section(1, true, DONE);
                    wire.next();
                });
                var gate = before(api);
                var wire = call(gate).data(1, "go", true)) {
            assertThat(wire.next(HEADERS, 1).field(":status")).isEqualTo("200");
            for (int i = 1; i <= 3; i++) {
                assertThat(wire.next(DATA, 1).text()).isEqualTo("m" + i);
                next.release();
            }
            assertThat(wire.next(HEADERS, 1).field("grpc-status")).isEqualTo("0");
        }
    }

    @Test
    @DisplayName("both sides speak at once: each answers what the other has just said, and either may end first")
    void bidi() throws Exception {
        try (var api = new RawHttp2Upstream(wire -> {
                    wire.next(HEADERS, 1);
                    wire.section(1, false, HEAD);
                    Wire2.Frame said = wire.next(DATA, 1);
                    while (!said.ends()) {
                        wire.data(1, "re:" + said.text(), false);
                        said = wire.next(DATA, 1);
                    }
                    wire.section(1, true, "grpc-status: 0");
                    wire.next();
                });
                var gate = before(api);
                var wire = call(gate)) {
            assertThat(wire.next(HEADERS, 1).field(":status"))
                    .as("the head of the answer before anything was said")
                    .isEqualTo("200");
            for (String word : List.of("a", "b", "c")) {
                wire.data(1, word, false);
                assertThat(wire.next(DATA, 1).text()).isEqualTo("re:" + word);
            }
            Wire2.Frame end = wire.data(1, "", true).next(HEADERS, 1);
            assertThat(end.ends()).isTrue();
            assertThat(end.field("grpc-status")).isEqualTo("0");
        }
    }

    @Test
    @DisplayName("messages of a caller arrive one by one, and the answer after the last")
    void client_streaming() throws Exception {
        var said = new LinkedBlockingQueue<String>();
        try (var api = new RawHttp2Upstream(wire -> {
                    Wire2.Frame frame = wire.next(DATA, 1);
                    while (!frame.ends()) {
                        said.add(frame.text());
                        frame = wire.next(DATA, 1);
                    }
                    wire.section(1, false, HEAD).data(1, "sum", false).section(1, true, DONE);
                    wire.next();
                });
                var gate = before(api);
                var wire = call(gate)) {
            for (String word : List.of("a", "b", "c")) {
                wire.data(1, word, false);
                assertThat(said.poll(10, TimeUnit.SECONDS)).isEqualTo(word);
            }
            assertThat(wire.data(1, "", true).outcome(1)).isEqualTo("200 sum");
            assertThat(wire.trailers.get("grpc-status")).hasToString("0");
        }
    }

    @Test
    @DisplayName("an answer of trailers alone stays one frame")
    void trailers_only() throws Exception {
        String[] no = {":status: 200", "content-type: application/grpc", "grpc-status: 5", "grpc-message: none"};
        try (var api = RawHttp2Upstream.answering(no);
                var gate = before(api);
                var wire = call(gate).data(1, "x", true)) {
            Wire2.Frame only = wire.next(HEADERS, 1);
            assertThat(only.ends()).isTrue();
            assertThat(only.field("grpc-status")).isEqualTo("5");
            assertThat(only.field("grpc-message")).isEqualTo("none");
        }
    }

    @Test
    @DisplayName("a status while the caller still speaks goes on at once; nothing more is taken (RFC 9113 §8.1)")
    void early_status() throws Exception {
        var cut = new CompletableFuture<Long>();
        try (var api = new RawHttp2Upstream(wire -> {
                    wire.next(DATA, 1);
                    wire.section(1, true, ":status: 200", "content-type: application/grpc", "grpc-status: 8");
                    Wire2.Frame frame = wire.next();
                    while (frame != null && frame.type() != RST_STREAM) frame = wire.next();
                    cut.complete(frame == null ? -1 : frame.code());
                });
                var gate = before(api);
                var wire = call(gate).data(1, "first", false)) {
            assertThat(wire.next(HEADERS, 1).field("grpc-status")).isEqualTo("8");
            assertThat(cut.get(10, TimeUnit.SECONDS)).as("CANCEL to the API").isEqualTo(8);
            Wire2.Frame frame = wire.next();
            assertThat(frame.type()).isEqualTo(RST_STREAM);
            assertThat(frame.code()).as("NO_ERROR to the caller").isZero();
        }
    }

    @Test
    @DisplayName("a caller that cancels cancels the call behind the gate")
    void cancel() throws Exception {
        var cut = new CompletableFuture<Long>();
        try (var api = new RawHttp2Upstream(wire -> {
                    wire.next(DATA, 1);
                    wire.section(1, false, HEAD);
                    Wire2.Frame frame = wire.next();
                    while (frame != null && frame.type() != RST_STREAM) frame = wire.next();
                    cut.complete(frame == null ? -1 : frame.code());
                });
                var gate = before(api);
                var wire = call(gate).data(1, "first", false)) {
            wire.next(HEADERS, 1);
            wire.reset(1, 8);
            assertThat(cut.get(10, TimeUnit.SECONDS)).isEqualTo(8);
        }
    }

    @Test
    @DisplayName("TLS on both sides: ALPN in, `grpcs` out")
    void by_tls() throws Exception {
        var shown = TestCertificate.of("dns:localhost");
        var files = new DoorSettings.Certificate(shown.cert(), shown.key());
        var believed = new UpstreamTlsSettings(
                Optional.of(shown.cert()), Optional.empty(), Optional.empty(), Optional.empty());
        Vertx vertx = Vertx.vertx();
        try {
            var options = new HttpServerOptions()
                    .setSsl(true)
                    .setUseAlpn(true)
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .addCertPath(shown.cert().toString())
                            .addKeyPath(shown.key().toString()));
            int port = vertx.createHttpServer(options)
                    .requestHandler(request -> request.response()
                            .putHeader("content-type", "application/grpc")
                            .putTrailer("grpc-status", "0")
                            .end(request.version() + " " + request.getHeader("te")))
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .actualPort();
            try (var gate = TestGate.plan()
                            .door(new DoorSettings(List.of(files), new DoorSettings.Http2(false)))
                            .trusting(believed)
                            .route("ANY /**: public", URI.create("grpcs://localhost:" + port))
                            .open();
                    var wire = new Wire2(TlsListenerTest.tls(gate, "localhost", List.of("h2"), "TLSv1.3")).begin()) {
                wire.post(1, "/s.S/M", TYPE, TE).data(1, "x", true);
                assertThat(wire.outcome(1)).isEqualTo("200 HTTP_2 trailers");
                assertThat(wire.trailers.get("grpc-status")).hasToString("0");
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    // ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName("a stream whose caller is silent longer than a body may be goes on")
    void silent_streams_live() throws Exception {
        try (var api = new RawHttp2Upstream(wire -> {
                    for (Wire2.Frame frame = wire.next(); frame != null; frame = wire.next())
                        if (frame.type() == DATA && frame.stream() == 1 && frame.ends())
                            wire.section(1, true, ":status: 200", "content-type: application/grpc", "grpc-status: 0");
                });
                var gate = TestGate.plan()
                        .door(H2C)
                        .limits(Limits.slowBody(Duration.ofMillis(300)))
                        .route("ANY /**: public", api.url())
                        .open();
                var wire = call(gate).data(1, "first", false)) {
            assertThat(wire.post(3, "/plain").data(3, "x", false).outcome(3))
                    .as("a body that is none of gRPC, begun later")
                    .startsWith("408");
            assertThat(wire.data(1, "last", true).next(HEADERS, 1).field("grpc-status"))
                    .isEqualTo("0");
        }
    }

    @Test
    @DisplayName("a stream on which nobody says anything ends with the idle limit, as DEADLINE_EXCEEDED")
    void idle_streams_end() throws Exception {
        try (var api = new RawHttp2Upstream(wire -> {
                    while (wire.next() != null) continue;
                });
                var gate = TestGate.plan()
                        .door(H2C)
                        .limits(Limits.idle(Duration.ofSeconds(2)))
                        .route("ANY /**: public", api.url())
                        .open();
                var wire = call(gate)) {
            assertThat(wire.next(HEADERS, 1).field("grpc-status")).isEqualTo("4");
        }
    }

    // ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────

    private static Wire2.Frame refusal(TestGate gate, String path, String... fields) {
        var all = new ArrayList<>(List.of(TYPE, TE));
        all.addAll(List.of(fields));
        try (var wire = Wire2.to(gate.port())) {
            Wire2.Frame only = wire.post(1, path, all.toArray(String[]::new)).next(HEADERS, 1);
            assertThat(only.field(":status")).isEqualTo("200");
            assertThat(only.field("content-type")).isEqualTo("application/grpc");
            assertThat(only.field("content-length")).isEmpty();
            assertThat(only.ends()).as("trailers alone").isTrue();
            return only;
        }
    }

    @Test
    @DisplayName("the gate's own no is a status of gRPC, in one frame")
    void refusals() throws Exception {
        int nobody = Ports.free();
        var once = List.of(new RateLimit(1, Duration.ofMinutes(1), RateLimit.Per.IP, 1));
        try (var api = new RawHttp2Upstream(wire -> {
                    while (wire.next() != null) continue;
                });
                var gate = TestGate.plan()
                        .door(H2C)
                        .limits(Limits.sizes(32 * 1024, 16 * 1024, 8 * 1024, 100))
                        .route("POST /known: login", api.url())
                        .route("POST /role: role admin", api.url())
                        .route("GET /read: public", api.url())
                        .route("POST /dead: public", URI.create("h2c://127.0.0.1:" + nobody))
                        .timeout(Duration.ofMillis(300))
                        .route("POST /slow: public", api.url())
                        .route("POST /large: public", api.url())
                        .limited(once, List.of())
                        .route("POST /often: login", api.url())
                        .open()) {
            Wire2.Frame login = refusal(gate, "/known");
            assertThat(login.field("grpc-status")).isEqualTo("16");
            assertThat(login.field("www-authenticate")).startsWith("Bearer");
            assertThat(login.field("grpc-message")).startsWith("login_required: ");
            assertThat(login.field("x-request-id")).isNotEmpty();
            String me = gate.bearer("ann").replace("Authorization", "authorization");
            assertThat(refusal(gate, "/role", me).field("grpc-status")).isEqualTo("7");
            assertThat(refusal(gate, "/nowhere").field("grpc-status")).isEqualTo("12");
            assertThat(refusal(gate, "/read").field("grpc-status")).isEqualTo("12");
            assertThat(refusal(gate, "/large", "content-length: 101").field("grpc-status"))
                    .isEqualTo("8");
            assertThat(refusal(gate, "/a%00").field("grpc-status")).isEqualTo("13");
            try (var wire = Wire2.to(gate.port())) {
                wire.post(1, "/dead", TYPE).data(1, "x", true);
                assertThat(wire.next(HEADERS, 1).field("grpc-status")).isEqualTo("14");
                wire.post(3, "/slow", TYPE).data(3, "x", true);
                assertThat(wire.next(HEADERS, 3).field("grpc-status")).isEqualTo("4");
            }
            assertThat(refusal(gate, "/often").field("grpc-status")).isEqualTo("16");
            Wire2.Frame often = refusal(gate, "/often");
            assertThat(often.field("grpc-status")).isEqualTo("8");
            assertThat(often.field("retry-after")).isNotEmpty();
        }
    }

    @Test
    @DisplayName("who does not speak gRPC is told no in HTTP")
    void others() throws Exception {
        try (var api = RawUpstream.ok();
                var gate = TestGate.plan()
                        .door(H2C)
                        .route("ANY /**: login", api.origin())
                        .open();
                var wire = Wire2.to(gate.port())) {
            assertThat(wire.post(1, "/a", "content-type: application/grpc-web+proto")
                            .outcome(1))
                    .startsWith("401 ");
            assertThat(wire.post(3, "/a", "content-type: application/json").outcome(3))
                    .startsWith("401 ");
            assertThat(wire.get(5, "/a", "content-type: application/grpc").outcome(5))
                    .startsWith("401 ");
            assertThat(gate.call("POST /a HTTP/1.1\nHost: g\nContent-Type: application/grpc\nContent-Length: 0\n\n"))
                    .startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    @DisplayName("a gateway that asks for a verdict on a gRPC call hears it as a status of HTTP, never as 200")
    void verdicts() throws Exception {
        try (var api = RawUpstream.ok()) {
            for (String trusted : List.of("127.0.0.0/8", "10.0.0.0/8"))
                try (var gate = TestGate.plan()
                                .door(H2C)
                                .trusting(trusted)
                                .route("ANY /**: login", api.origin())
                                .open();
                        var wire = Wire2.to(gate.port())) {
                    assertThat(wire.post(1, "/_gate/check/s.S/M", TYPE, TE).outcome(1))
                            .startsWith(trusted.startsWith("127") ? "401 " : "403 ");
                    assertThat(wire.post(3, "/_gate/check/s.S%00/M", TYPE, TE).outcome(3))
                            .startsWith(trusted.startsWith("127") ? "400 " : "403 ");
                    assertThat(wire.post(5, "/_gate/check/s.S/M", TYPE, "expect: x")
                                    .outcome(5))
                            .startsWith("400 ");
                }
        }
    }

    @Test
    @DisplayName("a message is percent-encoded where gRPC wants it so, and its type is told by its whole name")
    void encoding() {
        assertThat(Grpc.refusal(Reason.INTERNAL, "50 % of \u00fc\n").header("grpc-message"))
                .isEqualTo("internal: 50 %25 of %C3%BC%0A");
        assertThat(List.of("application/grpc", "Application/GRPC+json", "application/grpc; a=b"))
                .allMatch(Grpc::isType);
        assertThat(List.of("application/grpc-web", "application/grpcx", "application/grp", ""))
                .noneMatch(Grpc::isType);
    }
}
