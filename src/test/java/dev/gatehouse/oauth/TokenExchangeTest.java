package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.URL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.clients.AuthMethod;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.oauth.grant.Asked;
import dev.gatehouse.oauth.grant.TokenExchange;
import dev.gatehouse.signin.AccessTokens;
import dev.gatehouse.signin.Issued;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.tokens.TokenProfile;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.web.FormBody;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("TK20 token exchange (RFC 8693)")
final class TokenExchangeTest {
    private static final String REPORTS = "https://reports.example";
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private TestHouse house;
    private TokenExchange exchange;

    @BeforeEach
    void open() {
        house = new TestHouse(DB);
        exchange = new TokenExchange(house.house, new AccessTokens(house.tokens.mint(), house.house.config()));
    }

    @Test
    @DisplayName("§1.1 delegation: the person stays the subject, and who acts is named")
    void who_acts_is_named() {
        Issued issued = done(orders(false), subject());
        assertThat(issued.kind()).contains(ACCESS_TOKEN);
        assertThat(issued.refresh()).isEmpty();
        Claims claims = claims(issued, REPORTS);
        assertThat(claims.subject()).isEqualTo("alice-id");
        assertThat(claims.username()).contains("alice");
        assertThat(claims.client()).contains(new ClientId("orders"));
        assertThat(claims.roles()).containsExactly("customer");
        assertThat(claims.all().get("act")).isEqualTo(Map.of("sub", "orders"));
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'token_exchanged'"))
                .hasSize(1);
    }

    @Test
    @DisplayName("§4.1 who acted before stands behind who acts now, and never goes away")
    void who_acted_before_is_kept() {
        String first = done(orders(false), subject()).accessToken();
        var second = new HashMap<>(Map.of("subject_token", first, "audience", REPORTS));
        Client stock = client("stock", "data:read", false, REPORTS);
        Claims claims = claims(done(stock, second), REPORTS);
        assertThat(claims.all().get("act")).isEqualTo(Map.of("sub", "stock", "act", Map.of("sub", "orders")));
        Client quiet = client("quiet", "data:read", true, REPORTS);
        assertThat(claims(done(quiet, second), REPORTS).all().get("act")).isEqualTo(Map.of("sub", "orders"));
    }

    @Test
    @DisplayName("§4.1 the chain has a bound")
    void the_chain_has_a_bound() {
        Client orders = orders(false);
        String token = subjectToken(grant());
        for (int i = 0; i < 4; i++)
            token = done(orders, Map.of("subject_token", token, "audience", REPORTS))
                    .accessToken();
        refused("invalid_request", orders, Map.of("subject_token", token, "audience", REPORTS));
    }

    @Test
    @DisplayName("§1.1 impersonation: where the client may, nobody else is named")
    void who_may_impersonate_is_not_named() {
        assertThat(claims(done(orders(true), subject()), REPORTS).all()).doesNotContainKey("act");
    }

    @Test
    @DisplayName("§2.1 an actor_token names who acts, if it was issued to this client")
    void an_actor_token_names_who_acts() {
        var fields = new HashMap<>(subject());
        fields.put("actor_token", subjectToken(grant("bob-id", "orders", "data:read", List.of(URL))));
        fields.put("actor_token_type", ACCESS_TOKEN);
        assertThat(claims(done(orders(true), fields), REPORTS).all().get("act")).isEqualTo(Map.of("sub", "bob-id"));
        fields.put("actor_token", subjectToken(grant("bob-id", "web-shop", "data:read", List.of(URL))));
        refused("invalid_request", orders(true), fields);
        fields.remove("actor_token");
        refused("invalid_request", orders(true), fields);
    }

    @Test
    @DisplayName(
            "without, with a broken, a foreign or a revoked subject_token: refused; it never falls back to the caller")
    void a_subject_token_is_needed() {
        Client orders = orders(true);
        var fields = new HashMap<>(subject());
        fields.remove("subject_token");
        refused("invalid_request", orders, fields);
        for (String wrong : List.of("nonsense", "a.b.c", subjectToken(grant()) + "x")) {
            fields.put("subject_token", wrong);
            refused("invalid_request", orders, fields);
        }
        fields.put(
                "subject_token",
                subjectToken(grant("alice-id", "web-shop", "data:read", List.of("https://other.example"))));
        refused("invalid_request", orders, fields);
        fields.put("subject_token", subjectToken(grant("alice-id", "web-shop", "data:read", List.of(REPORTS))));
        refused("invalid_request", client("orders", "data:read", true, URL), fields);
        String token = subjectToken(grant());
        house.revocations.learn(new Revocation.OfSession(
                new SessionId("session-1"), Instant.now().plusSeconds(600)));
        fields.put("subject_token", token);
        refused("invalid_request", orders, fields);
    }

    @Test
    @DisplayName("a service's own token is exchanged by itself alone, so no service passes for a person")
    void a_services_token_is_its_own() {
        String own = subjectToken(grant("stock", "stock", "data:read", List.of(URL)));
        refused("invalid_request", orders(true), Map.of("subject_token", own, "audience", REPORTS));
        Client stock = client("stock", "data:read", true, REPORTS);
        Claims claims = claims(done(stock, Map.of("subject_token", own, "audience", REPORTS)), REPORTS);
        assertThat(claims.isPerson()).isFalse();
    }

    @Test
    @DisplayName("a client without leave to exchange is unauthorized_client")
    void leave_is_needed() {
        refused("unauthorized_client", client("orders", "data:read", true), subject());
    }

    @Test
    @DisplayName("§2.1 only access tokens are taken and given")
    void only_access_tokens() {
        var fields = new HashMap<>(subject());
        fields.put("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token");
        refused("invalid_request", orders(true), fields);
        fields.put("requested_token_type", ACCESS_TOKEN);
        done(orders(true), fields);
        fields.put("subject_token_type", "urn:ietf:params:oauth:token-type:id_token");
        refused("invalid_request", orders(true), fields);
        fields.put("subject_token_type", "");
        refused("invalid_request", orders(true), fields);
        fields.put("subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
        done(orders(true), fields);
    }

    @Test
    @DisplayName("scope: what both have, never more")
    void scope_only_shrinks() {
        Client reader = client("orders", "data:read data:export", true, URL, REPORTS);
        assertThat(done(reader, subject()).scopes()).isEqualTo(Scopes.parse("data:read"));
        var fields = new HashMap<>(subject());
        for (String wider : List.of("data:write", "data:export", "data:read admin", "\"")) {
            fields.put("scope", wider);
            refused("invalid_scope", reader, fields);
        }
    }

    @Test
    @DisplayName("audience and resource: those that the client was given, never others")
    void audiences_are_listed() {
        var fields = new HashMap<>(subject());
        fields.put("audience", "https://other.example");
        refused("invalid_target", orders(true), fields);
        refused("invalid_target", client("orders", "data:read", true, URL), subject());
        fields.remove("audience");
        assertThat(claims(done(orders(true), fields), URL).audience())
                .as("unsaid: what the subject's token is for")
                .containsExactly(URL);
        fields.put("resource", REPORTS);
        assertThat(claims(done(orders(true), fields), REPORTS).audience()).containsExactly(REPORTS);
    }

    @Test
    @DisplayName("it lives no longer than the token it came of")
    void it_ends_when_the_other_does() {
        AccessGrant brief = grant();
        var ending = new AccessGrant(
                brief.subject(),
                brief.client(),
                brief.session(),
                brief.username(),
                brief.audience(),
                brief.scopes(),
                brief.roles(),
                brief.groups(),
                brief.more(),
                Duration.ofSeconds(90),
                brief.grant(),
                brief.boundTo());
        Issued issued = done(orders(true), Map.of("subject_token", subjectToken(ending), "audience", REPORTS));
        assertThat(issued.lifetime()).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(90));
        assertThat(claims(issued, REPORTS).expiresAt()).isBefore(Instant.now().plusSeconds(91));
    }

    @Test
    @DisplayName("it ends with the session and with the grant of the token it came of")
    void revocation_follows() {
        Issued issued = done(orders(true), subject());
        Claims claims = claims(issued, REPORTS);
        assertThat(claims.session()).contains(new SessionId("session-1"));
        assertThat(claims.grant()).contains(new GrantId("grant-1"));
        house.revocations.learn(
                new Revocation.OfGrant(new GrantId("grant-1"), Instant.now().plusSeconds(600)));
        assertThat(verdict(issued, REPORTS)).isInstanceOf(Verdict.Rejected.class);
    }

    @Test
    @DisplayName("what is bound to a key never becomes a plain bearer token")
    void bound_stays_bound() {
        AccessGrant plain = grant();
        var bound = new AccessGrant(
                plain.subject(),
                plain.client(),
                plain.session(),
                plain.username(),
                plain.audience(),
                plain.scopes(),
                plain.roles(),
                plain.groups(),
                plain.more(),
                plain.lifetime(),
                plain.grant(),
                Optional.of("key-of-the-app"));
        var fields = Map.of("subject_token", subjectToken(bound), "audience", REPORTS);
        refused("invalid_dpop_proof", orders(true), fields);
        Issued issued =
                TestDatabase.await(exchange.exchange(asked(orders(true), fields, Optional.of("key-of-orders"))));
        assertThat(issued.bound()).isTrue();
        assertThat(claims(issued, REPORTS).boundTo()).contains("key-of-orders");
        Client itself = client("web-shop", "data:read", true, REPORTS);
        assertThatThrownBy(() -> exchange.exchange(asked(itself, fields, Optional.of("another"))))
                .as("the app itself stays with its key")
                .isInstanceOf(Refusal.class);
    }

    /** A back end that may exchange tokens for the house and for reports. */
    private static Client orders(boolean impersonation) {
        return client("orders", "data:read", impersonation, URL, REPORTS);
    }

    private static Client client(String id, String scopes, boolean impersonation, String... audiences) {
        return new Client(
                new ClientId(id),
                Client.Origin.FILE,
                Optional.empty(),
                Client.Shown.NOTHING,
                List.of(),
                List.of(),
                Set.of(GrantType.TOKEN_EXCHANGE),
                new Client.Proof(Set.of(AuthMethod.CLIENT_SECRET_BASIC), Optional.empty(), Optional.empty()),
                Scopes.parse(scopes),
                Client.Demands.USUAL,
                Client.Signing.USUAL,
                Client.Subjects.PUBLIC,
                Client.Consent.FIRST_PARTY,
                Client.Defaults.NONE,
                Client.LogoutNotice.NONE,
                new Client.Exchange(Set.of(audiences), impersonation));
    }

    private static AccessGrant grant() {
        return grant("alice-id", "web-shop", "data:read data:write", List.of(URL));
    }

    private static AccessGrant grant(String subject, String client, String scopes, List<String> audience) {
        return new AccessGrant(
                subject,
                new ClientId(client),
                Optional.of(new SessionId("session-1")),
                Optional.of("alice"),
                audience,
                Scopes.parse(scopes),
                List.of("customer"),
                List.of(),
                Map.of(),
                Duration.ofMinutes(10),
                Optional.of(new GrantId("grant-1")),
                Optional.empty());
    }

    private String subjectToken(AccessGrant grant) {
        return house.tokens.mint().mint(grant, Instant.now()).token();
    }

    private Map<String, String> subject() {
        return Map.of("subject_token", subjectToken(grant()), "audience", REPORTS);
    }

    private Issued done(Client client, Map<String, String> fields) {
        return TestDatabase.await(exchange.exchange(asked(client, fields, Optional.empty())));
    }

    private void refused(String code, Client client, Map<String, String> fields) {
        assertThatThrownBy(() -> {
                    Future<Issued> issued = exchange.exchange(asked(client, fields, Optional.empty()));
                    throw issued.cause();
                })
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.problem().code()).isEqualTo(code));
    }

    private static Asked asked(Client client, Map<String, String> more, Optional<String> key) {
        var fields = new HashMap<>(Map.of("subject_token_type", ACCESS_TOKEN));
        fields.putAll(more);
        var call = TestHouse.formCall("/oauth/token", fields, "127.0.0.1");
        return new Asked(call, FormBody.of(call), client, key, Instant.now());
    }

    private Verdict verdict(Issued issued, String audience) {
        return house.tokens
                .auth(new TokenProfile(Set.of(new Issuer(URL)), audience))
                .verify(issued.accessToken());
    }

    private Claims claims(Issued issued, String audience) {
        return ((Verdict.Accepted) verdict(issued, audience)).claims();
    }
}
