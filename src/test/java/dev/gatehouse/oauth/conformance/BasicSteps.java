package dev.gatehouse.oauth.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.oauth.conformance.Browser.Stop;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** The steps that modules of the plan Basic are made of, whichever way answers travel. */
abstract class BasicSteps {
    /** What an ID token may say when nothing besides was asked for: a run warns about every other claim. */
    private static final Set<String> USUAL = Set.of(
            "iss", "sub", "aud", "exp", "iat", "nonce", "at_hash", "auth_time", "acr", "amr", "azp", "sid", "jti");

    final Suite suite = suite();
    final RelyingParty rp = RelyingParty.first(suite);

    abstract Suite suite();

    /** What every request says about the way back. */
    abstract String[] mode();

    @AfterEach
    void backToTheWallClock() {
        suite.house.ahead = Duration.ZERO;
    }

    Map<String, String> request(String... more) {
        Map<String, String> request = rp.request(mode());
        for (int i = 0; i < more.length; i += 2) request.put(more[i], more[i + 1]);
        return request;
    }

    Stop sent(Browser browser, Map<String, String> request) {
        Stop stop = browser.through(RelyingParty.url(request));
        assertThat(stop.landed().get("state")).isEqualTo(request.get("state"));
        assertThat(stop.brought().get("iss")).isEqualTo(TestHouse.URL);
        if (mode().length > 0)
            assertThat(stop.url()).as("nothing in the address").doesNotContain("?code");
        return stop;
    }

    JsonObject tokens(Browser browser, Map<String, String> request) {
        return RelyingParty.good(rp.redeem(sent(browser, request).code()));
    }

    JWTClaimsSet idToken(JsonObject tokens) {
        return suite.verified(tokens.getString("id_token"), rp.id(), "RS256");
    }

    JsonObject userInfo(JsonObject tokens) {
        Reply reply = suite.userInfo(tokens.getString("access_token"));
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
        return TestHouse.json(reply);
    }

    /** The whole happy way with that request; what user information says. */
    JsonObject happy(Map<String, String> request) {
        JsonObject tokens = tokens(suite.browser(), request);
        JWTClaimsSet claims = idToken(tokens);
        assertThat(claims.getClaims().keySet()).as("only what was asked for").isSubsetOf(USUAL);
        assertThat(claims.getClaim("nonce")).isEqualTo(request.get("nonce"));
        JsonObject info = userInfo(tokens);
        assertThat(info.getString("sub")).isEqualTo(claims.getSubject());
        return info;
    }

    /** For sessions, whose times are the database's. */
    void timePasses() {
        suite.house.sql("UPDATE session SET auth_time = auth_time - interval '5 seconds'");
    }

    long authTime(JsonObject tokens) {
        try {
            Long told = idToken(tokens).getLongClaim("auth_time");
            assertThat(told).as("auth_time").isNotNull();
            return told;
        } catch (ParseException wrongType) {
            throw new AssertionError(wrongType);
        }
    }

    long claimOr(JsonObject tokens, String name, long otherwise) {
        return idToken(tokens).getClaim(name) instanceof Number told ? told.longValue() : otherwise;
    }
}
