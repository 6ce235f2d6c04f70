package dev.gatehouse.tokens;

import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.keys.SigningKey;
import dev.gatehouse.vocabulary.Issuer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Makes access tokens (RFC 9068 §2) and signs what else we say. Signs on the calling thread, without waiting for anybody. */
public final class TokenMint {
    /** Claims that only the mint sets; {@code more} cannot change them. */
    public static final Set<String> OWN_CLAIMS = Set.of(
            "iss",
            "exp",
            "aud",
            "sub",
            "client_id",
            "iat",
            "nbf",
            "jti",
            "scope",
            "preferred_username",
            "sid",
            "gid",
            "cnf",
            "roles",
            "groups");

    private static final int ID_BYTES = 16;

    private final Supplier<KeyRing> ring;
    private final Signatures signatures;
    private final Issuer issuer;
    private final RevocationIndex revocations;
    private final SecureRandom random;

    TokenMint(
            Supplier<KeyRing> ring,
            Signatures signatures,
            Issuer issuer,
            RevocationIndex revocations,
            SecureRandom random) {
        this.ring = ring;
        this.signatures = signatures;
        this.issuer = issuer;
        this.revocations = revocations;
        this.random = random;
    }

    /** Who we are in {@code iss}. */
    Issuer issuer() {
        return issuer;
    }

    /** A token and what its maker needs to remember of it. */
    public record Minted(String token, String jti, Instant expiresAt) {}

    /** Signed with the first of {@code keys.algorithms}. */
    public Minted mint(AccessGrant grant, Instant now) {
        return mint(grant, ring.get().preferred(), now);
    }

    public Minted mint(AccessGrant grant, JwsAlgorithm algorithm, Instant now) {
        var key = active(algorithm);
        String jti = freshId();
        var expires = now.plus(grant.lifetime());
        var claims = claims(grant, jti, issuedAt(grant, now), expires.getEpochSecond());
        return new Minted(signed("at+jwt", key, claims), jti, Instant.ofEpochSecond(expires.getEpochSecond()));
    }

    /** Any other JWT of ours: {@code claims} as they are, under a {@code typ} that no access token has (RFC 8725 §3.11). */
    public String sign(String typ, JsonObject claims, JwsAlgorithm algorithm) {
        if (typ.equalsIgnoreCase("at+jwt")) throw new IllegalArgumentException("access tokens are minted, not signed");
        return signed(typ, active(algorithm), claims);
    }

    private String signed(String typ, SigningKey key, JsonObject claims) {
        String text = encoded(header(typ, key)) + '.' + encoded(claims);
        byte[] signature = signatures.sign(key, text.getBytes(StandardCharsets.ISO_8859_1));
        return text + '.' + Base64Url.encode(signature);
    }

    private SigningKey active(JwsAlgorithm algorithm) {
        return ring.get()
                .active(algorithm)
                .orElseThrow(() -> new IllegalStateException("there is no key for " + algorithm));
    }

    /**
     * Whole seconds, while a revocation ends everything issued up to its own second: right after one, the token says the next second, so that signing in again
     * works at once and nothing older comes back.
     */
    private long issuedAt(AccessGrant grant, Instant now) {
        long second = now.getEpochSecond();
        long last = revocations.lastRevokedSecond(grant.subject(), Optional.of(grant.client()));
        return last == second ? second + 1 : second;
    }

    private JsonObject claims(AccessGrant grant, String jti, long issuedAt, long expires) {
        var claims = new JsonObject()
                .put("iss", issuer.value())
                .put("exp", expires)
                .put("aud", audience(grant.audience()))
                .put("sub", grant.subject())
                .put("client_id", grant.client().value())
                .put("iat", issuedAt)
                .put("jti", jti);
        if (!grant.scopes().isEmpty()) claims.put("scope", grant.scopes().toString());
        grant.username().ifPresent(name -> claims.put("preferred_username", name));
        grant.session().ifPresent(session -> claims.put("sid", session.value()));
        grant.grant().ifPresent(id -> claims.put("gid", id.value()));
        grant.boundTo().ifPresent(jkt -> claims.put("cnf", new JsonObject().put("jkt", jkt)));
        if (!grant.roles().isEmpty()) claims.put("roles", grant.roles());
        if (!grant.groups().isEmpty()) claims.put("groups", grant.groups());
        grant.more().forEach((name, value) -> {
            if (OWN_CLAIMS.contains(name)) throw new IllegalArgumentException("only the mint sets " + name);
            claims.put(name, value);
        });
        return claims;
    }

    /** One audience as a text, several as a list (RFC 7519 §4.1.3). */
    private static Object audience(List<String> audience) {
        if (audience.isEmpty()) throw new IllegalArgumentException("a token is meant for somebody");
        return audience.size() == 1 ? audience.get(0) : audience;
    }

    private static JsonObject header(String typ, SigningKey key) {
        return new JsonObject()
                .put("typ", typ)
                .put("alg", key.algorithm().wireName())
                .put("kid", key.kid());
    }

    private String freshId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return Base64Url.encode(id);
    }

    private static String encoded(JsonObject object) {
        return Base64Url.encode(object.toBuffer().getBytes());
    }
}
