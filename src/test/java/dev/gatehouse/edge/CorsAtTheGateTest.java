package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
@DisplayName("S17 pages of other origins")
final class CorsAtTheGateTest {
    private static final String APP = "Origin: https://app.example\n";

    private static RawUpstream upstream;
    private static TestGate gate;
    private static TestGate off;

    @BeforeAll
    static void open() throws Exception {
        upstream = RawUpstream.ok();
        gate = TestGate.plan()
                .cors("https://app.example")
                .route("GET /a: login", upstream.origin())
                .route("OPTIONS /a: public", upstream.origin())
                .open();
        off = TestGate.plan().route("GET /a: login", upstream.origin()).open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        off.close();
        upstream.close();
    }

    private static String preflight(TestGate asked, String path, String origin, String method) {
        return asked.call("OPTIONS " + path + " HTTP/1.1\nHost: g\n" + origin + "Access-Control-Request-Method: "
                + method + "\nAccess-Control-Request-Headers: authorization, x-custom\n\n");
    }

    @Test
    void a_preflight_is_answered_before_any_token_is_asked_for_and_reaches_no_api() {
        assertThat(preflight(gate, "/a", APP, "GET"))
                .startsWith("HTTP/1.1 204 ")
                .contains(
                        "Access-Control-Allow-Origin: https://app.example\r\n",
                        "Access-Control-Allow-Methods: GET\r\n",
                        "Access-Control-Allow-Headers: authorization, x-custom\r\n",
                        "Access-Control-Max-Age: ")
                .doesNotContain("Credentials")
                .doesNotContainIgnoringCase("content-length");
        assertThat(upstream.requests).isEmpty();
    }

    @Test
    void a_preflight_of_another_origin_is_403_without_cors_fields() {
        for (String origin : new String[] {
            "Origin: https://evil.example\n",
            "Origin: null\n",
            "Origin: https://app.example.evil.example\n",
            "Origin: http://app.example\n"
        })
            assertThat(preflight(gate, "/a", origin, "GET"))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("origin_not_allowed")
                    .doesNotContain("Access-Control");
        assertThat(preflight(off, "/a", APP, "GET")).startsWith("HTTP/1.1 403 ").doesNotContain("Access-Control");
        assertThat(upstream.requests).isEmpty();
    }

    @Test
    @DisplayName("order of answers: 404 and 405 come before CORS")
    void a_preflight_meets_404_and_405_first() {
        assertThat(preflight(gate, "/nowhere", APP, "GET")).startsWith("HTTP/1.1 404 ");
        assertThat(preflight(gate, "/a", APP, "PUT"))
                .startsWith("HTTP/1.1 405 ")
                .contains("Allow: GET, HEAD, OPTIONS\r\n");
    }

    @Test
    void a_page_can_read_why_it_was_refused() {
        assertThat(gate.call("GET /a HTTP/1.1\nHost: g\n" + APP + "\n"))
                .startsWith("HTTP/1.1 401 ")
                .contains(
                        "Access-Control-Allow-Origin: https://app.example\r\n",
                        "Access-Control-Expose-Headers: ",
                        "WWW-Authenticate: Bearer")
                .containsIgnoringCase("vary: origin");
    }

    @Test
    void an_ordinary_options_request_goes_where_its_route_leads() throws Exception {
        assertThat(gate.call("OPTIONS /a HTTP/1.1\nHost: g\n" + APP + "\n")).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.received()).startsWith("OPTIONS /a ");
    }

    @Test
    void listed_origins_may_read_the_house_as_well() {
        assertThat(preflight(gate, "/oauth/token", APP, "POST"))
                .startsWith("HTTP/1.1 204 ")
                .contains("Access-Control-Allow-Origin: https://app.example");
        assertThat(gate.call("GET /login HTTP/1.1\nHost: g\n" + APP + "\n"))
                .contains("Access-Control-Allow-Origin: https://app.example")
                .endsWith("house /login 26");
        assertThat(gate.call("GET /login HTTP/1.1\nHost: g\nOrigin: https://evil.example\n\n"))
                .doesNotContain("Access-Control")
                .endsWith("house /login 26");
    }
}
