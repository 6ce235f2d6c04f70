package dev.gatehouse.edge;

import static dev.gatehouse.edge.Wire2.DATA;
import static dev.gatehouse.edge.Wire2.HEADERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.DoorSettings;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(QuietVertx.class)
@DisplayName("fields after a body (RFC 9110 §6.5)")
final class TrailersTest {
    private static final DoorSettings H2C = new DoorSettings(List.of(), new DoorSettings.Http2(true));
    private static final String CHUNKED = "POST /a HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static TestGate before(URI api) throws Exception {
        return TestGate.plan().door(H2C).route("ANY /**: public", api).open();
    }

    /** What a request's end looks like to an API that speaks HTTP/2. */
    private record Seen(Wire2.Frame head, String body, Wire2.Frame end) {}

    private static RawHttp2Upstream listening(CompletableFuture<Seen> seen) {
        return new RawHttp2Upstream(wire -> {
            Wire2.Frame head = wire.next(HEADERS, 1);
            var body = new StringBuilder();
            Wire2.Frame frame = wire.next();
            while (frame != null && !frame.ends()) {
                if (frame.type() == DATA) body.append(frame.text());
                frame = wire.next();
            }
            if (frame == null) return;
            if (frame.type() == DATA) body.append(frame.text());
            seen.complete(new Seen(head, body.toString(), frame));
            wire.section(1, false, ":status: 200").data(1, "ok", true).next();
        });
    }

    // ── of requests ──────────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName("of a request go on from HTTP/1.1 to HTTP/1.1")
    void http1_to_http1() throws Exception {
        try (var api = RawUpstream.ok();
                var gate = before(api.origin());
                var wire = gate.call()) {
            for (String body : List.of("3\r\nabc\r\n", "")) {
                wire.send(CHUNKED + "\r\n" + body + "0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n");
                assertThat(wire.answer()).endsWith("ok");
                assertThat(api.received()).endsWith("\r\n\r\n" + body + "0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n");
            }
            wire.send(CHUNKED + "\r\n3\r\nabc\r\n0\r\n\r\n");
            assertThat(wire.answer()).endsWith("ok");
            assertThat(api.received()).as("not those of an earlier one").endsWith("\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        }
    }

    @Test
    @DisplayName("of a request go on from HTTP/2 to HTTP/1.1")
    void http2_to_http1() throws Exception {
        try (var api = RawUpstream.ok();
                var gate = before(api.origin());
                var wire = Wire2.to(gate.port())) {
            wire.post(1, "/a").data(1, "abc", false).section(1, true, "x-sum: 1");
            assertThat(wire.outcome(1)).isEqualTo("200 ok");
            assertThat(api.received()).endsWith("\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 1\r\n\r\n");
        }
    }

    @Test
    @DisplayName("of a request go on from HTTP/1.1 to HTTP/2")
    void http1_to_http2() throws Exception {
        var seen = new CompletableFuture<Seen>();
        try (var api = listening(seen);
                var gate = before(api.url());
                var wire = gate.call()) {
            wire.send(CHUNKED + "\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n");
            assertThat(wire.answer()).endsWith("2\r\nok\r\n0\r\n\r\n");
            Seen one = seen.get(10, TimeUnit.SECONDS);
            assertThat(one.body()).isEqualTo("abc");
            assertThat(one.end().field("x-sum")).isEqualTo("1");
        }
    }

    @Test
    @DisplayName("of a request go on from HTTP/2 to HTTP/2, after everything of the body")
    void http2_to_http2() throws Exception {
        var seen = new CompletableFuture<Seen>();
        String body = "x".repeat(16_000);
        try (var api = listening(seen);
                var gate = before(api.url());
                var wire = Wire2.to(gate.port())) {
            wire.post(1, "/a");
            for (int i = 0; i < 3; i++) wire.data(1, body, false);
            wire.section(1, true, "x-sum: 1");
            assertThat(wire.outcome(1)).isEqualTo("200 ok");
            Seen one = seen.get(10, TimeUnit.SECONDS);
            assertThat(one.body()).hasSize(48_000);
            assertThat(one.end().type()).isEqualTo(HEADERS);
            assertThat(one.end().field("x-sum")).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: h",
                "Authorization: Bearer x",
                "Cookie: a=b",
                "DPoP: x",
                "X-Gatehouse-User: root",
                "X_Gatehouse_User: root",
                "x_y: z",
                "X-Forwarded-For: 1.2.3.4",
                "Forwarded: for=1.2.3.4",
                "X-HTTP-Method-Override: DELETE",
                "TE: trailers",
                "Connection: close",
                "Upgrade: websocket",
                "Expect: 100-continue",
                "Max-Forwards: 1",
                "Range: bytes=0-1",
                "Content-Type: text/html",
                "Content-Encoding: gzip",
                "Content-Range: bytes 0-1/2",
                "Cache-Control: no-store"
            })
    @DisplayName("that would frame, route, authenticate or control stay at the gate (RFC 9110 §6.5.1)")
    void dangerous(String field) throws Exception {
        try (var api = RawUpstream.ok();
                var gate = before(api.origin());
                var wire = gate.call()) {
            wire.send(CHUNKED + "\r\n3\r\nabc\r\n0\r\n" + field + "\r\nX-Fine: 1\r\n\r\n");
            assertThat(wire.answer()).endsWith("ok");
            assertThat(api.received()).endsWith("\r\n\r\n3\r\nabc\r\n0\r\nX-Fine: 1\r\n\r\n");
        }
    }

    @Test
    @DisplayName("cannot frame a second time: a length or a coding after the body is nothing (RFC 9112 §7.1.2)")
    void framing() throws Exception {
        try (var api = RawUpstream.ok();
                var gate = before(api.origin());
                var wire = gate.call()) {
            wire.send(CHUNKED + "\r\n3\r\nabc\r\n0\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(wire.answer()).endsWith("ok");
            assertThat(api.received()).endsWith("\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        }
    }

    @Test
    @DisplayName("are bounded like a head: one past it is refused, and nobody gets a whole request")
    void bounded() throws Exception {
        try (var api = RawUpstream.ok();
                var gate = TestGate.plan()
                        .door(H2C)
                        .limits(Limits.sizes(2048, 1024, 1024, 1 << 20))
                        .route("ANY /**: public", api.origin())
                        .open()) {
            String long_ = "y".repeat(2100);
            try (Wire wire = gate.call()) {
                wire.send(CHUNKED + "\r\n3\r\nabc\r\n0\r\nX: " + long_ + "\r\n\r\n");
                assertThat(wire.rest()).startsWith("HTTP/1.1 400 ");
            }
            try (var wire = Wire2.to(gate.port())) {
                wire.post(1, "/a").data(1, "abc", false).section(1, true, "x: " + long_);
                assertThat(wire.outcome(1)).matches("431.*|reset .*|gone.*");
            }
            assertThat(api.requests).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {":path: /b", ":status: 200", "X-Upper: 1", "x y: 1", "x: a\u0000b", "x: a\r\nb: c"})
    @DisplayName("that are malformed end their stream (RFC 9113 §8.1, §8.2.1)")
    void malformed(String field) throws Exception {
        try (var api = RawUpstream.ok();
                var gate = before(api.origin());
                var wire = Wire2.to(gate.port())) {
            wire.post(1, "/a").data(1, "abc", false).section(1, true, field);
            assertThat(wire.outcome(1)).isEqualTo("reset 1");
            assertThat(wire.get(3, "/fine").outcome(3)).isEqualTo("200 ok");
            assertThat(api.received()).startsWith("GET /fine ");
        }
    }

    @Test
    @DisplayName("that do not end their stream are malformed (RFC 9113 §8.1)")
    void not_the_end() throws Exception {
        try (var api = RawUpstream.ok();
                var gate = before(api.origin());
                var wire = Wire2.to(gate.port())) {
            wire.post(1, "/a").data(1, "abc", false).section(1, false, "x-sum: 1");
            assertThat(wire.outcome(1)).isEqualTo("reset 1");
        }
    }

    @Test
    @DisplayName("of a request whose length was announced have no room and are dropped (RFC 9110 §6.5.1)")
    void announced() throws Exception {
        try (var api = RawUpstream.ok();
                var gate = before(api.origin());
                var wire = Wire2.to(gate.port())) {
            for (String body : List.of("abc", "")) {
                int stream = body.isEmpty() ? 3 : 1;
                wire.post(stream, "/a", "content-length: " + body.length());
                if (!body.isEmpty()) wire.data(stream, body, false);
                wire.section(stream, true, "x-sum: 1");
                assertThat(wire.outcome(stream)).isEqualTo("200 ok");
                assertThat(api.received()).endsWith("\r\n\r\n" + body);
            }
        }
    }

    @Test
    @DisplayName("belong each to their own request where several were sent at once (RFC 9112 §9.3.2)")
    void pipelined() throws Exception {
        try (var api = RawUpstream.ok();
                var gate = before(api.origin());
                var wire = gate.call()) {
            var all = new StringBuilder();
            for (int i = 1; i <= 4; i++)
                all.append(CHUNKED)
                        .append("\r\n3\r\nabc\r\n0\r\n")
                        .append(i == 2 ? "" : "X-Sum: " + i + "\r\n")
                        .append("\r\n");
            wire.send(all.toString());
            for (int i = 1; i <= 4; i++) {
                assertThat(wire.answer()).endsWith("ok");
                assertThat(api.received()).endsWith("\r\n0\r\n" + (i == 2 ? "" : "X-Sum: " + i + "\r\n") + "\r\n");
            }
        }
    }

    // ── of answers ───────────────────────────────────────────────────────────────────────────────────────────────

    private static final String TRAILED =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\nSet-Cookie: a=b\r\nX-Request-Id: mine\r\n\r\n";
    private static final String[][] TRAILED2 = {{":status: 200"}, {"x-sum: 1", "set-cookie: a=b", "x-request-id: mine"}
    };

    @Test
    @DisplayName("of an answer go back from HTTP/1.1, but for what it may not say there")
    void answers_from_http1() throws Exception {
        try (var api = RawUpstream.answering(TRAILED);
                var gate = before(api.origin());
                var wire = gate.call();
                var wire2 = Wire2.to(gate.port())) {
            assertThat(wire.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n").answer().toLowerCase(Locale.ROOT))
                    .endsWith("2\r\nok\r\n0\r\nx-sum: 1\r\n\r\n");
            assertThat(wire2.get(1, "/a").outcome(1)).isEqualTo("200 ok");
            assertThat(wire2.trailers.get("x-sum")).hasToString("1");
            assertThat(wire2.trailers.size()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("of an answer go back from HTTP/2, but for what it may not say there")
    void answers_from_http2() throws Exception {
        try (var api = RawHttp2Upstream.answering(TRAILED2);
                var gate = before(api.url());
                var wire = gate.call();
                var wire2 = Wire2.to(gate.port())) {
            assertThat(wire.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n").answer().toLowerCase(Locale.ROOT))
                    .endsWith("\r\n\r\n0\r\nx-sum: 1\r\n\r\n");
            assertThat(wire2.get(1, "/a").outcome(1)).isEqualTo("200");
            assertThat(wire2.trailers.get("x-sum")).hasToString("1");
            assertThat(wire2.trailers.size()).isEqualTo(1);
        }
    }

    // ── TE ───────────────────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName("are asked for where the caller takes them, on each connection by itself (RFC 9110 §10.1.4)")
    void asked_for() throws Exception {
        try (var api = RawUpstream.ok();
                var gate = before(api.origin());
                var wire = gate.call();
                var wire2 = Wire2.to(gate.port())) {
            wire.send("GET /a HTTP/1.1\r\nHost: g\r\nConnection: TE\r\nTE: gzip, Trailers\r\n\r\n")
                    .answer();
            assertThat(api.received().toLowerCase(Locale.ROOT))
                    .contains("\r\nte: trailers\r\n", "\r\nconnection: te\r\n")
                    .doesNotContain("gzip");
            wire.send("GET /a HTTP/1.1\r\nHost: g\r\nTE: trailers\r\n\r\n").answer();
            assertThat(api.received().toLowerCase(Locale.ROOT))
                    .as("not named by Connection")
                    .doesNotContain("\r\nte:", "\r\nconnection:");
            wire.send("GET /a HTTP/1.1\r\nHost: g\r\nConnection: TE\r\nTE: gzip\r\n\r\n")
                    .answer();
            assertThat(api.received().toLowerCase(Locale.ROOT)).doesNotContain("\r\nte:", "\r\nconnection:");
            wire2.get(1, "/a", "te: trailers").outcome(1);
            assertThat(api.received().toLowerCase(Locale.ROOT))
                    .contains("\r\nte: trailers\r\n", "\r\nconnection: te\r\n");
            wire2.get(3, "/a").outcome(3);
            assertThat(api.received().toLowerCase(Locale.ROOT)).doesNotContain("\r\nte:");
        }
    }

    @Test
    @DisplayName("HTTP/1.0 has none")
    void http_1_0() throws Exception {
        try (var api = RawUpstream.answering(TRAILED);
                var gate = before(api.origin());
                var wire = gate.call()) {
            assertThat(wire.send("GET /a HTTP/1.0\r\nHost: g\r\n\r\n").rest())
                    .endsWith("\r\n\r\nok")
                    .doesNotContainIgnoringCase("x-sum");
        }
    }

    @Test
    @DisplayName("a request with a length goes on beside one with trailers")
    void beside() throws Exception {
        try (var api = RawUpstream.answering(OK);
                var gate = before(api.origin());
                var wire = gate.call()) {
            wire.send(CHUNKED + "\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n").answer();
            api.received();
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 3\r\n\r\nabc")
                    .answer();
            assertThat(api.received()).endsWith("\r\n\r\nabc");
        }
    }
}
