package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each API has an upstream path that names it, so that the request line an API is sent tells which one was chosen. */
@ExtendWith(QuietVertx.class)
@DisplayName("routes by host, header field and path")
final class WhichRouteTest {
    private static RawUpstream upstream;
    private static TestGate gate;

    @BeforeAll
    static void open() throws Exception {
        upstream = RawUpstream.ok();
        gate = TestGate.plan()
                .file(
                        """
                        cors: [https://app.example]
                        apis:
                          any:
                            path: /things
                            upstream: UPSTREAM/any
                            routes:
                              GET /**: public
                              GET /admin: role admin
                          shop:
                            path: /things
                            host: Shop.Example.com
                            upstream: UPSTREAM/shop
                            routes:
                              GET /{id}: public
                          below:
                            path: /things
                            host: ["*.example.com", "[::1]"]
                            upstream: UPSTREAM/below
                            routes:
                              GET /**: public
                          only:
                            path: /only
                            host: only.test
                            upstream: UPSTREAM/only
                            cors: [https://only.example]
                            routes:
                              GET /: public
                              POST /: public
                          first:
                            path: /versions
                            upstream: UPSTREAM/first
                            routes:
                              GET /**: public
                              PUT /{id}: {allow: public, headers: {If-Kind: whole}}
                          second:
                            path: /versions
                            headers: {X-Version: 2}
                            upstream: UPSTREAM/second
                            cors: off
                            routes:
                              GET /**: public
                              GET /{id}: {allow: public, headers: {X-Tenant: acme}}
                              POST /: login
                          stripped:
                            path: /api/v1
                            strip: true
                            upstream: UPSTREAM/base
                            routes:
                              ANY /**: public
                              GET /old/{id}/{part}: {allow: public, rewrite: "/new/{part}/of/{id}"}
                              GET /tree/{root}/**: {allow: public, rewrite: "/t/{root}/**"}
                              GET /home: {allow: public, rewrite: /}
                          slow: {path: /unstripped, upstream: UPSTREAM, routes: {GET /**: public}}
                        """
                                .replace("UPSTREAM", upstream.origin().toString()))
                .open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        upstream.close();
    }

    @BeforeEach
    void forget() {
        upstream.requests.clear();
    }

    private static String get(String target, String host, String fields) {
        return gate.call("GET " + target + " HTTP/1.1\nHost: " + host + "\n" + fields + "\n");
    }

    private static String sent(String target, String host, String fields) throws Exception {
        assertThat(get(target, host, fields)).startsWith("HTTP/1.1 200 ");
        return upstream.received().split(" ", 3)[1];
    }

    // host

    @ParameterizedTest
    @DisplayName("class 43: case, port and the dot of the root make no difference to a host (RFC 9110 §4.2.3)")
    @ValueSource(
            strings = {
                "shop.example.com",
                "SHOP.example.COM",
                "shop.example.com:8443",
                "Shop.Example.Com.",
                "shop.example.com.:1"
            })
    void spellings_of_a_host_are_one_host(String host) throws Exception {
        assertThat(sent("/things/7", host, "")).isEqualTo("/shop/things/7");
    }

    @ParameterizedTest
    @CsvSource({
        "a.example.com,            /below/things/7",
        "a.b.example.com,          /below/things/7",
        "[::1]:80,                 /below/things/7",
        "example.com,              /any/things/7",
        "notexample.com,           /any/things/7",
        "shop.example.com.evil,    /any/things/7",
        "evil-shop.example.com,    /below/things/7",
        "*.example.com,            /below/things/7",
        "%73hop.example.com,       /below/things/7",
        "127.0.0.1,                /any/things/7",
    })
    void the_nearest_host_wins(String host, String sent) throws Exception {
        assertThat(sent("/things/7", host, "")).isEqualTo(sent);
    }

    @Test
    void what_a_host_s_own_routes_do_not_take_falls_to_wider_ones() throws Exception {
        assertThat(sent("/things/7/8", "shop.example.com", "")).isEqualTo("/below/things/7/8");
        assertThat(get("/things/admin", "elsewhere", "")).startsWith("HTTP/1.1 401 ");
    }

    @Test
    @DisplayName("404 when the host is another one, 405 when the host takes other methods")
    void an_api_of_a_host_is_nowhere_else() {
        assertThat(get("/only", "only.test", "")).startsWith("HTTP/1.1 200 ");
        assertThat(get("/only", "other.test", "")).startsWith("HTTP/1.1 404 ").contains("no_route");
        assertThat(gate.call("DELETE /only HTTP/1.1\nHost: only.test\n\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("Allow: GET, HEAD, POST\r\n");
        assertThat(gate.call("DELETE /only HTTP/1.1\nHost: other.test\n\n")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    @DisplayName("RFC 9112 §3.2.2: the host of absolute-form is the host")
    void absolute_form() throws Exception {
        assertThat(sent("http://shop.example.com/things/7", "shop.example.com", ""))
                .isEqualTo("/shop/things/7");
        assertThat(get("http://shop.example.com/things/7", "other", "")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    @DisplayName("HTTP/1.0 without Host reaches what is for any host")
    void without_host() throws Exception {
        assertThat(gate.call("GET /things/7 HTTP/1.0\n\n")).startsWith("HTTP/1.0 200 ");
        assertThat(upstream.received()).startsWith("GET /any/things/7 ");
        assertThat(gate.call("GET /only HTTP/1.0\n\n")).contains(" 404 ");
    }

    @Test
    @DisplayName("the caller's X-Forwarded-Host chooses nothing (class 38)")
    void forwarded_host() throws Exception {
        assertThat(sent("/things/7", "elsewhere", "X-Forwarded-Host: shop.example.com\nX-Host: shop.example.com\n"))
                .isEqualTo("/any/things/7");
    }

    // header fields

    @ParameterizedTest
    @CsvSource({
        "/versions/1, x-version: 2,                        /second/versions/1",
        "/versions/1, X-VERSION:   2,                      /second/versions/1",
        "/versions/1, X-Version: 3,                        /first/versions/1",
        "/versions/1, X-Version: 2.0,                      /first/versions/1",
        "/versions/1, 'X-Version: 2, 1',                   /first/versions/1",
        "/versions/1, X_Version: 2,                        /first/versions/1",
        "/versions/1, X-Tenant: acme,                      /first/versions/1",
    })
    void a_field_has_exactly_the_value_or_does_not_count(String target, String field, String sent) throws Exception {
        assertThat(sent(target, "g", field + "\n")).isEqualTo(sent);
    }

    @Test
    @DisplayName("ED07, class 42: a field that decides and is there twice is 400, in either order")
    void a_field_that_is_there_twice_is_refused() {
        for (String twice : new String[] {
            "X-Version: 2\nX-Version: 3\n", "X-Version: 3\nx-version: 2\n", "X-Version: 2\nX-Version: 2\n"
        })
            assertThat(get("/versions/1", "g", twice))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("ambiguous_request");
        assertThat(upstream.requests).isEmpty();
        assertThat(get("/unstripped/1", "g", "X-Version: 2\nX-Version: 3\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    @DisplayName("a field that decides cannot be kept from the API by Connection (RFC 9110 §7.6.1)")
    void a_field_for_the_connection_alone_is_refused() {
        assertThat(get("/versions/1", "g", "X-Version: 2\nConnection: keep-alive, x-version\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("ambiguous_request");
    }

    @Test
    void a_route_that_lacks_its_field_is_not_there() throws Exception {
        assertThat(gate.call("PUT /versions/1 HTTP/1.1\nHost: g\n\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("Allow: GET, HEAD\r\n");
        assertThat(gate.call("PUT /versions/1 HTTP/1.1\nHost: g\nIf-Kind: whole\n\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(gate.call("POST /versions HTTP/1.1\nHost: g\nX-Version: 2\n\n"))
                .startsWith("HTTP/1.1 401 ");
    }

    @Test
    @DisplayName("RFC 9110 §12.5.5: an answer names the fields that decided who gives it")
    void answers_vary_by_what_decided() {
        assertThat(get("/versions/1", "g", "")).containsIgnoringCase("vary: x-version");
        assertThat(get("/versions/1", "g", "X-Version: 2\n")).containsIgnoringCase("vary: x-tenant");
        assertThat(get("/unstripped/1", "g", "")).doesNotContainIgnoringCase("x-version");
    }

    // CORS

    private static String preflight(String path, String host, String origin, String asked) {
        return gate.call("OPTIONS " + path + " HTTP/1.1\nHost: " + host + "\nOrigin: " + origin
                + "\nAccess-Control-Request-Method: GET\n" + asked + "\n");
    }

    @Test
    void an_api_s_own_word_on_origins_replaces_the_house_s() {
        assertThat(preflight("/only", "only.test", "https://only.example", ""))
                .startsWith("HTTP/1.1 204 ")
                .contains("Access-Control-Allow-Origin: https://only.example\r\n");
        assertThat(preflight("/only", "only.test", "https://app.example", "")).startsWith("HTTP/1.1 403 ");
        assertThat(preflight("/things/7", "g", "https://app.example", "")).startsWith("HTTP/1.1 204 ");
        assertThat(get("/only", "only.test", "Origin: https://only.example\n"))
                .contains("Access-Control-Allow-Origin: https://only.example\r\n");
        assertThat(get("/only", "only.test", "Origin: https://app.example\n")).doesNotContain("Access-Control");
        assertThat(get("/things/7", "g", "Origin: https://app.example\n"))
                .contains("Access-Control-Allow-Origin: https://app.example\r\n");
    }

    @Test
    void a_preflight_passes_only_if_every_api_that_could_be_meant_allows_the_page() {
        assertThat(preflight("/versions/1", "g", "https://app.example", "")).startsWith("HTTP/1.1 204 ");
        assertThat(preflight("/versions/1", "g", "https://app.example", "Access-Control-Request-Headers: x-version\n"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(preflight("/versions/1", "g", "https://app.example", "Access-Control-Request-Headers: x-other\n"))
                .startsWith("HTTP/1.1 204 ");
        assertThat(upstream.requests).isEmpty();
    }

    // strip and rewrite

    @ParameterizedTest
    @CsvSource({
        "/api/v1,                         /base/",
        "/api/v1/,                        /base/",
        "/api/v1?a=/api/v1,               /base/?a=/api/v1",
        "/api/v1/x/api/v1,                /base/x/api/v1",
        "/api/v1/x/?,                     /base/x/?",
        "/%61pi/v1/x%20y,                 /base/x%20y",
        "/api/v1/old/7/page,              /base/new/page/of/7",
        "/api/v1/old/a%3Fb%23c/%3fq?r=1,  /base/new/%3Fq/of/a%3Fb%23c?r=1",
        "/api/v1/old/%7Eu/%e2%82%ac,      /base/new/%E2%82%AC/of/~u",
        "/api/v1/old/a%25b/c;v=1,         /base/new/c;v=1/of/a%25b",
        "/api/v1/tree/a/b/c?d,            /base/t/a/b/c?d",
        "/api/v1/tree/a,                  /base/t/a",
        "/api/v1/tree/a/,                 /base/t/a/",
        "/api/v1/home?x,                  /base/?x",
        "/unstripped/1,                   /unstripped/1",
    })
    void segments_go_on_as_they_are_spelled(String target, String sent) throws Exception {
        assertThat(sent(target, "g", "")).isEqualTo(sent);
    }

    @ParameterizedTest
    @DisplayName("ED02: nothing that a variable holds can lead out of its segment")
    @ValueSource(
            strings = {
                "/api/v1/old/..%2f..%2fadmin/x",
                "/api/v1/old/../x",
                "/api/v1/old/%2e%2e/x",
                "/api/v1/old/a%5cb/x",
                "/api/v1/old/%252e%252e/x",
                "/api/v1/tree/a/..;/b",
                "/api/v1//old/1/2"
            })
    void what_could_be_read_twice_is_refused(String target) {
        assertThat(get(target, "g", "")).startsWith("HTTP/1.1 400 ");
        assertThat(upstream.requests).isEmpty();
    }
}
