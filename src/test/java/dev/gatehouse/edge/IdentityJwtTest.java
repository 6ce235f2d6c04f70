package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
@DisplayName("identity: jwt at the gate")
final class IdentityJwtTest {
    private static String identity(String request) {
        int from = request.indexOf("X-Gatehouse-Identity: ");
        assertThat(from).as(request).isPositive();
        return request.substring(from + 22, request.indexOf("\r\n", from));
    }

    @Test
    @DisplayName("one field, made by us, instead of the others; the same one for the same token")
    void the_upstream_is_shown_a_jwt() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .introducing()
                        .route("ANY /a: login", upstream.origin())
                        .open();
                var wire = gate.call()) {
            String request =
                    "POST /a HTTP/1.1\r\nHost: g\r\nX-Gatehouse-Identity: forged\r\nx_gatehouse_identity: forged\r\n"
                            + gate.bearer("u_1") + "\r\nContent-Length: 5\r\n\r\nhello";
            assertThat(wire.send(request).answer()).startsWith("HTTP/1.1 200 ");
            String first = upstream.received();
            assertThat(wire.send(request).answer()).startsWith("HTTP/1.1 200 ");
            String second = upstream.received();

            assertThat(first)
                    .doesNotContainIgnoringCase("forged")
                    .doesNotContain("X-Gatehouse-Subject", "Authorization")
                    .endsWith("hello");
            String jwt = identity(first);
            assertThat(identity(second)).isEqualTo(jwt);
            assertThat(gate.tokens.tokens.own(jwt, "gatehouse-identity+jwt"))
                    .hasValueSatisfying(own ->
                            assertThat(own.claims()).containsEntry("sub", "u_1").containsEntry("aud", "test"));

            assertThat(gate.call("GET /a HTTP/1.1\nHost: g\nAuthorization: Bearer " + jwt + "\n\n"))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("error=\"invalid_token\"");
        }
    }

    @Test
    void nobody_is_nobody_in_this_form_too() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .introducing()
                        .route("GET /a: public", upstream.origin())
                        .route("GET /b: ip 127.0.0.0/8", upstream.origin())
                        .open()) {
            for (String path : new String[] {"/a", "/b"}) {
                assertThat(gate.call("GET " + path + " HTTP/1.1\nHost: g\nX-Gatehouse-Identity: forged\n\n"))
                        .startsWith("HTTP/1.1 200 ");
                assertThat(upstream.received()).doesNotContain("X-Gatehouse");
            }
        }
    }
}
