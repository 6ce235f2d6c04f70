package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
final class ResponseFieldsTest {
    private static String answered(String octets, String rule, String origin) throws Exception {
        return answered(TestGate.plan().cors("https://app.example"), octets, rule, origin);
    }

    private static String answered(TestGate.Plan plan, String octets, String rule, String origin) throws Exception {
        try (var upstream = RawUpstream.answering(Wire.lines(octets));
                var gate = plan.route("GET /: " + rule, upstream.origin())
                        .route("GET /a: " + rule, upstream.origin())
                        .open()) {
            return gate.call("GET /a HTTP/1.1\nHost: g\n" + gate.bearer("u_1") + "\n" + origin + "\n");
        }
    }

    @Test
    @DisplayName("RFC 9110 7.6.1: what concerns the API's connection ends at the gate")
    void hop_by_hop_fields_are_dropped() throws Exception {
        String answer = answered(
                        """
                HTTP/1.1 200 OK
                Connection: keep-alive, X-Internal
                Keep-Alive: timeout=5
                Proxy-Authenticate: Basic
                Upgrade: h2c
                Trailer: X-T
                X-Internal: secret
                Server: kept
                Content-Length: 2

                ok""",
                        "login",
                        "")
                .toLowerCase(Locale.ROOT);

        assertThat(answer)
                .contains("server: kept")
                .doesNotContain("connection:", "keep-alive", "proxy-", "upgrade", "trailer", "secret");
    }

    @Test
    @DisplayName("ED10 personal answers are nobody else's, unless the API says otherwise")
    void personal_answers_are_not_stored() throws Exception {
        String silent = "HTTP/1.1 200 OK\nContent-Length: 0\n\n";
        String outspoken = "HTTP/1.1 200 OK\nCache-Control: max-age=5\nVary: Accept\nContent-Length: 0\n\n";

        assertThat(answered(silent, "login", ""))
                .containsIgnoringCase("cache-control: private, no-store")
                .containsIgnoringCase("vary: authorization");
        assertThat(answered(outspoken, "login", ""))
                .contains("Cache-Control: max-age=5")
                .doesNotContain("no-store")
                .contains("Vary: Accept")
                .containsIgnoringCase("vary: authorization");
        assertThat(answered(silent, "public", ""))
                .doesNotContainIgnoringCase("cache-control")
                .doesNotContainIgnoringCase("vary: authorization");
    }

    @Test
    @DisplayName("an API that says nothing of sniffing and of https is helped out; one that does is left alone")
    void what_browsers_are_told() throws Exception {
        String silent = "HTTP/1.1 200 OK\nContent-Length: 0\n\n";
        String outspoken =
                "HTTP/1.1 200 OK\nX-Content-Type-Options: sniff-away\nStrict-Transport-Security: max-age=1\nContent-Length: 0\n\n";
        assertThat(answered(silent, "public", ""))
                .contains("X-Content-Type-Options: nosniff\r\n", "Strict-Transport-Security: max-age=31536000\r\n")
                .doesNotContain("Content-Security-Policy", "Referrer-Policy");
        assertThat(answered(outspoken, "public", ""))
                .contains("X-Content-Type-Options: sniff-away\r\n", "Strict-Transport-Security: max-age=1\r\n")
                .doesNotContain("nosniff", "31536000");
    }

    @Test
    @DisplayName("ED10 what is said to one origin is not told another")
    void origins_are_told_what_cors_says_and_nothing_else() throws Exception {
        String api =
                "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Credentials: true\nContent-Length: 0\n\n";

        assertThat(answered(api, "public", "Origin: https://app.example\n"))
                .contains("Access-Control-Allow-Origin: https://app.example\r\n")
                .doesNotContain("Credentials")
                .containsIgnoringCase("vary: origin");
        assertThat(answered(api, "public", "Origin: https://evil.example\n"))
                .doesNotContain("Access-Control")
                .containsIgnoringCase("vary: origin");
        assertThat(answered(api, "public", "")).doesNotContain("Access-Control").containsIgnoringCase("vary: origin");
        assertThat(answered(TestGate.plan(), api, "public", "Origin: https://app.example\n"))
                .doesNotContain("Access-Control")
                .doesNotContainIgnoringCase("vary:");
    }

    @Test
    @DisplayName("an API can plant no session of ours")
    void our_cookies_are_not_set_by_an_api() throws Exception {
        String answer = answered(
                "HTTP/1.1 200 OK\nSet-Cookie: gh=planted; Path=/\nSet-Cookie: __Host-gh=planted\nSet-Cookie: theme=dark\nContent-Length: 0\n\n",
                "public",
                "");

        assertThat(answer).contains("Set-Cookie: theme=dark").doesNotContain("planted");
    }

    @Test
    void the_request_id_is_ours() throws Exception {
        assertThat(answered("HTTP/1.1 200 OK\nX-Request-Id: theirs\nContent-Length: 0\n\n", "public", ""))
                .containsOnlyOnce("X-Request-Id: ")
                .doesNotContain("theirs");
    }
}
