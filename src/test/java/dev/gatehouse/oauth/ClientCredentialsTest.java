package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.web.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ClientCredentialsTest {
    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private TestHouse house;

    @BeforeEach
    void open() {
        house = new TestHouse(DB);
    }

    @Test
    @DisplayName("RFC 6749 §4.4.3 a service gets a token in its own name, and nothing to refresh it with")
    void a_service_acts_in_its_own_name() {
        Reply reply = ask(Map.of());
        assertThat(reply.status()).isEqualTo(200);
        assertThat(json(reply).fieldNames())
                .containsExactlyInAnyOrder("access_token", "token_type", "expires_in", "scope");
        assertThat(json(reply).getString("token_type")).isEqualTo("Bearer");
        assertThat(json(reply).getLong("expires_in")).isEqualTo(600);
        assertThat(json(reply).getString("scope")).isEqualTo("data:read");
        Claims claims = claims(reply);
        assertThat(claims.subject()).isEqualTo("billing");
        assertThat(claims.client()).contains(new ClientId("billing"));
        assertThat(claims.session()).isEmpty();
        assertThat(claims.isPerson()).isFalse();
    }

    @Test
    @DisplayName("TK17 the answer is JSON that nobody keeps")
    void the_answer_is_not_kept() {
        assertThat(ask(Map.of()).headers())
                .contains(
                        Map.entry("Content-Type", "application/json"),
                        Map.entry("Cache-Control", "no-store"),
                        Map.entry("Pragma", "no-cache"));
    }

    @Test
    void no_row_is_written() {
        ask(Map.of());
        assertThat(
                        house.sql(
                                "SELECT 1 FROM session UNION ALL SELECT 1 FROM refresh_family UNION ALL SELECT 1 FROM one_time"))
                .isEmpty();
    }

    @Test
    @DisplayName("RFC 6749 §3.3 a scope that the client was not given is invalid_scope")
    void scope_may_not_grow() {
        assertThat(json(ask(Map.of("scope", "data:read"))).getString("scope")).isEqualTo("data:read");
        assertThat(error(ask(Map.of("scope", "data:read data:write")))).isEqualTo("400 invalid_scope");
        assertThat(error(ask(Map.of("scope", "nothing")))).isEqualTo("400 invalid_scope");
        assertThat(error(ask(Map.of("scope", "\"")))).isEqualTo("400 invalid_scope");
    }

    @Test
    @DisplayName("RFC 8707 §2 a resource becomes the audience; an unknown one is invalid_target")
    void a_resource_becomes_the_audience() {
        assertThat(claims(ask(Map.of())).audience()).isEqualTo(List.of(TestHouse.URL));
        String token = json(ask(Map.of("resource", "https://reports.example"))).getString("access_token");
        assertThat(house.accepts(token)).as("it is not for the house").isFalse();
        assertThat(error(ask(Map.of("resource", "https://other.example")))).isEqualTo("400 invalid_target");
    }

    @Test
    @DisplayName("TK07 a client that is not registered for the grant is unauthorized_client")
    void other_clients_may_not() {
        assertThat(error(house.form(
                        "/oauth/token",
                        Map.of(
                                "grant_type", "client_credentials",
                                "client_id", "partner",
                                "client_secret", "p@rtner:secret"))))
                .isEqualTo("400 unauthorized_client");
        assertThat(error(house.form(
                        "/oauth/token", Map.of("grant_type", "client_credentials", "client_id", "web-shop"))))
                .isEqualTo("400 unauthorized_client");
        assertThat(error(house.form("/oauth/token", Map.of("grant_type", "client_credentials"))))
                .as("nobody is not the built-in client here")
                .isEqualTo("401 invalid_client");
    }

    @Test
    @DisplayName("TK06 grants of other times are unsupported_grant_type")
    void grants_of_other_times_are_not_offered() {
        for (String grant : List.of(
                "password", "implicit", "token", "urn:ietf:params:oauth:grant-type:jwt-bearer", "Client_Credentials"))
            assertThat(error(ask(Map.of("grant_type", grant)))).isEqualTo("400 unsupported_grant_type");
    }

    private Reply ask(Map<String, String> more) {
        var fields = new HashMap<>(
                Map.of("grant_type", "client_credentials", "client_id", "billing", "client_secret", "billing-secret"));
        fields.putAll(more);
        return house.form("/oauth/token", fields);
    }

    private Claims claims(Reply reply) {
        return ((Verdict.Accepted) house.verify(json(reply).getString("access_token"))).claims();
    }

    private static String error(Reply reply) {
        return reply.status() + " " + json(reply).getString("error");
    }
}
