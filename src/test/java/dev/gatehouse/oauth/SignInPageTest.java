package dev.gatehouse.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser;
import dev.gatehouse.config.Admission;
import dev.gatehouse.config.Config.AccountSettings;
import dev.gatehouse.config.Config.LoginSettings;
import dev.gatehouse.config.Lockout;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Username;
import dev.gatehouse.signin.BrowserCookie;
import dev.gatehouse.signin.Interaction;
import dev.gatehouse.signin.Interactions;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signing in on the page, as a browser without scripts does it. */
final class SignInPageTest {
    private static final String PASSWORD = "zebra lamp forty";
    private static final String COOKIE = BrowserCookie.PLAIN_NAME;

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private Browser browser;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.has("alice", PASSWORD, "customer");
        browser = browser();
    }

    @Test
    void the_form_has_names_that_do_not_change() {
        Browser.Page page = browser.open("/login");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.html())
                .contains("<form id=\"login\" method=\"post\" action=\"/login\">")
                .contains("id=\"username\" name=\"username\"", "autocomplete=\"username webauthn\"")
                .contains("id=\"password\" name=\"password\"", "autocomplete=\"current-password\"")
                .contains("<button id=\"submit\" type=\"submit\">Sign in</button>")
                .contains("<title>Sign in · Gatehouse</title>");
    }

    @Test
    @DisplayName("LS03 a sign-in gives another cookie; one that was planted before is worth nothing after")
    void a_sign_in_changes_the_cookie() {
        String planted = "P".repeat(43);
        browser.holding(COOKIE, planted);
        Browser.Page after = signIn(browser, "/login");
        String cookie = browser.cookie(COOKIE).orElseThrow();
        assertThat(after.status()).isEqualTo(200);
        assertThat(cookie).isNotEqualTo(planted).hasSize(43);
        assertThat(isSignedIn(browser)).isTrue();
        assertThat(isSignedIn(browser().holding(COOKIE, planted))).isFalse();
        assertThat(house.sql("SELECT 1 FROM session WHERE cookie_hash = sha256($1::text::bytea)", cookie))
                .as("only a hash is kept")
                .hasSize(1);
    }

    @Test
    @DisplayName("LS03 the same person again: the session goes on under another cookie, and the old one is dead")
    void a_second_proof_changes_the_cookie_and_keeps_the_session() {
        signIn(browser, "/login");
        String first = browser.cookie(COOKIE).orElseThrow();
        var before = house.sql("SELECT id, auth_time FROM session WHERE cookie_hash IS NOT NULL")
                .get(0);
        signIn(browser, "/login?other=1");
        var after = house.sql("SELECT id, auth_time FROM session WHERE cookie_hash IS NOT NULL")
                .get(0);
        assertThat(browser.cookie(COOKIE)).isNotEqualTo(Optional.of(first));
        assertThat(after.getString("id")).isEqualTo(before.getString("id"));
        assertThat(after.getOffsetDateTime("auth_time")).isAfter(before.getOffsetDateTime("auth_time"));
        assertThat(isSignedIn(browser().holding(COOKIE, first))).isFalse();
    }

    @Test
    void another_person_gets_a_session_of_their_own() {
        house.has("bob", PASSWORD);
        signIn(browser, "/login");
        String hers = browser.cookie(COOKIE).orElseThrow();
        browser.open("/login?other=1")
                .form("login")
                .with("username", "bob")
                .with("password", PASSWORD)
                .submit();
        assertThat(isSignedIn(browser)).isTrue();
        assertThat(isSignedIn(browser().holding(COOKIE, hers))).isFalse();
        assertThat(house.sql("SELECT id FROM session")).hasSize(2);
        assertThat(house.sql("SELECT id FROM session WHERE cookie_hash IS NOT NULL"))
                .hasSize(1);
    }

    @Test
    @DisplayName("LS04 the cookie: HttpOnly, SameSite=Lax, Path=/, 256 bits, no Domain")
    void the_cookie_is_as_narrow_as_it_can_be() {
        var set = browser.open("/login").header("Set-Cookie").orElseThrow();
        assertThat(set).matches("gh=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax");
        assertThat(new BrowserCookie(new Secret("x")).set("https://id.example.com"))
                .isEqualTo("__Host-gh=x; Path=/; HttpOnly; SameSite=Lax; Secure");
    }

    @Test
    @DisplayName("LS06 a session ends by itself when it was idle for an hour, or is twelve hours old")
    void limits_pass() {
        signIn(browser, "/login");
        house.sql("UPDATE session SET seen_at = now() - interval '61 minutes'");
        assertThat(isSignedIn(browser)).isFalse();
        house.sql("UPDATE session SET seen_at = now(), expires_at = now() - interval '1 second'");
        assertThat(isSignedIn(browser)).isFalse();
        house.sql("UPDATE session SET expires_at = now() + interval '1 hour'");
        assertThat(isSignedIn(browser)).isTrue();
    }

    @Test
    @DisplayName("LS06 who comes back after the limit gets a new session, not the old one")
    void a_session_that_was_over_stays_over() {
        signIn(browser, "/login");
        house.sql("UPDATE session SET seen_at = now() - interval '61 minutes'");
        signIn(browser, "/login");
        assertThat(house.sql("SELECT id FROM session")).hasSize(2);
        assertThat(house.sql("SELECT id FROM session WHERE cookie_hash IS NOT NULL"))
                .hasSize(1);
    }

    @Test
    void a_locked_account_is_out_at_once() {
        signIn(browser, "/login");
        TestDatabase.await(house.accounts.lock(new Username("alice"), Accounts.By.SYSTEM));
        assertThat(isSignedIn(browser)).isFalse();
        TestDatabase.await(house.accounts.unlock(new Username("alice"), Accounts.By.SYSTEM));
        assertThat(isSignedIn(browser)).as("and stays out").isFalse();
    }

    @Test
    @DisplayName("LS01 a wrong password and an unknown name get the same page")
    void wrong_is_wrong() {
        Browser.Page wrong = attempt("alice", "wrong");
        Browser.Page unknown = attempt("nobody", "wrong");
        assertThat(wrong.status()).isEqualTo(200);
        assertThat(wrong.text()).contains("The username or the password is wrong.");
        assertThat(unknown.html().replace("nobody", "alice")).isEqualTo(wrong.html());
        assertThat(wrong.html()).contains("value=\"alice\"").doesNotContain("value=\"wrong\"");
        assertThat(isSignedIn(browser)).isFalse();
    }

    @Test
    @DisplayName("LS02 the page and the API count the same failures")
    void failures_are_counted_together() {
        for (int i = 0; i < 5; i++) attempt("alice", "wrong");
        for (int i = 0; i < 5; i++) house.login("alice", "wrong", "127.0.0.1");
        Browser.Page held = attempt("alice", PASSWORD);
        assertThat(held.status()).isEqualTo(429);
        assertThat(held.header("Retry-After")).isPresent();
        assertThat(held.text()).contains("Too many attempts. Please wait 15 minutes");
        assertThat(held.form("login").fields()).containsKey("proof");
    }

    @Test
    @DisplayName("LS19 a form without its proof, or another site's, is 403 and signs nobody in")
    void a_foreign_form_does_nothing() {
        var form =
                browser.open("/login").form("login").with("username", "alice").with("password", PASSWORD);
        String proof = form.fields().get("proof");
        assertThat(form.without("proof").submit().status()).isEqualTo(403);
        var stranger = browser();
        stranger.open("/login");
        var foreign =
                stranger.open("/login").form("login").with("username", "alice").with("password", PASSWORD);
        assertThat(foreign.with("proof", proof).submit().status()).isEqualTo(403);
        browser.sending("Sec-Fetch-Site", "cross-site");
        assertThat(form.with("proof", proof).submit().status()).isEqualTo(403);
        browser.sending("Sec-Fetch-Site", "same-origin").sending("Origin", "https://evil.example");
        assertThat(form.submit().status()).isEqualTo(403);
        assertThat(house.sql("SELECT 1 FROM session")).isEmpty();
        browser.sending("Origin", "null");
        assertThat(form.submit().status()).isEqualTo(200);
        assertThat(isSignedIn(browser)).isTrue();
    }

    @Test
    void a_browser_without_cookies_is_told_so() {
        var form =
                browser.open("/login").form("login").with("username", "alice").with("password", PASSWORD);
        var refused = new Browser(TestHouse.URL, call -> {
            call.headers().remove("Cookie");
            return TestDatabase.await(house.endpoints.answer(call));
        });
        var answer = refused.open("/login").form("login");
        form.fields().forEach(answer::with);
        Browser.Page page = answer.submit();
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.text()).contains("Allow cookies for this site");
    }

    @Test
    void whoever_was_sent_by_a_client_sees_its_name_and_goes_on_there() {
        String flow = sentBy("web-shop", new JsonObject().put("redirect_uri", "https://shop.example.com/cb"));
        Browser.Page page = browser.open("/login?flow=" + flow);
        assertThat(page.text()).contains("to continue to web-shop");
        assertThat(page.header("Content-Security-Policy").orElseThrow())
                .contains("form-action 'self' https://shop.example.com;");
        var form = page.form("login").with("username", "alice").with("password", PASSWORD);
        String before = browser.cookie(COOKIE).orElseThrow();
        form.submit();
        assertThat(browser.cookie(COOKIE)).isNotEqualTo(Optional.of(before));
        var row = house.sql("SELECT signed_in_at, chosen_at FROM interaction").get(0);
        assertThat(row.getOffsetDateTime("signed_in_at")).isNotNull();
        assertThat(row.getOffsetDateTime("chosen_at")).isNotNull();
    }

    @Test
    void a_second_tab_goes_on_after_the_first_has_signed_in() {
        String one = sentBy("web-shop", new JsonObject());
        String other = sentBy("partner", new JsonObject());
        signIn(browser, "/login?flow=" + one);
        assertThat(browser.open("/login?flow=" + other).status()).isEqualTo(200);
        assertThat(house.sql("SELECT 1 FROM interaction WHERE signed_in_at IS NOT NULL"))
                .as("the proof was given in one of them")
                .hasSize(1);
    }

    @Test
    void a_flow_is_of_one_browser() {
        String flow = sentBy("web-shop", new JsonObject());
        Browser.Page page = browser().open("/login?flow=" + flow);
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.text()).contains("This sign-in is over");
    }

    @Test
    void an_account_can_be_chosen() {
        signIn(browser, "/login");
        String flow = sentBy("web-shop", new JsonObject());
        Browser.Page page = browser.open("/login?flow=" + flow + "&choose=account");
        assertThat(page.text()).contains("Choose an account", "Continue as alice", "Use another account");
        assertThat(browser.open(page.link("Use another account")).form("login").fields())
                .containsEntry("username", "");
        page.form("choose").with("choose", "present").submit();
        assertThat(house.sql("SELECT 1 FROM interaction WHERE chosen_at IS NOT NULL AND signed_in_at IS NULL"))
                .hasSize(1);
    }

    @Test
    void the_page_speaks_the_language_of_the_request_and_the_one_that_is_chosen() {
        String flow = sentBy("web-shop", new JsonObject().put("ui_locales", "de-CH fr"));
        Browser.Page page = browser.open("/login?flow=" + flow);
        assertThat(page.text()).contains("Anmelden", "weiter zu web-shop");
        assertThat(page.header("Content-Language")).contains("de");
        Browser.Page chosen = browser.open(page.link("Français"));
        assertThat(chosen.text()).contains("Se connecter");
        Browser.Page wrong = chosen.form("login")
                .with("username", "alice")
                .with("password", "x")
                .submit();
        assertThat(wrong.text()).as("the choice goes on").contains("L’identifiant ou le mot de passe est incorrect.");
    }

    @Test
    @DisplayName("LS20 markup in names, hints and apps is text on the page")
    void nothing_from_outside_is_markup() {
        String evil = "\"><script>alert(1)</script><b a='";
        String flow =
                sentBy("web-shop", new JsonObject().put("login_hint", evil).put("state", evil));
        assertThat(browser.open("/login?flow=" + flow).html())
                .doesNotContain("<script>")
                .doesNotContain("<b a=")
                .contains("&lt;script>");
        Browser.Page wrong = attempt(evil, "x");
        assertThat(wrong.html()).doesNotContain("<script>").doesNotContain("<b a=");
        assertThat(browser.open("/login?lang=de&flow=&x=" + "%22%3E%3Cscript%3E")
                        .html())
                .doesNotContain("<script>");
    }

    @Test
    @DisplayName("AZ13 a form's answer is 303, so that no password travels on")
    void never_307() {
        var reply = new java.util.concurrent.atomic.AtomicReference<dev.gatehouse.web.Reply>();
        var watching = new Browser(TestHouse.URL, call -> {
            var answer = TestDatabase.await(house.endpoints.answer(call));
            if (call.method().equals("POST")) reply.set(answer);
            return answer;
        });
        signIn(watching, "/login");
        assertThat(reply.get().status()).isEqualTo(303);
        assertThat(reply.get().headers()).contains(Map.entry("Location", "/"));
    }

    @Test
    void passwords_can_be_switched_off() {
        house.config = TestConfig.with(
                new LoginSettings(false, 8, true, true),
                new AccountSettings(Admission.OPEN, List.of(), new Lockout(10, Duration.ofMinutes(15))));
        Browser.Page page = browser.open("/login");
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.text()).contains("Passwords are switched off");
    }

    private Browser browser() {
        return new Browser(TestHouse.URL, call -> TestDatabase.await(house.endpoints.answer(call)));
    }

    private Browser.Page signIn(Browser who, String path) {
        return who.open(path)
                .form("login")
                .with("username", "alice")
                .with("password", PASSWORD)
                .submit();
    }

    private Browser.Page attempt(String name, String password) {
        return browser.open("/login?other=1")
                .form("login")
                .with("username", name)
                .with("password", password)
                .submit();
    }

    /** Who is signed in is not asked to sign in. */
    private static boolean isSignedIn(Browser who) {
        return !who.open("/login").html().contains("id=\"login\"");
    }

    private String sentBy(String client, JsonObject request) {
        if (browser.cookie(COOKIE).isEmpty()) browser.open("/login");
        var cookie = new BrowserCookie(new Secret(browser.cookie(COOKIE).orElseThrow()));
        var interactions = new Interactions(house.database, new java.security.SecureRandom());
        String handle = TestDatabase.await(interactions.begin(cookie, new ClientId(client), request));
        assertThat(Interaction.PARAMETER).isEqualTo("flow");
        return handle;
    }
}
