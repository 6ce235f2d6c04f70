package dev.gatehouse.oauth;

import static dev.gatehouse.store.TestDatabase.await;

import dev.gatehouse.signin.Level;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Codes as the authorization endpoint would issue them to somebody with a session, without the way through a browser. */
final class TestCodes {
    static final String REDIRECT = "https://shop.example/callback";

    /** RFC 7636 Appendix B. */
    static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final TestHouse house;
    private final UserId account;
    private final SessionId session = new SessionId(RandomText.of(RANDOM, 16));

    TestCodes(TestHouse house, String username) {
        this.house = house;
        this.account = new UserId(house.sql("SELECT id FROM account WHERE username = $1", username)
                .get(0)
                .getString("id"));
        house.sql(
                "INSERT INTO session (id, account_id, expires_at) VALUES ($1, $2, now() + interval '1 hour')",
                session.value(),
                account.value());
    }

    SessionId session() {
        return session;
    }

    UserId account() {
        return account;
    }

    /** For {@code web-shop}, as most requests would have it. */
    Asked authorization() {
        return new Asked(new Authorization(
                        new ClientId("web-shop"),
                        account,
                        session,
                        REDIRECT,
                        true,
                        Optional.of(CHALLENGE),
                        Scopes.parse("data:read"),
                        List.of(TestHouse.URL),
                        Optional.empty(),
                        Optional.empty(),
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        Level.ONE.acr(),
                        List.of("pwd"),
                        Optional.empty(),
                        Optional.empty())
                .toJson());
    }

    /** An authorization that a test changes before it is issued. */
    record Asked(JsonObject json) {
        Asked client(String id) {
            return with("client", id);
        }

        Asked challenge(Optional<String> challenge) {
            var changed = json.copy();
            changed.remove("challenge");
            challenge.ifPresent(value -> changed.put("challenge", value));
            return new Asked(changed);
        }

        Asked redirectSent(boolean sent) {
            return with("redirect_sent", sent);
        }

        Asked with(String name, Object value) {
            return new Asked(json.copy().put(name, value));
        }
    }

    /** How {@code web-shop} redeems one. */
    static Map<String, String> redemption(String code) {
        return Map.of(
                "grant_type", "authorization_code",
                "code", code,
                "client_id", "web-shop",
                "redirect_uri", REDIRECT,
                "code_verifier", VERIFIER);
    }

    String issue() {
        return issue(authorization());
    }

    String issue(Asked authorization) {
        String code = RandomText.of(RANDOM, 32);
        await(new OneTime(house.database)
                .put(
                        OneTime.Kind.CODE,
                        code,
                        authorization.json(),
                        Instant.now().plusSeconds(60)));
        return code;
    }
}
