package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How clients that do not prove themselves are answered. */
final class AtTheTokenEndpointTest {
    private static final Map<String, String> GRANT = Map.of("grant_type", "client_credentials");

    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private TestHouse house;

    @BeforeEach
    void build() {
        house = new TestHouse(DB);
    }

    @Test
    @DisplayName("TK12: a bad secret is 401 invalid_client, with a Basic challenge where Basic was used")
    void a_bad_secret_is_challenged_where_basic_was_used() {
        Reply inHeader = basic("billing", "wrong");
        assertThat(inHeader.status()).isEqualTo(401);
        assertThat(json(inHeader).getString("error")).isEqualTo("invalid_client");
        assertThat(field(inHeader, "WWW-Authenticate"))
                .hasValueSatisfying(said -> assertThat(said).startsWith("Basic realm="));
        Reply inForm = form(Map.of("client_id", "billing", "client_secret", "wrong"));
        assertThat(inForm.status()).isEqualTo(401);
        assertThat(json(inForm).getString("error")).isEqualTo("invalid_client");
        assertThat(field(inForm, "WWW-Authenticate")).isEmpty();
    }

    @Test
    @DisplayName("TK12: too many bad secrets are 429 with Retry-After, before the right one is looked at")
    void too_many_bad_secrets_are_429() {
        house.stopTheClock();
        assertThat(basic("billing", "billing-secret").status()).isEqualTo(200);
        for (int i = 0; i < 30; i++) basic("billing", "wrong");
        Reply late = basic("billing", "billing-secret");
        assertThat(late.status()).isEqualTo(429);
        assertThat(field(late, "Retry-After")).isPresent();
    }

    @Test
    @DisplayName("TK13: two ways at once and a secret in the address are 400, GET is 405")
    void two_ways_at_once_and_a_secret_in_the_address_are_400() {
        var both = new HashMap<>(GRANT);
        both.putAll(Map.of("client_id", "billing", "client_secret", "billing-secret"));
        assertThat(await(house.endpoints.answer(withBasic(both, "billing", "billing-secret")))
                        .status())
                .isEqualTo(400);
        Call call = TestHouse.formCall("/oauth/token", GRANT, "127.0.0.1");
        Call inAddress = new Call(
                call.method(),
                call.path(),
                "client_id=billing&client_secret=billing-secret",
                call.headers(),
                call.body(),
                call.clientAddress(),
                call.requestId());
        assertThat(await(house.endpoints.answer(inAddress)).status()).isEqualTo(400);
        Reply get = house.get("/oauth/token");
        assertThat(get.status()).isEqualTo(405);
        assertThat(field(get, "Allow")).contains("POST");
    }

    private Reply form(Map<String, String> more) {
        var fields = new HashMap<>(GRANT);
        fields.putAll(more);
        return house.form("/oauth/token", fields);
    }

    private Reply basic(String id, String secret) {
        return await(house.endpoints.answer(withBasic(GRANT, id, secret)));
    }

    private static Call withBasic(Map<String, String> fields, String id, String secret) {
        String pair = Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.US_ASCII));
        Buffer body = TestHouse.formCall("/oauth/token", fields, "127.0.0.1").body();
        return TestHouse.call(
                "POST",
                "/oauth/token",
                Map.of("Content-Type", "application/x-www-form-urlencoded", "Authorization", "Basic " + pair),
                body,
                "127.0.0.1");
    }

    private static Optional<String> field(Reply reply, String name) {
        return reply.headers().stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
