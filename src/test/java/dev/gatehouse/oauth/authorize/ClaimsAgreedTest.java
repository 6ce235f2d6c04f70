package dev.gatehouse.oauth.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.clients.Client;
import dev.gatehouse.identity.Person;
import dev.gatehouse.signin.BrowserSession;
import dev.gatehouse.signin.Level;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ClaimsAgreedTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final JsonObject CLAIMS = new JsonObject()
            .put("userinfo", new JsonObject().putNull("email").putNull("shoe_size"))
            .put("id_token", new JsonObject().put("given_name", new JsonObject().put("essential", true)));

    @Test
    @DisplayName("OpenID Connect Core §5.4, §5.5: a person agrees to the scopes that named claims belong to")
    void claims_are_agreed_to_as_their_scopes() {
        assertThat(request(CLAIMS).agreement()).isEqualTo(Scopes.parse("openid email profile"));
        assertThat(request(CLAIMS).scopes()).as("what tokens carry").isEqualTo(Scopes.parse("openid"));
        assertThat(request(new JsonObject()).agreement()).isEqualTo(Scopes.parse("openid"));
    }

    @Test
    @DisplayName("OpenID Connect Core §5.5: leave for openid alone is no leave for a claim by its name")
    void leave_for_less_is_no_leave() {
        assertThat(NextStep.of(situation("openid"))).isInstanceOf(Step.Consent.class);
        assertThat(NextStep.of(situation("openid email profile"))).isInstanceOf(Step.Issue.class);
    }

    private static Situation situation(String agreed) {
        var session = new BrowserSession(
                new SessionId("s"),
                new Person(new UserId("alice"), "alice", List.of(), List.of()),
                NOW,
                NOW,
                Level.ONE.acr(),
                List.of("pwd"),
                Optional.empty(),
                Optional.empty());
        return new Situation(
                request(CLAIMS),
                Client.Consent.REMEMBERED,
                Optional.of(new Situation.Present(session, "alice")),
                Optional.of(Scopes.parse(agreed)),
                Optional.empty(),
                NOW);
    }

    /** As it comes back from where it was kept meanwhile. */
    private static AuthorizationRequest request(JsonObject claims) {
        var json = new JsonObject()
                .put("client_id", "app")
                .put("scope", "openid")
                .put("audience", new JsonArray().add("http://localhost"))
                .put("prompt", new JsonArray())
                .put("subjects", new JsonArray())
                .put("acr_values", new JsonArray())
                .put("claims", claims);
        new Destination("https://app.example/cb", true, ResponseMode.QUERY, Optional.empty()).writeTo(json);
        return AuthorizationRequest.of(new JsonObject(json.encode()));
    }
}
