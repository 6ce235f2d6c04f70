package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.store.TestDatabase.await;

import dev.gatehouse.Gate;
import dev.gatehouse.signin.BrowserCookie;
import dev.gatehouse.signin.Interactions;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The house that these tests visit: its apps, and sessions without the pages that make them. */
final class AuthorizeHouse {
    static final String CALLBACK = "https://shop.example.com/callback";

    /** Of the example of RFC 7636 Appendix B. */
    static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static final String YAML =
            """
            apis:
              reports:
                path: /api/reports
                upstream: eventbus:reports
                audience: https://reports.example
                routes:
                  GET /: login
            scopes:
              data:read: See your data
              data:write: Change your data
              data:delete: Delete your data
            clients:
              web-shop:
                type: spa
                name: Example Shop
                redirect: [https://shop.example.com/callback, "https://shop.example.com/callback?keep=1&b=%20x"]
                scopes: [openid, profile, email, data:read, data:write]
              plain:
                type: spa
                redirect: [https://plain.example.com/callback]
                scopes: [data:read]
              desktop:
                type: native
                redirect: ["http://127.0.0.1:7000/back", "http://[::1]/back", "com.example.desktop:/back"]
                scopes: [openid, data:read]
              partner:
                type: web
                redirect: [https://partner.example.com/callback]
                secret: partner-secret-of-enough-entropy
                scopes: [openid, data:read]
                pkce: optional
              other:
                type: web
                redirect: [https://other.example.com/callback]
                secret: other-secret-of-enough-entropy
                scopes: [openid]
              asks:
                type: spa
                name: Asks <b>Always</b>
                redirect: [https://asks.example.com/callback]
                scopes: [openid, profile, data:read]
                consent: always
              friend:
                type: spa
                redirect: [https://friend.example.com/callback]
                scopes: [openid, data:read, data:write]
                consent: remembered
              pushes:
                type: web
                redirect: [https://pushes.example.com/callback]
                secret: pushes-secret-of-enough-entropy
                scopes: [openid, data:read]
                par: required
              signs:
                type: web
                redirect: [https://signs.example.com/callback]
                auth: private_key_jwt
                jwks: file:KEYS
                scopes: [openid, data:read]
                request: signed
              may-sign:
                type: spa
                redirect: [https://may-sign.example.com/callback]
                jwks: file:KEYS
                request: any
                scopes: [openid, profile, data:read]
              robot:
                type: service
                secret: robot-secret-of-enough-entropy
                scopes: [data:read]
            """;

    /** With the public keys of the clients that sign, from a file of the test's. */
    static String yaml(Path keys) {
        return YAML.replace("KEYS", keys.toString());
    }

    /** Without the clients that sign. */
    static String yaml() {
        return YAML.replaceAll("(?m)^  (signs|may-sign):\\n(    .*\\n)+", "");
    }

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Gate gate;
    private final TestDatabase db;

    AuthorizeHouse(Gate gate, TestDatabase db) {
        this.gate = gate;
        this.db = db;
    }

    /** What the web shop usually asks; a value of empty text takes a parameter away. */
    static Map<String, String> request(String... changes) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("client_id", "web-shop");
        parameters.put("response_type", "code");
        parameters.put("redirect_uri", CALLBACK);
        parameters.put("scope", "openid data:read");
        parameters.put("state", "s1");
        parameters.put("code_challenge", CHALLENGE);
        parameters.put("code_challenge_method", "S256");
        for (int i = 0; i < changes.length; i += 2) parameters.put(changes[i], changes[i + 1]);
        parameters.values().removeIf(String::isEmpty);
        return parameters;
    }

    /** As a sign-in of so many seconds ago would have left it. Answers the session's id. */
    String signIn(Browser browser, String username, int secondsAgo) {
        var cookie = BrowserCookie.fresh(RANDOM);
        browser.has(cookie.value().reveal());
        return session(cookie, username, secondsAgo);
    }

    String signIn(Browser browser, String username) {
        return signIn(browser, username, 0);
    }

    /** As the page would: a new session under a new cookie, and the interaction knows of it. */
    void signInOnTheWay(Browser browser, String flow, String username) {
        var before = new BrowserCookie(new Secret(browser.cookie().orElseThrow()));
        var after = BrowserCookie.fresh(RANDOM);
        session(after, username, 0);
        sql(
                "UPDATE interaction SET signed_in_at = now(), chosen_at = now(), browser_hash = $2 WHERE browser_hash = $1 AND handle_hash = $3",
                before.hash(),
                after.hash(),
                OneTime.hash(flow));
        browser.has(after.value().reveal());
    }

    void choose(Browser browser, String flow) {
        await(interactions()
                .chosen(flow, new BrowserCookie(new Secret(browser.cookie().orElseThrow()))));
    }

    private Interactions interactions() {
        return new Interactions(db.database(), RANDOM);
    }

    private String session(BrowserCookie cookie, String username, int secondsAgo) {
        String id = "session-" + cookie.value().reveal().substring(0, 12);
        sql(
                """
                INSERT INTO session (id, account_id, auth_time, expires_at, cookie_hash, acr)
                SELECT $1, id, now() - $2::int * interval '1 second', now() + interval '1 hour', $3, 'urn:gatehouse:acr:1'
                  FROM account WHERE username = $4
                """,
                id,
                secondsAgo,
                cookie.hash(),
                username);
        return id;
    }

    String url() {
        return gate.url();
    }

    /** The handle in the address of a page of ours. */
    static String flow(String location) {
        return location.replaceFirst(".*[?&]flow=", "").replaceFirst("&.*", "");
    }

    List<Row> sql(String sql, Object... values) {
        var rows = new ArrayList<Row>();
        await(db.database().query(sql, Tuple.from(values))).forEach(rows::add);
        return rows;
    }
}
