package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Second factors as a browser without scripts, a program and an app meet them, over sockets. */
final class SecondFactorsTest {
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static final String TWO = "urn:gatehouse:acr:2";

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static EchoApi api;
    private static Gate gate;
    private static Gate other;
    private static People people;

    @BeforeAll
    static void open() {
        api = new EchoApi();
        String yaml =
                """
                apis:
                  app:
                    path: /app
                    upstream: %s
                    auth: session
                    routes:
                      ANY /**: login
                      GET /strong: mfa within 5m
                      GET /recent: {allow: login, max_age: 5m}
                clients:
                  shop:
                    type: spa
                    redirect: [https://shop.example.com/callback]
                    scopes: [openid, offline_access]
                """
                        .formatted(api.origin());
        gate = Gate.open(DATABASE, "accounts: {registration: open}\nlogin: {password: {min_length: 15}}\n" + yaml);
        other = Gate.open(DATABASE, "url: http://localhost:" + gate.port() + "\n" + yaml);
        people = new People(gate, DATABASE);
    }

    @AfterAll
    static void close() {
        other.close();
        gate.close();
        api.close();
    }

    /** Sets an app up; answers the phone and leaves the codes of this moment unused. */
    private static Phone enrolled(Browser browser) {
        Page setup = browser.open("/account/authenticator");
        var phone = new Phone(between(setup, "<code id=\"secret\">", "</code>"));
        setup.form("authenticator").with("code", phone.code(-1)).submit();
        return phone;
    }

    private static String between(Page page, String before, String after) {
        String html = page.html();
        int start = html.indexOf(before);
        assertThat(start).as(html).isNotNegative();
        return html.substring(start + before.length(), html.indexOf(after, start + before.length()));
    }

    private static void sql(String statement) {
        TestDatabase.on(DATABASE.options(), statement);
    }

    /** Codes that were used may be used again: a minute of a clock that a test cannot move. */
    private static void aMinutePasses() {
        sql("UPDATE totp SET last_step = 0");
    }

    @Test
    @DisplayName(
            "an app is set up with its first code, ten recovery codes are shown once, and the page then says what there is")
    void setting_up() {
        String name = people.somebody();
        Browser browser = people.signedIn(name);
        Page setup = browser.open("/account/authenticator");
        assertThat(setup.html())
                .contains("data:image/svg+xml;base64,", "autocomplete=\"one-time-code\"", "inputmode=\"numeric\"");
        String key = between(setup, "<code id=\"secret\">", "</code>");
        String before = People.cookie(browser);
        Page wrong = setup.form("authenticator").with("code", "000000").submit();
        assertThat(wrong.text()).contains("The code is wrong");
        assertThat(between(wrong, "<code id=\"secret\">", "</code>"))
                .as("the same app")
                .isEqualTo(key);
        Page codes =
                wrong.form("authenticator").with("code", new Phone(key).code(0)).submit();
        assertThat(recovery(codes)).hasSize(10);
        assertThat(People.cookie(browser))
                .as("LS03 a step up makes a new cookie")
                .isNotEqualTo(before);
        assertThat(People.isIn(Browser.at(gate).holding("gh", before))).isFalse();
        assertThat(browser.open("/account/authenticator").text()).contains("Recovery codes left: 10.");
        Page more = browser.open("/account/authenticator").form("codes").submit();
        assertThat(recovery(more)).hasSize(10).doesNotContainAnyElementsOf(recovery(codes));
        browser.open("/account/authenticator").form("remove").submit();
        assertThat(browser.open("/account/authenticator").html()).contains("id=\"secret\"");
        assertThat(People.isIn(people.signedIn(name)))
                .as("without an app, a password is enough")
                .isTrue();
    }

    private static List<String> recovery(Page page) {
        var codes = new ArrayList<String>();
        Matcher found = Pattern.compile("<li><code>([^<]+)</code>").matcher(page.html());
        while (found.find()) codes.add(found.group(1));
        return codes;
    }

    @Test
    @DisplayName(
            "LS03 LS11 after the password a code is asked for; it is good once, on whatever node, and the cookie changes only then")
    void the_code_is_asked_for() {
        String name = people.somebody();
        Phone phone = enrolled(people.signedIn(name));
        Browser browser = Browser.at(gate);
        Page asked = People.signIn(browser, "/login", name);
        String before = People.cookie(browser);
        assertThat(asked.path()).startsWith("/login/second?step=");
        assertThat(People.isIn(browser)).isFalse();
        assertThat(asked.form("second").with("code", "123 45").submit().text()).contains("The code is wrong");
        String code = phone.code(0);
        Page in = asked.form("second")
                .with("code", code.substring(0, 3) + " " + code.substring(3))
                .submit();
        assertThat(in.status()).isEqualTo(200);
        assertThat(People.isIn(browser)).isTrue();
        assertThat(People.cookie(browser)).isNotEqualTo(before);
        assertThat(People.isIn(Browser.at(gate).holding("gh", before))).isFalse();
        Browser there = Browser.at(other);
        Page again = People.signIn(there, "/login", name)
                .form("second")
                .with("code", code)
                .submit();
        assertThat(again.text()).as("used").contains("The code is wrong");
        assertThat(again.form("second").with("code", phone.code(-1)).submit().text())
                .as("the one of the step before")
                .contains("The code is wrong");
        assertThat(People.isIn(there)).isFalse();
        again.form("second").with("code", phone.code(1)).submit();
        assertThat(People.isIn(there)).isTrue();
    }

    @Test
    @DisplayName("LS11 ten wrong codes, and the right one waits too, in a new sign-in as well")
    void guesses_are_held_up() {
        String name = people.somebody();
        Phone phone = enrolled(people.signedIn(name));
        Page asked = People.signIn(Browser.at(gate), "/login", name);
        for (int i = 0; i < 10; i++) asked.form("second").with("code", "000000").submit();
        Page held = asked.form("second").with("code", phone.code(0)).submit();
        assertThat(held.status()).isEqualTo(429);
        assertThat(held.header("Retry-After")).isPresent();
        assertThat(held.text()).contains("Too many attempts");
        Page again = People.signIn(Browser.at(gate), "/login", name);
        assertThat(again.form("second").with("code", phone.code(0)).submit().status())
                .as("a new sign-in changes nothing")
                .isEqualTo(429);
    }

    @Test
    void a_recovery_code_does_in_its_place_once() {
        String name = people.somebody();
        Browser first = people.signedIn(name);
        Page setup = first.open("/account/authenticator");
        var phone = new Phone(between(setup, "<code id=\"secret\">", "</code>"));
        String code = recovery(
                        setup.form("authenticator").with("code", phone.code(0)).submit())
                .get(3);
        Browser browser = Browser.at(gate);
        People.signIn(browser, "/login", name)
                .form("second")
                .with("code", code.toLowerCase(java.util.Locale.ROOT))
                .submit();
        assertThat(People.isIn(browser)).isTrue();
        Browser twice = Browser.at(other);
        assertThat(People.signIn(twice, "/login", name)
                        .form("second")
                        .with("code", code)
                        .submit()
                        .text())
                .contains("The code is wrong");
        assertThat(People.isIn(twice)).isFalse();
    }

    @Test
    @DisplayName("a second tab, a replay, another browser and another's form: one sign-in, and nobody else's")
    void one_sign_in_signs_in_once() {
        String name = people.somebody();
        Phone phone = enrolled(people.signedIn(name));
        Browser browser = Browser.at(gate);
        Page asked = People.signIn(browser, "/login", name);
        var stranger = Browser.at(gate);
        stranger.open("/login");
        assertThat(stranger.open(asked.path()).status()).isEqualTo(400);
        asked.form("second").with("code", phone.code(0)).submit();
        String mine = People.cookie(browser);
        aMinutePasses();
        assertThat(asked.form("second").with("code", phone.code(0)).submit().status())
                .as("its proof was for the cookie of before")
                .isEqualTo(403);
        assertThat(browser.open(asked.path()).text()).contains("This sign-in is over");
        assertThat(People.cookie(browser)).isEqualTo(mine);
    }

    @Test
    @DisplayName("LS03 of twenty tabs at two nodes that send codes at once, one signs in")
    void many_tabs_at_once() {
        String name = people.somebody();
        Phone phone = enrolled(people.signedIn(name));
        Browser browser = Browser.at(gate);
        Page asked = People.signIn(browser, "/login", name);
        var form = asked.form("second").with("code", phone.code(0));
        String body = form.fields().entrySet().stream()
                .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        var answers = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 0; i < 20; i++) {
            Gate at = i % 2 == 0 ? gate : other;
            answers.add(CompletableFuture.supplyAsync(() -> at.postForm(
                            "/login/second", body, "Cookie", "gh=" + People.cookie(browser), "Accept", "text/html")
                    .statusCode()));
        }
        long in = answers.stream()
                .map(CompletableFuture::join)
                .filter(status -> status == 303)
                .count();
        assertThat(in).isEqualTo(1);
    }

    @Test
    @DisplayName("POST /login: without a code no token; with one, a token that says what happened")
    void programs() {
        String name = people.somebody();
        Phone phone = enrolled(people.signedIn(name));
        var body = new JsonObject().put("username", name).put("password", Door.PASSWORD);
        var without = gate.post("/login", body);
        assertThat(without.statusCode()).isEqualTo(401);
        assertThat(new JsonObject(without.body()).getString("reason")).isEqualTo("second_factor_required");
        var wrong = gate.post("/login", body.copy().put("otp", "000000"));
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).contains("second_factor_required").doesNotContain("access_token");
        var badPassword =
                gate.post("/login", body.copy().put("password", "wrong").put("otp", phone.code(0)));
        assertThat(new JsonObject(badPassword.body()).getString("reason"))
                .as("whoever does not know the password hears nothing of second factors")
                .isEqualTo("invalid_credentials");
        var right = gate.post("/login", body.copy().put("otp", phone.code(0)));
        assertThat(right.statusCode()).isEqualTo(200);
        JsonObject claims = claims(new JsonObject(right.body()).getString("access_token"));
        assertThat(claims.getString("acr")).isEqualTo(TWO);
        assertThat(claims.getJsonArray("amr")).isEqualTo(new JsonArray(List.of("pwd", "otp", "mfa")));
        assertThat(claims.getLong("mfa_time")).isPositive();
        var refreshed = gate.refresh(new JsonObject(right.body()).getString("refresh_token"));
        JsonObject later = claims(new JsonObject(refreshed.body()).getString("access_token"));
        for (String same : List.of("acr", "amr", "auth_time", "mfa_time"))
            assertThat(later.getValue(same)).as(same).isEqualTo(claims.getValue(same));
        assertThat(gate.post("/login", body.copy().put("otp", phone.code(0))).statusCode())
                .isEqualTo(401);
        String plain = people.somebody();
        assertThat(claims(gate.token(plain)).getString("acr")).isEqualTo("urn:gatehouse:acr:1");
    }

    @Test
    @DisplayName(
            "mfa within 5m: whoever has none sets one up on the way; later just the code is asked for, and the page is there")
    void a_page_behind_the_gate() {
        String name = people.somebody();
        Browser browser = people.signedIn(name).sending("Sec-Fetch-Mode", "navigate");
        Page setup = browser.open("/app/strong?x=1");
        assertThat(setup.path()).startsWith("/account/authenticator?flow=");
        assertThat(setup.text()).contains("A second factor is needed to go on.");
        var phone = new Phone(between(setup, "<code id=\"secret\">", "</code>"));
        Page codes = setup.form("authenticator").with("code", phone.code(-1)).submit();
        assertThat(browser.open(codes.link("I have written them down")).html()).startsWith("GET /app/strong?x=1\n");
        sql(
                "UPDATE session SET second_factor_at = now() - interval '10 minutes', auth_time = now() - interval '10 minutes'");
        Browser later = Browser.at(other).sending("Sec-Fetch-Mode", "navigate").holding("gh", People.cookie(browser));
        Page asked = later.open("/app/strong?x=2");
        assertThat(asked.path()).as("the password is not asked for").startsWith("/login/second?step=");
        assertThat(asked.form("second").with("code", phone.code(0)).submit().html())
                .startsWith("GET /app/strong?x=2\n");
        sql("UPDATE session SET auth_time = now() - interval '10 minutes'");
        Browser recent = Browser.at(gate).sending("Sec-Fetch-Mode", "navigate").holding("gh", People.cookie(later));
        assertThat(recent.open("/app/recent").form("login").fields())
                .as("a recent sign-in is one by password, and then by code")
                .containsEntry("username", name);
    }

    @Test
    @DisplayName(
            "acr_values, an essential acr, max_age and prompt=login are answered by just what is missing, and the ID token says it")
    void what_an_app_asks() {
        String name = people.somebody();
        Browser browser = people.signedIn(name);
        Phone phone = enrolled(browser);
        assertThat(told(authorized(browser, Map.of("acr_values", TWO))).getString("acr"))
                .isEqualTo(TWO);
        sql("UPDATE session SET second_factor_at = NULL, acr = 'urn:gatehouse:acr:1', amr = '{pwd}'");
        aMinutePasses();
        Page asked = browser.open(authorize(Map.of("acr_values", TWO)));
        assertThat(asked.path()).startsWith("/login/second?step=");
        JsonObject claims =
                told(asked.form("second").with("code", phone.code(0)).submit());
        assertThat(claims.getString("acr")).isEqualTo(TWO);
        assertThat(claims.getJsonArray("amr")).isEqualTo(new JsonArray(List.of("pwd", "otp", "mfa")));
        String essential = new JsonObject()
                .put(
                        "id_token",
                        new JsonObject()
                                .put(
                                        "acr",
                                        new JsonObject().put("essential", true).put("value", "urn:gatehouse:acr:1")))
                .encode();
        assertThat(told(authorized(browser, Map.of("claims", essential))).getString("acr"))
                .as("two factors are as good as one, and called as asked")
                .isEqualTo("urn:gatehouse:acr:1");
        assertThat(browser.open(authorize(Map.of("acr_values", TWO, "prompt", "none")))
                        .left()
                        .orElseThrow()
                        .getQuery())
                .contains("code=");
        aMinutePasses();
        Page login = browser.open(authorize(Map.of("prompt", "login")));
        assertThat(login.path()).startsWith("/login?flow=");
        Page second = login.form("login")
                .with("username", name)
                .with("password", Door.PASSWORD)
                .submit();
        assertThat(second.path()).as("the whole of it").startsWith("/login/second");
        Page gone = second.form("second").with("code", phone.code(1)).submit();
        assertThat(gone.path()).as("what the code is answered with").isEqualTo("/login/second");
        assertThat(told(gone).getString("acr")).isEqualTo(TWO);
        sql("UPDATE session SET second_factor_at = now() - interval '1 hour'");
        aMinutePasses();
        Page recent = browser.open(authorize(Map.of("acr_values", TWO, "max_age", "60")));
        assertThat(recent.path()).startsWith("/login/second");
        assertThat(told(recent.form("second").with("code", phone.code(0)).submit())
                        .getString("acr"))
                .isEqualTo(TWO);
    }

    @Test
    void an_app_that_wants_two_factors_gets_nothing_less_however_its_person_turns() {
        String name = people.somebody();
        Browser browser = Browser.at(gate);
        Page form = browser.open(authorize(Map.of("acr_values", TWO)));
        Page setup = form.form("login")
                .with("username", name)
                .with("password", Door.PASSWORD)
                .submit();
        assertThat(setup.path()).startsWith("/account/authenticator?flow=");
        assertThat(setup.text()).contains("shop needs a second factor to go on.");
        String flow = setup.path().replaceFirst(".*flow=", "");
        var phone = new Phone(between(setup, "<code id=\"secret\">", "</code>"));
        Page codes = setup.form("authenticator").with("code", phone.code(0)).submit();
        JsonObject claims = told(browser.open(codes.link("I have written them down")));
        assertThat(claims.getString("acr")).isEqualTo(TWO);
        String late = people.somebody();
        Browser impatient = Browser.at(gate);
        Page begun = impatient.open(authorize(Map.of("acr_values", TWO)));
        Page set = begun.form("login")
                .with("username", late)
                .with("password", Door.PASSWORD)
                .submit();
        String around = set.path().replaceFirst(".*flow=", "");
        assertThat(around).isNotEqualTo(flow);
        assertThat(impatient
                        .open("/oauth/continue?flow=" + around)
                        .left()
                        .orElseThrow()
                        .getQuery())
                .contains("error=unmet_authentication_requirements")
                .doesNotContain("code=");
    }

    @Test
    @DisplayName("LS13 what protects an account changes only for whoever has just shown who they are")
    void a_stale_session_changes_nothing() {
        String name = people.somebody();
        Browser browser = people.signedIn(name);
        Page setup = browser.open("/account/authenticator");
        var phone = new Phone(between(setup, "<code id=\"secret\">", "</code>"));
        sql("UPDATE session SET auth_time = now() - interval '11 minutes'");
        assertThat(setup.form("authenticator")
                        .with("code", phone.code(0))
                        .submit()
                        .path())
                .startsWith("/login?flow=");
        Page login = browser.open("/account/authenticator");
        assertThat(login.path()).startsWith("/login?flow=");
        Page back = login.form("login")
                .with("username", name)
                .with("password", Door.PASSWORD)
                .submit();
        assertThat(back.path()).isEqualTo("/account/authenticator");
        assertThat(back.html()).contains("id=\"secret\"");
        assertThat(Browser.at(gate).open("/account/authenticator").path()).startsWith("/login?flow=");
    }

    @Test
    @DisplayName("LS13 a password is changed by whoever knows it; others are signed out with it, this browser is not")
    void the_password() {
        String name = people.somebody();
        Browser browser = people.signedIn(name);
        Browser elsewhere = people.signedIn(name);
        String refresh = gate.login(name).getString("refresh_token");
        Page wrong = browser.open("/account/password")
                .form("change")
                .with("current", "not it")
                .with("new", "a heron on one leg")
                .submit();
        assertThat(wrong.text()).contains("The present password is wrong.");
        assertThat(wrong.form("change")
                        .with("current", Door.PASSWORD)
                        .with("new", "short")
                        .submit()
                        .status())
                .isEqualTo(422);
        Page done = browser.open("/account/password")
                .form("change")
                .with("current", Door.PASSWORD)
                .with("new", "a heron on one leg")
                .with("others", "yes")
                .submit();
        assertThat(done.text()).contains("Your password is changed.");
        assertThat(People.isIn(browser)).isTrue();
        assertThat(People.isIn(elsewhere)).isFalse();
        assertThat(gate.refresh(refresh).statusCode()).isEqualTo(400);
        assertThat(People.isIn(people.signedIn(name)))
                .as("the old one is worth nothing")
                .isFalse();
        Browser anew = Browser.at(gate);
        anew.open("/login")
                .form("login")
                .with("username", name)
                .with("password", "a heron on one leg")
                .submit();
        assertThat(People.isIn(anew)).isTrue();
        anew.open("/account/password")
                .form("change")
                .with("current", "a heron on one leg")
                .with("new", Door.PASSWORD)
                .submit();
        assertThat(People.isIn(browser)).as("not asked for").isTrue();
    }

    @Test
    @DisplayName("prompt=login is not answered by what a session had, whichever way one turns")
    void the_whole_sign_in_is_the_whole() {
        String name = people.somebody();
        Browser browser = people.signedIn(name).sending("Sec-Fetch-Mode", "navigate");
        Phone phone = enrolled(browser);
        sql("UPDATE session SET second_factor_at = now() - interval '10 minutes'");
        Browser later = Browser.at(other).sending("Sec-Fetch-Mode", "navigate").holding("gh", People.cookie(browser));
        Page login = later.open(authorize(Map.of("prompt", "login")));
        String flow = login.path().replaceFirst(".*flow=", "");
        Page step = later.open("/login?level=2&within=60&return=/app/x");
        assertThat(step.path()).startsWith("/login/second?step=");
        String handle = step.path().replaceFirst(".*step=([^&]+).*", "$1");
        Page mixed = later.open("/login/second?step=" + handle + "&flow=" + flow);
        Page after = mixed.form("second").with("code", phone.code(0)).submit();
        assertThat(after.left()).as("no code for the app").isEmpty();
        assertThat(after.path()).startsWith("/login?flow=");
    }

    @Test
    @DisplayName(
            "LS07 as the file wants it: 14 characters are refused and 15 are not; spaces, emoji, 64 and more count whole, NFC and NFD are one")
    void passwords() {
        String name = people.somebody();
        Browser browser = people.signedIn(name);
        String present = Door.PASSWORD;
        assertThat(changed(browser, present, "heron, one leg").status()).isEqualTo(422);
        assertThat(changed(browser, present, "x".repeat(257)).status()).isEqualTo(422);
        for (String next : List.of(
                "heron, one legs",
                "    a reed  in the wind ",
                "🦆🦢🦩🐦🪿 🦉🦅🦇🐝🪲 🐌🐞🐜🦗",
                "a heron stands on one leg in the reeds and waits for the evening to come",
                "a heron stands on one leg in the reeds and waits for the evening to come, and goes",
                "cr\u00e8me br\u00fbl\u00e9e at nine")) {
            assertThat(changed(browser, present, next).text()).as(next).contains("Your password is changed.");
            present = next;
        }
        assertThat(gate.post(
                                "/login",
                                new JsonObject()
                                        .put("username", name)
                                        .put("password", "cre\u0300me bru\u0302le\u0301e at nine"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(gate.post("/login", new JsonObject().put("username", name).put("password", "creme brulee at nine"))
                        .statusCode())
                .isEqualTo(401);
    }

    private static Page changed(Browser browser, String present, String next) {
        return browser.open("/account/password")
                .form("change")
                .with("current", present)
                .with("new", next)
                .submit();
    }

    @Test
    @DisplayName(
            "LS02 a hundred wrong passwords lead to 429 well before, at an address that the account knows too; the owner's browser still gets in, and has a count of its own")
    void the_owner_is_not_locked_out() {
        String name = people.somebody();
        String device = people.signedIn(name).cookie("gh-device").orElseThrow();
        var wrong = new JsonObject().put("username", name).put("password", "wrong");
        assertThat(judged(wrong)).as("by a neighbour of the owner's").isEqualTo(10);
        sql("DELETE FROM known_address WHERE account_id = (SELECT id FROM account WHERE username = '" + name + "')");
        assertThat(judged(wrong)).as("by a stranger").isEqualTo(10);
        assertThat(People.signIn(Browser.at(gate), "/login", name).status()).isEqualTo(429);
        Browser owner = Browser.at(gate).holding("gh-device", device);
        People.signIn(owner, "/login", name);
        assertThat(People.isIn(owner)).isTrue();
        Browser thief = Browser.at(gate).holding("gh-device", device);
        int tries = 0;
        while (tries < 40 && guessed(thief, name).status() != 429) tries++;
        assertThat(tries).as("with a cookie of the owner's").isEqualTo(10);
    }

    @Test
    @DisplayName(
            "LS11 somebody who knows the password guesses ten codes and waits; the owner's browser does not, and a browser that never showed two factors counts with the stranger")
    void the_owner_is_not_locked_out_by_codes() {
        String name = people.somebody();
        Browser setUpIn = people.signedIn(name);
        Phone phone = enrolled(setUpIn);
        String before = setUpIn.cookie("gh-device").orElseThrow();
        Browser known = Browser.at(gate);
        People.signIn(known, "/login", name)
                .form("second")
                .with("code", phone.code(0))
                .submit();
        assertThat(People.isIn(known)).isTrue();
        String device = known.cookie("gh-device").orElseThrow();
        aMinutePasses();

        assertThat(codesJudged(Browser.at(gate), name)).isEqualTo(10);
        assertThat(codesJudged(Browser.at(other), name)).as("from elsewhere").isZero();
        assertThat(codesJudged(Browser.at(gate).holding("gh-device", before), name))
                .as("where a password was enough: whoever knew it could have made any number of these")
                .isZero();
        var program = new JsonObject().put("username", name).put("password", Door.PASSWORD);
        assertThat(gate.post("/login", program.copy().put("otp", phone.code(0))).statusCode())
                .isEqualTo(429);
        Browser owner = Browser.at(other).holding("gh-device", device);
        People.signIn(owner, "/login", name)
                .form("second")
                .with("code", phone.code(0))
                .submit();
        assertThat(People.isIn(owner)).isTrue();

        assertThat(codesJudged(Browser.at(gate).holding("gh-device", device), name))
                .as("with a cookie of the owner's")
                .isEqualTo(10);
    }

    /** How many of fifteen get an answer about the code itself. */
    private static int codesJudged(Browser browser, String name) {
        Page asked = People.signIn(browser, "/login", name);
        int judged = 0;
        for (int i = 0; i < 15; i++)
            if (asked.form("second").with("code", "000 000").submit().status() == 200) judged++;
        return judged;
    }

    private static Page guessed(Browser browser, String name) {
        return browser.open("/login")
                .form("login")
                .with("username", name)
                .with("password", "wrong")
                .submit();
    }

    /** How many of forty get an answer about the password itself. */
    private static int judged(JsonObject wrong) {
        int judged = 0;
        for (int i = 0; i < 40; i++) if (gate.post("/login", wrong).statusCode() == 401) judged++;
        return judged;
    }

    @Test
    @DisplayName(
            "`login.totp: off`: nobody sets an app up; whoever has one is asked for it as before, and can remove it")
    void switched_off() {
        String name = people.somebody();
        Phone phone = enrolled(people.signedIn(name));
        try (Gate without =
                Gate.open(DATABASE, "url: http://localhost:" + gate.port() + "\nlogin: {totp: off, passkey: off}\n")) {
            Browser plain = Browser.at(without);
            People.signIn(plain, "/login", people.somebody());
            assertThat(plain.open("/account").html()).doesNotContain("/account/authenticator");
            assertThat(plain.open("/account/authenticator").path()).isEqualTo("/account");
            Browser owner = Browser.at(without);
            Page asked = People.signIn(owner, "/login", name);
            assertThat(asked.path()).startsWith("/login/second?step=");
            asked.form("second").with("code", phone.code(0)).submit();
            assertThat(People.isIn(owner)).isTrue();
            assertThat(owner.open("/account/authenticator?renew=1").path()).isEqualTo("/account");
            Browser late = people.signedIn(people.somebody());
            Page setup = late.open("/account/authenticator");
            var another = new Phone(between(setup, "<code id=\"secret\">", "</code>"));
            Browser there = Browser.at(without).holding("gh", People.cookie(late));
            Page refused = new Page(there, setup.path(), setup.reply(), Optional.empty())
                    .form("authenticator")
                    .with("code", another.code(0))
                    .submit();
            assertThat(refused.path()).as("a form that was open before").isEqualTo("/account");
            assertThat(late.open("/account/authenticator").html()).contains("id=\"secret\"");
            owner.open("/account/authenticator").form("remove").submit();
            assertThat(People.isIn(people.signedIn(name))).isTrue();
        }
    }

    @Test
    @DisplayName("pages with codes are never kept, and have no more than 12 KB")
    void pages_are_small() {
        Browser browser = people.signedIn(people.somebody());
        for (String path : List.of("/account", "/account/password", "/account/authenticator")) {
            Page page = browser.open(path);
            assertThat(page.header("Cache-Control")).contains("no-store");
            assertThat(People.gzipped(page.html())).as(path).isLessThan(12_000);
        }
    }

    private static String authorize(Map<String, String> more) {
        var all = new TreeMap<>(Map.of(
                "client_id", "shop",
                "response_type", "code",
                "redirect_uri", "https://shop.example.com/callback",
                "scope", "openid",
                "code_challenge", CHALLENGE,
                "code_challenge_method", "S256"));
        all.putAll(more);
        return "/oauth/authorize?"
                + all.entrySet().stream()
                        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                        .collect(Collectors.joining("&"));
    }

    private static Page authorized(Browser browser, Map<String, String> more) {
        return browser.open(authorize(more));
    }

    /** The claims of the ID token for the code that the page brought back. */
    private static JsonObject told(Page page) {
        String query = page.left()
                .orElseThrow(() -> new AssertionError(page.path() + " " + page.text()))
                .getRawQuery();
        assertThat(query).contains("code=");
        String code =
                URLDecoder.decode(query.replaceFirst(".*code=", "").replaceFirst("&.*", ""), StandardCharsets.UTF_8);
        var answer = gate.postForm(
                "/oauth/token",
                "grant_type=authorization_code&client_id=shop&redirect_uri="
                        + encoded("https://shop.example.com/callback") + "&code_verifier=" + VERIFIER + "&code="
                        + encoded(code));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return claims(new JsonObject(answer.body()).getString("id_token"));
    }

    private static JsonObject claims(String token) {
        return new JsonObject(new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
