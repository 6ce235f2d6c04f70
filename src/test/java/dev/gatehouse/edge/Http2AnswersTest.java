package dev.gatehouse.edge;

import static dev.gatehouse.edge.Wire2.HEADERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.DoorSettings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an API that speaks HTTP/2 gets, and what of its answers is taken. */
@ExtendWith(QuietVertx.class)
final class Http2AnswersTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: g\r\n\r\n";

    private static TestGate before(RawHttp2Upstream api) throws Exception {
        return TestGate.plan()
                .door(new DoorSettings(List.of(), new DoorSettings.Http2(true)))
                .route("ANY /**: public", api.url())
                .open();
    }

    @Test
    @DisplayName(
            "a request in HTTP/1.1 becomes one in HTTP/2: pseudo-header fields first, names in lower case, nothing of its connection (RFC 9113 §8.2.1, §8.2.2, §8.3)")
    void requests() throws Exception {
        var seen = new CompletableFuture<Wire2.Frame>();
        try (var api = new RawHttp2Upstream(wire -> {
                    seen.complete(wire.next(HEADERS, 1));
                    wire.section(1, true, ":status: 204").next();
                });
                var gate = before(api);
                var wire = gate.call()) {
            String answer = wire.send(
                            "POST /a?b HTTP/1.1\r\nHost: g\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n"
                                    + "Proxy-Connection: x\r\nTE: gzip\r\nTransfer-Encoding: chunked\r\nX-Mixed-Case: Kept\r\n\r\n0\r\n\r\n")
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 204 ");
            Wire2.Frame head = seen.get(20, TimeUnit.SECONDS);
            var names = new java.util.ArrayList<String>();
            head.fields().forEach(field -> names.add(field.getKey().toString()));
            assertThat(names.subList(0, 4)).containsExactlyInAnyOrder(":method", ":path", ":scheme", ":authority");
            assertThat(names.subList(4, names.size())).noneMatch(name -> name.startsWith(":"));
            assertThat(names)
                    .allMatch(name -> name.equals(name.toLowerCase(java.util.Locale.ROOT)))
                    .contains("x-mixed-case")
                    .doesNotContain(
                            "connection", "x-hop", "keep-alive", "proxy-connection", "te", "transfer-encoding", "host");
            assertThat(head.field(":method") + head.field(":path")).isEqualTo("POST/a?b");
            assertThat(head.field("x-mixed-case")).isEqualTo("Kept");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection: close",
                "keep-alive: 1",
                "proxy-connection: x",
                "transfer-encoding: chunked",
                "upgrade: x",
                "X-Upper: 1",
                "x y: 1",
                "x: a\r\nset-cookie: b",
                "x: a\u0000b",
                ":path: /b",
                ":status: 200",
                ":late: 1"
            })
    @DisplayName(
            "a malformed answer is 502, its stream ends, and the connection goes on (RFC 9113 §8.1.1, §8.2, §8.3.2)")
    void malformed(String field) throws Exception {
        try (var api = answering(wire -> wire.section(1, true, ":status: 200", field));
                var gate = before(api);
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 502 ").contains("upstream_failed");
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ");
            assertThat(api.connections).hasValue(1);
        }
    }

    @Test
    @DisplayName("an answer without a status is 502 (RFC 9113 §8.3.2)")
    void no_status() throws Exception {
        try (var api = answering(wire -> wire.section(1, true, "x: y"));
                var gate = before(api);
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    @DisplayName("a body before any head is 502 (RFC 9113 §8.1)")
    void body_first() throws Exception {
        for (boolean whole : new boolean[] {true, false})
            try (var api = answering(wire -> wire.data(1, "x", whole));
                    var gate = before(api);
                    var wire = gate.call()) {
                assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 502 ");
            }
    }

    @Test
    @DisplayName("a body that is not as long as it said is nobody's whole answer (RFC 9113 §8.1.1)")
    void lengths() throws Exception {
        for (String body : List.of("abc", "abcdefgh"))
            try (var api = answering(wire -> wire.section(1, false, ":status: 200", "content-length: 5")
                            .data(1, body, true));
                    var gate = before(api);
                    var wire = gate.call()) {
                String all = wire.send("GET /a HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n")
                        .rest();
                assertThat(all).matches("(?s)HTTP/1.1 (502 .*|200 .*\r\n\r\n(abc)?)");
            }
    }

    @Test
    @DisplayName(
            "a stream that the API resets is 502, or the end of the caller's connection when the answer has begun (RFC 9113 §5.4.2)")
    void resets() throws Exception {
        try (var api = answering(wire -> wire.reset(1, 2));
                var gate = before(api);
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 502 ");
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ");
        }
        try (var api = answering(wire -> wire.section(1, false, ":status: 200")
                        .data(1, "half", false)
                        .reset(1, 2));
                var gate = before(api);
                var wire = gate.call();
                var wire2 = Wire2.to(gate.port())) {
            assertThat(wire.send(GET).rest()).startsWith("HTTP/1.1 200 ").doesNotContain("\r\n0\r\n\r\n");
            assertThat(wire2.get(1, "/a").outcome(1)).startsWith("200");
        }
    }

    @Test
    @DisplayName(
            "after an API's GOAWAY what has begun comes to its end, and new requests go over a new connection (RFC 9113 §6.8)")
    void goaway() throws Exception {
        try (var api = new RawHttp2Upstream(wire -> {
                    int stream = wire.next(HEADERS, 1).stream();
                    byte[] last = {0, 0, 0, 1, 0, 0, 0, 0};
                    wire.frame(Wire2.GOAWAY, 0, 0, last)
                            .section(stream, false, ":status: 200")
                            .data(stream, "whole", true)
                            .next();
                });
                var gate = before(api);
                var wire = gate.call()) {
            for (int i = 1; i <= 3; i++) {
                assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ").contains("whole");
                assertThat(api.connections).hasValue(i);
            }
        }
    }

    @Test
    @DisplayName("HEAD, 204 and 304 have no body, whatever their fields say (RFC 9110 §6.4.1)")
    void no_body() throws Exception {
        try (var api = RawHttp2Upstream.answering(new String[][] {{":status: 200", "content-length: 5"}});
                var gate = before(api);
                var wire = gate.call()) {
            assertThat(wire.send("HEAD /a HTTP/1.1\r\nHost: g\r\n\r\n").answerToHead())
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("content-length: 5\r\n");
            assertThat(wire.send("HEAD /a HTTP/1.1\r\nHost: g\r\n\r\n").answerToHead())
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    /** That to the first stream, and a plain answer to every other. */
    private static RawHttp2Upstream answering(Consumer<Wire2> first) {
        return new RawHttp2Upstream(wire -> {
            for (Wire2.Frame frame = wire.next(); frame != null; frame = wire.next()) {
                if (frame.type() != HEADERS) continue;
                if (frame.stream() == 1) first.accept(wire);
                else wire.section(frame.stream(), false, ":status: 200").data(frame.stream(), "ok", true);
            }
        });
    }
}
