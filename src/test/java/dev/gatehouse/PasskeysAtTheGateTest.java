package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser.Form;
import dev.gatehouse.Browser.Page;
import dev.gatehouse.identity.SoftPasskey;
import dev.gatehouse.identity.SoftPasskey.Kind;
import dev.gatehouse.identity.SoftPasskey.Says;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Passkeys as the pages' script uses them, over sockets, with an authenticator in software. */
final class PasskeysAtTheGateTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static EchoApi api;
    private static Gate gate;
    private static People people;

    @BeforeAll
    static void open() {
        api = new EchoApi();
        gate = Gate.open(
                DATABASE,
                """
                accounts: {registration: open}
                apis:
                  app:
                    path: /app
                    upstream: %s
                    auth: session
                    routes:
                      GET /strong: mfa within 5m
                """
                        .formatted(api.origin()));
        people = new People(gate, DATABASE);
    }

    @AfterAll
    static void close() {
        gate.close();
        api.close();
    }

    private static SoftPasskey phone() {
        return SoftPasskey.of(Kind.ES256, gate.url());
    }

    private static JsonObject options(Browser browser, String path, Form form) {
        String body = form.fields().entrySet().stream()
                .filter(field ->
                        !field.getKey().equals("answer") && !field.getValue().isEmpty())
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var answer =
                gate.postForm(path, body, "Cookie", "gh=" + browser.cookie("gh").orElseThrow());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static Page added(Browser browser, SoftPasskey passkey, String name) {
        Form form = browser.open("/account/passkeys").form("passkey");
        JsonObject options = options(browser, "/account/passkeys/options", form);
        return form.with("answer", passkey.create(options)).with("name", name).submit();
    }

    private static Page shown(Browser browser, Page page, SoftPasskey passkey, Consumer<Says> wrong) {
        Form form = page.form("passkey");
        JsonObject options = options(browser, "/login/passkey/options", form);
        return form.with("answer", passkey.get(options, wrong)).submit();
    }

    private static Page shown(Browser browser, Page page, SoftPasskey passkey) {
        return shown(browser, page, passkey, says -> {});
    }

    private static Optional<String> session(String column, String name) {
        var found = TestDatabase.await(DATABASE.database()
                .query(
                        "SELECT " + column
                                + "::text FROM session JOIN account a ON a.id = account_id WHERE username = $1 AND ended_at IS NULL ORDER BY session.auth_time DESC LIMIT 1",
                        io.vertx.sqlclient.Tuple.of(name)));
        return Optional.ofNullable(found.iterator().next().getString(0));
    }

    @Test
    void one_is_added_renamed_and_removed() {
        String name = people.somebody();
        Browser browser = people.signedIn(name);
        Page page = added(browser, phone(), "Tablet");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("Tablet", "Made on");
        String id = page.html().replaceFirst("(?s).*id=\"rename-([^\"]+)\".*", "$1");
        page = page.form("rename-" + id).with("name", "Old phone").submit();
        assertThat(page.text()).contains("Old phone").doesNotContain("Tablet");
        assertThat(page.form("rename-" + id)
                        .with("name", "x".repeat(65))
                        .submit()
                        .text())
                .contains("A name has 1 to 64 characters.");
        assertThat(page.form("remove-" + id).submit().html()).doesNotContain("rename-");
        assertThat(browser.open("/account/passkeys")
                        .form("passkey")
                        .with("answer", "{}")
                        .with("name", "x")
                        .submit()
                        .text())
                .contains("The passkey was not accepted.");
    }

    @Test
    @DisplayName("the last passkey of an account without a password stays, and the page says so")
    void the_last_way_in_stays() {
        String name = people.somebody();
        Browser browser = people.signedIn(name);
        added(browser, phone(), "Phone");
        Page page = added(browser, phone(), "Tablet");
        people.sql("UPDATE account SET password_hash = NULL WHERE username = $1", name);
        Page one = page.form(removal(page)).submit();
        assertThat(one.status()).isEqualTo(200);
        Page last = one.form(removal(one)).submit();
        assertThat(last.status()).isEqualTo(409);
        assertThat(last.text()).contains("This is the last way into your account.");
        assertThat(removal(last)).isEqualTo(removal(one));
        assertThat(people.recorded(name, "passkey_removed", "")).isOne();
    }

    private static String removal(Page page) {
        return page.html().replaceFirst("(?s).*id=\"(remove-[^\"]+)\".*", "$1");
    }

    @Test
    @DisplayName(
            "a passkey that saw its owner signs in without name and password, counts as two factors, and no code is asked for")
    void without_a_name() {
        String name = people.somebody();
        Browser browser = people.signedIn(name);
        SoftPasskey phone = phone();
        added(browser, phone, "phone");
        Page setup = browser.open("/account/authenticator");
        String key = setup.html().replaceFirst("(?s).*<code id=\"secret\">([^<]+)<.*", "$1");
        setup.form("authenticator").with("code", new Phone(key).code(0)).submit();
        Browser fresh = Browser.at(gate);
        Page login = fresh.open("/login");
        assertThat(login.html()).contains("autocomplete=\"username webauthn\"", "id=\"passkey\"");
        String before = fresh.cookie("gh").orElseThrow();
        assertThat(shown(fresh, login, phone).status()).isEqualTo(200);
        assertThat(People.isIn(fresh)).isTrue();
        assertThat(fresh.cookie("gh")).isNotEqualTo(Optional.of(before));
        assertThat(session("acr", name)).contains("urn:gatehouse:acr:2");
        assertThat(session("amr", name)).contains("{swk,user,mfa}");
        assertThat(session("second_factor_at", name)).isPresent();
    }

    @Test
    void one_that_saw_nobody_is_one_factor_or_the_second() {
        String name = people.somebody();
        SoftPasskey key = phone().counting().withoutUserVerification();
        added(people.signedIn(name), key, "key");
        Browser alone = Browser.at(gate);
        shown(alone, alone.open("/login"), key);
        assertThat(People.isIn(alone)).isTrue();
        assertThat(session("amr", name)).contains("{hwk}");
        assertThat(session("acr", name)).contains("urn:gatehouse:acr:1");
        Browser second = people.signedIn(name).sending("Sec-Fetch-Mode", "navigate");
        Page asked = second.open("/app/strong");
        assertThat(asked.path()).startsWith("/login/second?step=");
        assertThat(asked.html()).doesNotContain("id=\"second\"");
        assertThat(shown(second, asked, key).html()).startsWith("GET /app/strong\n");
        assertThat(session("amr", name)).contains("{pwd,hwk,mfa}");
    }

    @Test
    @DisplayName(
            "LS15 wrong origin, host, challenge, type, signature, another browser, a counter that went back: nobody is in")
    void what_does_not_fit_is_refused() {
        String name = people.somebody();
        SoftPasskey phone = phone();
        SoftPasskey key = phone().counting();
        Browser owner = people.signedIn(name);
        added(owner, phone, "phone");
        added(owner, key, "key");
        refused(phone, says -> says.origin = "https://evil.example");
        refused(phone, says -> says.rpId = "evil.example");
        refused(phone, says -> says.challenge = "A".repeat(43));
        refused(phone, says -> says.type = "webauthn.create");
        refused(phone, says -> says.breakSignature = true);
        refused(phone, says -> says.flags = 0);
        refused(phone(), says -> {});
        Browser browser = Browser.at(gate);
        Page login = browser.open("/login");
        JsonObject asked = options(browser, "/login/passkey/options", login.form("passkey"));
        String answer = phone.get(asked);
        Browser thief = Browser.at(gate);
        assertThat(thief.open("/login")
                        .form("passkey")
                        .with("answer", answer)
                        .submit()
                        .text())
                .contains("The passkey was not accepted.");
        assertThat(login.form("passkey").with("answer", answer).submit().text())
                .as("whatever does not fit burns the challenge")
                .contains("The passkey was not accepted.");
        Browser twice = Browser.at(gate);
        Page form = twice.open("/login");
        String good = phone.get(options(twice, "/login/passkey/options", form.form("passkey")));
        form.form("passkey").with("answer", good).submit();
        assertThat(People.isIn(twice)).isTrue();
        assertThat(twice.open("/login?other=1")
                        .form("passkey")
                        .with("answer", good)
                        .submit()
                        .text())
                .as("a challenge is taken once")
                .contains("The passkey was not accepted.");
        Browser counted = Browser.at(gate);
        shown(counted, counted.open("/login"), key);
        assertThat(People.isIn(counted)).isTrue();
        refused(key, says -> says.count = 1);
    }

    private static void refused(SoftPasskey passkey, Consumer<Says> wrong) {
        Browser browser = Browser.at(gate);
        Page page = shown(browser, browser.open("/login"), passkey, wrong);
        assertThat(page.text()).contains("The passkey was not accepted.");
        assertThat(People.isIn(browser)).isFalse();
    }

    @Test
    @DisplayName("LS15 as a second factor, somebody else's passkey is none, nor is an answer to another question")
    void somebody_elses_is_none() {
        String name = people.somebody();
        SoftPasskey mine = phone();
        added(people.signedIn(name), mine, "mine");
        SoftPasskey theirs = phone();
        added(people.signedIn(people.somebody()), theirs, "theirs");
        Browser browser = people.signedIn(name).sending("Sec-Fetch-Mode", "navigate");
        Page asked = browser.open("/app/strong");
        assertThat(shown(browser, asked, theirs).text()).contains("The passkey was not accepted.");
        Page login = browser.open("/login?other=1");
        String answer = mine.get(options(browser, "/login/passkey/options", login.form("passkey")));
        assertThat(browser.open("/app/strong")
                        .form("passkey")
                        .with("answer", answer)
                        .submit()
                        .text())
                .contains("The passkey was not accepted.");
        assertThat(shown(browser, browser.open("/app/strong"), mine).html()).startsWith("GET /app/strong\n");
    }

    @Test
    @DisplayName("LS13 LS19 a stale session, or a form of elsewhere, makes no passkey")
    void not_without_a_proof() {
        String name = people.somebody();
        Browser browser = people.signedIn(name);
        Form form = browser.open("/account/passkeys").form("passkey");
        JsonObject options = options(browser, "/account/passkeys/options", form);
        String answer = phone().create(options);
        TestDatabase.on(DATABASE.options(), "UPDATE session SET auth_time = now() - interval '11 minutes'");
        assertThat(gate.postForm(
                                "/account/passkeys/options",
                                "proof=" + form.fields().get("proof"),
                                "Cookie",
                                "gh=" + browser.cookie("gh").orElseThrow())
                        .statusCode())
                .isEqualTo(401);
        assertThat(form.with("answer", answer).with("name", "x").submit().path())
                .startsWith("/login?flow=");
        assertThat(gate.postForm("/login/passkey/options", "").statusCode()).isEqualTo(403);
        assertThat(gate.postForm("/login/passkey", "proof=x&answer=y", "Cookie", "gh=" + "A".repeat(43))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    @DisplayName("where two factors are wanted and nothing was shown yet, the device has to see its owner; else it may")
    void user_verification_as_it_is_demanded() {
        String name = people.somebody();
        SoftPasskey key = phone();
        SoftPasskey blind = phone().withoutUserVerification();
        Browser owner = people.signedIn(name);
        added(owner, key, "key");
        added(owner, blind, "blind");
        Browser plain = Browser.at(gate);
        assertThat(options(plain, "/login/passkey/options", plain.open("/login").form("passkey"))
                        .getString("userVerification"))
                .isEqualTo("preferred");
        Browser browser = Browser.at(gate).sending("Sec-Fetch-Mode", "navigate");
        Page login = browser.open("/login?level=2&within=300&return=/app/strong");
        assertThat(login.path()).startsWith("/login?flow=");
        assertThat(options(browser, "/login/passkey/options", login.form("passkey"))
                        .getString("userVerification"))
                .isEqualTo("required");
        Page refused = shown(browser, login, blind);
        assertThat(refused.text()).contains("The passkey was not accepted.");
        assertThat(People.isIn(browser)).isFalse();
        assertThat(shown(browser, refused, key).html()).startsWith("GET /app/strong\n");
    }

    @Test
    @DisplayName(
            "a browser whose owner has a passkey is offered it first, and one that nobody with a passkey came in by is not")
    void a_passkey_that_is_known_comes_first() {
        String name = people.somebody();
        Browser owner = people.signedIn(name);
        assertThat(first(owner)).as("without one").isFalse();
        Page list = added(owner, phone(), "phone");
        assertThat(first(owner)).as("made here").isTrue();
        Page login = owner.open("/login?other=1");
        assertThat(login.text()).contains("Whoever signed in here last has a passkey.", "Or with your password:");
        assertThat(login.form("login")
                        .with("username", name)
                        .with("password", "wrong")
                        .submit()
                        .html())
                .as("whoever chose the password goes on with it")
                .doesNotContain("data-first");
        assertThat(first(Browser.at(gate))).as("in another browser").isFalse();
        Browser other = people.signedIn(name);
        assertThat(first(other)).as("after a password, where there is one").isTrue();
        People.signIn(other, "/login?other=1", people.somebody());
        assertThat(first(other)).as("after somebody without").isFalse();
        assertThat(list.form(removal(list)).submit().status()).isEqualTo(200);
        assertThat(first(owner)).as("removed here").isFalse();
        assertThat(first(Browser.at(gate).holding("gh-passkey", "x"))).isFalse();
    }

    private static boolean first(Browser browser) {
        String html = browser.open("/login?other=1").html();
        boolean marked = html.contains("data-first");
        assertThat(html.indexOf("id=\"passkey\"") < html.indexOf("id=\"login\""))
                .isEqualTo(marked);
        return marked;
    }

    @Test
    @DisplayName("`login.passkey: off`: none is offered, asked for, taken or made; those that there are can be removed")
    void switched_off() {
        String name = people.somebody();
        Browser owner = people.signedIn(name);
        SoftPasskey phone = phone();
        added(owner, phone, "phone");
        Page before = Browser.at(gate).open("/login");
        Form making = owner.open("/account/passkeys").form("passkey");
        JsonObject toMake = options(owner, "/account/passkeys/options", making);
        try (Gate without = Gate.open(
                DATABASE,
                """
                url: %s
                login: {passkey: off}
                apis:
                  app:
                    path: /app
                    upstream: %s
                    auth: session
                    routes:
                      GET /strong: mfa within 5m
                """
                        .formatted(gate.url(), api.origin()))) {
            assertThat(Browser.at(without).open("/login").html()).doesNotContain("id=\"passkey\"", "webauthn");
            assertThat(Browser.at(without)
                            .holding("gh-passkey", "first")
                            .open("/login")
                            .html())
                    .doesNotContain("id=\"passkey\"", "data-first");
            Form form = before.form("passkey");
            JsonObject toShow = options(before.browser(), "/login/passkey/options", form);
            Browser stranger = Browser.at(without)
                    .holding("gh", before.browser().cookie("gh").orElseThrow());
            Page refused = new Page(stranger, before.path(), before.reply(), Optional.empty())
                    .form("passkey")
                    .with("answer", phone.get(toShow))
                    .submit();
            assertThat(refused.status()).isEqualTo(403);
            assertThat(People.isIn(stranger)).isFalse();
            Browser there = Browser.at(without).holding("gh", People.cookie(owner));
            Page list = there.open("/account/passkeys");
            assertThat(list.text()).contains("phone", "Passkeys are switched off here.");
            assertThat(list.html()).doesNotContain("id=\"passkey\"");
            assertThat(there.open("/account").html()).doesNotContain("/account/passkeys");
            assertThat(new Page(
                                    there,
                                    "/account/passkeys",
                                    owner.open("/account/passkeys").reply(),
                                    Optional.empty())
                            .form("passkey")
                            .with("answer", phone().create(toMake))
                            .with("name", "another")
                            .submit()
                            .html())
                    .doesNotContain("another");
            assertThat(there.sending("Sec-Fetch-Mode", "navigate")
                            .open("/app/strong")
                            .path())
                    .as("it is no second factor any more, so another is set up")
                    .startsWith("/account/authenticator?flow=");
            String id = list.html().replaceFirst("(?s).*id=\"rename-([^\"]+)\".*", "$1");
            assertThat(list.form("remove-" + id).submit().html()).doesNotContain("rename-");
        }
    }
}
