package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a token says of a person, in tokens that are made from it. */
final class HandedOnClaimsTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final String URL = "http://localhost:8080";
    private static final String REPORTS = "https://reports.example";
    private static final String CALLBACK = "https://shop.example.com/callback";
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static final String ORDERS = basic("orders", "orders-secret-orders-secret");

    private static Gate gate;
    private static Gate withoutLevel;
    private static People people;

    @BeforeAll
    static void open() {
        gate = Gate.open(DATABASE, yaml("tenant: user.tenant, level: user.level, mail: user.email"));
        withoutLevel = Gate.open(DATABASE, yaml("tenant: user.tenant"));
        people = new People(gate, DATABASE);
    }

    private static String yaml(String claims) {
        return """
                url: %s
                accounts: {registration: open}
                tokens: {claims: {%s}}
                scopes: {data:read: See your data}
                apis:
                  reports: {path: /reports, upstream: "http://127.0.0.1:9", audience: "%s", routes: {"GET /**": login}}
                clients:
                  shop: {type: spa, redirect: [%s], scopes: [profile, openid]}
                  orders:
                    type: service
                    secret: orders-secret-orders-secret
                    scopes: [data:read]
                    grants: [client_credentials, token_exchange]
                    exchange: {audiences: [%s, %s]}
                """
                .formatted(URL, claims, REPORTS, CALLBACK, URL, REPORTS);
    }

    @AfterAll
    static void close() {
        withoutLevel.close();
        gate.close();
    }

    private static String basic(String client, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    private static String somebody(String attributes) {
        String name = people.somebodyWithMail();
        people.sql("UPDATE account SET attributes = $2::text::jsonb WHERE username = $1", name, attributes);
        return name;
    }

    private static HttpResponse<String> exchange(Gate at, String token) {
        return at.postForm(
                "/oauth/token",
                "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=" + token
                        + "&subject_token_type=urn:ietf:params:oauth:token-type:access_token&audience="
                        + encoded(REPORTS),
                "Authorization",
                ORDERS);
    }

    private static JsonObject exchanged(Gate at, String token) {
        var answer = exchange(at, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return claims(new JsonObject(answer.body()).getString("access_token"));
    }

    private static JsonObject claims(String token) {
        return ClaimsOfPeopleTest.claims(token);
    }

    @Test
    @DisplayName("TK20 an exchanged token says of the person what the first one said, and no more")
    void an_exchange_hands_on() {
        String name = somebody("{\"tenant\":\"acme\",\"level\":3,\"salary\":100}");
        String token = gate.token(name);
        JsonObject claims = exchanged(gate, token);
        assertThat(claims.getString("tenant")).isEqualTo("acme");
        assertThat(claims.getInteger("level")).isEqualTo(3);
        assertThat(claims.fieldNames()).as("nobody maps it, or has verified it").doesNotContain("salary", "mail");
        people.sql(
                "UPDATE account SET attributes = '{\"tenant\":\"other\"}', email_verified = true WHERE username = $1",
                name);
        assertThat(exchanged(gate, token).getString("tenant"))
                .as("it speaks for the first token, not for the moment")
                .isEqualTo("acme");
        assertThat(exchanged(gate, token).fieldNames()).doesNotContain("mail");
    }

    @Test
    @DisplayName("TK20 a claim that the file does not map any more is not handed on")
    void not_what_is_mapped_no_more() {
        String token = gate.token(somebody("{\"tenant\":\"acme\",\"level\":3}"));
        JsonObject claims = exchanged(withoutLevel, token);
        assertThat(claims.getString("tenant")).isEqualTo("acme");
        assertThat(claims.fieldNames()).doesNotContain("level");
    }

    @Test
    @DisplayName("TK20 a service's token has no claims of people, before and after an exchange")
    void nor_of_a_service() {
        var answer = gate.postForm("/oauth/token", "grant_type=client_credentials", "Authorization", ORDERS);
        String token = new JsonObject(answer.body()).getString("access_token");
        assertThat(claims(token).fieldNames()).doesNotContain("tenant", "level", "mail");
        assertThat(exchanged(gate, token).fieldNames()).doesNotContain("tenant", "level", "mail");
    }

    @Test
    @DisplayName(
            "when the second factor was shown is in each token of an app, refreshed once or twice, with openid and without")
    void mfa_time_stays() {
        String name = people.somebody();
        Browser browser = people.signedIn(name);
        var setup = browser.open("/account/authenticator");
        var phone = new Phone(setup.html().replaceAll("(?s).*<code id=\"secret\">(.*?)</code>.*", "$1"));
        setup.form("authenticator").with("code", phone.code(0)).submit();
        people.sql(
                """
                UPDATE session SET auth_time = auth_time - interval '200 seconds', second_factor_at = second_factor_at - interval '100 seconds'
                 WHERE account_id = (SELECT id FROM account WHERE username = $1)
                """,
                name);
        for (String scope : List.of("profile", "openid profile")) {
            JsonObject tokens = signedIn(browser, scope);
            JsonObject first = claims(tokens.getString("access_token"));
            assertThat(first.getLong("mfa_time")).isLessThan(first.getLong("iat") - 90);
            assertThat(first.getLong("auth_time")).isLessThan(first.getLong("mfa_time"));
            for (int i = 0; i < 2; i++) {
                tokens = new JsonObject(gate.postForm(
                                "/oauth/token",
                                "grant_type=refresh_token&client_id=shop&refresh_token="
                                        + tokens.getString("refresh_token"))
                        .body());
                JsonObject later = claims(tokens.getString("access_token"));
                for (String claim : List.of("mfa_time", "auth_time", "acr", "amr"))
                    assertThat(later.getValue(claim))
                            .as(scope + " " + claim)
                            .isNotNull()
                            .isEqualTo(first.getValue(claim));
            }
        }
    }

    private static JsonObject signedIn(Browser browser, String scope) {
        String code = browser.open("/oauth/authorize?response_type=code&client_id=shop&scope=" + encoded(scope)
                        + "&code_challenge_method=S256&code_challenge=" + CHALLENGE + "&redirect_uri="
                        + encoded(CALLBACK))
                .left()
                .orElseThrow()
                .getQuery()
                .replaceAll(".*code=([^&]*).*", "$1");
        var answer = gate.postForm(
                "/oauth/token",
                "grant_type=authorization_code&client_id=shop&code=" + code + "&code_verifier=" + VERIFIER
                        + "&redirect_uri=" + encoded(CALLBACK));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
