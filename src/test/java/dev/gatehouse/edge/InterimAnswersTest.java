package dev.gatehouse.edge;

import static dev.gatehouse.edge.Wire2.DATA;
import static dev.gatehouse.edge.Wire2.HEADERS;
import static dev.gatehouse.edge.Wire2.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.DoorSettings;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(QuietVertx.class)
@DisplayName("answers before the answer, and answers before the end of the request")
final class InterimAnswersTest {
    private static final DoorSettings H2C = new DoorSettings(List.of(), new DoorSettings.Http2(true));
    private static final String GET = "GET /a HTTP/1.1\r\nHost: g\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String HINTS =
            "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nConnection: x-hop\r\nX-Hop: 1\r\nKeep-Alive: 1\r\n\r\n";
    private static final String MANY = "HTTP/1.1 102 Processing\r\n\r\n" + HINTS
            + "HTTP/1.1 104 Upload Resumption Supported\r\nLocation: /u\r\n\r\n";

    private static TestGate before(URI api) throws Exception {
        return TestGate.plan().door(H2C).route("ANY /**: public", api).open();
    }

    private static RawHttp2Upstream hinting() {
        return RawHttp2Upstream.answering(
                new String[] {":status: 102"},
                new String[] {":status: 103", "link: </a.css>; rel=preload"},
                new String[] {":status: 104", "location: /u"},
                new String[] {":status: 200", "x-done: 1"});
    }

    // ── interim ──────────────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName(
            "RFC 9110 §15.2: each goes on in its turn from HTTP/1.1 to HTTP/1.1, without what is between neighbours")
    void http1_to_http1() throws Exception {
        try (var api = RawUpstream.answering(MANY + OK);
                var gate = before(api.origin());
                var wire = gate.call()) {
            for (int i = 0; i < 2; i++) {
                assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 102 ");
                assertThat(wire.answer().toLowerCase(Locale.ROOT))
                        .isEqualTo("http/1.1 103 early hints\r\nlink: </a.css>; rel=preload\r\n\r\n");
                assertThat(wire.answer()).startsWith("HTTP/1.1 104 ").containsIgnoringCase("location: /u\r\n");
                assertThat(wire.answer())
                        .startsWith("HTTP/1.1 200 ")
                        .doesNotContain("preload")
                        .endsWith("ok");
            }
        }
    }

    @Test
    @DisplayName("RFC 9110 §15.2: each goes on in its turn from HTTP/1.1 to HTTP/2")
    void http1_to_http2() throws Exception {
        try (var api = RawUpstream.answering(MANY + OK);
                var gate = before(api.origin());
                var wire = Wire2.to(gate.port()).get(1, "/a")) {
            assertThat(wire.next(HEADERS, 1).field(":status")).isEqualTo("102");
            Wire2.Frame hints = wire.next(HEADERS, 1);
            assertThat(hints.field(":status") + hints.field("link")).isEqualTo("103</a.css>; rel=preload");
            assertThat(hints.fields().size()).isEqualTo(2);
            assertThat(hints.ends()).isFalse();
            assertThat(wire.next(HEADERS, 1).field(":status")).isEqualTo("104");
            assertThat(wire.outcome(1)).isEqualTo("200 ok");
        }
    }

    @Test
    @DisplayName("RFC 9110 §15.2: each goes on in its turn from HTTP/2")
    void from_http2() throws Exception {
        try (var api = hinting();
                var gate = before(api.url());
                var wire = gate.call();
                var wire2 = Wire2.to(gate.port())) {
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 102 ");
            assertThat(wire.answer()).startsWith("HTTP/1.1 103 ").contains("preload");
            assertThat(wire.answer()).startsWith("HTTP/1.1 104 ");
            assertThat(wire.answer()).startsWith("HTTP/1.1 200 ").containsIgnoringCase("x-done: 1");
            wire2.get(1, "/a");
            for (String status : List.of("102", "103", "104", "200"))
                assertThat(wire2.next(HEADERS, 1).field(":status")).isEqualTo(status);
        }
    }

    @Test
    @DisplayName("RFC 9110 §15.2: none is sent to a caller of HTTP/1.0")
    void http_1_0() throws Exception {
        try (var api = RawUpstream.answering("HTTP/1.1 100 Continue\r\n\r\n" + MANY + OK);
                var gate = before(api.origin())) {
            for (String expect : List.of("", "Expect: 100-continue\r\n"))
                try (Wire wire = gate.call()) {
                    assertThat(wire.send("POST /a HTTP/1.0\r\nHost: g\r\n" + expect + "Content-Length: 1\r\n\r\nx")
                                    .rest())
                            .startsWith("HTTP/1.0 200 ")
                            .containsOnlyOnce("HTTP/1.");
                }
        }
    }

    @Test
    @DisplayName("RFC 9110 §15.2.1: 100 that the caller did not wait for is not told")
    void unasked() throws Exception {
        try (var api = RawUpstream.answering("HTTP/1.1 100 Continue\r\n\r\n" + OK);
                var gate = before(api.origin());
                var wire = gate.call()) {
            for (int i = 0; i < 2; i++)
                assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ").endsWith("ok");
        }
    }

    @Test
    @DisplayName("so many that an answer is not to be expected are 502, and the connection is closed")
    void bounded() throws Exception {
        var left = new CountDownLatch(1);
        try (var api = new RawUpstream(peer -> {
                    peer.request();
                    peer.send(HINTS.repeat(InterimAnswers.MOST + 1));
                    if (peer.isLeft()) left.countDown();
                });
                var gate = before(api.origin());
                var wire = gate.call()) {
            wire.send(GET);
            for (int i = 0; i < InterimAnswers.MOST; i++)
                assertThat(wire.answer()).startsWith("HTTP/1.1 103 ");
            assertThat(wire.answer()).startsWith("HTTP/1.1 502 ").contains("upstream_failed");
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"101", "099", "1xx", "1000", "-10", ""})
    @DisplayName(
            "RFC 9113 §8.6: of an API in HTTP/2, 101 and what is no status end the stream, and the caller hears 502")
    void no_interim(String status) throws Exception {
        try (var api = RawHttp2Upstream.answering(new String[] {":status: " + status}, new String[] {":status: 200"});
                var gate = before(api.url());
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 502 ").contains("upstream_failed");
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 502 ");
            assertThat(api.connections).as("the connection goes on").hasValue(1);
        }
    }

    @Test
    @DisplayName("RFC 9113 §8.1: an interim answer that ends its stream is malformed")
    void the_end() throws Exception {
        try (var api = RawHttp2Upstream.answering(new String[][] {{":status: 103"}});
                var gate = before(api.url());
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 502 ");
        }
    }

    // ── Expect ───────────────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName("RFC 9110 §10.1.1: over HTTP/2 an expectation is passed on, and so is the answer to it")
    void expectations_over_http2() throws Exception {
        var expected = new CompletableFuture<String>();
        try (var api = new RawHttp2Upstream(wire -> {
                    expected.complete(wire.next(HEADERS, 1).field("expect"));
                    wire.section(1, false, ":status: 100");
                    wire.next(DATA, 1);
                    wire.section(1, true, ":status: 204").next();
                });
                var gate = before(api.url());
                var wire = Wire2.to(gate.port())) {
            wire.post(1, "/a", "expect: 100-continue", "content-length: 4");
            assertThat(wire.next(HEADERS, 1).field(":status")).isEqualTo("100");
            assertThat(wire.data(1, "body", true).outcome(1)).isEqualTo("204");
            assertThat(expected.get(20, TimeUnit.SECONDS)).isEqualTo("100-continue");
        }
    }

    @Test
    @DisplayName("RFC 9110 §10.1.1: hints may come before 100")
    void hints_before_100() throws Exception {
        try (var api = new RawUpstream(peer -> {
                    peer.head();
                    peer.send(HINTS + "HTTP/1.1 100 Continue\r\n\r\n");
                    peer.text(4);
                    peer.send(OK);
                });
                var gate = before(api.origin());
                var wire = gate.call()) {
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(wire.answer()).startsWith("HTTP/1.1 103 ");
            assertThat(wire.answer()).startsWith("HTTP/1.1 100 ");
            assertThat(wire.send("body").answer()).startsWith("HTTP/1.1 200 ");
        }
    }

    // ── early answers ────────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName(
            "RFC 9113 §8.1: an early answer to a caller in HTTP/2 goes out whole, then its stream ends with NO_ERROR, and the connection goes on")
    void early_answers() throws Exception {
        var left = new CountDownLatch(1);
        try (var api = new RawUpstream(peer -> {
                    String head = peer.head();
                    if (head == null) return;
                    if (head.startsWith("GET")) {
                        peer.send(OK);
                        return;
                    }
                    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
                    while (!peer.isLeft()) continue;
                    left.countDown();
                });
                var gate = before(api.origin());
                var wire = Wire2.to(gate.port())) {
            wire.post(1, "/a").data(1, "some", false);
            assertThat(wire.outcome(1)).isEqualTo("413 no");
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
            Wire2.Frame cut = wire.next();
            assertThat(cut.type()).isEqualTo(RST_STREAM);
            assertThat(cut.code()).isZero();
            assertThat(wire.get(3, "/b").outcome(3)).isEqualTo("200 ok");
        }
    }

    @Test
    @DisplayName("RFC 9113 §8.1: an early answer that its caller takes slowly is not cut short")
    void early_and_slow() throws Exception {
        String large = "x".repeat(70_000);
        try (var api = new RawUpstream(peer -> {
                    String head = peer.head();
                    if (head == null) return;
                    peer.send(RawUpstream.text(head.contains(" /large ") ? large : "small"));
                    while (!peer.isLeft()) continue;
                });
                var gate = before(api.origin());
                var wire = Wire2.to(gate.port())) {
            wire.frame(Wire2.WINDOW_UPDATE, 0, 0, new byte[] {0, 4, 0, 0});
            wire.post(1, "/large").data(1, "some", false);
            int taken = 0;
            while (taken < 65_535) taken += wire.next(DATA, 1).payload().length;
            wire.post(3, "/small").data(3, "some", false);
            assertThat(wire.outcome(3)).isEqualTo("200 small");
            Wire2.Frame later = wire.next();
            assertThat(later.type()).isEqualTo(RST_STREAM);
            assertThat(later.stream()).as("the answer that was taken at once").isEqualTo(3);
            wire.frame(Wire2.WINDOW_UPDATE, 0, 1, new byte[] {0, 4, 0, 0});
            while (taken < large.length()) taken += wire.next(DATA, 1).payload().length;
            assertThat(taken).isEqualTo(large.length());
        }
    }
}
