package dev.gatehouse.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.clients.Client;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.signin.BrowserCookie;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class EndSessionTest {
    private static final String BYE = "https://shop.example/bye?from=gate";
    private static final String SETTINGS =
            """
            url: http://localhost:8080
            scopes: { "data:read": See your data }
            clients:
              shop:
                type: web
                name: Example Shop
                secret: shop-secret-shop-secret
                home: https://shop.example/
                redirect: [https://shop.example/callback]
                logout: ["https://shop.example/bye?from=gate"]
                scopes: [openid]
              other:
                type: web
                secret: other-secret-other-secret
                redirect: [https://other.example/callback]
                logout: [https://other.example/bye]
                scopes: [openid]
              paired:
                type: web
                secret: paired-secret-paired-secret
                subject: pairwise
                redirect: [https://paired.example/callback]
                logout: [https://paired.example/bye]
                scopes: [openid]
            """;
    private static final SecureRandom RANDOM = new SecureRandom();

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private String alice;
    private BrowserCookie cookie;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.config = TestYaml.config(SETTINGS);
        house.has("alice", "zebra lamp forty");
        alice = house.sql("SELECT id FROM account").get(0).getString("id");
        cookie = signedIn("session-1");
    }

    @Test
    @DisplayName("OpenID Connect RP-Initiated Logout §2, §3: an ID token of the session signs out at once and leads on")
    void an_id_token_of_the_session_signs_out_at_once() {
        Reply reply = get(Map.of(
                "id_token_hint", idToken("shop", "session-1"), "post_logout_redirect_uri", BYE, "state", "a b&c"));
        assertThat(reply.status()).isEqualTo(303);
        assertThat(location(reply)).contains(BYE + "&state=a+b%26c");
        assertThat(header(reply, "Set-Cookie"))
                .get()
                .asString()
                .startsWith("gh=;")
                .contains("Max-Age=0");
        assertThat(ended("session-1")).isTrue();
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'logged_out'"))
                .hasSize(1);
        assertThat(house.sql("SELECT 1 FROM revocation WHERE kind = 'session' AND value = 'session-1'"))
                .hasSize(1);
    }

    @Test
    @DisplayName("RP-Initiated Logout §2: an expired ID token is as good as another")
    void an_expired_hint_is_taken() {
        String old = idToken(Map.of("sid", "session-1", "aud", "shop", "exp", 1L, "iat", 1L));
        assertThat(get(Map.of("id_token_hint", old)).status()).isEqualTo(200);
        assertThat(ended("session-1")).isTrue();
    }

    @Test
    @DisplayName("RP-Initiated Logout §3: without a redirect the page says that it is done")
    void without_a_redirect_there_is_a_page() {
        Reply reply = get(Map.of("id_token_hint", idToken("shop", "session-1"), "ui_locales", "de"));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(location(reply)).isEmpty();
        assertThat(reply.body().toString()).contains("Sie sind abgemeldet").contains("https://shop.example/");
    }

    @Test
    @DisplayName("LS18 a redirect that is not registered to the letter is not followed")
    void a_redirect_that_is_not_registered_is_not_followed() {
        for (String wrong : new String[] {
            "https://shop.example/bye",
            BYE + "&more=1",
            BYE + "/",
            "https://SHOP.example/bye?from=gate",
            "https://evil.example/",
            "javascript:alert(1)",
            "https://other.example/bye"
        }) {
            cookie = signedIn("session-" + wrong.hashCode());
            Reply reply = get(Map.of(
                    "id_token_hint",
                    idToken("shop", "session-" + wrong.hashCode()),
                    "post_logout_redirect_uri",
                    wrong));
            assertThat(location(reply)).as(wrong).isEmpty();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body().toString()).contains("You are signed out").doesNotContain(wrong);
        }
    }

    @Test
    @DisplayName("LS18 a hint without a signature, forged, or another client's leads nowhere and asks first")
    void a_hint_that_is_not_ours_leads_nowhere() {
        String ours = idToken("shop", "session-1");
        String unsigned = part("{\"alg\":\"none\",\"typ\":\"JWT\"}") + '.' + ours.split("\\.", -1)[1] + '.';
        String changed = ours.substring(0, ours.length() - 6) + "AAAAAA";
        String access = house.tokens
                .mint()
                .sign(
                        "logout+jwt",
                        new JsonObject()
                                .put("iss", TestHouse.URL)
                                .put("aud", "shop")
                                .put("sid", "session-1"),
                        JwsAlgorithm.RS256);
        for (String hint : new String[] {unsigned, changed, access, "garbage", "a.b.c"}) {
            Reply reply = get(Map.of("id_token_hint", hint, "client_id", "shop", "post_logout_redirect_uri", BYE));
            assertThat(location(reply)).as(hint).isEmpty();
            assertThat(reply.body().toString()).contains("Sign out?");
            assertThat(ended("session-1")).isFalse();
        }
        Reply mixed = get(Map.of(
                "id_token_hint", ours, "client_id", "other", "post_logout_redirect_uri", "https://other.example/bye"));
        assertThat(location(mixed)).isEmpty();
        assertThat(ended("session-1")).isFalse();
    }

    @Test
    @DisplayName("LS18 a hint about another session or person asks first")
    void a_hint_about_somebody_else_asks_first() {
        Reply reply = get(Map.of("id_token_hint", idToken("shop", "session-2"), "post_logout_redirect_uri", BYE));
        assertThat(reply.body().toString()).contains("Sign out?").contains("Example Shop asks to sign you out");
        assertThat(ended("session-1")).isFalse();
    }

    @Test
    @DisplayName("RP-Initiated Logout §2: without a hint the person is asked, and led on when they agree")
    void without_a_hint_the_person_is_asked() {
        Reply page = get(Map.of("client_id", "shop", "post_logout_redirect_uri", BYE, "state", "\"><script>"));
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body().toString())
                .contains("Sign out?")
                .contains("alice")
                .doesNotContain("\"><script>");
        assertThat(header(page, "Content-Security-Policy")).get().asString().contains("https://shop.example");
        assertThat(ended("session-1")).isFalse();
        Reply done = post(fields(page, "yes"));
        assertThat(done.status()).isEqualTo(303);
        assertThat(location(done)).contains(BYE + "&state=%22%3E%3Cscript%3E");
        assertThat(ended("session-1")).isTrue();
    }

    @Test
    @DisplayName("RP-Initiated Logout §2: who stays, stays")
    void who_stays_stays() {
        Reply page = get(Map.of("client_id", "shop", "post_logout_redirect_uri", BYE));
        Reply stayed = post(fields(page, "no"));
        assertThat(stayed.body().toString()).contains("You are still signed in");
        assertThat(header(stayed, "Set-Cookie")).isEmpty();
        assertThat(ended("session-1")).isFalse();
    }

    @Test
    @DisplayName("class 32: a form of another page signs nobody out")
    void a_foreign_form_signs_nobody_out() {
        var fields = new LinkedHashMap<>(fields(get(Map.of("client_id", "shop")), "yes"));
        fields.put("proof", "A".repeat(43));
        assertThat(post(fields).status()).isEqualTo(403);
        BrowserCookie another = signedIn("session-2");
        var foreign = fields(get(Map.of("client_id", "shop")), "yes");
        cookie = another;
        assertThat(post(foreign).status()).isEqualTo(403);
        assertThat(ended("session-1")).isFalse();
        assertThat(ended("session-2")).isFalse();
    }

    @Test
    @DisplayName("class 32: without client and hint nobody is led anywhere")
    void without_client_and_hint_nobody_is_led_anywhere() {
        Reply page = get(Map.of("post_logout_redirect_uri", BYE, "state", "x"));
        assertThat(page.body().toString()).contains("Sign out?");
        Reply done = post(fields(page, "yes"));
        assertThat(location(done)).isEmpty();
        assertThat(done.body().toString()).contains("You are signed out");
        assertThat(ended("session-1")).isTrue();
    }

    @Test
    @DisplayName(
            "RP-Initiated Logout §2: a POST from another site comes again by GET, where the browser shows its cookie")
    void a_post_from_elsewhere_comes_again() {
        String hint = idToken("shop", "session-1");
        Reply reply = post(Map.of("id_token_hint", hint, "post_logout_redirect_uri", BYE));
        assertThat(reply.status()).isEqualTo(303);
        assertThat(location(reply).orElseThrow()).startsWith("/oauth/logout?id_token_hint=");
        String query = location(reply).orElseThrow().substring("/oauth/logout?".length());
        assertThat(location(ask("GET", "/oauth/logout", query, Buffer.buffer())))
                .contains(BYE);
        assertThat(ended("session-1")).isTrue();
    }

    @Test
    @DisplayName("RP-Initiated Logout §2: who is signed out already is led on")
    void who_is_signed_out_already_is_led_on() {
        String hint = idToken("shop", "session-1");
        get(Map.of("id_token_hint", hint));
        assertThat(location(get(Map.of("id_token_hint", hint, "post_logout_redirect_uri", BYE))))
                .contains(BYE);
    }

    @Test
    @DisplayName("OpenID Connect Core §8.1: a pairwise client's hint is about its own subject")
    void a_pairwise_hint_is_understood() {
        Client paired = TestDatabase.await(house.house.clients().find(new ClientId("paired")))
                .orElseThrow();
        String subject = new Subjects(house.house).of(paired, new UserId(alice));
        assertThat(subject).isNotEqualTo(alice);
        String hint = idToken(Map.of("aud", "paired", "sub", subject));
        assertThat(get(Map.of("id_token_hint", hint)).body().toString()).contains("You are signed out");
        assertThat(ended("session-1")).isTrue();
    }

    @Test
    void people_sign_out_on_a_page_of_their_own() {
        Reply page = ask("GET", "/logout", "", Buffer.buffer());
        assertThat(page.body().toString()).contains("Sign out?").contains("action=\"/logout\"");
        Reply done = ask("POST", "/logout", "", form(fields(page, "yes")));
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.body().toString()).contains("You are signed out");
        assertThat(ended("session-1")).isTrue();
        assertThat(ask("GET", "/logout", "", Buffer.buffer()).body().toString()).contains("You are signed out");
    }

    private BrowserCookie signedIn(String session) {
        var fresh = BrowserCookie.fresh(RANDOM);
        house.sql(
                "INSERT INTO session (id, account_id, expires_at, cookie_hash) VALUES ($1, $2, now() + interval '1 hour', $3)",
                session,
                alice,
                fresh.hash());
        return fresh;
    }

    private boolean ended(String session) {
        return !house.sql("SELECT 1 FROM session WHERE id = $1 AND ended_at IS NOT NULL", session)
                .isEmpty();
    }

    private String idToken(String client, String session) {
        return idToken(Map.of("aud", client, "sid", session));
    }

    private String idToken(Map<String, Object> claims) {
        long now = Instant.now().getEpochSecond();
        var all = new JsonObject()
                .put("iss", TestHouse.URL)
                .put("sub", alice)
                .put("iat", now)
                .put("exp", now + 60)
                .put("nonce", RandomText.of(RANDOM, 8));
        claims.forEach(all::put);
        return house.tokens.mint().sign("JWT", all, JwsAlgorithm.RS256);
    }

    private Reply get(Map<String, String> parameters) {
        return ask("GET", "/oauth/logout", form(parameters).toString(), Buffer.buffer());
    }

    private Reply post(Map<String, String> fields) {
        return ask("POST", "/oauth/logout", "", form(fields));
    }

    private Reply ask(String method, String path, String query, Buffer body) {
        var headers =
                new LinkedHashMap<>(Map.of("Cookie", "gh=" + cookie.value().reveal(), "Accept", "text/html"));
        if (method.equals("POST")) headers.put("Content-Type", "application/x-www-form-urlencoded");
        Call call = TestHouse.call(method, path, headers, body, "127.0.0.1");
        return TestDatabase.await(house.endpoints.answer(
                new Call(method, path, query, call.headers(), body, call.clientAddress(), call.requestId())));
    }

    private static Buffer form(Map<String, String> fields) {
        return Buffer.buffer(fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&")));
    }

    /** What a browser would send with the page's form. */
    private static Map<String, String> fields(Reply page, String answer) {
        var fields = new LinkedHashMap<String, String>();
        Matcher hidden = Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")
                .matcher(page.body().toString());
        while (hidden.find())
            fields.put(
                    hidden.group(1),
                    hidden.group(2)
                            .replace("&#34;", "\"")
                            .replace("&lt;", "<")
                            .replace("&gt;", ">")
                            .replace("&amp;", "&"));
        fields.put("logout", answer);
        return fields;
    }

    private static Optional<String> location(Reply reply) {
        return header(reply, "Location");
    }

    private static Optional<String> header(Reply reply, String name) {
        return reply.headers().stream()
                .filter(field -> field.getKey().equals(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
