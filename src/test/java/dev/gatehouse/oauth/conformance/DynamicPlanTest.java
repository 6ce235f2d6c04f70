package dev.gatehouse.oauth.conformance;

import static dev.gatehouse.oauth.conformance.Suite.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.oauth.conformance.Browser.Stop;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The plan Dynamic: every module registers an app of its own first, which then goes the way that the module is about. */
final class DynamicPlanTest {
    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private static final AtomicInteger APPS = new AtomicInteger();
    private static Suite suite;
    private static Outside outside;

    @BeforeAll
    static void open() {
        suite = new Suite(DB);
        outside = new Outside();
        suite.house.outbound = outside;
    }

    static Reply register(Suite suite, JsonObject metadata) {
        return suite.ask("POST", "/oauth/register", Map.of("Content-Type", "application/json"), metadata.encode());
    }

    private static JsonObject metadata() {
        return new JsonObject()
                .put("redirect_uris", List.of("https://app" + APPS.incrementAndGet() + ".example/callback"))
                .put("client_name", "An app of the moment")
                .put("response_types", List.of("code"))
                .put("grant_types", List.of("authorization_code", "refresh_token"))
                .put("contacts", List.of("certification@example.com"));
    }

    private static JsonObject registered(JsonObject metadata) {
        Reply reply = register(suite, metadata);
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(201);
        assertThat(Browser.header(reply, "Cache-Control").orElse("")).contains("no-store");
        JsonObject told = TestHouse.json(reply);
        assertThat(told.getString("client_id")).isNotBlank();
        assertThat(told.getString("registration_access_token")).isNotBlank();
        return told;
    }

    private static RelyingParty app(JsonObject metadata) {
        return RelyingParty.of(suite, registered(metadata));
    }

    /** An app that signs with its own keys. */
    private static JsonObject signing() {
        return metadata().put("token_endpoint_auth_method", "private_key_jwt").put("jwks", new JsonObject(Keys.PUBLIC));
    }

    private static Reply redeemSigned(RelyingParty app, String code, String assertion) {
        return signed(
                app,
                assertion,
                Map.of("grant_type", "authorization_code", "code", code, "redirect_uri", app.redirect()));
    }

    private static Reply signed(RelyingParty app, String assertion, Map<String, String> form) {
        var fields = new LinkedHashMap<>(form);
        fields.put("client_assertion", assertion);
        fields.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        return suite.ask(
                "POST",
                "/oauth/token",
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                Browser.encoded(fields));
    }

    @Test
    @DisplayName("oidcc-idtoken-rs256: who registers for RS256 gets ID tokens by RS256")
    void idtoken_rs256() {
        RelyingParty app = app(metadata().put("id_token_signed_response_alg", "RS256"));
        JsonObject tokens = app.tokens(suite.browser(), app.request());
        suite.verified(tokens.getString("id_token"), app.id(), "RS256");
    }

    @Test
    @DisplayName("oidcc-idtoken-unsigned: unsigned ID tokens are not offered, and nobody can register for them")
    void idtoken_unsigned() {
        assertThat(suite.discovery().getJsonArray("id_token_signing_alg_values_supported"))
                .doesNotContain("none");
        assertRefused(
                register(suite, metadata().put("id_token_signed_response_alg", "none")),
                400,
                "invalid_client_metadata");
    }

    @Test
    @DisplayName(
            "oidcc-userinfo-rs256: who registers for it gets user information as a JWT signed by RS256, with iss and aud")
    void userinfo_rs256() throws Exception {
        RelyingParty app = app(metadata().put("userinfo_signed_response_alg", "RS256"));
        JsonObject tokens = app.tokens(suite.browser(), app.request());
        Reply reply = suite.userInfo(tokens.getString("access_token"));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(Browser.header(reply, "Content-Type").orElse("")).startsWith("application/jwt");
        var jwt = SignedJWT.parse(reply.body().toString());
        assertThat(jwt.getHeader().getAlgorithm().getName()).isEqualTo("RS256");
        assertThat(jwt.getJWTClaimsSet().getIssuer()).isEqualTo(TestHouse.URL);
        assertThat(jwt.getJWTClaimsSet().getAudience()).containsExactly(app.id());
        assertThat(jwt.getJWTClaimsSet().getSubject())
                .isEqualTo(suite.verified(tokens.getString("id_token"), app.id(), "RS256")
                        .getSubject());
    }

    @Test
    @DisplayName(
            "oidcc-ensure-redirect-uri-in-authorization-request: an OpenID request without redirect_uri gets a page of ours")
    void redirect_uri_missing() {
        RelyingParty app = app(metadata());
        Map<String, String> request = app.request();
        request.remove("redirect_uri");
        Stop stop = suite.browser().open(RelyingParty.url(request));
        assertThat(stop.isPage()).isTrue();
        assertThat(stop.status()).isEqualTo(400);
    }

    @Test
    @DisplayName("oidcc-redirect-uri-query-OK: a registered redirect with a query keeps it, and the answer is added")
    void redirect_uri_query_ok() {
        String redirect = "https://query.example/callback?foo=bar";
        RelyingParty app = app(metadata().put("redirect_uris", List.of(redirect)));
        Stop stop = suite.browser().through(RelyingParty.url(app.request()));
        assertThat(stop.url()).startsWith("https://query.example/callback?");
        assertThat(stop.brought()).containsEntry("foo", "bar").containsKeys("code", "state", "iss");
    }

    @Test
    @DisplayName("oidcc-redirect-uri-query-mismatch: another query than the registered one gets a page of ours")
    void redirect_uri_query_mismatch() {
        RelyingParty app = app(metadata().put("redirect_uris", List.of("https://query.example/callback?foo=bar")));
        Stop stop = suite.browser()
                .open(RelyingParty.url(
                        app.at("https://query.example/callback?foo=baz").request()));
        assertThat(stop.isPage()).isTrue();
        assertThat(stop.status()).isEqualTo(400);
    }

    @Test
    @DisplayName("oidcc-redirect-uri-query-added: a query where none was registered gets a page of ours")
    void redirect_uri_query_added() {
        RelyingParty app = app(metadata());
        Stop stop = suite.browser()
                .open(RelyingParty.url(app.at(app.redirect() + "?foo=bar").request()));
        assertThat(stop.isPage()).isTrue();
        assertThat(stop.status()).isEqualTo(400);
    }

    @Test
    @DisplayName("oidcc-redirect-uri-regfrag: nobody registers a redirect with a fragment")
    void redirect_uri_regfrag() {
        assertRefused(
                register(suite, metadata().put("redirect_uris", List.of("https://frag.example/callback#foobar"))),
                400,
                "invalid_redirect_uri");
    }

    @Test
    @DisplayName("oidcc-registration-logo-uri: the picture that an app registers is shown where people are asked")
    void registration_logo_uri() {
        String url = "https://logo.example/logo.png";
        outside.publish(url, "GIF89a, and so on");
        RelyingParty app = app(metadata()
                .put("redirect_uris", List.of("https://logo.example/callback"))
                .put("logo_uri", url));
        Browser browser = suite.browser();
        Stop consent = browser.signIn(browser.open(RelyingParty.url(app.request())));
        assertThat(consent.html()).contains("<img src=\"/consent/picture?flow=").doesNotContain(url);
        assertThat(outside.asked()).doesNotContain(URI.create(url));
        Stop picture = browser.open(consent.html().replaceFirst("(?s).*<img src=\"(/consent/picture[^\"]*)\".*", "$1"));
        assertThat(picture.html()).isEqualTo("GIF89a, and so on");
        assertThat(outside.asked()).contains(URI.create(url));
        RelyingParty.good(app.redeem(browser.goOn(consent).code()));
    }

    @Test
    @DisplayName("oidcc-registration-policy-uri: so is the link to its policy")
    void registration_policy_uri() {
        shown("policy_uri", "https://policy.example/policy");
    }

    @Test
    @DisplayName("oidcc-registration-tos-uri: so is the link to its terms")
    void registration_tos_uri() {
        shown("tos_uri", "https://terms.example/terms");
    }

    private void shown(String member, String url) {
        String host = URI.create(url).getHost();
        RelyingParty app = app(metadata()
                .put("redirect_uris", List.of("https://" + host + "/callback"))
                .put(member, url));
        Browser browser = suite.browser();
        Stop consent = browser.signIn(browser.open(RelyingParty.url(app.request())));
        assertThat(Browser.offers(consent, "Allow")).as(consent.html()).isTrue();
        assertThat(consent.html()).contains(url);
        RelyingParty.good(app.redeem(browser.goOn(consent).code()));
    }

    @Test
    @DisplayName("oidcc-registration-jwks-uri: keys may be published at a URL, where they are looked up")
    void registration_jwks_uri() {
        outside.publish("https://keys.example/jwks.json", Keys.PUBLIC);
        RelyingParty app = app(metadata()
                .put("redirect_uris", List.of("https://keys.example/callback"))
                .put("token_endpoint_auth_method", "private_key_jwt")
                .put("jwks_uri", "https://keys.example/jwks.json"));
        String code = suite.browser().through(RelyingParty.url(app.request())).code();
        RelyingParty.good(redeemSigned(app, code, Keys.assertion(app.id(), app.now(), claims -> claims)));
    }

    @Test
    @DisplayName(
            "oidcc-registration-sector-uri: redirects that a sector's document lists are taken, and people get a sub of that sector")
    void registration_sector_uri() {
        outside.publish(
                "https://sector.example/redirects.json",
                "[\"https://one.example/callback\", \"https://two.example/callback\"]");
        RelyingParty one = sector("https://one.example/callback");
        RelyingParty two = sector("https://two.example/callback");
        Browser browser = suite.browser();
        String first = sub(one, browser);
        assertThat(sub(two, browser)).as("the same sector").isEqualTo(first);
        RelyingParty open = app(metadata());
        assertThat(sub(open, browser)).as("a public sub").isNotEqualTo(first);
    }

    private static RelyingParty sector(String redirect) {
        return app(metadata()
                .put("redirect_uris", List.of(redirect))
                .put("subject_type", "pairwise")
                .put("sector_identifier_uri", "https://sector.example/redirects.json"));
    }

    private static String sub(RelyingParty app, Browser browser) {
        return suite.verified(app.tokens(browser, app.request()).getString("id_token"), app.id(), "RS256")
                .getSubject();
    }

    @Test
    @DisplayName("oidcc-registration-sector-bad: redirects that the sector's document does not list are refused")
    void registration_sector_bad() {
        outside.publish("https://bad-sector.example/redirects.json", "[\"https://one.example/callback\"]");
        assertRefused(
                register(
                        suite,
                        metadata()
                                .put("subject_type", "pairwise")
                                .put("sector_identifier_uri", "https://bad-sector.example/redirects.json")),
                400,
                "invalid_client_metadata");
    }

    @Test
    @DisplayName(
            "oidcc-refresh-token-rp-key-rotation: an app that replaced its keys is known by the new ones, also for a refresh token of before")
    void rp_key_rotation() {
        String at = "https://rotating.example/jwks.json";
        outside.publish(at, Keys.PUBLIC);
        RelyingParty app = app(metadata()
                .put("redirect_uris", List.of("https://rotating.example/callback"))
                .put("token_endpoint_auth_method", "private_key_jwt")
                .put("scope", "openid offline_access")
                .put("jwks_uri", at));
        String code = suite.browser()
                .through(RelyingParty.url(app.request("scope", "openid offline_access", "prompt", "consent")))
                .code();
        JsonObject tokens = RelyingParty.good(redeemSigned(app, code, Keys.assertion(app.id(), app.now(), c -> c)));
        ECKey next = Keys.ec("ec-2");
        outside.publish(at, new JWKSet(next.toPublicJWK()).toString(true));
        Reply refreshed = signed(
                app,
                Keys.assertionBy(next, app.id(), app.now()),
                Map.of("grant_type", "refresh_token", "refresh_token", tokens.getString("refresh_token")));
        RelyingParty.good(refreshed);
    }

    @Test
    @DisplayName(
            "oidcc-request-uri-unsigned: requests are not fetched; the answer says that this is not supported, and nothing is asked for")
    void request_uri_unsigned() {
        assertNotFetched("https://app.example/unsigned.jwt");
    }

    @Test
    @DisplayName("oidcc-request-uri-signed-rs256: nor are signed ones; they travel by value or are pushed")
    void request_uri_signed() {
        assertNotFetched("https://app.example/signed.jwt");
    }

    private void assertNotFetched(String requestUri) {
        RelyingParty app = app(metadata().put("request_uris", List.of(requestUri)));
        Map<String, String> told = suite.browser()
                .through(RelyingParty.url(app.request("request_uri", requestUri)))
                .landed();
        assertThat(told.get("error")).isEqualTo("request_uri_not_supported");
        assertThat(outside.asked()).noneMatch(url -> url.toString().equals(requestUri));
    }

    @Test
    @DisplayName(
            "oidcc-ensure-client-assertion-with-iss-aud-succeeds: an assertion whose audience is the issuer is taken")
    void assertion_with_issuer_as_audience() {
        RelyingParty app = app(signing());
        String code = suite.browser().through(RelyingParty.url(app.request())).code();
        RelyingParty.good(redeemSigned(app, code, Keys.assertion(app.id(), app.now(), claims -> claims)));
    }
}
