package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(QuietVertx.class)
@DisplayName("answers and redirects of the file")
final class OwnAnswersTest {
    @TempDir
    static Path folder;

    private static TestGate gate;

    @BeforeAll
    static void open() throws Exception {
        Path page = Files.writeString(folder.resolve("page.HTML"), "<p>\u00e9</p>");
        gate = TestGate.plan()
                .file(
                        """
                        apis:
                          text:
                            path: /text
                            upstream: {static: {body: hello}}
                            routes: {GET /: public, POST /: public, GET /mine: login}
                          page:
                            path: /page
                            upstream:
                              static:
                                file: PAGE
                                headers: {Cache-Control: "public, max-age=60", content-security-policy: "default-src 'self'"}
                            routes: {GET /: public, GET /mine: login}
                          closed:
                            path: /closed
                            upstream: {static: {status: 503, body: back soon, headers: {Retry-After: 60}}}
                            routes: {ANY /**: public}
                          nothing:
                            path: /nothing
                            upstream: {static: {status: 204}}
                            routes: {GET /: public}
                          away:
                            path: /away
                            upstream: {redirect: "https://new.example/x/{id}/**"}
                            routes: {"ANY /{id}/**": public, "GET /mine/{id}/**": login}
                          here:
                            path: /here
                            upstream: {redirect: /there/**, status: 302}
                            routes: {GET /**: public}
                          root:
                            path: /root
                            upstream: {redirect: "https://new.example", status: 301}
                            routes: {GET /**: public}
                        """
                                .replace("PAGE", page.toString()))
                .open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
    }

    private static String get(String target, String fields) {
        return gate.call("GET " + target + " HTTP/1.1\nHost: g\n" + fields + "\n");
    }

    @Test
    void a_text_is_plain_text_with_what_every_answer_of_ours_has() {
        assertThat(get("/text", ""))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains(
                        "Content-Type: text/plain; charset=utf-8\r\n",
                        "X-Content-Type-Options: nosniff\r\n",
                        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n",
                        "X-Request-Id: ")
                .doesNotContain("Cache-Control")
                .endsWith("\r\n\r\nhello");
    }

    @Test
    void a_file_has_the_type_of_its_name_and_the_fields_that_the_settings_name() {
        assertThat(get("/page", ""))
                .contains(
                        "Content-Type: text/html; charset=utf-8\r\n",
                        "content-security-policy: default-src 'self'\r\n",
                        "Cache-Control: public, max-age=60\r\n")
                .doesNotContain("frame-ancestors")
                .endsWith("<p>\u00c3\u00a9</p>");
    }

    @Test
    @DisplayName("RFC 9110 §9.3.2: HEAD is GET without the content")
    void head() {
        try (Wire wire = gate.call()) {
            String head =
                    wire.send(Wire.lines("HEAD /text HTTP/1.1\nHost: g\n\n")).answerToHead();
            assertThat(head)
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("content-length: 5\r\n")
                    .endsWith("\r\n\r\n");
            assertThat(wire.send(Wire.lines("GET /text HTTP/1.1\nHost: g\n\n")).answer())
                    .endsWith("hello");
        }
    }

    @Test
    @DisplayName("RFC 9110 §13.1.2: who has it already is told so")
    void conditional() {
        String answer = get("/page", "");
        String tag = answer.substring(answer.indexOf("ETag: ") + 6, answer.indexOf("\r\n", answer.indexOf("ETag: ")));
        for (String known : new String[] {tag, "W/" + tag, "*", "\"other\", " + tag})
            assertThat(get("/page", "If-None-Match: " + known + "\n"))
                    .startsWith("HTTP/1.1 304 ")
                    .contains("ETag: " + tag, "Cache-Control: public, max-age=60")
                    .doesNotContainIgnoringCase("\r\ncontent-type")
                    .doesNotContainIgnoringCase("content-length")
                    .endsWith("\r\n\r\n");
        assertThat(get("/page", "If-None-Match: \"other\"\n")).startsWith("HTTP/1.1 200 ");
        assertThat(gate.call("POST /text HTTP/1.1\nHost: g\nIf-None-Match: *\nContent-Length: 0\n\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(get("/closed", "If-None-Match: *\n")).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void a_status_and_its_fields_are_those_of_the_file_whatever_is_sent() {
        try (Wire wire = gate.call()) {
            String answer = wire.send(Wire.lines("PUT /closed/a HTTP/1.1\nHost: g\nContent-Length: 3\n\nabc"))
                    .answer();
            assertThat(answer)
                    .startsWith("HTTP/1.1 503 ")
                    .contains("Retry-After: 60\r\n")
                    .doesNotContain("ETag")
                    .endsWith("back soon");
            assertThat(wire.send(Wire.lines("GET /nothing HTTP/1.1\nHost: g\n\n"))
                            .answer())
                    .startsWith("HTTP/1.1 204 ")
                    .doesNotContainIgnoringCase("content-length");
        }
    }

    @Test
    void who_may_is_asked_first_and_what_only_some_may_see_is_not_kept() {
        for (String path : new String[] {"/text/mine", "/page/mine", "/away/mine/1"})
            assertThat(get(path, "")).startsWith("HTTP/1.1 401 ");
        assertThat(get("/text/mine", gate.bearer("u_1") + "\n"))
                .startsWith("HTTP/1.1 200 ")
                .contains("private, no-store\r\n")
                .containsIgnoringCase("vary: authorization\r\n");
        assertThat(get("/page/mine", gate.bearer("u_1") + "\n"))
                .contains("Cache-Control: public, max-age=60\r\n")
                .containsIgnoringCase("vary: authorization\r\n");
        assertThat(get("/away/mine/1", gate.bearer("u_1") + "\n"))
                .startsWith("HTTP/1.1 308 ")
                .contains("private, no-store\r\n", "Location: https://new.example/x/1\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "/away/7,                        https://new.example/x/7",
        "/away/7/,                       https://new.example/x/7/",
        "/away/7/a%20b/c?d=e&f=%2F,      https://new.example/x/7/a%20b/c?d=e&f=%2F",
        "/away/@evil.example/x,          https://new.example/x/@evil.example/x",
        "/away/https:evil.example,       https://new.example/x/https:evil.example",
        "/away/7%3F%23,                  https://new.example/x/7%3F%23",
        "/away/7?https://evil.example,   https://new.example/x/7?https://evil.example",
        "/here/evil.example,             /there/evil.example",
        "/here,                          /there",
        "/root/a/b?c,                    https://new.example/?c",
    })
    @DisplayName("class 32: what a caller sends is a segment or the query, never the place")
    void redirects(String target, String location) {
        assertThat(get(target, "")).contains("Location: " + location + "\r\n");
    }

    @ParameterizedTest
    @DisplayName("class 32: what could lead to another host is refused before it is a redirect")
    @ValueSource(
            strings = {
                "/here//evil.example",
                "/here/%2fevil.example",
                "/here/%5cevil.example",
                "/here/..//evil.example",
                "/here/\\\\evil.example",
                "/here/a%0d%0aSet-Cookie:b"
            })
    void refused(String target) {
        assertThat(get(target, "")).startsWith("HTTP/1.1 400 ").doesNotContain("Location");
    }

    @Test
    void a_redirect_has_the_status_of_the_file() {
        assertThat(get("/here/a", "")).startsWith("HTTP/1.1 302 ");
        assertThat(get("/root", "")).startsWith("HTTP/1.1 301 ");
        assertThat(gate.call("POST /away/7 HTTP/1.1\nHost: g\nContent-Length: 1\n\na"))
                .startsWith("HTTP/1.1 308 ");
    }
}
