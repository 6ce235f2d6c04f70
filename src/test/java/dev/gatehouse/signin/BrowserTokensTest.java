package dev.gatehouse.signin;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Username;
import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.SessionTokens;
import dev.gatehouse.tokens.TokenProfile;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Issuer;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Cookies of browsers and the tokens behind them; the house's clock is moved, and so are the database's rows. */
final class BrowserTokensTest {
    private static final String PASSWORD = "two lanterns and a brass key";
    private static final String API = "https://reports.example";

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private BrowserTokens tokens;
    private String cookie;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.has("alice", PASSWORD, "staff");
        tokens = new BrowserTokens(house.house);
        cookie = signedIn();
    }

    private String signedIn() {
        Browser browser = new Browser(TestHouse.URL, call -> await(house.endpoints.answer(call)));
        browser.open("/login")
                .form("login")
                .with("username", "alice")
                .with("password", PASSWORD)
                .submit();
        return browser.cookie("gh").orElseThrow();
    }

    private Optional<String> found() {
        return await(tokens.find(cookie, API));
    }

    private Claims claims(String token) {
        Verdict verdict = house.tokens
                .auth(new TokenProfile(Set.of(new Issuer(TestHouse.URL)), API))
                .verify(token);
        return ((Verdict.Accepted) verdict).claims();
    }

    @Test
    void a_token_is_for_one_api_and_says_who_how_and_when() {
        Claims claims = claims(found().orElseThrow());
        assertThat(claims.audience()).containsExactly(API);
        assertThat(claims.username()).contains("alice");
        assertThat(claims.roles()).contains("staff");
        assertThat(claims.session()).isPresent();
        assertThat(claims.all()).containsKeys("auth_time", "acr", "amr");
        assertThat(Duration.between(claims.issuedAt(), claims.expiresAt())).isEqualTo(Duration.ofMinutes(10));
        assertThat(await(tokens.find(cookie, TestHouse.URL))).isPresent().isNotEqualTo(found());
    }

    @Test
    @DisplayName("20 parallel calls at the end of a token make one new one, ahead of time")
    void one_refresh_for_all_who_wait() {
        String first = found().orElseThrow();
        assertThat(tokens.held(cookie, API)).isEqualTo(first);
        house.ahead = Duration.ofMinutes(9).plusSeconds(20);
        found();
        house.ahead = Duration.ofMinutes(9).plusSeconds(31);
        assertThat(tokens.held(cookie, API))
                .as("half a minute ahead of its end")
                .isNull();
        List<Future<Optional<String>>> asked =
                IntStream.range(0, 20).mapToObj(i -> tokens.find(cookie, API)).toList();
        Set<String> given = new HashSet<>();
        asked.forEach(one -> given.add(await(one).orElseThrow()));
        assertThat(given).hasSize(1).doesNotContain(first);
        assertThat(tokens.held(cookie, API)).isIn(given);
    }

    @Test
    @DisplayName("20 parallel calls with a cookie seen for the first time get one token")
    void one_look_for_all_who_wait() {
        List<Future<Optional<String>>> asked =
                IntStream.range(0, 20).mapToObj(i -> tokens.find(cookie, API)).toList();
        Set<String> given = new HashSet<>();
        asked.forEach(one -> given.add(await(one).orElseThrow()));
        assertThat(given).hasSize(1);
    }

    @Test
    @DisplayName("LS06 a session is marked as used at most once a minute, however often it is used")
    void touched_at_most_once_a_minute() {
        house.sql("UPDATE session SET seen_at = now() - interval '30 seconds'");
        var before = house.sql("SELECT seen_at FROM session").get(0).getOffsetDateTime("seen_at");
        for (int i = 0; i < 50; i++) found();
        assertThat(house.sql("SELECT seen_at FROM session").get(0).getOffsetDateTime("seen_at"))
                .isEqualTo(before);
        house.sql("UPDATE session SET seen_at = now() - interval '2 minutes'");
        house.ahead = BrowserTokens.CHECK;
        found();
        org.awaitility.Awaitility.await()
                .until(() -> house.sql("SELECT seen_at > now() - interval '1 minute' AS used FROM session")
                        .get(0)
                        .getBoolean("used"));
    }

    @Test
    @DisplayName("LS06 past the idle or the absolute limit there is no token, at the latest when the next look is due")
    void limits_end_it() {
        found();
        house.sql("UPDATE session SET seen_at = now() - interval '1 hour'");
        house.ahead = BrowserTokens.CHECK;
        assertThat(tokens.held(cookie, API)).isNull();
        assertThat(found()).isEmpty();
        assertThat(tokens.held(cookie, API)).isEqualTo(SessionTokens.NOBODYS);
    }

    @Test
    void no_token_outlives_its_session() {
        house.sql("UPDATE session SET expires_at = now() + interval '90 seconds'");
        Claims claims = claims(found().orElseThrow());
        assertThat(Duration.between(claims.issuedAt(), claims.expiresAt()))
                .isBetween(Duration.ofSeconds(88), Duration.ofSeconds(90));
        house.ahead = Duration.ofSeconds(91);
        house.sql("UPDATE session SET expires_at = now()");
        assertThat(found()).isEmpty();
    }

    @Test
    @DisplayName(
            "I4 a locked account is out at once: no token of its sessions counts, neither one that was there nor one for another API")
    void locked_out() {
        String before = found().orElseThrow();
        await(house.accounts.lock(new Username("alice"), Accounts.By.SYSTEM));
        for (String token :
                List.of(before, await(tokens.find(cookie, TestHouse.URL)).orElse(before))) {
            var views = List.of(API, TestHouse.URL);
            assertThat(views)
                    .noneMatch(audience -> house.tokens
                                    .auth(new TokenProfile(Set.of(new Issuer(TestHouse.URL)), audience))
                                    .verify(token)
                            instanceof Verdict.Accepted);
        }
        tokens.forget(cookie);
        assertThat(found()).isEmpty();
    }

    @Test
    void a_changed_role_is_in_the_token_after_the_next_look() {
        found();
        house.sql("UPDATE account SET roles = '{boss}'");
        house.ahead = BrowserTokens.CHECK;
        assertThat(claims(found().orElseThrow()).roles()).containsExactly("boss");
    }

    @Test
    void the_same_token_serves_until_shortly_before_its_end() {
        String first = found().orElseThrow();
        house.ahead = Duration.ofMinutes(5);
        assertThat(found()).contains(first);
    }

    @Test
    @DisplayName("while the database is away a session that is known goes on, and nobody new comes in")
    void without_the_database() {
        var broken = new TestHouse(db, house.database);
        var mine = new BrowserTokens(broken.house);
        assertThat(await(mine.find(cookie, API))).isPresent();
        house.sql("ALTER TABLE session RENAME TO session_away");
        try {
            broken.ahead = BrowserTokens.CHECK;
            assertThat(await(mine.find(cookie, API))).isPresent();
            assertThat(mine.find("x".repeat(43), API).toCompletionStage().toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(10));
        } finally {
            house.sql("ALTER TABLE session_away RENAME TO session");
        }
    }

    @Test
    void made_up_cookies_push_nobody_out_and_are_remembered_within_a_bound() {
        found();
        for (int hundred = 0; hundred <= BrowserTokens.MOST_NOBODIES / 100; hundred++) {
            int from = hundred * 100;
            await(Future.all(IntStream.range(from, from + 100)
                    .mapToObj(i -> tokens.find(String.format("%043d", i), API))
                    .toList()));
        }
        assertThat(tokens.held(cookie, API)).isNotNull().isNotEqualTo(SessionTokens.NOBODYS);
        assertThat(tokens.size()).isEqualTo(1);
    }
}
