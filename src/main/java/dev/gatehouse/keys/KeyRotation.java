package dev.gatehouse.keys;

import dev.gatehouse.config.Config;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When keys move: pure. A NEXT key always stands ready and published; it is promoted when the active one has signed for {@code every}, provided everybody has had
 * time to fetch it; a retired key stays published for {@code keep}, and never shorter than the longest token lives (OpenID Connect Core §10.1.1).
 */
public record KeyRotation(
        List<JwsAlgorithm> algorithms, Optional<Duration> every, Duration keep, Duration longestToken) {
    private static final Duration OTHER_CLOCKS = Duration.ofMinutes(1);

    public KeyRotation {
        algorithms = List.copyOf(algorithms);
        if (algorithms.isEmpty()) throw new IllegalArgumentException("no algorithm to sign with");
    }

    /** As the file says, and for everything that its clients want signed. */
    public static KeyRotation by(Config config) {
        var algorithms = config.signingAlgorithms().stream()
                .map(name -> JwsAlgorithm.named(name).orElseThrow())
                .toList();
        return new KeyRotation(
                algorithms,
                config.keys().every(),
                config.keys().keep(),
                config.tokens().access());
    }

    /** One thing to do; each is a single statement that does nothing when another node was quicker. */
    public sealed interface Step {
        record Make(JwsAlgorithm algorithm, KeyPhase phase) implements Step {}

        record Promote(JwsAlgorithm algorithm, String retiring, String promoted) implements Step {}

        record Remove(String kid) implements Step {}
    }

    /** What is due now, in order. */
    public List<Step> due(List<SigningKey> keys, Instant now) {
        var steps = new ArrayList<Step>();
        for (var algorithm : algorithms) {
            var active = only(keys, algorithm, KeyPhase.ACTIVE);
            var next = only(keys, algorithm, KeyPhase.NEXT);
            if (active.isEmpty()) steps.add(new Step.Make(algorithm, KeyPhase.ACTIVE));
            if (next.isEmpty()) steps.add(new Step.Make(algorithm, KeyPhase.NEXT));
            if (active.isPresent() && next.isPresent() && isDue(active.get(), next.get(), now)) {
                steps.add(new Step.Promote(
                        algorithm, active.get().kid(), next.get().kid()));
                steps.add(new Step.Make(algorithm, KeyPhase.NEXT));
            }
        }
        for (var key : keys) {
            if (isGone(key, now)) steps.add(new Step.Remove(key.kid()));
        }
        return steps;
    }

    /** On demand, at once: our own edge shares the ring and never lags; others that cache the JWKS saw NEXT when it was made. */
    public List<Step> now(List<SigningKey> keys, JwsAlgorithm algorithm) {
        var active = only(keys, algorithm, KeyPhase.ACTIVE);
        var next = only(keys, algorithm, KeyPhase.NEXT);
        if (active.isEmpty()) return List.of(new Step.Make(algorithm, KeyPhase.ACTIVE));
        if (next.isEmpty()) return List.of(new Step.Make(algorithm, KeyPhase.NEXT));
        return List.of(
                new Step.Promote(algorithm, active.get().kid(), next.get().kid()),
                new Step.Make(algorithm, KeyPhase.NEXT));
    }

    /** When a key that retires now may leave the JWKS. */
    public Instant goneAfter(Instant retired) {
        return retired.plus(keep.compareTo(longestToken) > 0 ? keep : longestToken)
                .plus(OTHER_CLOCKS);
    }

    private boolean isDue(SigningKey active, SigningKey next, Instant now) {
        if (every.isEmpty()) return false;
        var since = active.times().active().orElse(active.times().made());
        return !now.isBefore(since.plus(every.get()))
                && !now.isBefore(next.times().made().plus(KeyRing.JWKS_MAX_AGE));
    }

    private static boolean isGone(SigningKey key, Instant now) {
        return key.phase() == KeyPhase.RETIRED
                && key.times().gone().filter(gone -> !now.isBefore(gone)).isPresent();
    }

    private static Optional<SigningKey> only(List<SigningKey> keys, JwsAlgorithm algorithm, KeyPhase phase) {
        return keys.stream()
                .filter(key -> key.algorithm() == algorithm && key.phase() == phase)
                .findFirst();
    }
}
