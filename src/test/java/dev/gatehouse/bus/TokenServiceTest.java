package dev.gatehouse.bus;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gatehouse.tokens.BadTokens.BadToken;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.tokens.TestTokens;
import dev.gatehouse.tokens.TokenProfile;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.SessionId;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class TokenServiceTest {
    private static final TokenProfile ORDERS = new TokenProfile(Set.of(TestTokens.ISSUER), "https://orders.example");

    private final Vertx vertx = Vertx.vertx();
    private final TestTokens house = new TestTokens();

    @BeforeEach
    void open() {
        var service =
                new TokenService(house.tokens, api -> api.equals("orders") ? Optional.of(ORDERS) : Optional.empty());
        await(vertx.deployVerticle(new BusVerticle(service)));
    }

    @AfterEach
    void close() {
        await(vertx.close());
    }

    @Test
    @DisplayName("EB04 the same verdict and subject as at the edge")
    void a_good_token_is_active_and_says_whose_it_is() {
        String token = house.minted("user-1");
        var edge = ((Verdict.Accepted) house.tokens.auth(TestTokens.PROFILE).verify(token)).claims();
        var answer = ask(verify(token));
        assertThat(answer.getBoolean("active")).isTrue();
        assertThat(answer.getString("subject")).isEqualTo(edge.subject());
        assertThat(answer.getString("username")).isEqualTo("name-of-user-1");
        assertThat(answer.getString("client")).isEqualTo("gatehouse");
        assertThat(answer.getString("session")).isEqualTo("session-of-user-1");
        assertThat(answer.getJsonArray("scopes"))
                .isEqualTo(new JsonArray().add("data:read").add("data:write"));
        assertThat(answer.getJsonArray("roles")).isEqualTo(new JsonArray().add("staff"));
        assertThat(answer.getLong("expires_at")).isEqualTo(edge.expiresAt().getEpochSecond());
    }

    @Test
    @DisplayName("EB04 every bad token is inactive for the reason the edge has")
    void a_bad_token_is_an_answer() {
        for (BadToken bad : house.badTokens().all()) {
            var edge = (Verdict.Rejected) house.tokens.auth(TestTokens.PROFILE).verify(bad.token());
            var expected = new JsonObject()
                    .put("active", false)
                    .put("reason", "invalid_token")
                    .put("detail", edge.detail());
            assertThat(ask(verify(bad.token()))).as(bad.name()).isEqualTo(expected);
        }
    }

    @Test
    void a_revoked_token_is_inactive_at_once() {
        String token = house.minted("user-1");
        assertThat(ask(verify(token)).getBoolean("active")).isTrue();
        house.revocations.learn(
                new Revocation.OfSession(new SessionId("session-of-user-1"), house.now.plusSeconds(900)));
        assertThat(ask(verify(token)).getString("detail")).isEqualTo("the token was revoked");
    }

    @Test
    void a_token_is_judged_for_the_api_or_audience_that_was_named() {
        String token = house.minted("user-1");
        assertThat(ask(verify(token).put("api", "orders")).getBoolean("active")).isFalse();
        assertThat(ask(verify(token).put("audience", "https://orders.example")).getBoolean("active"))
                .isFalse();
        assertThat(ask(verify(token).put("audience", TestTokens.AUDIENCE)).getBoolean("active"))
                .isTrue();
    }

    @Test
    @DisplayName("EB01 wrong types, missing fields and 10 MiB fail with a code and no exception")
    void what_cannot_be_understood_fails_with_a_code() {
        assertFails("text", 400, "the body is not a JSON object");
        assertFails(null, 400, "the body is not a JSON object");
        assertFails(Buffer.buffer("{}"), 400, "the body is not a JSON object");
        assertFails(7, 400, "the body is not a JSON object");
        assertFails(new JsonArray(), 400, "the body is not a JSON object");
        assertFails(new JsonObject(), 400, "action is missing");
        assertFails(new JsonObject().put("action", 1), 400, "action is not a text");
        assertFails(new JsonObject().put("action", "mint"), 400, "the action is not one of: verify");
        assertFails(new JsonObject().put("action", "verify"), 400, "token is missing");
        assertFails(
                new JsonObject().put("action", "verify").put("token", new JsonObject()), 400, "token is not a text");
        assertFails(verify("x").put("audience", 1), 400, "audience is not a text");
        assertFails(verify("x").put("audience", "a").put("api", "orders"), 400, "give api or audience, not both");
        assertFails(verify("x").put("api", "none"), 404, "there is no API of that name");
        assertFails(verify("x".repeat(10 << 20)), 413, "token is longer than 65536 characters");
    }

    private void assertFails(Object question, int code, String message) {
        var thrown = catchThrowable(() -> await(vertx.eventBus().request(TokenService.ADDRESS, question)));
        assertThat(thrown).isInstanceOfSatisfying(ReplyException.class, failure -> {
            assertThat(failure.failureCode()).isEqualTo(code);
            assertThat(failure.getMessage()).isEqualTo(message);
        });
    }

    private JsonObject ask(JsonObject question) {
        return await(vertx.eventBus().<JsonObject>request(TokenService.ADDRESS, question))
                .body();
    }

    private static JsonObject verify(String token) {
        return new JsonObject().put("action", "verify").put("token", token);
    }
}
