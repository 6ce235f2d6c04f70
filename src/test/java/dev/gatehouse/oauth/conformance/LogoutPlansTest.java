package dev.gatehouse.oauth.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.oauth.conformance.Browser.Stop;
import dev.gatehouse.store.Notices;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The plans RP-Initiated Logout and Back-Channel Logout: sign in, sign out in this way or that, and look whether one is still known. */
final class LogoutPlansTest {
    private static final String BYE = "https://rp.example/post_logout";

    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private static Suite suite;
    private static Outside outside;
    private static RelyingParty rp;
    private static Notices notices;

    private final Browser browser = suite.browser();
    private final JsonObject tokens = rp.tokens(browser, rp.request());

    @BeforeAll
    static void open() {
        suite = new Suite(DB);
        outside = new Outside();
        suite.house.outbound = outside;
        rp = RelyingParty.first(suite);
        notices = Notices.open(suite.house.database);
        suite.house.oauth.backChannel().start(notices);
    }

    @AfterAll
    static void close() {
        TestDatabase.await(suite.house.oauth.backChannel().close());
        TestDatabase.await(notices.close());
    }

    private static String end(String... parameters) {
        var query = new LinkedHashMap<String, String>();
        for (int i = 0; i < parameters.length; i += 2) query.put(parameters[i], parameters[i + 1]);
        return TestHouse.URL + "/oauth/logout" + (query.isEmpty() ? "" : "?" + Browser.encoded(query));
    }

    private String hint() {
        return tokens.getString("id_token");
    }

    private boolean stillKnown() {
        Map<String, String> told =
                browser.open(RelyingParty.url(rp.request("prompt", "none"))).landed();
        if (!told.containsKey("code")) assertThat(told.get("error")).isEqualTo("login_required");
        return told.containsKey("code");
    }

    /** A page of ours that leads nowhere else; pressing what it offers signs out. */
    private void assertPageThatSignsOut(Stop stop) {
        assertThat(stop.isPage()).as(stop.url()).isTrue();
        Stop after = browser.goOn(stop);
        assertThat(after.isPage()).as(after.url()).isTrue();
        assertThat(after.status()).isEqualTo(200);
        assertThat(stillKnown()).isFalse();
    }

    private void assertPageThatLeadsNowhere(Stop stop) {
        assertThat(stop.isPage()).as(stop.url()).isTrue();
        assertThat(browser.goOn(stop).url()).startsWith(TestHouse.URL);
    }

    @Test
    @DisplayName(
            "oidcc-rp-initiated-logout: sign-out with hint, address and state leads back with the state, and nobody is known after it")
    void logout() {
        Stop stop = browser.through(end("id_token_hint", hint(), "post_logout_redirect_uri", BYE, "state", "abc"));
        assertThat(stop.url()).startsWith(BYE);
        assertThat(stop.landed()).containsEntry("state", "abc");
        assertThat(stillKnown()).isFalse();
    }

    @Test
    @DisplayName(
            "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri: an address that was not registered is not gone to")
    void bad_address() {
        assertPageThatLeadsNowhere(browser.open(end(
                "id_token_hint", hint(), "post_logout_redirect_uri", "https://rp.example/elsewhere", "state", "abc")));
    }

    @Test
    @DisplayName("oidcc-rp-initiated-logout-modified-id-token-hint: a hint whose signature is broken leads nowhere")
    void modified_hint() {
        String broken = hint().substring(0, hint().lastIndexOf('.') + 1) + "c2lnbmF0dXJl";
        assertPageThatLeadsNowhere(
                browser.open(end("id_token_hint", broken, "post_logout_redirect_uri", BYE, "state", "abc")));
    }

    @Test
    @DisplayName("oidcc-rp-initiated-logout-no-id-token-hint: an address without a hint is asked about or not gone to")
    void no_hint() {
        Stop stop = browser.open(end("post_logout_redirect_uri", BYE, "state", "abc"));
        assertThat(stop.isPage()).as("a person is asked first").isTrue();
    }

    @Test
    @DisplayName("oidcc-rp-initiated-logout-no-params: sign-out without a word ends at a page of ours, signed out")
    void no_parameters() {
        assertPageThatSignsOut(browser.open(end()));
    }

    @Test
    @DisplayName(
            "oidcc-rp-initiated-logout-no-post-logout-redirect-uri: with a hint alone one ends at a page of ours, signed out")
    void no_address() {
        assertPageThatSignsOut(browser.open(end("id_token_hint", hint(), "state", "abc")));
    }

    @Test
    @DisplayName("oidcc-rp-initiated-logout-no-state: without a state one comes back without one")
    void no_state() {
        Stop stop = browser.through(end("id_token_hint", hint(), "post_logout_redirect_uri", BYE));
        assertThat(stop.url()).isEqualTo(BYE);
        assertThat(stillKnown()).isFalse();
    }

    @Test
    @DisplayName("oidcc-rp-initiated-logout-only-state: with a state alone one ends at a page of ours, signed out")
    void only_state() {
        assertPageThatSignsOut(browser.open(end("state", "abc")));
    }

    @Test
    @DisplayName(
            "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri: the registered address with a query added is not gone to")
    void query_added() {
        assertPageThatLeadsNowhere(browser.open(
                end("id_token_hint", hint(), "post_logout_redirect_uri", BYE + "?foo=bar", "state", "abc")));
    }

    @Test
    @DisplayName("oidcc-rp-initiated-logout-bad-id-token-hint: a hint that is no ID token leads nowhere")
    void bad_hint() {
        assertPageThatLeadsNowhere(
                browser.open(end("id_token_hint", "garbage", "post_logout_redirect_uri", BYE, "state", "abc")));
    }

    @Test
    @DisplayName(
            "oidcc-backchannel-rp-initiated-logout: the app is told by a logout token of its session, and one comes back")
    void back_channel() throws Exception {
        JWTClaimsSet idToken = suite.verified(hint(), rp.id(), "RS256");
        Stop stop = browser.through(end("id_token_hint", hint(), "post_logout_redirect_uri", BYE, "state", "abc"));
        assertThat(stop.landed()).containsEntry("state", "abc");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> outside.told().stream().anyMatch(told -> ofSession(told, idToken.getClaim("sid"))));
        Outside.Told told = outside.told().stream()
                .filter(each -> ofSession(each, idToken.getClaim("sid")))
                .findFirst()
                .orElseThrow();
        assertThat(told.url()).hasToString("https://rp.example/backchannel");
        SignedJWT token = SignedJWT.parse(told.form().get("logout_token"));
        assertThat(token.getHeader().getType().getType()).isEqualTo("logout+jwt");
        JWTClaimsSet claims = suite.verified(told.form().get("logout_token"), rp.id(), "RS256");
        assertThat(claims.getSubject()).isEqualTo(idToken.getSubject());
        assertThat(claims.getJWTID()).isNotBlank();
        assertThat(claims.getClaim("nonce")).isNull();
        assertThat(claims.getJSONObjectClaim("events"))
                .containsOnlyKeys("http://schemas.openid.net/event/backchannel-logout");
        assertThat(stillKnown()).isFalse();
    }

    private static boolean ofSession(Outside.Told told, Object session) {
        try {
            return session.equals(SignedJWT.parse(told.form().get("logout_token"))
                    .getJWTClaimsSet()
                    .getClaim("sid"));
        } catch (ParseException broken) {
            throw new AssertionError(broken);
        }
    }
}
