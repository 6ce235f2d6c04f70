package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class LogoutTest {
    private static final String PASSWORD = "zebra lamp forty";

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.has("alice", PASSWORD);
    }

    @Test
    void session_family_and_access_tokens_end_before_the_answer() {
        JsonObject login = json(house.login("alice", PASSWORD));
        JsonObject refreshed = json(house.refresh(login.getString("refresh_token")));
        Reply out = house.logout(login.getString("access_token"));
        assertThat(out.status()).isEqualTo(200);
        assertThat(json(out).fieldNames()).containsExactly("message");
        assertThat(house.accepts(login.getString("access_token"))).isFalse();
        assertThat(house.accepts(refreshed.getString("access_token"))).isFalse();
        assertThat(json(house.refresh(refreshed.getString("refresh_token"))).getString("error"))
                .isEqualTo("invalid_grant");
        assertThat(house.sql("SELECT 1 FROM session WHERE ended_at IS NULL")).isEmpty();
        assertThat(house.sql("SELECT 1 FROM refresh_family WHERE revoked_at IS NULL"))
                .isEmpty();
    }

    @Test
    void another_node_knows_when_it_has_read_the_log_and_so_does_one_that_starts_later() {
        JsonObject login = json(house.login("alice", PASSWORD));
        var other = new TestHouse(db, db.another());
        assertThat(other.accepts(login.getString("access_token"))).isTrue();
        house.logout(login.getString("access_token"));
        TestDatabase.await(other.revocations.refresh());
        assertThat(other.accepts(login.getString("access_token"))).isFalse();
        assertThat(new TestHouse(db, db.another()).accepts(login.getString("access_token")))
                .isFalse();
    }

    @Test
    void another_session_goes_on() {
        String one = json(house.login("alice", PASSWORD)).getString("access_token");
        String two = json(house.login("alice", PASSWORD)).getString("access_token");
        house.logout(one);
        assertThat(house.accepts(two)).isTrue();
    }

    @Test
    void a_token_for_another_audience_ends_its_session_too() {
        String token = json(house.post(
                        "/login",
                        new JsonObject()
                                .put("username", "alice")
                                .put("password", PASSWORD)
                                .put("resource", "https://reports.example")))
                .getString("access_token");
        assertThat(house.logout(token).status()).isEqualTo(200);
        assertThat(house.logout(token).status()).isEqualTo(401);
    }

    @Test
    void without_a_token_that_holds_the_answer_is_a_challenge() {
        String token = json(house.login("alice", PASSWORD)).getString("access_token");
        house.logout(token);
        Reply again = house.logout(token);
        assertThat(again.status()).isEqualTo(401);
        assertThat(challenge(again)).contains("error=\"invalid_token\"");
        Reply without = house.post("/logout", new JsonObject());
        assertThat(json(without).getString("reason")).isEqualTo("login_required");
        assertThat(challenge(without)).startsWith("Bearer ").doesNotContain("error=");
    }

    private static String challenge(Reply reply) {
        return reply.headers().stream()
                .filter(field -> field.getKey().equals("WWW-Authenticate"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }
}
