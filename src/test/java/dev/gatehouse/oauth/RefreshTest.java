package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Username;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RefreshTest {
    private static final String PASSWORD = "zebra lamp forty";
    private static final String LATER = "UPDATE refresh_family SET turned_at = turned_at - interval '11 seconds'";

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private Reply login;
    private String first;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.has("alice", PASSWORD, "customer");
        login = house.login("alice", PASSWORD);
        first = refreshToken(login);
    }

    @Test
    void a_refresh_token_gives_a_new_pair_that_works() {
        Reply reply = house.refresh(first);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(refreshToken(reply)).isNotEqualTo(first);
        assertThat(claims(reply).session()).isEqualTo(claims(login).session());
        assertThat(claims(reply).scopes()).isEqualTo(Scopes.parse("data:read data:write"));
        assertThat(house.refresh(refreshToken(reply)).status()).isEqualTo(200);
    }

    @Test
    void roles_of_today_are_in_the_next_token() {
        TestDatabase.await(house.accounts.addRole(new Username("alice"), "support", Accounts.By.CLI));
        assertThat(claims(house.refresh(first)).roles()).containsExactlyInAnyOrder("customer", "support");
        TestDatabase.await(house.accounts.removeRole(new Username("alice"), "customer", Accounts.By.CLI));
        assertThat(claims(house.refresh(first)).roles()).containsExactly("support");
    }

    @Test
    void within_the_grace_the_same_successor_is_given_again() {
        String successor = refreshToken(house.refresh(first));
        assertThat(refreshToken(house.refresh(first))).isEqualTo(successor);
        assertThat(refreshToken(house.refresh(first))).isEqualTo(successor);
        assertThat(house.refresh(successor).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("TK08 reuse after the grace is invalid_grant, and the family, its session and its access tokens end")
    void reuse_after_the_grace_ends_the_family() {
        Reply second = house.refresh(first);
        house.sql(LATER);
        assertThat(error(house.refresh(first))).isEqualTo("400 invalid_grant");
        assertThat(error(house.refresh(refreshToken(second)))).isEqualTo("400 invalid_grant");
        assertThat(house.accepts(accessToken(second))).isFalse();
        assertThat(house.accepts(accessToken(login))).isFalse();
        assertThat(house.sql("SELECT 1 FROM session WHERE ended_at IS NOT NULL"))
                .hasSize(1);
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'refresh_reused'"))
                .hasSize(1);
        assertThat(house.login("alice", PASSWORD).status())
                .as("signing in again works")
                .isEqualTo(200);
    }

    @Test
    @DisplayName("TK08 the grace ends when the successor is used")
    void the_first_use_of_the_successor_ends_the_grace() {
        String second = refreshToken(house.refresh(first));
        String third = refreshToken(house.refresh(second));
        assertThat(error(house.refresh(first))).isEqualTo("400 invalid_grant");
        assertThat(error(house.refresh(third))).isEqualTo("400 invalid_grant");
    }

    @Test
    @DisplayName("TK08 a token of generations ago ends the family, however young its successors are")
    void an_old_generation_ends_the_family() {
        String token = first;
        for (int turn = 0; turn < 5; turn++) token = refreshToken(house.refresh(token));
        assertThat(error(house.refresh(first))).isEqualTo("400 invalid_grant");
        assertThat(error(house.refresh(token))).isEqualTo("400 invalid_grant");
        assertThat(house.sql("SELECT 1 FROM revocation")).hasSize(1);
    }

    @Test
    @DisplayName(
            "TK08 what only looks like a token of the family ends nothing: any byte changed, parts of two tokens put together")
    void what_somebody_made_up_ends_nothing() {
        byte[] genuine = Base64.getUrlDecoder().decode(first);
        for (int at = 0; at < genuine.length; at++) {
            byte[] changed = genuine.clone();
            changed[at] ^= 1;
            assertThat(error(from(at, changed))).as("byte " + at).isEqualTo("400 invalid_grant");
        }
        byte[] successor = Base64.getUrlDecoder().decode(refreshToken(house.refresh(first)));
        for (int part = 0; part < 3; part++) {
            byte[] mixed = successor.clone();
            System.arraycopy(genuine, part * 16, mixed, part * 16, 16);
            assertThat(error(from(100 + part, mixed))).as("part " + part).isEqualTo("400 invalid_grant");
        }
        assertThat(house.sql("SELECT 1 FROM refresh_family WHERE revoked_at IS NOT NULL"))
                .isEmpty();
        assertThat(house.refresh(Base64.getUrlEncoder().encodeToString(successor))
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName(
            "TK08 TK10 an old token that another client shows, or that comes from a family that is over, ends nothing")
    void an_old_token_in_other_hands_ends_nothing() {
        Reply second = house.refresh(first);
        house.sql(LATER);
        assertThat(error(refresh(Map.of("client_id", "web-shop")))).isEqualTo("400 invalid_grant");
        assertThat(house.accepts(accessToken(second))).isTrue();
        house.sql("UPDATE refresh_family SET idle_until = now() - interval '1 second'");
        assertThat(error(house.refresh(first))).isEqualTo("400 invalid_grant");
        assertThat(house.accepts(accessToken(second))).isTrue();
    }

    @Test
    @DisplayName("a turn writes one row and touches no index")
    void a_turn_is_heap_only() {
        for (int turn = 0; turn < 3; turn++) first = refreshToken(house.refresh(first));
        assertThat(house.sql("SELECT 1 FROM refresh_family")).hasSize(1);
        house.sql("SELECT pg_stat_force_next_flush()");
        Row told = house.sql(
                        "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'refresh_family'")
                .get(0);
        assertThat(told.getLong("n_tup_hot_upd")).isEqualTo(told.getLong("n_tup_upd"));
    }

    @Test
    @DisplayName("TK08 another session of the same person goes on")
    void other_sessions_go_on() {
        Reply other = house.login("alice", PASSWORD);
        house.refresh(first);
        house.sql(LATER);
        house.refresh(first);
        assertThat(house.accepts(accessToken(other))).isTrue();
        assertThat(house.refresh(refreshToken(other)).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("X3 a refresh whose answer was lost is asked again and gets what was written")
    void a_lost_answer_is_given_again_by_another_node() {
        String lost = refreshToken(house.refresh(first));
        var restarted = new TestHouse(db, db.another());
        assertThat(refreshToken(restarted.refresh(first))).isEqualTo(lost);
        assertThat(restarted.refresh(lost).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("I1 of 50 refreshes of one token over two nodes each gets the one successor")
    void fifty_at_once_over_two_nodes_get_one_successor() {
        var other = new TestHouse(db, db.another());
        for (int round = 0; round < 5; round++) {
            List<Future<Reply>> all = new ArrayList<>();
            Call call = TestHouse.formCall(
                    "/oauth/token", Map.of("grant_type", "refresh_token", "refresh_token", first), "127.0.0.1");
            for (int i = 0; i < 50; i++) all.add((i % 2 == 0 ? house : other).endpoints.answer(call));
            TestDatabase.await(Future.all(all));
            var successors = new HashSet<String>();
            for (var reply : all) {
                assertThat(reply.result().status()).isEqualTo(200);
                successors.add(refreshToken(reply.result()));
            }
            assertThat(successors).hasSize(1);
            first = successors.iterator().next();
        }
    }

    @Test
    @DisplayName("TK08 of many who come back with a used token at once the family ends once, over two nodes")
    void reuse_at_once_over_two_nodes_ends_the_family_once() {
        var other = new TestHouse(db, db.another());
        house.refresh(first);
        house.sql(LATER);
        List<Future<Reply>> all = new ArrayList<>();
        Call call = TestHouse.formCall(
                "/oauth/token", Map.of("grant_type", "refresh_token", "refresh_token", first), "127.0.0.1");
        for (int i = 0; i < 20; i++) all.add((i % 2 == 0 ? house : other).endpoints.answer(call));
        TestDatabase.await(Future.all(all));
        assertThat(all).allSatisfy(reply -> assertThat(error(reply.result())).isEqualTo("400 invalid_grant"));
        assertThat(house.sql("SELECT 1 FROM revocation")).hasSize(1);
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'refresh_reused'"))
                .hasSize(1);
    }

    @Test
    @DisplayName("I4 a refresh that races a revocation leaves no token that lives")
    void a_refresh_that_races_a_revocation_is_caught() {
        var other = new TestHouse(db, db.another());
        for (int round = 0; round < 10; round++) {
            String token = refreshToken(house.login("alice", PASSWORD));
            Call call = TestHouse.formCall(
                    "/oauth/token", Map.of("grant_type", "refresh_token", "refresh_token", token), "127.0.0.1");
            Future<Reply> racing = other.endpoints.answer(call);
            TestDatabase.await(house.accounts.revoke(new Username("alice"), Accounts.By.CLI));
            Reply reply = TestDatabase.await(racing);
            TestDatabase.await(other.revocations.refresh());
            if (reply.status() != 200) continue;
            assertThat(other.accepts(accessToken(reply))).isFalse();
            assertThat(error(house.refresh(refreshToken(reply)))).isEqualTo("400 invalid_grant");
        }
        assertThat(house.accepts(accessToken(house.login("alice", PASSWORD))))
                .as("the next sign-in is not hit")
                .isTrue();
    }

    @Test
    @DisplayName("TK09 a wider scope is invalid_scope and leaves the token unused; a narrower one is given for once")
    void scope_may_only_shrink() {
        assertThat(error(refresh(Map.of("scope", "data:read admin")))).isEqualTo("400 invalid_scope");
        assertThat(error(refresh(Map.of("resource", "https://reports.example"))))
                .isEqualTo("400 invalid_target");
        assertThat(house.sql("SELECT 1 FROM refresh_family WHERE previous_hash IS NULL"))
                .hasSize(1);
        Reply narrowed = refresh(Map.of("scope", "data:read"));
        assertThat(json(narrowed).getString("scope")).isEqualTo("data:read");
        assertThat(json(house.refresh(refreshToken(narrowed))).getString("scope"))
                .isEqualTo("data:read data:write");
    }

    @Test
    @DisplayName("TK10 a refresh token of another client is invalid_grant")
    void another_clients_token_does_not_hold() {
        assertThat(error(refresh(Map.of("client_id", "web-shop")))).isEqualTo("400 invalid_grant");
        assertThat(error(withBasic("partner", "p%40rtner%3Asecret"))).isEqualTo("400 invalid_grant");
        assertThat(refresh(Map.of("client_id", "gatehouse")).status())
                .as("its own client still can")
                .isEqualTo(200);
    }

    @Test
    void a_client_that_is_unknown_or_does_not_authenticate_is_invalid_client() {
        assertThat(error(refresh(Map.of("client_id", "nobody")))).isEqualTo("401 invalid_client");
        assertThat(error(refresh(Map.of("client_id", "partner")))).isEqualTo("401 invalid_client");
        assertThat(error(refresh(Map.of("client_id", "partner", "client_secret", "wrong"))))
                .isEqualTo("401 invalid_client");
        assertThat(error(refresh(Map.of("client_id", "gatehouse", "client_secret", "any"))))
                .isEqualTo("401 invalid_client");
        Reply basic = withBasic("partner", "wrong");
        assertThat(error(basic)).isEqualTo("401 invalid_client");
        assertThat(basic.headers())
                .anyMatch(field -> field.getKey().equals("WWW-Authenticate")
                        && field.getValue().startsWith("Basic realm="));
    }

    @Test
    @DisplayName("TK11 after the absolute lifetime no use has kept it alive")
    void the_absolute_lifetime_ends_it() {
        house.sql("UPDATE refresh_family SET expires_at = now() + interval '1 hour'");
        String second = refreshToken(house.refresh(first));
        assertThat(house.sql("SELECT 1 FROM refresh_family WHERE idle_until > expires_at"))
                .as("idle time never outlives it")
                .isEmpty();
        house.sql("UPDATE refresh_family SET expires_at = now() - interval '1 second'");
        assertThat(error(house.refresh(second))).isEqualTo("400 invalid_grant");
    }

    @Test
    void a_token_left_alone_for_the_idle_time_is_over() {
        house.sql("UPDATE refresh_family SET idle_until = now() - interval '1 second'");
        assertThat(error(house.refresh(first))).isEqualTo("400 invalid_grant");
        assertThat(house.accepts(accessToken(login))).isTrue();
    }

    @Test
    void a_session_that_expires_leaves_refresh_alive() {
        house.sql("DELETE FROM session");
        assertThat(house.refresh(first).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("TK22 a locked account refreshes nothing, and what it held does not come back")
    void a_locked_account_refreshes_nothing() {
        TestDatabase.await(house.accounts.lock(new Username("alice"), Accounts.By.CLI));
        assertThat(error(house.refresh(first))).isEqualTo("400 invalid_grant");
        assertThat(house.accepts(accessToken(login))).isFalse();
        TestDatabase.await(house.accounts.unlock(new Username("alice"), Accounts.By.CLI));
        assertThat(error(house.refresh(first))).isEqualTo("400 invalid_grant");
        assertThat(house.login("alice", PASSWORD).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("TK21 fifty wrong tokens in a minute from one client and address, then 429; others go on")
    void wrong_tokens_are_throttled() {
        house.stopTheClock();
        Call wrong = TestHouse.formCall(
                "/oauth/token", Map.of("grant_type", "refresh_token", "refresh_token", "x".repeat(43)), "203.0.113.1");
        for (int i = 0; i < 50; i++) TestDatabase.await(house.endpoints.answer(wrong));
        Reply throttled = TestDatabase.await(house.endpoints.answer(wrong));
        assertThat(throttled.status()).isEqualTo(429);
        assertThat(throttled.headers()).anyMatch(field -> field.getKey().equals("Retry-After"));
        assertThat(json(throttled).getString("error")).isEqualTo("temporarily_unavailable");
        assertThat(house.refresh(first).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("TK06 grant_type=password is unsupported_grant_type")
    void the_password_grant_is_not_offered() {
        assertThat(error(house.form(
                        "/oauth/token", Map.of("grant_type", "password", "username", "alice", "password", PASSWORD))))
                .isEqualTo("400 unsupported_grant_type");
    }

    @Test
    void requests_that_are_not_clear_are_invalid_request() {
        assertThat(error(house.form("/oauth/token", Map.of("refresh_token", first))))
                .isEqualTo("400 invalid_request");
        assertThat(error(house.form("/oauth/token", Map.of("grant_type", "refresh_token"))))
                .isEqualTo("400 invalid_request");
        assertThat(error(raw("grant_type=refresh_token&refresh_token=a&refresh_token=b", Map.of())))
                .isEqualTo("400 invalid_request");
        assertThat(error(raw("grant_type=%zz", Map.of()))).isEqualTo("400 invalid_request");
        assertThat(error(raw("grant_type=%ff", Map.of()))).isEqualTo("400 invalid_request");
        assertThat(error(house.post("/oauth/token", new JsonObject().put("grant_type", "refresh_token"))))
                .isEqualTo("415 invalid_request");
        assertThat(house.sql("SELECT 1 FROM refresh_family WHERE previous_hash IS NOT NULL"))
                .isEmpty();
        Reply get = house.get("/oauth/token");
        assertThat(get.status()).isEqualTo(405);
        assertThat(get.headers()).contains(Map.entry("Allow", "POST"));
    }

    private Reply refresh(Map<String, String> more) {
        var fields = new HashMap<>(Map.of("grant_type", "refresh_token", "refresh_token", first));
        fields.putAll(more);
        return house.form("/oauth/token", fields);
    }

    private Reply from(int address, byte[] token) {
        String text = Base64.getUrlEncoder().encodeToString(token);
        return TestDatabase.await(house.endpoints.answer(TestHouse.formCall(
                "/oauth/token", Map.of("grant_type", "refresh_token", "refresh_token", text), "203.0.113." + address)));
    }

    private Reply withBasic(String id, String secret) {
        String pair = Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
        return raw("grant_type=refresh_token&refresh_token=" + first, Map.of("Authorization", "Basic " + pair));
    }

    private Reply raw(String body, Map<String, String> headers) {
        var all = new HashMap<>(Map.of("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"));
        all.putAll(headers);
        return TestDatabase.await(
                house.endpoints.answer(TestHouse.call("POST", "/oauth/token", all, Buffer.buffer(body), "127.0.0.1")));
    }

    private Claims claims(Reply reply) {
        return ((Verdict.Accepted) house.verify(accessToken(reply))).claims();
    }

    private static String accessToken(Reply reply) {
        return json(reply).getString("access_token");
    }

    private static String refreshToken(Reply reply) {
        return json(reply).getString("refresh_token");
    }

    private static String error(Reply reply) {
        assertThat(json(reply).fieldNames()).isEqualTo(Set.of("error", "error_description"));
        return reply.status() + " " + json(reply).getString("error");
    }
}
