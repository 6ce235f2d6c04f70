package dev.gatehouse;

import static dev.gatehouse.OpenIdProvider.person;
import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** People who sign in with their company's provider, as a browser and an app meet it, over sockets. */
final class ProviderLoginTest {
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String AUTHORIZE = "/oauth/authorize?client_id=shop&response_type=code&scope=openid"
            + "&redirect_uri=https%3A%2F%2Fshop.example.com%2Fcallback&state=s"
            + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static OpenIdProvider company;
    private static OpenIdProvider partner;
    private static Gate gate;
    private static int people;

    @BeforeAll
    static void open() {
        company = new OpenIdProvider();
        partner = new OpenIdProvider();
        gate = Gate.open(DATABASE, yaml("open"));
    }

    private static String yaml(String registration) {
        return """
                accounts: {registration: %s, default_roles: [customer]}
                outbound: {allow: [127.0.0.0/8]}
                email: {from: "Shop <no-reply@example.com>", smtp: mailbox}
                clients:
                  shop:
                    type: spa
                    redirect: [https://shop.example.com/callback]
                    scopes: [openid]
                login:
                """
                        .formatted(registration)
                + company.yaml(
                        "company",
                        "    roles_from: realm.groups\n    roles: {sec-support: support, sec-editors: editor, sec-admins: admin}\n")
                + partner.yaml("partner", "    keep_tokens: on\n");
    }

    @AfterAll
    static void close() {
        gate.close();
        partner.close();
        company.close();
    }

    private static String somebody() {
        return "person" + ++people;
    }

    private static URI question(Browser browser, String path, String provider) {
        return browser.open(path).form("with-" + provider).submit().left().orElseThrow();
    }

    private static Page signIn(Browser browser, OpenIdProvider provider, JsonObject who) {
        String name = provider == company ? "company" : "partner";
        return browser.open(provider.agreed(question(browser, "/login?other=1", name), who));
    }

    private static Page password(Page page, String name) {
        return page.form("login")
                .with("username", name)
                .with("password", Door.PASSWORD)
                .submit();
    }

    private static boolean isIn(Browser browser, String name) {
        return browser.open("/").text().contains("You are signed in as " + name);
    }

    private static void registered(String name, String email) {
        var body = new JsonObject()
                .put("username", name)
                .put("password", Door.PASSWORD)
                .put("email", email);
        assertThat(gate.post("/register", body).statusCode()).isEqualTo(201);
    }

    private static List<String> column(String sql, String value) {
        var all = new ArrayList<String>();
        await(DATABASE.database().query(sql, Tuple.of(value))).forEach(row -> all.add(String.valueOf(row.getValue(0))));
        return all;
    }

    private static List<String> owners(String subject) {
        return column(
                "SELECT a.username FROM foreign_identity f JOIN account a ON a.id = f.account_id WHERE f.subject = $1",
                subject);
    }

    private static String roles(String username) {
        return column("SELECT array_to_string(roles, ' ') FROM account WHERE username = $1", username)
                .get(0);
    }

    private static JsonObject claims(URI callback) {
        String code = OpenIdProvider.fields(callback.getRawQuery()).get("code");
        var answer = gate.postForm(
                "/oauth/token",
                "grant_type=authorization_code&client_id=shop&code=" + code + "&code_verifier=" + VERIFIER
                        + "&redirect_uri=https%3A%2F%2Fshop.example.com%2Fcallback");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String token = new JsonObject(answer.body()).getString("id_token");
        return new JsonObject(new String(Base64.getUrlDecoder().decode(token.split("\\.")[1])));
    }

    @Test
    @DisplayName(
            "an app sends somebody here, who goes on to the company's provider, gets an account, and is back at the app with amr fed")
    void all_the_way() {
        String name = somebody();
        Browser browser = Browser.at(gate);
        URI question = question(browser, AUTHORIZE, "company");
        assertThat(question.toString()).startsWith(company.url() + "/authorize?");
        assertThat(OpenIdProvider.fields(question.getRawQuery()))
                .containsEntry("response_type", "code")
                .containsEntry("client_id", OpenIdProvider.CLIENT)
                .containsEntry("redirect_uri", gate.url() + "/login/callback/company")
                .containsEntry("scope", "openid profile email")
                .containsEntry("code_challenge_method", "S256")
                .containsKeys("state", "nonce", "code_challenge");
        String before = browser.cookie("gh").orElseThrow();
        Page back = browser.open(company.agreed(
                question, person("all-the-way", name + "@company.example", true).put("preferred_username", name)));
        assertThat(back.left().orElseThrow().toString()).startsWith("https://shop.example.com/callback?");
        JsonObject claims = claims(back.left().get());
        assertThat(claims.getJsonArray("amr")).isEqualTo(new JsonArray(List.of("fed")));
        assertThat(isIn(browser, name)).isTrue();
        assertThat(browser.cookie("gh").orElseThrow()).as("a new session id").isNotEqualTo(before);
        assertThat(column("SELECT email_verified FROM account WHERE username = $1", name))
                .containsExactly("true");
        assertThat(roles(name)).isEqualTo("customer");
        assertThat(column(
                        "SELECT kind FROM audit_event WHERE target = $1 ORDER BY id",
                        column("SELECT id FROM account WHERE username = $1", name)
                                .get(0)))
                .contains("account_made", "provider_linked");
    }

    @Test
    @DisplayName(
            "LS16 a provider that says a local account's mail address, verified or not, does not open that account")
    void no_silent_linking() {
        for (boolean verified : List.of(true, false)) {
            String name = somebody();
            registered(name, name + "@people.example");
            Browser browser = Browser.at(gate);
            Page page = signIn(browser, company, person("evil-" + name, name + "@people.example", verified));
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.text()).contains("You are new here with company account");
            assertThat(browser.open("/").text()).doesNotContain("Sign out");
            assertThat(owners("evil-" + name)).isEmpty();
            assertThat(page.html().contains("id=\"register\"")).isNotEqualTo(verified);
        }
    }

    @Test
    @DisplayName("LS16 whether an address that a provider does not vouch for is known here is not told")
    void unverified_addresses_look_alike() {
        String name = somebody();
        registered(name, name + "@people.example");
        Page known = signIn(Browser.at(gate), company, person("known-" + name, name + "@people.example", false));
        Page unknown =
                signIn(Browser.at(gate), company, person("unknown-" + name, "no" + name + "@people.example", false));
        assertThat(unknown.text().replace("no" + name, name)).isEqualTo(known.text());
    }

    @Test
    @DisplayName(
            "LS16 who proves the existing account has the two connected in the same flow, and comes in directly from then on")
    void proven_accounts_are_connected() {
        String name = somebody();
        registered(name, name + "@people.example");
        JsonObject who = person("mine-" + name, name + "@people.example", true);
        Browser browser = Browser.at(gate);
        Page stranger = browser.open(company.agreed(question(browser, AUTHORIZE, "company"), who));
        Page login = stranger.form("sign-in").submit();
        assertThat(login.text()).contains("Sign in to the account that you have here");
        Page asked = password(login, name);
        assertThat(asked.text()).contains("company account would also sign you in here as " + name);
        assertThat(owners("mine-" + name)).isEmpty();
        Page back = asked.form("connect").submit();
        assertThat(back.left().orElseThrow().toString()).startsWith("https://shop.example.com/callback?");
        assertThat(owners("mine-" + name)).containsExactly(name);
        assertThat(column("SELECT kind FROM mail WHERE recipient = $1", name + "@people.example"))
                .contains("login-added");
        assertThat(asked.form("connect").submit().status()).as("once").isEqualTo(400);
        Browser later = Browser.at(gate);
        signIn(later, company, who);
        assertThat(isIn(later, name)).isTrue();
    }

    @Test
    @DisplayName("LS16 whoever was signed in before they came back from the provider has to show it anew")
    void an_old_session_proves_nothing() {
        String name = somebody();
        registered(name, name + "@people.example");
        Browser browser = Browser.at(gate);
        password(browser.open("/login"), name);
        Page page = signIn(browser, company, person("old-" + name, name + "@people.example", true));
        assertThat(page.html()).doesNotContain("id=\"connect\"").contains("id=\"sign-in\"");
        var form = page.form("sign-in").with("do", "connect");
        assertThat(form.submit().status()).isEqualTo(401);
        assertThat(owners("old-" + name)).isEmpty();
    }

    @Test
    @DisplayName("LS16 a changed mail address at the provider moves nobody to another account")
    void changed_mail() {
        String victim = somebody();
        registered(victim, victim + "@people.example");
        String name = somebody();
        signIn(
                Browser.at(gate),
                company,
                person("moves-" + name, name + "@a.example", true).put("preferred_username", name));
        Browser browser = Browser.at(gate);
        signIn(browser, company, person("moves-" + name, victim + "@people.example", true));
        assertThat(isIn(browser, name)).isTrue();
        assertThat(column("SELECT email FROM account WHERE username = $1", name))
                .containsExactly(name + "@a.example");
    }

    @Test
    @DisplayName("an address that is not vouched for gets an account that has to verify it, when its owner says so")
    void new_with_an_unverified_address() {
        String name = somebody();
        Browser browser = Browser.at(gate);
        Page page = signIn(browser, company, person("new-" + name, name + "@new.example", false));
        page.form("register").submit();
        assertThat(isIn(browser, name)).isTrue();
        assertThat(column("SELECT email_verified FROM account WHERE username = $1", name))
                .containsExactly("false");
        assertThat(column("SELECT kind FROM mail WHERE recipient = $1", name + "@new.example"))
                .containsExactly("verify");
    }

    @Test
    @DisplayName("names that are taken get digits, and names of other alphabets or none are something")
    void names() {
        String name = somebody();
        gate.register(name);
        signIn(Browser.at(gate), company, person("taken-" + name).put("preferred_username", name));
        assertThat(owners("taken-" + name).get(0)).matches(name + "-[0-9]{4}");
        signIn(Browser.at(gate), company, person("odd-" + name).put("preferred_username", "日本"));
        assertThat(owners("odd-" + name).get(0)).startsWith("user");
    }

    @Test
    @DisplayName("roles follow the provider's claim at each sign-in, and those that the operator gave stay")
    void roles_follow() {
        String name = somebody();
        JsonObject who = person("roles-" + name).put("preferred_username", name);
        Page first = signIn(Browser.at(gate), company, with(who, "sec-support", "unknown", "sec-editors"));
        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(roles(name)).isEqualTo("customer support editor");
        TestDatabase.on(
                DATABASE.options(), "UPDATE account SET roles = roles || '{auditor}' WHERE username = '" + name + "'");
        signIn(Browser.at(gate), company, with(who, "sec-editors"));
        assertThat(roles(name)).isEqualTo("customer auditor editor");
        signIn(Browser.at(gate), company, who);
        assertThat(roles(name)).isEqualTo("customer auditor");
    }

    @Test
    @DisplayName("the last administrator stays one, and comes in, whatever the provider says")
    void last_administrator() {
        String name = somebody();
        JsonObject who = person("admin-" + name).put("preferred_username", name);
        signIn(Browser.at(gate), company, with(who, "sec-admins"));
        assertThat(roles(name)).isEqualTo("customer admin");
        Browser browser = Browser.at(gate);
        signIn(browser, company, who);
        assertThat(isIn(browser, name)).isTrue();
        assertThat(roles(name)).isEqualTo("customer admin");
    }

    private static JsonObject with(JsonObject who, String... groups) {
        return who.copy().put("realm", new JsonObject().put("groups", OpenIdProvider.list(groups)));
    }

    @Test
    @DisplayName(
            "whoever has set up an authenticator is asked for it after the provider, too; a locked account stays shut")
    void second_factor_and_lock() {
        String name = somebody();
        JsonObject who = person("second-" + name).put("preferred_username", name);
        Browser first = Browser.at(gate);
        signIn(first, company, who);
        Page setup = first.open("/account/authenticator");
        var phone = new Phone(setup.html().replaceAll("(?s).*<code id=\"secret\">(.*?)</code>.*", "$1"));
        setup.form("authenticator").with("code", phone.code(-1)).submit();
        Browser browser = Browser.at(gate);
        Page asked = signIn(browser, company, who);
        assertThat(asked.path()).startsWith("/login/second?");
        assertThat(browser.open("/").text()).doesNotContain("Sign out");
        asked.form("second").with("code", phone.code(0)).submit();
        assertThat(isIn(browser, name)).isTrue();
        TestDatabase.on(DATABASE.options(), "UPDATE account SET locked_at = now() WHERE username = '" + name + "'");
        Page shut = signIn(Browser.at(gate), company, who);
        assertThat(shut.status()).isEqualTo(403);
        assertThat(shut.text()).contains("denied");
    }

    @Test
    @DisplayName("where registration is closed a stranger is told so, and may still connect an account that they have")
    void closed() {
        try (var shut = Gate.open(DATABASE, yaml("closed"))) {
            String name = somebody();
            Browser browser = Browser.at(shut);
            Page page = browser.open(company.agreed(
                    question(browser, "/login", "company"), person("closed-" + name, name + "@x.example", true)));
            assertThat(page.text()).contains("A new account cannot be made with this login");
            assertThat(page.html()).doesNotContain("id=\"register\"");
            assertThat(page.form("sign-in").with("do", "register").submit().status())
                    .isEqualTo(403);
            assertThat(owners("closed-" + name)).isEmpty();
        }
    }

    @Test
    @DisplayName("who may not make an account with a password for their address's sake gets none by a provider either")
    void allowed_domains() {
        try (var house = Gate.open(DATABASE, yaml("open, verify_email: on, allowed_domains: [company.example]"))) {
            String name = somebody();
            Browser far = Browser.at(house);
            Page page = far.open(company.agreed(
                    question(far, "/login", "company"), person("far-" + name, name + "@else.example", true)));
            assertThat(page.text()).contains("A new account cannot be made with this login");
            assertThat(owners("far-" + name)).isEmpty();
            Browser near = Browser.at(house);
            near.open(company.agreed(
                    question(near, "/login", "company"), person("near-" + name, name + "@company.example", true)));
            assertThat(owners("near-" + name)).containsExactly(name);
            assertThat(roles(name)).isEqualTo("customer");
        }
    }

    @Test
    @DisplayName("tokens of the provider are kept under the master key where the file says so, and nowhere else")
    void tokens() {
        String name = somebody();
        signIn(Browser.at(gate), partner, person("kept-" + name).put("preferred_username", name));
        signIn(Browser.at(gate), company, person("not-kept-" + name).put("preferred_username", name));
        String kept = "SELECT encode(wrapped_tokens, 'escape') FROM foreign_identity WHERE subject = $1";
        assertThat(column(kept, "kept-" + name).get(0)).hasSizeGreaterThan(100).doesNotContain("access_token");
        assertThat(column(kept, "not-kept-" + name)).containsExactly("null");
    }

    @Test
    @DisplayName("/account/logins connects and disconnects, never the last way in, and tells the owner")
    void account_page() {
        String name = somebody();
        registered(name, name + "@people.example");
        Browser browser = Browser.at(gate);
        password(browser.open("/login"), name);
        Page empty = browser.open("/account/logins");
        URI question = empty.form("add-company").submit().left().orElseThrow();
        assertThat(OpenIdProvider.fields(question.getRawQuery())).containsEntry("prompt", "login");
        Page added = browser.open(company.agreed(question, person("added-" + name, "other@company.example", true)));
        assertThat(added.text()).contains("The login is connected.", "other@company.example");
        assertThat(owners("added-" + name)).containsExactly(name);

        Browser other = Browser.at(gate);
        String second = somebody();
        signIn(other, partner, person("theirs-" + second).put("preferred_username", second));
        URI again = other.open("/account/logins")
                .form("add-company")
                .submit()
                .left()
                .orElseThrow();
        Page taken = other.open(company.agreed(again, person("added-" + name)));
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.text()).contains("This login belongs to another account");
        assertThat(owners("added-" + name)).containsExactly(name);
        Page theirs = other.open("/account/logins");
        Page last = theirs.form(remove(theirs)).submit();
        assertThat(last.status()).isEqualTo(409);
        assertThat(last.text()).contains("This is the last way into your account");

        Page gone = added.form(remove(added)).submit();
        assertThat(gone.html()).doesNotContain("id=\"remove-");
        assertThat(owners("added-" + name)).isEmpty();
        assertThat(column("SELECT kind FROM mail WHERE recipient = $1 ORDER BY id", name + "@people.example"))
                .containsSubsequence("login-added", "login-removed");
    }

    private static String remove(Page page) {
        return page.html().replaceAll("(?s).*id=\"(remove-[^\"]+)\".*", "$1");
    }

    @Test
    @DisplayName("a login that was asked for in a session that is over is not added to whoever is there then")
    void added_to_nobody_else() {
        String name = somebody();
        gate.register(name);
        String other = somebody();
        gate.register(other);
        Browser browser = Browser.at(gate);
        password(browser.open("/login"), name);
        URI question = browser.open("/account/logins")
                .form("add-company")
                .submit()
                .left()
                .orElseThrow();
        password(browser.open("/login?other=1"), other);
        Page page = browser.open(company.agreed(question, person("swapped-" + name)));
        assertThat(page.status()).isEqualTo(400);
        assertThat(owners("swapped-" + name)).isEmpty();
    }

    @Test
    @DisplayName("without passwords the sign-in page has the providers, and nothing to type")
    void providers_alone() {
        try (var house = Gate.open(
                DATABASE,
                "outbound: {allow: [127.0.0.0/8]}\nlogin:\n  password: off\n" + company.yaml("company", ""))) {
            Page page = Browser.at(house).open("/login");
            assertThat(page.html()).contains("id=\"with-company\"").doesNotContain("type=\"password\"");
            assertThat(page.text()).contains("Continue with company account");
        }
    }

    @Test
    @DisplayName("who has to show once more who they are is asked for it by the provider, too")
    void again() {
        Browser browser = Browser.at(gate);
        URI question = question(browser, AUTHORIZE + "&prompt=login", "company");
        assertThat(OpenIdProvider.fields(question.getRawQuery()))
                .containsAllEntriesOf(Map.of("prompt", "login", "max_age", "0"));
    }

    @Test
    @DisplayName(
            "whom the app expects and what the pages speak is told to the provider; nothing is where nobody said so")
    void hints() {
        URI question =
                question(Browser.at(gate), AUTHORIZE + "&login_hint=ada%40company.example&ui_locales=de", "company");
        assertThat(OpenIdProvider.fields(question.getRawQuery()))
                .containsEntry("login_hint", "ada@company.example")
                .containsEntry("ui_locales", "de")
                .doesNotContainKeys("prompt", "max_age");
        assertThat(OpenIdProvider.fields(
                        question(Browser.at(gate), AUTHORIZE, "company").getRawQuery()))
                .containsEntry("ui_locales", "en")
                .doesNotContainKey("login_hint");
    }
}
