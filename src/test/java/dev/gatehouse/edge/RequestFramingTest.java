package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(QuietVertx.class)
@DisplayName("ED01 malformed, ambiguous and smuggling requests")
final class RequestFramingTest {
    private static RawUpstream upstream;
    private static TestGate gate;

    @BeforeAll
    static void open() throws Exception {
        upstream = RawUpstream.ok();
        gate = TestGate.before(upstream);
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        upstream.close();
    }

    /** Each is one request that has no single reading, and what is left of a smuggled one behind it. */
    static Stream<Arguments> refused() {
        return Stream.of(
                refused(
                        "RFC 9112 6.1 length and coding",
                        400,
                        "POST / HTTP/1.1|Host: g|Content-Length: 4|Transfer-Encoding: chunked||0||GET /smuggled HTTP/1.1|Host: g||"),
                refused(
                        "RFC 9112 6.1 coding and length",
                        400,
                        "POST / HTTP/1.1|Host: g|Transfer-Encoding: chunked|Content-Length: 40||0||GET /smuggled HTTP/1.1|Host: g||"),
                refused(
                        "CVE-2026-42581 HTTP/1.0 with coding and length",
                        400,
                        "POST / HTTP/1.0|Host: g|Transfer-Encoding: chunked|Content-Length: 5||0||GET /smuggled HTTP/1.1|Host: g||"),
                refused(
                        "RFC 9112 6.1 HTTP/1.0 with coding",
                        400,
                        "POST / HTTP/1.0|Host: g|Transfer-Encoding: chunked||0||"),
                refused(
                        "RFC 9112 6.3 two lengths",
                        400,
                        "POST / HTTP/1.1|Host: g|Content-Length: 4|Content-Length: 5||abcde"),
                refused(
                        "RFC 9112 6.3 the same length twice",
                        400,
                        "POST / HTTP/1.1|Host: g|Content-Length: 4|Content-Length: 4||abcd"),
                refused("RFC 9112 6.3 a list of lengths", 400, "POST / HTTP/1.1|Host: g|Content-Length: 4, 4||abcd"),
                refused("a signed length", 400, "POST / HTTP/1.1|Host: g|Content-Length: +4||abcd"),
                refused("a negative length", 400, "POST / HTTP/1.1|Host: g|Content-Length: -1||"),
                refused("a hexadecimal length", 400, "POST / HTTP/1.1|Host: g|Content-Length: 0x4||abcd"),
                refused("an empty length", 400, "POST / HTTP/1.1|Host: g|Content-Length:||abcd"),
                refused(
                        "a length beyond counting",
                        400,
                        "POST / HTTP/1.1|Host: g|Content-Length: 99999999999999999999||abcd"),
                refused(
                        "CVE-2019-18277 a coding with a control character",
                        400,
                        "POST / HTTP/1.1|Host: g|Transfer-Encoding: \u000bchunked||0||"),
                refused(
                        "a coding we do not take off",
                        400,
                        "POST / HTTP/1.1|Host: g|Transfer-Encoding: gzip, chunked||0||"),
                refused(
                        "a coding that is not chunked",
                        400,
                        "POST / HTTP/1.1|Host: g|Transfer-Encoding: identity||abcd"),
                refused("chunked twice", 400, "POST / HTTP/1.1|Host: g|Transfer-Encoding: chunked, chunked||0||"),
                refused(
                        "two codings",
                        400,
                        "POST / HTTP/1.1|Host: g|Transfer-Encoding: chunked|Transfer-Encoding: identity||0||"),
                refused(
                        "chunked in two fields",
                        400,
                        "POST / HTTP/1.1|Host: g|Transfer-Encoding: chunked|Transfer-Encoding: chunked||0||"),
                refused("a misspelt coding", 400, "POST / HTTP/1.1|Host: g|Transfer-Encoding: xchunked||0||"),
                refused("a quoted coding", 400, "POST / HTTP/1.1|Host: g|Transfer-Encoding: \"chunked\"||0||"),
                refused(
                        "CVE-2025-64484 an underscored length beside a real one",
                        400,
                        "POST / HTTP/1.1|Host: g|Content_Length: 2|Content-Length: 4||abcd"),
                refused(
                        "an underscored coding",
                        400,
                        "POST / HTTP/1.1|Host: g|Transfer_Encoding: chunked|Content-Length: 5||0||"),
                refused("RFC 9112 5.1 space before the colon", 400, "POST / HTTP/1.1|Host: g|Content-Length : 4||abcd"),
                refused("tab before the colon", 400, "GET / HTTP/1.1|Host: g|X-A\t: b||"),
                refused("a name with a space", 400, "GET / HTTP/1.1|Host: g|X A: b||"),
                refused("an empty name", 400, "GET / HTTP/1.1|Host: g|: b||"),
                refused("a line without a colon", 400, "GET / HTTP/1.1|Host: g|nonsense||"),
                refused("RFC 9112 5.2 a folded first line", 400, "GET / HTTP/1.1| Host: g|X: y||"),
                refused("RFC 9112 2.2 a bare line feed in the section", 400, "GET / HTTP/1.1\nHost: g\n\n"),
                refused("RFC 9112 2.2 one bare line feed", 400, "GET / HTTP/1.1|Host: g\nX: y||"),
                refused(
                        "RFC 9112 2.2 a bare carriage return in a value",
                        400,
                        "GET / HTTP/1.1|Host: g|X: a\rTransfer-Encoding: chunked||"),
                refused("NUL in a value", 400, "GET / HTTP/1.1|Host: g|X: a\u0000b||"),
                refused("a control character in a value", 400, "GET / HTTP/1.1|Host: g|X: a\u0001b||"),
                refused("NUL in a name", 400, "GET / HTTP/1.1|Host: g|X\u0000: b||"),
                refused("RFC 9112 3.2 no Host", 400, "GET / HTTP/1.1|X: y||"),
                refused("RFC 9112 3.2 two Hosts", 400, "GET / HTTP/1.1|Host: g|Host: h||"),
                refused("RFC 9112 3.2 the same Host twice", 400, "GET / HTTP/1.1|Host: g|Host: g||"),
                refused("an empty Host", 400, "GET / HTTP/1.1|Host:||"),
                refused("a Host with a path", 400, "GET / HTTP/1.1|Host: g/admin||"),
                refused("a Host with user information", 400, "GET / HTTP/1.1|Host: a@g||"),
                refused("a Host with a space", 400, "GET / HTTP/1.1|Host: g h||"),
                refused("a Host list", 400, "GET / HTTP/1.1|Host: g, h||".replace(", ", ",\t")),
                refused("RFC 9112 3.2.2 absolute-form for another host", 400, "GET http://h/ HTTP/1.1|Host: g||"),
                refused("absolute-form of another scheme", 400, "GET ftp://g/ HTTP/1.1|Host: g||"),
                refused("authority-form", 400, "GET g:80 HTTP/1.1|Host: g||"),
                refused("CONNECT", 400, "CONNECT g:80 HTTP/1.1|Host: g||"),
                refused("asterisk-form for GET", 400, "GET * HTTP/1.1|Host: g||"),
                refused("HTTP/0.9", 400, "GET /|"),
                refused("HTTP/1.2", 400, "GET / HTTP/1.2|Host: g||"),
                refused("HTTP/2.0 in clear", 400, "PRI * HTTP/2.0||SM||"),
                refused("HTTP/3.0", 400, "GET / HTTP/3.0|Host: g||"),
                refused("a version that is none", 400, "GET / HTPP/1.1|Host: g||"),
                refused("a lower-case version", 400, "GET / http/1.1|Host: g||"),
                refused("a request line of one word", 400, "GET|Host: g||"),
                refused("a method with a control character", 400, "G\u0001T / HTTP/1.1|Host: g||"),
                refused(
                        "CVE-2026-50020 control characters before the request",
                        400,
                        "\u0001\u0002GET / HTTP/1.1|Host: g||"),
                refused("a control character in the address", 400, "GET /a\u0001b HTTP/1.1|Host: g||"),
                refused(
                        "CVE-2026-41417 an encoded line end is not a line end, and a raw one is none either",
                        400,
                        "GET /a\rb HTTP/1.1|Host: g||"),
                refused("an octet beyond ASCII in the address", 400, "GET /\u00e9 HTTP/1.1|Host: g||"),
                refused("a fragment", 400, "GET /a#b HTTP/1.1|Host: g||"),
                refused("ED02 an encoded slash", 400, "GET /a%2fb HTTP/1.1|Host: g||"),
                refused("ED02 an encoded backslash", 400, "GET /a%5cb HTTP/1.1|Host: g||"),
                refused("ED02 dot segments behind an escape", 400, "GET /a/%2e%2e/b HTTP/1.1|Host: g||"),
                refused("ED02 dot segments behind a parameter", 400, "GET /a/..;x/b HTTP/1.1|Host: g||"),
                refused("ED02 an overlong slash", 400, "GET /a%c0%afb HTTP/1.1|Host: g||"),
                refused("ED02 an encoded NUL", 400, "GET /a%00b HTTP/1.1|Host: g||"),
                refused("ED02 a broken escape", 400, "GET /a%zzb HTTP/1.1|Host: g||"),
                refused(
                        "an expectation nobody can meet",
                        400,
                        "POST / HTTP/1.1|Host: g|Expect: a-miracle|Content-Length: 1||x"),
                refused(
                        "ED07 two Authorization fields",
                        400,
                        "GET / HTTP/1.1|Host: g|Authorization: Bearer a|Authorization: Bearer b||"));
    }

    private static Arguments refused(String name, int status, String request) {
        return Arguments.of(name, status, request.replace("|", "\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void are_refused_and_never_reach_an_api(String name, int status, String request) {
        try (Wire wire = gate.call()) {
            String answer = wire.send(request).answer();

            assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("application/problem+json");
            assertThat(upstream.requests).as(name).isEmpty();
        }
    }

    /** Whatever stands behind a body that cannot be delimited is not taken for a request. */
    static Stream<Arguments> badBodies() {
        return Stream.of(
                Arguments.of("a chunk size that is none", "xyz|"),
                Arguments.of("a chunk size with a sign", "+2|ab|0||"),
                Arguments.of("a chunk size with a prefix", "0x2|ab|0||"),
                Arguments.of("a chunk size beyond counting", "fffffffffffffffff|"),
                Arguments.of("a negative chunk size", "-1|"),
                Arguments.of("an empty chunk size", "|ab|0||"),
                Arguments.of("a chunk that is longer than it says", "2|abc|0||"),
                Arguments.of("a bare line feed after the size", "2\nab|0||"),
                Arguments.of("a bare line feed in an extension", "2;a\nb|ab|0||"),
                Arguments.of("a carriage return in an extension", "2;a\rb|ab|0||"),
                Arguments.of("space before the size", " 2|ab|0||"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badBodies")
    void bodies_without_an_end_break_the_connection_and_nothing_behind_them_is_read(String name, String chunks) {
        try (Wire wire = gate.call()) {
            String rest = wire.send("POST /bad HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + chunks.replace("|", "\r\n") + "GET /smuggled HTTP/1.1\r\nHost: g\r\n\r\n")
                    .rest();

            assertThat(rest).satisfiesAnyOf(nothing -> assertThat(nothing).isEmpty(), refused -> assertThat(refused)
                    .startsWith("HTTP/1.1 400 ")
                    .containsOnlyOnce("HTTP/1.1"));
            assertThat(upstream.requests).as(name).noneMatch(request -> request.contains("smuggled"));
            upstream.requests.clear();
        }
    }

    /** Odd, but with one reading only; the API gets that one. */
    static Stream<Arguments> forwarded() {
        return Stream.of(
                Arguments.of(
                        "RFC 9112 2.2 an empty line before the request",
                        "\r\nGET /a HTTP/1.1\r\nHost: g\r\n\r\n",
                        "GET /a HTTP/1.1\r\n"),
                Arguments.of(
                        "RFC 9112 3.2.2 absolute-form",
                        "GET http://g/a HTTP/1.1\r\nHost: g\r\n\r\n",
                        "GET /a HTTP/1.1\r\n"),
                Arguments.of(
                        "absolute-form and case", "GET HTTP://G/a HTTP/1.1\r\nHost: g\r\n\r\n", "GET /a HTTP/1.1\r\n"),
                Arguments.of(
                        "RFC 9112 5.2 a folded value",
                        "GET /a HTTP/1.1\r\nHost: g\r\nX: a\r\n b\r\n\r\n",
                        "X: a b\r\n"),
                Arguments.of(
                        "white space around a value", "GET /a HTTP/1.1\r\nHost: g\r\nX:\t a \t\r\n\r\n", "X: a\r\n"),
                Arguments.of("HTTP/1.0 without Host", "GET /a HTTP/1.0\r\n\r\n", "GET /a HTTP/1.1\r\n"),
                Arguments.of(
                        "chunked in any case",
                        "POST /a HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
                        "\r\n1\r\nx\r\n0\r\n\r\n"),
                Arguments.of(
                        "chunk extensions, which end here",
                        "POST /a HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\n\r\n",
                        "\r\n1\r\nx\r\n0\r\n\r\n"),
                Arguments.of(
                        "leading zeros in a chunk size",
                        "POST /a HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n001\r\nx\r\n0\r\n\r\n",
                        "\r\n1\r\nx\r\n0\r\n\r\n"),
                Arguments.of(
                        "an escape that is none is taken off",
                        "GET /%61 HTTP/1.1\r\nHost: g\r\n\r\n",
                        "GET /a HTTP/1.1\r\n"),
                Arguments.of("a body on GET", "GET /a HTTP/1.1\r\nHost: g\r\nContent-Length: 1\r\n\r\nx", "\r\n\r\nx"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forwarded")
    void or_reach_the_api_in_one_reading(String name, String request, String reading) throws Exception {
        try (Wire wire = gate.call()) {
            String answer = wire.send(request).answer();
            String received = upstream.received();

            assertThat(answer).as(name).startsWith("HTTP/1." + (request.contains("HTTP/1.0") ? "0" : "1") + " 200 ");
            assertThat(received).contains(reading);
        }
    }

    @Test
    @DisplayName("trailers of a request end here (RFC 9110 6.5)")
    void trailers_are_not_merged_into_anything() throws Exception {
        try (Wire wire = gate.call()) {
            wire.send(
                            "POST /a HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Gatehouse-Subject: root\r\nAuthorization: Bearer x\r\n\r\n")
                    .answer();

            assertThat(upstream.received()).doesNotContain("root").doesNotContain("Bearer x");
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order() throws Exception {
        try (Wire wire = gate.call()) {
            wire.send(
                    "GET /first HTTP/1.1\r\nHost: g\r\n\r\nGET /a%2fb HTTP/1.1\r\nHost: g\r\n\r\nGET /third HTTP/1.1\r\nHost: g\r\n\r\n");

            assertThat(wire.answer()).startsWith("HTTP/1.1 200");
            assertThat(wire.answer()).startsWith("HTTP/1.1 400");
            assertThat(wire.answer()).startsWith("HTTP/1.1 200");
            assertThat(upstream.received()).startsWith("GET /first");
            assertThat(upstream.received()).startsWith("GET /third");
        }
    }

    @Test
    @DisplayName("HTTP/1.0 connections end after one answer, whatever they ask for")
    void http_1_0_is_not_kept_alive() throws Exception {
        try (Wire wire = gate.call()) {
            String all = wire.send("GET /a HTTP/1.0\r\nHost: g\r\nConnection: keep-alive\r\n\r\n")
                    .rest();

            assertThat(all).startsWith("HTTP/1.0 200").endsWith("ok");
            upstream.received();
        }
    }
}
