package dev.gatehouse.tokens;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeySet;
import dev.gatehouse.keys.PublicJwk;
import dev.gatehouse.keys.VerificationKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of another issuer, from a JWKS (RFC 7517 §5). A key that cannot serve is left out, with a reason; a set in which none can serve is a fault, because an
 * issuer without keys must never look like one that needs none.
 */
public final class ForeignKeys implements KeySet {
    private static final long LARGEST_FILE = 1 << 20;
    private static final int MOST_KEYS = 256;

    private final List<VerificationKey> keys;
    private final Set<VerificationKey> members = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<String> leftOut;

    private ForeignKeys(List<VerificationKey> keys, List<String> leftOut) {
        this.keys = List.copyOf(keys);
        this.members.addAll(keys);
        this.leftOut = List.copyOf(leftOut);
    }

    /** Why a JWKS is of no use, as one sentence. */
    public static final class Fault extends Exception {
        private static final long serialVersionUID = 1L;

        Fault(String sentence) {
            super(sentence, null, false, false);
        }

        public String sentence() {
            return String.valueOf(getMessage());
        }
    }

    /** Reads a file: not on an event loop. */
    public static ForeignKeys read(Path jwks, Set<String> algorithms) throws Fault {
        try {
            if (Files.size(jwks) > LARGEST_FILE) throw new Fault(jwks + " is larger than 1 MiB");
            return parse(Files.readAllBytes(jwks), algorithms);
        } catch (IOException e) {
            throw new Fault(jwks + " cannot be read");
        }
    }

    /** {@code algorithms} are those the issuer may use, by their wire names. */
    public static ForeignKeys parse(byte[] jwks, Set<String> algorithms) throws Fault {
        var allowed = EnumSet.noneOf(JwsAlgorithm.class);
        for (var name : algorithms)
            allowed.add(
                    JwsAlgorithm.named(name).orElseThrow(() -> new Fault("the algorithm " + name + " is not known")));
        var keys = new ArrayList<VerificationKey>();
        var leftOut = new ArrayList<String>();
        var names = new HashSet<String>();
        int number = 0;
        for (var entry : entries(jwks)) {
            number++;
            String name = "key " + number
                    + (entry instanceof Map<?, ?> map && map.get("kid") instanceof String kid ? " (" + kid + ")" : "");
            try {
                var key = key(entry, allowed);
                if (key.kid().isPresent() && !names.add(key.kid().get()))
                    throw new PublicJwk.Unusable("another key has the same kid");
                keys.add(key);
            } catch (PublicJwk.Unusable e) {
                leftOut.add(name + ": " + e.getMessage());
            }
        }
        if (keys.isEmpty())
            throw new Fault(
                    leftOut.isEmpty()
                            ? "the key set is empty"
                            : "no key of the set can be used: " + String.join("; ", leftOut));
        return new ForeignKeys(keys, leftOut);
    }

    /**
     * The same set, made of the objects of an older one as far as it has the same keys, so that what those have verified stays known; the older one itself where
     * nothing changed.
     */
    ForeignKeys keeping(@Nullable ForeignKeys older) {
        if (older == null) return this;
        var kept = keys.stream().map(older::same).toList();
        return kept.equals(older.keys) ? older : new ForeignKeys(kept, leftOut);
    }

    private VerificationKey same(VerificationKey fresh) {
        for (var key : keys) if (key.saysTheSameAs(fresh)) return key;
        return fresh;
    }

    /** Why keys of the set do not serve, one sentence each; for the log. */
    public List<String> leftOut() {
        return leftOut;
    }

    @Override
    public @Nullable VerificationKey find(String kid, JwsAlgorithm algorithm) {
        for (var key : keys) {
            if (key.serves(algorithm)
                    && key.kid().isPresent()
                    && key.kid().get().equals(kid)) return key;
        }
        return null;
    }

    @Override
    public Optional<VerificationKey> only(JwsAlgorithm algorithm) {
        var serving = keys.stream().filter(key -> key.serves(algorithm)).toList();
        return serving.size() == 1 ? Optional.of(serving.get(0)) : Optional.empty();
    }

    @Override
    public boolean holds(VerificationKey key) {
        return members.contains(key);
    }

    private static List<?> entries(byte[] jwks) throws Fault {
        try {
            if (StrictJson.object(jwks).get("keys") instanceof List<?> keys) {
                if (keys.size() > MOST_KEYS) throw new Fault("the key set has more than " + MOST_KEYS + " keys");
                return keys;
            }
            throw new Fault("the key set has no list of keys");
        } catch (StrictJson.Malformed e) {
            throw new Fault("the key set cannot be read: " + e.getMessage());
        }
    }

    private static VerificationKey key(Object entry, Set<JwsAlgorithm> allowed) throws PublicJwk.Unusable {
        if (!(entry instanceof Map<?, ?> map)) throw new PublicJwk.Unusable("it is not an object");
        var jwk = members(map);
        if (jwk.get("use") != null && !"sig".equals(jwk.get("use")))
            throw new PublicJwk.Unusable("it is not for signatures (use)");
        if (jwk.get("key_ops") != null && !(jwk.get("key_ops") instanceof List<?> ops && ops.contains("verify"))) {
            throw new PublicJwk.Unusable("it is not for verifying (key_ops)");
        }
        var publicKey = PublicJwk.read(jwk);
        var serving = EnumSet.noneOf(JwsAlgorithm.class);
        for (var algorithm : allowed) {
            boolean said = jwk.get("alg") == null || algorithm.wireName().equals(jwk.get("alg"));
            if (said && algorithm.fits(publicKey)) serving.add(algorithm);
        }
        if (serving.isEmpty()) throw new PublicJwk.Unusable("it is for none of the algorithms allowed");
        var kid = jwk.get("kid");
        return new VerificationKey(
                kid instanceof String text ? Optional.of(text) : Optional.empty(), serving, publicKey);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> members(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }
}
