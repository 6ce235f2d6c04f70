package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.Username;
import dev.gatehouse.signin.SigningOut;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class CodeGrantTest {
    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private TestCodes codes;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.has("alice", "zebra lamp forty", "customer");
        codes = new TestCodes(house, "alice");
    }

    @Test
    @DisplayName("RFC 6749 §4.1.4 a code is redeemed for tokens that work")
    void a_code_gives_tokens_that_work() {
        Reply reply = redeem(codes.issue());
        assertThat(reply.status()).isEqualTo(200);
        Claims claims = claims(reply);
        assertThat(claims.username()).contains("alice");
        assertThat(claims.session()).contains(codes.session());
        assertThat(claims.grant()).isPresent();
        assertThat(claims.scopes()).isEqualTo(Scopes.parse("data:read"));
        assertThat(json(reply).getLong("expires_in")).isEqualTo(600);
        Reply next = refresh(json(reply).getString("refresh_token"));
        assertThat(next.status()).isEqualTo(200);
        assertThat(claims(next).grant()).isEqualTo(claims.grant());
    }

    @Test
    @DisplayName("TK01 a code used twice is invalid_grant, and what its first use produced ends")
    void a_code_used_twice_takes_back_what_it_gave() {
        String code = codes.issue();
        Reply first = redeem(code);
        assertThat(error(redeem(code))).isEqualTo("400 invalid_grant");
        assertThat(house.accepts(json(first).getString("access_token"))).isFalse();
        assertThat(error(refresh(json(first).getString("refresh_token")))).isEqualTo("400 invalid_grant");
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'code_reused'"))
                .hasSize(1);
        assertThat(house.sql("SELECT 1 FROM session WHERE ended_at IS NOT NULL"))
                .as("the person stays signed in")
                .isEmpty();
    }

    @Test
    @DisplayName("TK01 also when it has expired meanwhile, also on another node")
    void a_code_used_late_on_another_node() {
        String code = codes.issue();
        Reply first = redeem(code);
        house.sql(
                "UPDATE one_time SET expires_at = now() - interval '1 second', used_at = now() - interval '30 seconds'");
        var other = new TestHouse(db, db.another());
        assertThat(error(TestDatabase.await(other.endpoints.answer(call(code)))))
                .isEqualTo("400 invalid_grant");
        TestDatabase.await(house.revocations.refresh());
        assertThat(house.accepts(json(first).getString("access_token"))).isFalse();
        assertThat(house.sql("SELECT 1 FROM revocation WHERE kind = 'grant'")).hasSize(1);
        redeem(code);
        assertThat(house.sql("SELECT 1 FROM revocation WHERE kind = 'grant'"))
                .as("once is enough")
                .hasSize(1);
    }

    @Test
    @DisplayName("I1 of 100 redemptions of one code over two nodes one succeeds, and the others have ended it")
    void a_hundred_at_once_have_one_winner() {
        var other = new TestHouse(db, db.another());
        for (int round = 0; round < 3; round++) {
            String code = codes.issue();
            List<Future<Reply>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++)
                all.add((i % 2 == 0 ? house : other)
                        .endpoints.answer(TestHouse.formCall("/oauth/token", fields(code), "198.51.100." + i)));
            TestDatabase.await(Future.all(all));
            var won = all.stream()
                    .map(Future::result)
                    .filter(reply -> reply.status() == 200)
                    .toList();
            assertThat(won).hasSize(1);
            TestDatabase.await(house.revocations.refresh());
            assertThat(house.accepts(json(won.get(0)).getString("access_token")))
                    .isFalse();
            assertThat(error(refresh(json(won.get(0)).getString("refresh_token"))))
                    .isEqualTo("400 invalid_grant");
        }
    }

    @Test
    @DisplayName("TK02 a code of client A with the credentials of client B is invalid_grant, and burnt")
    void a_code_belongs_to_its_client() {
        String code = codes.issue();
        var fields = fields(code);
        fields.put("client_id", "partner");
        fields.put("client_secret", "p@rtner:secret");
        assertThat(error(house.form("/oauth/token", fields))).isEqualTo("400 invalid_grant");
        assertBurnt(code);
    }

    @Test
    @DisplayName("TK03 a wrong, a misshapen and a missing code_verifier are invalid_grant, and the code is burnt")
    void the_verifier_must_answer() {
        for (String wrong : List.of("w".repeat(43), "short", TestCodes.VERIFIER + "!", "")) {
            String code = codes.issue();
            var fields = fields(code);
            fields.put("code_verifier", wrong);
            assertThat(error(house.form("/oauth/token", fields))).isEqualTo("400 invalid_grant");
            assertBurnt(code);
        }
    }

    @Test
    @DisplayName("TK04 a code_verifier where no code_challenge was is invalid_grant")
    void a_verifier_without_a_challenge_is_a_downgrade() {
        String code = codes.issue(codes.authorization().challenge(Optional.empty()));
        assertThat(error(redeem(code))).isEqualTo("400 invalid_grant");
        String misshapen = codes.issue(codes.authorization().challenge(Optional.empty()));
        var fields = fields(misshapen);
        fields.put("code_verifier", "x");
        assertThat(error(house.form("/oauth/token", fields))).isEqualTo("400 invalid_grant");
        String without = codes.issue(codes.authorization().challenge(Optional.empty()));
        var none = fields(without);
        none.remove("code_verifier");
        assertThat(house.form("/oauth/token", none).status()).isEqualTo(200);
    }

    @Test
    @DisplayName(
            "TK05 a redirect_uri that differs, or is missing where the request had one, is invalid_grant, and the code is burnt")
    void the_redirect_must_be_the_same() {
        String code = codes.issue();
        var fields = fields(code);
        fields.put("redirect_uri", TestCodes.REDIRECT + "/");
        assertThat(error(house.form("/oauth/token", fields))).isEqualTo("400 invalid_grant");
        assertBurnt(code);
        String again = codes.issue();
        var missing = fields(again);
        missing.remove("redirect_uri");
        assertThat(error(house.form("/oauth/token", missing))).isEqualTo("400 invalid_grant");
        String unsent = codes.issue(codes.authorization().redirectSent(false));
        var none = fields(unsent);
        none.remove("redirect_uri");
        assertThat(house.form("/oauth/token", none).status()).isEqualTo(200);
    }

    @Test
    @DisplayName(
            "RFC 8707 §2.2 a resource at the token endpoint narrows the audience for once; one that was not authorized is invalid_target")
    void a_resource_narrows_the_audience() {
        var both = codes.authorization()
                .with("audience", new JsonArray().add(TestHouse.URL).add("https://reports.example"));
        var fields = fields(codes.issue(both));
        fields.put("resource", TestHouse.URL);
        Reply reply = house.form("/oauth/token", fields);
        assertThat(claims(reply).audience()).containsExactly(TestHouse.URL);
        assertThat(claims(refresh(json(reply).getString("refresh_token"))).audience())
                .containsExactly(TestHouse.URL, "https://reports.example");
        var other = fields(codes.issue());
        other.put("resource", "https://reports.example");
        assertThat(error(house.form("/oauth/token", other))).isEqualTo("400 invalid_target");
        assertThat(house.sql("SELECT 1 FROM refresh_family")).hasSize(1);
    }

    @Test
    @DisplayName("AZ17 a code is over after its 60 seconds")
    void a_code_expires() {
        String code = codes.issue();
        house.sql("UPDATE one_time SET expires_at = now()");
        assertThat(error(redeem(code))).isEqualTo("400 invalid_grant");
    }

    @Test
    @DisplayName("TK22 locked, password changed or signed out between code and redemption: invalid_grant")
    void what_happens_in_between_counts() {
        String code = codes.issue();
        TestDatabase.await(house.accounts.lock(new Username("alice"), Accounts.By.CLI));
        assertThat(error(redeem(code))).isEqualTo("400 invalid_grant");
        TestDatabase.await(house.accounts.unlock(new Username("alice"), Accounts.By.CLI));
        code = new TestCodes(house, "alice").issue();
        TestDatabase.await(
                house.accounts.setPassword(new Username("alice"), Password.typed("other lamp fifty"), Accounts.By.CLI));
        assertThat(error(redeem(code))).isEqualTo("400 invalid_grant");
        codes = new TestCodes(house, "alice");
        code = codes.issue();
        house.sql(
                "UPDATE session SET ended_at = now() WHERE id = $1",
                codes.session().value());
        assertThat(error(redeem(code))).isEqualTo("400 invalid_grant");
        assertThat(house.sql("SELECT 1 FROM refresh_family")).isEmpty();
    }

    @Test
    @DisplayName("I3 a code that is redeemed while its session ends leaves nothing that lives")
    void a_redemption_that_races_a_sign_out_is_caught() {
        var other = new TestHouse(db, db.another());
        for (int round = 0; round < 10; round++) {
            codes = new TestCodes(house, "alice");
            Future<Reply> racing = other.endpoints.answer(call(codes.issue()));
            TestDatabase.await(new SigningOut(house.house).end(codes.session(), codes.account(), Source.SYSTEM));
            Reply reply = TestDatabase.await(racing);
            if (reply.status() != 200) continue;
            TestDatabase.await(other.revocations.refresh());
            assertThat(other.accepts(json(reply).getString("access_token"))).isFalse();
            assertThat(error(refresh(json(reply).getString("refresh_token")))).isEqualTo("400 invalid_grant");
        }
    }

    @Test
    @DisplayName("TK21 fifty wrong codes in a minute from one client and address, then 429; others go on")
    void wrong_codes_are_throttled() {
        house.stopTheClock();
        Call wrong = TestHouse.formCall("/oauth/token", fields("x".repeat(43)), "203.0.113.1");
        for (int i = 0; i < 50; i++)
            assertThat(error(TestDatabase.await(house.endpoints.answer(wrong)))).isEqualTo("400 invalid_grant");
        Reply throttled = TestDatabase.await(house.endpoints.answer(wrong));
        assertThat(throttled.status()).isEqualTo(429);
        assertThat(throttled.headers()).anyMatch(field -> field.getKey().equals("Retry-After"));
        assertThat(redeem(codes.issue()).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("TK23 tokens that are kept are kept as hashes; of 43 characters none says anything")
    void only_hashes_are_stored() {
        String code = codes.issue();
        String refresh = json(redeem(code)).getString("refresh_token");
        assertThat(refresh).matches("[A-Za-z0-9_-]{64}");
        String all = house.sql("SELECT t::text FROM one_time t UNION ALL SELECT t::text FROM refresh_family t")
                .toString();
        assertThat(all).doesNotContain(refresh).doesNotContain(code);
    }

    private void assertBurnt(String code) {
        assertThat(error(redeem(code))).as("burnt").isEqualTo("400 invalid_grant");
        assertThat(house.sql("SELECT 1 FROM refresh_family")).isEmpty();
    }

    private Reply redeem(String code) {
        return TestDatabase.await(house.endpoints.answer(call(code)));
    }

    private static Call call(String code) {
        return TestHouse.formCall("/oauth/token", fields(code), "127.0.0.1");
    }

    private static HashMap<String, String> fields(String code) {
        return new HashMap<>(TestCodes.redemption(code));
    }

    private Reply refresh(String token) {
        return house.form(
                "/oauth/token", Map.of("grant_type", "refresh_token", "refresh_token", token, "client_id", "web-shop"));
    }

    private Claims claims(Reply reply) {
        return ((Verdict.Accepted) house.verify(json(reply).getString("access_token"))).claims();
    }

    private static String error(Reply reply) {
        return reply.status() + " " + json(reply).getString("error");
    }
}
