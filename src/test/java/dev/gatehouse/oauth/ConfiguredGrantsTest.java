package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the file says of a client, at the token endpoint. */
final class ConfiguredGrantsTest {
    private static final String SETTINGS =
            """
            url: http://localhost:8080
            scopes:
              data:read: See your data
            apis:
              reports:
                path: /api/reports
                upstream: http://127.0.0.1:9
                audience: https://reports.example
                routes:
                  GET /**: login
            clients:
              orders:
                type: service
                secret: orders-secret-orders-secret
                scopes: [data:read]
                grants: [token_exchange]
                exchange: {audiences: [http://localhost:8080, https://reports.example]}
              bound:
                type: service
                secret: bound-secret-bound-secret
                scopes: [data:read]
                dpop: required
              old:
                type: service
                secret: old-secret-old-secret-old
                scopes: [data:read]
                access_token: RS256
            """;

    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private TestHouse house;

    @BeforeEach
    void open() {
        house = new TestHouse(DB);
        house.config = TestYaml.config(SETTINGS);
    }

    @Test
    @DisplayName(
            "TK20 an API behind the gate exchanges a person's token for one that the next API takes, and is named in it")
    void an_api_exchanges_a_persons_token() throws Exception {
        house.has("alice", "zebra lamp forty");
        String hers = json(house.login("alice", "zebra lamp forty")).getString("access_token");
        Reply reply = ask(
                "orders",
                Map.of(
                        "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
                        "subject_token", hers,
                        "subject_token_type", "urn:ietf:params:oauth:token-type:access_token",
                        "audience", "https://reports.example"));
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
        assertThat(json(reply).fieldNames())
                .containsExactlyInAnyOrder("access_token", "token_type", "expires_in", "scope", "issued_token_type");
        assertThat(json(reply).getString("issued_token_type"))
                .isEqualTo("urn:ietf:params:oauth:token-type:access_token");
        var claims = SignedJWT.parse(json(reply).getString("access_token")).getJWTClaimsSet();
        assertThat(claims.getSubject())
                .isEqualTo(SignedJWT.parse(hers).getJWTClaimsSet().getSubject());
        assertThat(claims.getAudience()).containsExactly("https://reports.example");
        assertThat(claims.getClaim("act")).isEqualTo(Map.of("sub", "orders"));
        assertThat(error(ask(
                        "bound",
                        Map.of(
                                "grant_type",
                                "urn:ietf:params:oauth:grant-type:token-exchange",
                                "subject_token",
                                hers))))
                .as("TK07 who was not given the grant")
                .isEqualTo("400 unauthorized_client");
        assertThat(error(ask("orders", Map.of("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"))))
                .isEqualTo("400 invalid_request");
    }

    @Test
    @DisplayName("TK18 RFC 9449 §5.2 a client with dpop: required gets nothing without a proof")
    void a_client_that_must_prove_possession() {
        var fields = Map.of("grant_type", "client_credentials");
        Reply without = ask("bound", fields);
        assertThat(error(without)).isEqualTo("400 invalid_dpop_proof");
        String nonce = without.headers().stream()
                .filter(field -> field.getKey().equals("DPoP-Nonce"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
        Call call = TestHouse.formCall("/oauth/token", named("bound", fields), "127.0.0.1");
        call.headers().set("DPoP", new TestProofs().proof(nonce));
        Reply with = TestDatabase.await(house.endpoints.answer(call));
        assertThat(json(with).getString("token_type")).isEqualTo("DPoP");
    }

    @Test
    @DisplayName("RFC 9068 §2.1 access tokens are signed as the client wants them, by default as the house does")
    void algorithms_go_by_client() throws Exception {
        assertThat(algorithm("old")).isEqualTo("RS256");
        assertThat(algorithm("orders")).isEqualTo("ES256");
    }

    private String algorithm(String client) throws Exception {
        Reply reply = ask(client, Map.of("grant_type", "client_credentials"));
        return SignedJWT.parse(json(reply).getString("access_token"))
                .getHeader()
                .getAlgorithm()
                .getName();
    }

    private Reply ask(String client, Map<String, String> fields) {
        return house.form("/oauth/token", named(client, fields));
    }

    private static Map<String, String> named(String client, Map<String, String> more) {
        String secret = client.equals("old") ? "old-secret-old-secret-old" : client + "-secret-" + client + "-secret";
        var fields = new HashMap<>(Map.of("client_id", client, "client_secret", secret));
        fields.putAll(more);
        return fields;
    }

    private static String error(Reply reply) {
        return reply.status() + " " + json(reply).getString("error");
    }
}
