package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(QuietVertx.class)
final class RequestFieldsTest {
    private static final String SIGNED_IN = "GET /in HTTP/1.1\nHost: gate.example\n%s\n";

    /** What an API gets to see of a request with these fields, once on a route that looks at tokens and once on one that does not. */
    private static String seen(TestGate.Plan plan, String fields) throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = plan.route("GET /in: login", upstream.origin())
                        .route("GET /out: public", upstream.origin())
                        .open()) {
            gate.call(SIGNED_IN.formatted(gate.bearer("u_1") + "\n" + fields));
            gate.call("GET /out HTTP/1.1\nHost: gate.example\n" + gate.bearer("u_1") + "\n" + fields + "\n");
            String in = upstream.received();
            String out = upstream.received();
            assertThat(in).startsWith("GET /in ");
            assertThat(out).startsWith("GET /out ").doesNotContain("u_1");
            return in + out;
        }
    }

    private static String seen(String fields) throws Exception {
        return seen(TestGate.plan(), fields);
    }

    @Test
    @DisplayName("RFC 9110 7.6.1, class 40: what concerns the connection ends at the gate")
    void hop_by_hop_fields_are_dropped() throws Exception {
        String seen = seen(
                """
                Connection: close, X-Secret
                Connection: keep-alive ,x-other
                Keep-Alive: timeout=5
                Proxy-Connection: keep-alive
                Proxy-Authorization: Basic eDp5
                TE: trailers
                Trailer: X-T
                Upgrade: h2c
                HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA
                X-Secret: s
                X-OTHER: o
                X-Kept: yes
                """);

        assertThat(seen.toLowerCase(Locale.ROOT))
                .contains("x-kept: yes")
                .doesNotContain(
                        "connection:",
                        "keep-alive",
                        "proxy-",
                        "te:",
                        "trailer",
                        "upgrade",
                        "http2-settings",
                        "x-secret",
                        "x-other");
    }

    @Test
    @DisplayName("CVE-2022-1388: Connection cannot take away what we stamp or judge by")
    void connection_cannot_strip_what_matters() throws Exception {
        String seen = seen(
                """
                Connection: X-Gatehouse-Subject, X-Forwarded-For, Host, X-Request-Id, Content-Type, close
                Content-Type: text/plain
                """);

        assertThat(seen)
                .contains(
                        "X-Gatehouse-Subject: u_1",
                        "X-Forwarded-For: 127.0.0.1",
                        "Host: 127.0.0.1",
                        "X-Request-Id: ",
                        "Content-Type: text/plain");
    }

    @Test
    @DisplayName("classes 39 and 41: nobody but the gate says who is calling")
    void spoofed_identity_is_dropped_in_every_spelling() throws Exception {
        String seen = seen(
                """
                X-Gatehouse-Subject: root
                x-gatehouse-user: root
                X-GATEHOUSE-ROLES: root
                X_Gatehouse_Client: root
                X-Gatehouse_Scopes: root
                X.Gatehouse.Subject: root
                X~Gatehouse-Identity: root
                X-Gatehouse-Anything: root
                X-Gatehouse: root
                """);

        assertThat(seen)
                .doesNotContain("root")
                .containsOnlyOnce("X-Gatehouse-Subject: u_1")
                .containsOnlyOnce("X-Gatehouse-User: name-of-u_1");
    }

    @Test
    @DisplayName("class 39: a name with an underscore is two names to some servers, so it is nobody's")
    void names_with_underscores_are_dropped() throws Exception {
        assertThat(seen("X_Tenant: a\nContent_Type: b\n"))
                .doesNotContain("_Tenant")
                .doesNotContain("_Type");
    }

    @Test
    @DisplayName("class 37: nothing overrides the address and the method that were judged")
    void overrides_are_dropped() throws Exception {
        String seen = seen(
                """
                X-Original-URL: /admin
                X-Rewrite-URL: /admin
                X-HTTP-Method-Override: DELETE
                X-HTTP-Method: DELETE
                X-Method-Override: DELETE
                """);

        assertThat(seen).doesNotContain("/admin").doesNotContain("DELETE");
    }

    @Test
    void the_callers_token_and_our_cookies_stay_at_the_gate() throws Exception {
        String seen = seen("Cookie: gh=secret; theme=dark; __Host-gh=secret\nCookie: gh=secret\n");

        assertThat(seen)
                .doesNotContain("Authorization")
                .doesNotContain("secret")
                .doesNotContain("Bearer")
                .contains("Cookie: theme=dark\r\n");
    }

    @Test
    void relay_passes_the_token_and_says_nothing_else() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .relaying()
                        .route("GET /in: login", upstream.origin())
                        .open()) {
            gate.call(SIGNED_IN.formatted(gate.bearer("u_1") + "\nCookie: gh=ours\nX-Gatehouse-Subject: root\n"));

            assertThat(upstream.received())
                    .contains("Authorization: Bearer ey", "Cookie: gh=ours")
                    .doesNotContain("X-Gatehouse-");
        }
    }

    @Test
    @DisplayName("class 38: a stranger's word about the way does not count")
    void forwarded_fields_of_strangers_are_replaced() throws Exception {
        String seen = seen(
                """
                X-Forwarded-For: 6.6.6.6
                X-Forwarded-Proto: https
                X-Forwarded-Host: evil.example
                X-Forwarded-Port: 1
                X-Forwarded-Prefix: /evil
                X_Forwarded_For: 6.6.6.6
                Forwarded: for=6.6.6.6
                X-Real-IP: 6.6.6.6
                X-Request-Id: chosen-by-a-stranger
                traceparent: 00-11111111111111111111111111111111-1111111111111111-01
                tracestate: evil=1
                """);

        assertThat(seen)
                .doesNotContain("6.6.6.6", "evil", "chosen-by", "1111111111111111", "X-Forwarded-Port")
                .contains(
                        "X-Forwarded-For: 127.0.0.1\r\n",
                        "X-Forwarded-Proto: http\r\n",
                        "X-Forwarded-Host: gate.example\r\n")
                .contains("Forwarded: for=127.0.0.1;host=\"gate.example\";proto=http\r\n")
                .containsPattern("traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    }

    @Test
    @DisplayName("class 38: a trusted proxy's word does")
    void forwarded_fields_of_trusted_proxies_are_built_upon() throws Exception {
        String seen = seen(
                TestGate.plan().trusting("127.0.0.0/8"),
                """
                X-Forwarded-For: 6.6.6.6, 192.0.2.7
                X-Forwarded-Proto: https
                X-Forwarded-Host: shop.example
                X-Request-Id: from-the-balancer
                traceparent: 00-11111111111111111111111111111111-2222222222222222-00
                tracestate: a=1
                """);

        assertThat(seen)
                .contains(
                        "X-Forwarded-For: 6.6.6.6, 192.0.2.7, 127.0.0.1\r\n",
                        "X-Forwarded-Proto: https\r\n",
                        "X-Forwarded-Host: shop.example\r\n",
                        "Forwarded: for=192.0.2.7;host=\"shop.example\";proto=https\r\n",
                        "X-Request-Id: from-the-balancer\r\n",
                        "traceparent: 00-11111111111111111111111111111111-2222222222222222-00\r\n",
                        "tracestate: a=1\r\n");
    }

    @Test
    @DisplayName("class 50: a proxy that is trusted can still not break a line")
    void odd_words_of_trusted_proxies_are_not_repeated() throws Exception {
        String seen = seen(
                TestGate.plan().trusting("127.0.0.0/8"),
                """
                X-Forwarded-For: "><script>
                X-Forwarded-Proto: gopher
                X-Forwarded-Host: a"b
                X-Request-Id: {"}
                """);

        assertThat(seen)
                .contains(
                        "X-Forwarded-Proto: http\r\n",
                        "X-Forwarded-Host: gate.example\r\n",
                        "for=127.0.0.1;host=\"gate.example\"")
                .doesNotContain("{\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "WebSocket, x", "h2c, websocket", "websocket/13", "TLS/1.0"})
    @DisplayName(
            "class 46, RFC 9110 §7.8: an upgrade to anything but a WebSocket is not passed on; the request is an ordinary one")
    void upgrades_are_not_passed_on(String protocol) throws Exception {
        assertThat(seen("Connection: Upgrade\nUpgrade: " + protocol
                        + "\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n"))
                .doesNotContain("Upgrade: ")
                .doesNotContain("Connection: ");
    }

    @Test
    void the_api_is_addressed_by_its_own_name() throws Exception {
        assertThat(seen("")).contains("Host: 127.0.0.1:").doesNotContain("\r\nHost: gate.example");
    }
}
