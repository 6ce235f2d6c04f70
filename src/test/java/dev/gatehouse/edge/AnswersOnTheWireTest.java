package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
final class AnswersOnTheWireTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: g\r\n\r\n";

    @Test
    void a_length_is_kept() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer())
                    .contains("Content-Length: 2\r\n")
                    .doesNotContainIgnoringCase("transfer-encoding")
                    .endsWith("\r\n\r\nok");
            assertThat(wire.send(GET).answer()).endsWith("ok");
        }
    }

    @Test
    @DisplayName("chunks go on as chunks, with the trailers that may (RFC 9110 6.5)")
    void chunks_and_trailers_go_on() throws Exception {
        String chunked =
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Checksum: 7\r\nSet-Cookie: gh=planted\r\nX-Gatehouse-Subject: x\r\n\r\n";
        try (var upstream = RawUpstream.answering(chunked);
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            for (int i = 0; i < 2; i++) {
                assertThat(wire.send(GET).answer())
                        .containsIgnoringCase("transfer-encoding: chunked\r\n")
                        .doesNotContainIgnoringCase("content-length")
                        .contains("abc", "de")
                        .endsWith("0\r\nX-Checksum: 7\r\n\r\n");
            }
        }
    }

    @Test
    @DisplayName("an answer that ends with its connection becomes chunks (RFC 9112 6.3)")
    void an_answer_delimited_by_its_connection_is_chunked() throws Exception {
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    peer.send("HTTP/1.1 200 OK\r\n\r\nall of it");
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer())
                    .containsIgnoringCase("transfer-encoding: chunked")
                    .contains("all of it")
                    .endsWith("0\r\n\r\n");
            assertThat(wire.send(GET).answer()).contains("all of it");
        }
    }

    @Test
    @DisplayName("a caller of HTTP/1.0 gets no chunks, but the end of the connection")
    void http_1_0_gets_no_chunks() throws Exception {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        try (var upstream = RawUpstream.answering(chunked);
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            assertThat(wire.send("GET /a HTTP/1.0\r\n\r\n").rest())
                    .startsWith("HTTP/1.0 200")
                    .doesNotContainIgnoringCase("chunked")
                    .endsWith("\r\n\r\nabc");
        }
    }

    @Test
    @DisplayName("HEAD has the fields of GET and no body (RFC 9110 9.3.2)")
    void head_has_no_body() throws Exception {
        try (var upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            for (int i = 0; i < 2; i++)
                assertThat(wire.send("HEAD /a HTTP/1.1\r\nHost: g\r\n\r\n").answerToHead())
                        .contains("Content-Length: 1234\r\n");
        }
        try (var upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            for (int i = 0; i < 2; i++)
                assertThat(wire.send("HEAD /a HTTP/1.1\r\nHost: g\r\n\r\n").answerToHead())
                        .startsWith("HTTP/1.1 200")
                        .doesNotContainIgnoringCase("content-length: 0");
        }
    }

    @Test
    @DisplayName("204 and 304 have no body, and 204 no length (RFC 9110 8.6)")
    void no_content_has_no_length() throws Exception {
        try (var upstream = RawUpstream.answering("HTTP/1.1 204 No Content\r\n\r\n");
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            for (int i = 0; i < 2; i++)
                assertThat(wire.send(GET).answer())
                        .startsWith("HTTP/1.1 204")
                        .doesNotContainIgnoringCase("content-length")
                        .doesNotContainIgnoringCase("transfer");
        }
        try (var upstream = RawUpstream.answering(
                        "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 99\r\n\r\n");
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            for (int i = 0; i < 2; i++)
                assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 304").contains("ETag: \"a\"");
        }
        try (var upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            for (int i = 0; i < 2; i++)
                assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200").contains("Content-Length: 0");
        }
    }

    @Test
    @DisplayName("CVE-2026-42584 interim answers neither shift nor end anything (RFC 9110 15.2)")
    void interim_answers_shift_nothing() throws Exception {
        String interim =
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 199 Odd\r\nX: y\r\n\r\n";
        try (var upstream = RawUpstream.answering(interim + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            for (int i = 0; i < 3; i++)
                assertThat(wire.send(GET).lastAnswer())
                        .startsWith("HTTP/1.1 200")
                        .endsWith("ok");
            wire.send("HEAD /a HTTP/1.1\r\nHost: g\r\n\r\n");
            for (String status : List.of("103", "102", "199", "200"))
                assertThat(wire.answerToHead()).startsWith("HTTP/1.1 " + status);
        }
    }

    @Test
    void our_own_answers_carry_their_protection() throws Exception {
        try (var gate = TestGate.plan().open()) {
            assertThat(gate.call("GET /nowhere HTTP/1.1\nHost: g\n\n"))
                    .startsWith("HTTP/1.1 404 ")
                    .contains(
                            "X-Request-Id: ",
                            "Cache-Control: no-store",
                            "X-Content-Type-Options: nosniff",
                            "frame-ancestors 'none'")
                    .contains(
                            "\"type\":\"https://gate.example/_gate/problems/no_route\"",
                            "\"reason\":\"no_route\"",
                            "\"msg\":");
        }
    }

    @Test
    void the_house_answers_at_its_own_addresses() throws Exception {
        try (var gate = TestGate.plan().open()) {
            for (String path : new String[] {
                "/", "/login", "/oauth/token", "/_gate/problems/x", "/.well-known/openid-configuration", "/account/x"
            }) assertThat(gate.call("GET " + path + " HTTP/1.1\nHost: g\n\n")).endsWith("house " + path + " 26");
            for (String path : new String[] {"/loginx", "/.well-known/other", "/oauthx", "/api"})
                assertThat(gate.call("GET " + path + " HTTP/1.1\nHost: g\n\n")).startsWith("HTTP/1.1 404");
        }
    }
}
