package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser.Page;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** An app that people let into their accounts, and an API that it calls for them; it asks for leave once and stays connected. */
record NotesApp(Gate gate) {
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static final String REDIRECT = "https://notes.example.com/callback";

    /** What a house says that has the app, with the API at that origin, and keeps its mails. */
    static String yaml(String origin) {
        return """
                accounts: {registration: open}
                email: {from: "Example Shop <no-reply@example.com>", smtp: mailbox}
                scopes: {"notes:read": Read your notes}
                apis:
                  app:
                    path: /app
                    upstream: %s
                    routes:
                      ANY /**: login
                clients:
                  notes:
                    type: spa
                    name: Example Notes
                    consent: remembered
                    redirect: [%s]
                    scopes: [openid, profile, offline_access, "notes:read"]
                """
                .formatted(origin, REDIRECT);
    }

    /** Where it sends people; {@code more} are further parameters. */
    static String authorize(String more) {
        return "/oauth/authorize?client_id=notes&response_type=code&redirect_uri=" + encoded(REDIRECT)
                + "&scope=openid+offline_access+notes:read&code_challenge=" + CHALLENGE
                + "&code_challenge_method=S256" + more;
    }

    /** What it gets of whoever is signed in there, and allows it what it asks for. */
    JsonObject connected(Browser browser) {
        Page page = browser.open(authorize(""));
        if (page.left().isEmpty())
            page = page.form("consent").with("decision", "allow").submit();
        String query = page.left()
                .orElseThrow(() -> new AssertionError("nobody left the house"))
                .getRawQuery();
        String code =
                URLDecoder.decode(query.replaceFirst(".*code=", "").replaceFirst("&.*", ""), StandardCharsets.UTF_8);
        var answer = gate.postForm(
                "/oauth/token",
                "grant_type=authorization_code&client_id=notes&redirect_uri=" + encoded(REDIRECT) + "&code_verifier="
                        + VERIFIER + "&code=" + encoded(code));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    /** The status of its next refresh. */
    int refreshes(JsonObject tokens) {
        return gate.postForm(
                        "/oauth/token",
                        "grant_type=refresh_token&client_id=notes&refresh_token="
                                + encoded(tokens.getString("refresh_token")))
                .statusCode();
    }

    /** The status of its next call. */
    static int calls(Gate gate, JsonObject tokens) {
        return gate.getAs(tokens.getString("access_token"), "/app/x").statusCode();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
