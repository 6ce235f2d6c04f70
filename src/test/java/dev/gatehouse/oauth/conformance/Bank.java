package dev.gatehouse.oauth.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** A client as FAPI 2.0 has it: pushes its requests, signs its assertions, binds its tokens to {@code key}. */
record Bank(Suite suite, String id, String redirect, ECKey key) {
    static final String VERIFIER = "a-verifier-of-forty-three-characters-or-more-0123456789";

    static Bank first(Suite suite) {
        return new Bank(suite, "bank", "https://bank.example/callback", Keys.ec("proof"));
    }

    static Bank second(Suite suite) {
        return new Bank(suite, "bank2", "https://bank2.example/callback", Keys.ec("proof"));
    }

    Bank with(ECKey other) {
        return new Bank(suite, id, redirect, other);
    }

    Map<String, String> request(String... more) {
        var request = new LinkedHashMap<String, String>();
        request.put("response_type", "code");
        request.put("client_id", id);
        request.put("redirect_uri", redirect);
        request.put("scope", "openid");
        request.put("state", UUID.randomUUID().toString());
        request.put("nonce", UUID.randomUUID().toString());
        request.put("code_challenge", Keys.s256(VERIFIER));
        request.put("code_challenge_method", "S256");
        for (int i = 0; i < more.length; i += 2) request.put(more[i], more[i + 1]);
        return request;
    }

    Instant now() {
        return Instant.now().plus(suite.house.ahead);
    }

    String assertion(UnaryOperator<JWTClaimsSet.Builder> bent) {
        return Keys.assertion(id, now(), bent);
    }

    /** Pushes with a good assertion and without a proof. */
    Reply push(Map<String, String> request) {
        return push(request, assertion(claims -> claims), Optional.empty());
    }

    Reply push(Map<String, String> request, String assertion, Optional<String> proof) {
        return form("/oauth/par", signedBy(assertion, request), proof);
    }

    String requestUri(Map<String, String> request) {
        return requestUri(push(request));
    }

    static String requestUri(Reply pushed) {
        assertThat(pushed.status()).as(pushed.body().toString()).isEqualTo(201);
        JsonObject told = TestHouse.json(pushed);
        assertThat(told.getInteger("expires_in")).isBetween(5, 600);
        return told.getString("request_uri");
    }

    /** What a browser opens: nothing but who and which request. */
    String url(String requestUri) {
        return RelyingParty.url(Map.of("client_id", id, "request_uri", requestUri));
    }

    String code(Browser browser, Map<String, String> request) {
        Browser.Stop stop = browser.through(url(requestUri(request)));
        assertThat(stop.landed().get("iss")).isEqualTo(TestHouse.URL);
        return stop.code();
    }

    String proof(String url, UnaryOperator<JWTClaimsSet.Builder> bent) {
        return Keys.proof(key, "POST", url, now(), bent);
    }

    Map<String, String> redeeming(String code) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", redirect);
        form.put("code_verifier", VERIFIER);
        return form;
    }

    Reply redeem(String code) {
        return token(redeeming(code), assertion(claims -> claims), claims -> claims);
    }

    /** Asks again with the nonce, where the house wants one in the proof (RFC 9449 §8). */
    Reply token(Map<String, String> form, String assertion, UnaryOperator<JWTClaimsSet.Builder> bent) {
        Reply first = form("/oauth/token", signedBy(assertion, form), Optional.of(proof("/oauth/token", bent)));
        Optional<String> nonce = wantsNonce(first);
        if (nonce.isEmpty()) return first;
        return form(
                "/oauth/token",
                signedBy(assertion(claims -> claims), form),
                Optional.of(proof("/oauth/token", claims -> bent.apply(claims.claim("nonce", nonce.get())))));
    }

    Reply form(String path, Map<String, String> fields, Optional<String> proof) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        proof.ifPresent(value -> headers.put("DPoP", value));
        return suite.ask("POST", path, headers, Browser.encoded(fields));
    }

    static Map<String, String> signedBy(String assertion, Map<String, String> form) {
        var fields = new LinkedHashMap<>(form);
        fields.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        fields.put("client_assertion", assertion);
        return fields;
    }

    JsonObject tokens(Browser browser, Map<String, String> request) {
        return RelyingParty.good(redeem(code(browser, request)));
    }

    Reply userInfo(String accessToken, String scheme, UnaryOperator<JWTClaimsSet.Builder> bent) {
        Reply first = userInfoOnce(accessToken, scheme, bent);
        Optional<String> nonce = wantsNonce(first);
        if (nonce.isEmpty()) return first;
        return userInfoOnce(accessToken, scheme, claims -> bent.apply(claims.claim("nonce", nonce.get())));
    }

    private Reply userInfoOnce(String accessToken, String scheme, UnaryOperator<JWTClaimsSet.Builder> bent) {
        String proof = Keys.proof(
                key,
                "GET",
                "/oauth/userinfo",
                now(),
                claims -> bent.apply(claims.claim("ath", Keys.s256(accessToken))));
        return suite.ask(
                "GET", "/oauth/userinfo", Map.of("Authorization", scheme + " " + accessToken, "DPoP", proof), "");
    }

    private static Optional<String> wantsNonce(Reply reply) {
        boolean asked = reply.body().toString().contains("use_dpop_nonce")
                || Browser.header(reply, "WWW-Authenticate").orElse("").contains("use_dpop_nonce");
        return asked ? Browser.header(reply, "DPoP-Nonce") : Optional.empty();
    }
}
