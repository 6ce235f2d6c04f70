package dev.gatehouse.keys;

import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Key rings without a database. */
public final class TestKeys {
    private TestKeys() {}

    public static SigningKey key(JwsAlgorithm algorithm, KeyPhase phase) {
        return key(algorithm, phase, Instant.EPOCH);
    }

    public static SigningKey key(JwsAlgorithm algorithm, KeyPhase phase, Instant made) {
        return key(algorithm, phase, CryptoProvider.fastest().newPair(algorithm), made);
    }

    static SigningKey key(JwsAlgorithm algorithm, KeyPhase phase, KeyPair pair, Instant made) {
        String kid = PublicJwk.thumbprint(pair.getPublic());
        var active = phase == KeyPhase.ACTIVE ? Optional.of(made) : Optional.<Instant>empty();
        var times = new SigningKey.Times(made, active, Optional.empty(), Optional.empty());
        return new SigningKey(
                kid,
                algorithm,
                phase,
                pair.getPrivate(),
                SigningKey.verificationKey(kid, algorithm, pair.getPublic()),
                times);
    }

    /** An ACTIVE and a NEXT key of each algorithm. */
    public static KeyRing ring(JwsAlgorithm... algorithms) {
        var keys = new ArrayList<SigningKey>();
        for (var algorithm : algorithms) {
            keys.add(key(algorithm, KeyPhase.ACTIVE));
            keys.add(key(algorithm, KeyPhase.NEXT));
        }
        return new KeyRing(keys, algorithms[0]);
    }

    /** The same keys after one rotation: NEXT is ACTIVE, ACTIVE is RETIRED, and a fresh one comes NEXT. */
    public static KeyRing rotated(KeyRing ring) {
        var keys = new ArrayList<SigningKey>();
        for (var key : ring.keys()) {
            switch (key.phase()) {
                case NEXT -> keys.add(key.at(KeyPhase.ACTIVE, key.times()));
                case ACTIVE -> {
                    keys.add(key.at(KeyPhase.RETIRED, key.times()));
                    keys.add(key(key.algorithm(), KeyPhase.NEXT));
                }
                case RETIRED -> keys.add(key);
            }
        }
        return new KeyRing(keys, ring.preferred());
    }

    /** The same keys without the retired ones. */
    public static KeyRing withoutRetired(KeyRing ring) {
        List<SigningKey> keys = ring.keys().stream()
                .filter(key -> key.phase() != KeyPhase.RETIRED)
                .toList();
        return new KeyRing(keys, ring.preferred());
    }
}
