package dev.gatehouse.oauth;

import dev.gatehouse.clients.Client;
import dev.gatehouse.identity.Profiles;
import dev.gatehouse.identity.StandardClaim;
import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.signin.House;
import dev.gatehouse.tokens.TokenMint;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.vocabulary.Sha256;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * ID tokens (OpenID Connect Core §2): who signed in, when and how, told to one client. Of the person they say what was asked for by name in {@code claims} and
 * nothing else; what scopes ask for is at the user information endpoint (§5.4).
 */
public final class IdTokens {
    /** A client reads it when it gets it. */
    static final Duration LIFETIME = Duration.ofMinutes(10);

    private final TokenMint mint;
    private final String issuer;
    private final Subjects subjects;
    private final Profiles profiles;

    public IdTokens(House house) {
        this.mint = house.tokens().mint();
        this.issuer = house.url();
        this.subjects = new Subjects(house);
        this.profiles = new Profiles(house.database(), house.trail());
    }

    /** What one tells. Absent nonce: the client sent none, or this is a refresh (§12.2). */
    public record Told(
            Client client,
            UserId account,
            SessionId session,
            Authentication authentication,
            Optional<String> nonce,
            String accessToken) {}

    public Future<String> of(Told told, Instant now) {
        Set<StandardClaim> named =
                RequestedClaims.forIdToken(told.authentication().claims());
        if (named.isEmpty()) return Future.succeededFuture(signed(told, new JsonObject(), now));
        return profiles.of(told.account())
                .map(profile ->
                        signed(told, profile.map(known -> known.claims(named)).orElseGet(JsonObject::new), now));
    }

    private String signed(Told told, JsonObject claims, Instant now) {
        Client client = told.client();
        Authentication authentication = told.authentication();
        JwsAlgorithm algorithm = client.signing().idToken();
        claims.put("iss", issuer)
                .put("sub", subjects.of(client, told.account()))
                .put("aud", client.id().value())
                .put("exp", now.plus(LIFETIME).getEpochSecond())
                .put("iat", now.getEpochSecond())
                .put("auth_time", authentication.time().getEpochSecond())
                .put("acr", authentication.acr())
                .put("amr", new JsonArray(authentication.amr()))
                .put("sid", told.session().value())
                .put("at_hash", halfHash(told.accessToken(), algorithm));
        told.nonce().ifPresent(nonce -> claims.put("nonce", nonce));
        return mint.sign("JWT", claims, algorithm);
    }

    /** The left half of the hash that goes with the algorithm (§3.1.3.6); Ed25519 hashes by SHA-512. */
    static String halfHash(String token, JwsAlgorithm algorithm) {
        byte[] hash = algorithm == JwsAlgorithm.EDDSA ? sha512(token) : Sha256.of(token);
        return Base64Url.encode(Arrays.copyOf(hash, hash.length / 2));
    }

    private static byte[] sha512(String text) {
        try {
            return MessageDigest.getInstance("SHA-512").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has SHA-512", impossible);
        }
    }
}
