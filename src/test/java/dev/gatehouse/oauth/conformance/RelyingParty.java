package dev.gatehouse.oauth.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** An app with a secret, as the OpenID Connect plans have it: sends browsers, redeems codes. Each request is new. */
record RelyingParty(Suite suite, String id, String secret, String redirect, boolean inForm) {
    static RelyingParty first(Suite suite) {
        return new RelyingParty(suite, "rp", Suite.SECRET, "https://rp.example/callback", false);
    }

    static RelyingParty second(Suite suite) {
        return new RelyingParty(suite, "rp2", Suite.SECRET, "https://rp2.example/callback", false);
    }

    /** The same, with its secret in the form. */
    RelyingParty postingSecret() {
        return new RelyingParty(suite, id, secret, redirect, true);
    }

    RelyingParty at(String other) {
        return new RelyingParty(suite, id, secret, other, inForm);
    }

    /** A registration's answer becomes a party. */
    static RelyingParty of(Suite suite, JsonObject registered) {
        return new RelyingParty(
                suite,
                registered.getString("client_id"),
                registered.getString("client_secret"),
                registered.getJsonArray("redirect_uris").getString(0),
                false);
    }

    /** What a plain request says; a test puts more or takes away. */
    Map<String, String> request(String... more) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("response_type", "code");
        parameters.put("client_id", id);
        parameters.put("redirect_uri", redirect);
        parameters.put("scope", "openid");
        parameters.put("state", UUID.randomUUID().toString());
        parameters.put("nonce", UUID.randomUUID().toString());
        for (int i = 0; i < more.length; i += 2) parameters.put(more[i], more[i + 1]);
        return parameters;
    }

    static String url(Map<String, String> request) {
        return TestHouse.URL + "/oauth/authorize?" + Browser.encoded(request);
    }

    Reply token(Map<String, String> form) {
        var fields = new LinkedHashMap<>(form);
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        if (inForm) {
            fields.put("client_id", id);
            fields.put("client_secret", secret);
        } else headers.put("Authorization", "Basic " + basic());
        return suite.ask("POST", "/oauth/token", headers, Browser.encoded(fields));
    }

    Reply redeem(String code, String... more) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", redirect);
        for (int i = 0; i < more.length; i += 2) form.put(more[i], more[i + 1]);
        return token(form);
    }

    Reply refresh(String refreshToken) {
        return token(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
    }

    /** What a token answer says; looks at everything about it that no module lets pass (RFC 6749 §5.1). */
    static JsonObject good(Reply reply) {
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
        assertThat(Browser.header(reply, "Content-Type").orElse("")).startsWith("application/json");
        assertThat(Browser.header(reply, "Cache-Control").orElse("")).contains("no-store");
        JsonObject tokens = TestHouse.json(reply);
        assertThat(tokens.getString("access_token")).isNotBlank();
        assertThat(tokens.getString("token_type")).isIn("Bearer", "DPoP");
        assertThat(tokens.getInteger("expires_in")).isPositive();
        return tokens;
    }

    /** A browser that goes the whole way; what the app gets. */
    JsonObject tokens(Browser browser, Map<String, String> request) {
        return good(redeem(browser.through(url(request)).code()));
    }

    Instant now() {
        return Instant.now().plus(suite.house.ahead);
    }

    private String basic() {
        return Base64.getEncoder().encodeToString((id + ":" + encoded(secret)).getBytes(StandardCharsets.US_ASCII));
    }

    /** RFC 6749 §2.3.1 has both parts form-encoded. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.US_ASCII);
    }
}
