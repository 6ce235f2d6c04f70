package dev.gatehouse.keys;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Our own keys at one moment. Replaced as a whole when they change; the JWKS is written once (RFC 7517 §5). */
public final class KeyRing implements KeySet {
    /** How long others may keep the JWKS ({@code Cache-Control: max-age}); a key is published at least this long before a scheduled rotation uses it. */
    public static final Duration JWKS_MAX_AGE = Duration.ofMinutes(15);

    private final JwsAlgorithm preferred;
    private final List<SigningKey> keys;
    private final Map<String, SigningKey> byKid = new HashMap<>();
    private final Map<JwsAlgorithm, SigningKey> active = new EnumMap<>(JwsAlgorithm.class);
    private final Buffer jwks;
    private final String etag;

    /** {@code preferred} is what tokens are signed with unless somebody asks for something else. */
    public KeyRing(List<SigningKey> keys, JwsAlgorithm preferred) {
        this.preferred = preferred;
        var sorted = new ArrayList<>(keys);
        sorted.sort(Comparator.comparing(SigningKey::phase).thenComparing(SigningKey::kid));
        this.keys = List.copyOf(sorted);
        for (var key : sorted) {
            byKid.put(key.kid(), key);
            if (key.phase() == KeyPhase.ACTIVE) active.put(key.algorithm(), key);
        }
        this.jwks = jwks(sorted);
        this.etag = '"' + Hashes.sha256(jwks.getBytes()) + '"';
    }

    /** Every key that still counts: NEXT, ACTIVE and RETIRED. */
    public List<SigningKey> keys() {
        return keys;
    }

    public JwsAlgorithm preferred() {
        return preferred;
    }

    /** The key that signs with that algorithm now. */
    public Optional<SigningKey> active(JwsAlgorithm algorithm) {
        return Optional.ofNullable(active.get(algorithm));
    }

    /** The key of that name, in any phase. */
    public Optional<SigningKey> named(String kid) {
        return Optional.ofNullable(byKid.get(kid));
    }

    /** Whether both hold the same opened keys in the same phases and prefer the same algorithm. */
    boolean sameAs(KeyRing other) {
        if (keys.size() != other.keys.size() || preferred != other.preferred) return false;
        for (var key : keys) {
            var its = other.byKid.get(key.kid());
            if (its == null || its.verification() != key.verification() || its.phase() != key.phase()) return false;
            if (!its.times().equals(key.times())) return false;
        }
        return true;
    }

    @Override
    public @Nullable VerificationKey find(String kid, JwsAlgorithm algorithm) {
        var key = byKid.get(kid);
        return key != null && key.algorithm() == algorithm ? key.verification() : null;
    }

    /** Never: our tokens name their key. */
    @Override
    public Optional<VerificationKey> only(JwsAlgorithm algorithm) {
        return Optional.empty();
    }

    @Override
    public boolean holds(VerificationKey key) {
        var held = byKid.get(key.kid().orElse(""));
        return held != null && held.verification() == key;
    }

    /** The JWK set; shared, so read only. */
    public Buffer jwks() {
        return jwks;
    }

    /** A strong validator of {@link #jwks} (RFC 9110 §8.8.3). */
    public String etag() {
        return etag;
    }

    private static Buffer jwks(List<SigningKey> keys) {
        var set = new JsonArray();
        for (var key : keys) {
            var jwk = new JsonObject()
                    .put("kid", key.kid())
                    .put("use", "sig")
                    .put("alg", key.algorithm().wireName());
            PublicJwk.write(key.verification().publicKey()).forEach(jwk::put);
            set.add(jwk);
        }
        return new JsonObject().put("keys", set).toBuffer();
    }
}
