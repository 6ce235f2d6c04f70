package dev.gatehouse;

import static dev.gatehouse.OpenIdProvider.person;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName(
        "LS17 what comes back from a provider counts once, in the browser that was sent, from the provider that it was sent to")
final class HostileProvidersTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private OpenIdProvider company;
    private OpenIdProvider partner;
    private Gate gate;
    private Browser browser;

    @BeforeEach
    void open() {
        company = new OpenIdProvider();
        partner = new OpenIdProvider();
        gate = Gate.open(DATABASE, yaml(""));
        browser = Browser.at(gate);
    }

    private String yaml(String more) {
        return more + "accounts: {registration: open}\noutbound: {allow: [127.0.0.0/8]}\nlogin:\n"
                + company.yaml("company", "") + partner.yaml("partner", "");
    }

    @AfterEach
    void close() {
        gate.close();
        partner.close();
        company.close();
    }

    private static URI question(Browser browser, String provider) {
        return browser.open("/login").form("with-" + provider).submit().left().orElseThrow();
    }

    private static boolean isIn(Browser browser) {
        return browser.open("/").text().contains("Sign out");
    }

    private void refused(Page page, String detail) {
        assertThat(page.status()).as(page.text()).isEqualTo(403);
        assertThat(page.text()).contains("We could not accept this sign-in", "provider_refused", detail);
        assertThat(isIn(browser)).isFalse();
    }

    private void over(Page page) {
        assertThat(page.status()).as(page.text()).isEqualTo(400);
        assertThat(page.text()).contains("sign_in_over");
    }

    static Stream<Arguments> lies() {
        long now = Instant.now().getEpochSecond();
        return Stream.of(
                lie("iss", claims -> claims.put("iss", "https://evil.example")),
                lie("aud", claims -> claims.put("aud", "another-app")),
                lie("azp", claims -> claims.put("aud", OpenIdProvider.list(OpenIdProvider.CLIENT, "another-app"))),
                lie("azp", claims -> claims.put("azp", "another-app")),
                lie("exp", claims -> claims.put("exp", now - 120)),
                lie("exp", claims -> claims.remove("exp")),
                lie("iat", claims -> claims.put("iat", now + 3_600)),
                lie("iat", claims -> claims.remove("iat")),
                lie("nonce", claims -> claims.put("nonce", "of-another-sign-in")),
                lie("nonce", claims -> claims.remove("nonce")),
                lie("at_hash", claims -> claims.put("at_hash", "of-another-token")),
                lie("sub", claims -> claims.put("sub", "")),
                lie("sub", claims -> claims.remove("sub")),
                lie("sub", claims -> claims.put("sub", "x".repeat(256))));
    }

    private static Arguments lie(String claim, Consumer<JsonObject> told) {
        return Arguments.of(claim, told);
    }

    @ParameterizedTest(name = "LS17 {0}")
    @MethodSource("lies")
    void an_id_token_that_says_something_else_is_refused(String claim, Consumer<JsonObject> lie) {
        company.idToken = lie;
        refused(browser.open(company.agreed(question(browser, "company"), person("eve"))), "(" + claim + ")");
    }

    @Test
    @DisplayName("LS17 where a sign-in anew was asked for, one that the provider says is older is refused")
    void old_sign_ins() {
        company.idToken = claims -> claims.put("auth_time", 1_000_000_000);
        browser.open(company.agreed(question(browser, "company"), person("alice")));
        assertThat(isIn(browser)).as("nobody asked for a new one").isTrue();
        long now = Instant.now().getEpochSecond();
        for (Object old : List.of(now - 90, "yesterday", -1)) {
            partner.idToken = claims -> claims.put("auth_time", old);
            Page page = connected("partner-of-alice");
            assertThat(page.status()).as(page.text()).isEqualTo(403);
            assertThat(page.text()).contains("provider_refused", "(auth_time)");
            assertThat(browser.open("/account/logins").text()).doesNotContain("partner-of-alice");
        }
        partner.idToken = claims -> claims.put("auth_time", now - 30);
        assertThat(connected("clock-is-late").text()).contains("The login is connected.");
        partner.idToken = claims -> {};
        assertThat(connected("does-not-say-when").text()).contains("The login is connected.");
    }

    private Page connected(String subject) {
        URI question = browser.open("/account/logins")
                .form("add-partner")
                .submit()
                .left()
                .orElseThrow();
        assertThat(OpenIdProvider.fields(question.getRawQuery()))
                .containsAllEntriesOf(Map.of("prompt", "login", "max_age", "0"));
        return browser.open(partner.agreed(question, person(subject, subject + "@partner.example", true)));
    }

    @Test
    @DisplayName(
            "LS17 an ID token that is signed by somebody else, by nobody, or is a token of another kind is refused")
    void signatures() {
        company.signed = token -> token.substring(0, token.lastIndexOf('.') + 1) + "A".repeat(86);
        refused(browser.open(company.agreed(question(browser, "company"), person("eve"))), "not signed by its issuer");
        company.signed = OpenIdProvider::unsigned;
        refused(browser.open(company.agreed(question(browser, "company"), person("eve"))), "not signed");
        company.signed = token -> OpenIdProvider.sign(claims(token), Provider.key("one"), "JWT");
        refused(browser.open(company.agreed(question(browser, "company"), person("eve"))), "not signed by its issuer");
        company.signed = token -> OpenIdProvider.sign(claims(token), company.key, "at+jwt");
        refused(browser.open(company.agreed(question(browser, "company"), person("eve"))), "(typ)");
        company.signed = token -> token;
        company.tokens = answer -> answer.putNull("id_token");
        refused(browser.open(company.agreed(question(browser, "company"), person("eve"))), "no ID token");
        company.tokens = answer -> answer.put("id_token", "garbage");
        refused(browser.open(company.agreed(question(browser, "company"), person("eve"))), "cannot be read");
    }

    private static JsonObject claims(String token) {
        return new JsonObject(new String(java.util.Base64.getUrlDecoder().decode(token.split("\\.")[1])));
    }

    @Test
    @DisplayName(
            "LS17 a state that is missing, made up, another browser's or used is refused, and the true browser still comes in")
    void states() {
        URI question = question(browser, "company");
        String back = company.agreed(question, person("alice"));
        over(browser.open(back.replaceFirst("state=[^&]*&?", "")));
        over(browser.open(back.replaceFirst("state=[^&]*", "state=" + "x".repeat(43))));
        over(Browser.at(gate).open(back));
        Browser other = Browser.at(gate);
        question(other, "company");
        over(other.open(back));
        assertThat(isIn(other)).isFalse();
        assertThat(browser.open(back).status()).isEqualTo(200);
        assertThat(isIn(browser)).isTrue();
        over(browser.open(back));
    }

    @Test
    @DisplayName("LS17 an answer of another provider, at its address or at the true one, is refused (mix-up, RFC 9207)")
    void mix_up() {
        URI question = question(browser, "company");
        String state = OpenIdProvider.fields(question.getRawQuery()).get("state");
        refused(
                browser.open("/login/callback/partner?code=x&state=" + state + "&iss=" + partner.url()),
                "the address of another provider");
        question = question(browser, "company");
        state = OpenIdProvider.fields(question.getRawQuery()).get("state");
        refused(
                browser.open(OpenIdProvider.back(question, Map.of("code", "x", "state", state, "iss", partner.url()))),
                "(iss)");
        question = question(browser, "company");
        String back = company.agreed(question, person("eve"));
        refused(browser.open(back.replaceFirst("&?iss=[^&]*", "")), "(iss)");
    }

    @Test
    @DisplayName("LS17 a code that was got by another question is refused (code injection)")
    void injected_code() {
        URI theirs = question(Browser.at(gate), "company");
        String stolen = OpenIdProvider.fields(
                        URI.create(company.agreed(theirs, person("eve"))).getRawQuery())
                .get("code");
        URI mine = question(browser, "company");
        String state = OpenIdProvider.fields(mine.getRawQuery()).get("state");
        refused(
                browser.open(OpenIdProvider.back(mine, Map.of("code", stolen, "state", state, "iss", company.url()))),
                "does not take the code");
    }

    @Test
    @DisplayName("LS17 user info of somebody else is refused")
    void user_info_of_somebody_else() {
        company.userInfo = claims -> claims.put("sub", "mallory");
        refused(browser.open(company.agreed(question(browser, "company"), person("eve"))), "(sub)");
        company.userInfo = claims -> claims.remove("sub");
        refused(browser.open(company.agreed(question(browser, "company"), person("eve"))), "(sub)");
    }

    @Test
    @DisplayName("keys that were changed are fetched again, and keys that were never published count for nothing")
    void rotated_keys() {
        browser.open(company.agreed(question(browser, "company"), person("carol")));
        assertThat(isIn(browser)).isTrue();
        company.key = Provider.key("two");
        company.publish();
        Browser later = Browser.at(gate);
        later.open(company.agreed(question(later, "company"), person("carol")));
        assertThat(isIn(later)).isTrue();
    }

    @Test
    @DisplayName("a provider that is away, too slow, too large or babbling makes a page that says so, and never a 500")
    void trouble() {
        company.server.at("/token", (exchange, body) -> Provider.endless(exchange));
        unavailable();
        company.server.json("/token", "what?");
        unavailable();
        company.server.at("/token", (exchange, body) -> exchange.sendResponseHeaders(500, -1));
        unavailable();
        company.server.at("/token", (exchange, body) -> {
            try {
                Thread.sleep(20_000);
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        });
        long began = System.nanoTime();
        unavailable();
        assertThat(System.nanoTime() - began).isLessThan(10_000_000_000L);
    }

    private void unavailable() {
        Page page = browser.open(company.agreed(question(browser, "company"), person("eve")));
        assertThat(page.status()).as(page.text()).isEqualTo(503);
        assertThat(page.text()).contains("The other provider does not answer", "provider_unavailable");
        assertThat(page.header("Retry-After")).isPresent();
        assertThat(isIn(browser)).isFalse();
    }

    @Test
    @DisplayName("user info that is too large or no JSON makes a page that says so")
    void trouble_with_user_info() {
        company.server.at("/userinfo", (exchange, body) -> Provider.endless(exchange));
        unavailable();
        company.server.json("/userinfo", "[]");
        unavailable();
    }

    @Test
    @DisplayName(
            "a provider whose discovery is away, of somebody else or too large leads to a page that says so; the sign-in page is there all the same")
    void discovery() {
        List<Consumer<Provider>> ways = List.of(
                server -> server.at(
                        "/.well-known/openid-configuration", (exchange, body) -> exchange.sendResponseHeaders(503, -1)),
                server -> server.json("/.well-known/openid-configuration", "{\"issuer\":\"https://evil.example\"}"),
                server ->
                        server.at("/.well-known/openid-configuration", (exchange, body) -> Provider.endless(exchange)));
        for (Consumer<Provider> way : ways)
            try (var provider = new OpenIdProvider()) {
                way.accept(provider.server);
                try (var house = Gate.open(
                        DATABASE, "outbound: {allow: [127.0.0.0/8]}\nlogin:\n" + provider.yaml("company", ""))) {
                    Page page = Browser.at(house)
                            .open("/login")
                            .form("with-company")
                            .submit();
                    assertThat(page.status()).isEqualTo(503);
                    assertThat(page.text()).contains("provider_unavailable");
                }
            }
    }

    @Test
    @DisplayName("a provider that is away is not asked again for each page that shows its button")
    void button() {
        var asked = new AtomicInteger();
        try (var provider = new OpenIdProvider()) {
            provider.server.at("/.well-known/openid-configuration", (exchange, body) -> {
                asked.incrementAndGet();
                exchange.sendResponseHeaders(503, -1);
            });
            try (var house =
                    Gate.open(DATABASE, "outbound: {allow: [127.0.0.0/8]}\nlogin:\n" + provider.yaml("company", ""))) {
                for (int i = 0; i < 10; i++)
                    assertThat(Browser.at(house).open("/login").status()).isEqualTo(200);
                assertThat(asked).hasValue(1);
            }
        }
    }

    @Test
    @DisplayName("LS17 of twenty callbacks with one answer, at two nodes at once, one signs in")
    void one_winner() {
        try (var other = Gate.open(DATABASE, yaml("url: http://localhost:" + gate.port() + "\n"))) {
            String back = company.agreed(question(browser, "company"), person("racer"));
            String cookie = "gh=" + browser.cookie("gh").orElseThrow();
            var answers = new ArrayList<CompletableFuture<Integer>>();
            for (int i = 0; i < 20; i++) {
                Gate at = i % 2 == 0 ? gate : other;
                answers.add(CompletableFuture.supplyAsync(() ->
                        at.get(back, "Cookie", cookie, "Accept", "text/html").statusCode()));
            }
            assertThat(answers.stream().map(CompletableFuture::join))
                    .filteredOn(status -> status == 303)
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName(
            "a form that was not on our page leads nowhere, and nobody is sent to a provider that is not in the file")
    void forms() {
        var page = browser.open("/login");
        assertThat(page.form("with-company").with("proof", "made-up").submit().status())
                .isEqualTo(403);
        assertThat(gate.postForm("/login/with/company", "", "Accept", "text/html")
                        .statusCode())
                .isEqualTo(403);
        String proof = page.form("with-company").fields().get("proof");
        assertThat(gate.postForm(
                                "/login/with/nobody",
                                "proof=" + proof,
                                "Cookie",
                                "gh=" + browser.cookie("gh").orElseThrow(),
                                "Accept",
                                "text/html")
                        .statusCode())
                .isEqualTo(404);
        assertThat(page.header("Content-Security-Policy").orElseThrow())
                .containsPattern("form-action 'self' [^;]*" + company.url());
    }

    @Test
    @DisplayName("whoever says no at the provider is back at the sign-in page, which says so")
    void declined() {
        URI question = question(browser, "company");
        String state = OpenIdProvider.fields(question.getRawQuery()).get("state");
        Page page = browser.open(
                OpenIdProvider.back(question, Map.of("error", "access_denied", "state", state, "iss", company.url())));
        assertThat(page.path()).startsWith("/login");
        assertThat(page.text()).contains("Nothing came of the sign-in with the other provider");
    }

    @Test
    @DisplayName("two tabs with two providers both come to their end")
    void two_tabs() {
        URI one = question(browser, "company");
        URI two = question(browser, "partner");
        browser.open(company.agreed(one, person("tabs")));
        assertThat(isIn(browser)).isTrue();
        assertThat(browser.open(partner.agreed(two, person("tabs"))).status()).isEqualTo(200);
        assertThat(isIn(browser)).isTrue();
    }
}
