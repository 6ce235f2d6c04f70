package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RevocationTest {
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
    @DisplayName("RV01 RFC 7009 §2.2: what there is not is over: 200, no body, no content type")
    void an_unknown_token_is_over() {
        for (String unknown : List.of("nonsense", "a.b.c", "z".repeat(43))) {
            Reply reply = revoke(unknown, "gatehouse");
            assertThat(reply.status()).as(unknown).isEqualTo(200);
            assertThat(reply.body().length()).isZero();
            assertThat(reply.headers()).noneMatch(field -> field.getKey().equalsIgnoreCase("Content-Type"));
        }
    }

    @Test
    @DisplayName("RFC 7009 §2.1: an access token is over at once, and alone")
    void an_access_token_ends_alone() {
        JsonObject login = json(house.login("alice", PASSWORD));
        String token = login.getString("access_token");
        assertThat(revoke(token, "gatehouse").status()).isEqualTo(200);
        assertThat(house.accepts(token)).isFalse();
        assertThat(house.refresh(login.getString("refresh_token")).status()).isEqualTo(200);
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'revoked' AND actor = 'gatehouse'"))
                .hasSize(1);
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE detail::text LIKE $1", "%" + token + "%"))
                .isEmpty();
    }

    @Test
    @DisplayName("RV02 RFC 7009 §2.1: a token of another client stays as it is")
    void another_clients_tokens_are_untouched() {
        JsonObject login = json(house.login("alice", PASSWORD));
        assertThat(revoke(login.getString("access_token"), "web-shop").status()).isEqualTo(200);
        assertThat(revoke(login.getString("refresh_token"), "web-shop").status())
                .isEqualTo(200);
        assertThat(house.accepts(login.getString("access_token"))).isTrue();
        assertThat(house.refresh(login.getString("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("RV03 RFC 7009 §2.1: with a refresh token its whole grant ends, on every node")
    void a_refresh_token_takes_its_grant_along() {
        JsonObject login = json(house.login("alice", PASSWORD));
        String family = house.sql("SELECT id FROM refresh_family").get(0).getString("id");
        String made = ofGrant(family);
        String other = ofGrant("another-grant");
        var elsewhere = new TestHouse(db, db.another());
        assertThat(elsewhere.accepts(made)).isTrue();
        assertThat(revoke(login.getString("refresh_token"), "gatehouse").status())
                .isEqualTo(200);
        assertThat(house.accepts(made)).isFalse();
        assertThat(house.accepts(other)).isTrue();
        assertThat(json(house.refresh(login.getString("refresh_token"))).getString("error"))
                .isEqualTo("invalid_grant");
        TestDatabase.await(elsewhere.revocations.refresh());
        assertThat(elsewhere.accepts(made)).isFalse();
        assertThat(new TestHouse(db, db.another()).accepts(made))
                .as("a node that starts later")
                .isFalse();
        assertThat(revoke(login.getString("refresh_token"), "gatehouse").status())
                .as("twice")
                .isEqualTo(200);
    }

    @Test
    @DisplayName("RV04 with the database away nothing is said to be over that is not")
    void without_a_database_the_answer_is_503() {
        JsonObject login = json(house.login("alice", PASSWORD));
        TestDatabase.await(house.database.close());
        for (String token : List.of(login.getString("access_token"), login.getString("refresh_token"))) {
            Reply reply = revoke(token, "gatehouse");
            assertThat(reply.status()).isEqualTo(503);
            assertThat(json(reply).getString("error")).isEqualTo("temporarily_unavailable");
        }
        assertThat(house.accepts(login.getString("access_token"))).isTrue();
    }

    @Test
    @DisplayName("RFC 7009 §2.1: the client authenticates, and a confidential one by its secret")
    void the_client_authenticates() {
        assertThat(house.form("/oauth/revoke", Map.of("token", "x")).status()).isEqualTo(401);
        assertThat(revoke("x", "partner").status()).isEqualTo(401);
        assertThat(revoke("x", "nobody").status()).isEqualTo(401);
        Reply without = house.form("/oauth/revoke", Map.of("client_id", "gatehouse"));
        assertThat(json(without).getString("error")).isEqualTo("invalid_request");
    }

    private Reply revoke(String token, String client) {
        return house.form("/oauth/revoke", Map.of("token", token, "client_id", client));
    }

    private String ofGrant(String grant) {
        var access = new AccessGrant(
                "alice-id",
                new ClientId("gatehouse"),
                Optional.empty(),
                Optional.empty(),
                List.of(TestHouse.URL),
                Scopes.parse("data:read"),
                List.of(),
                List.of(),
                Map.of(),
                Duration.ofMinutes(5),
                Optional.of(new GrantId(grant)),
                Optional.empty());
        return house.tokens.mint().mint(access, Instant.now()).token();
    }
}
