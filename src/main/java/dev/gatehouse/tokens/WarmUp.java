package dev.gatehouse.tokens;

import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tokens made and looked at before anybody asks for one, so that the first caller does not wait for classes to be loaded and code to be compiled. They are for a
 * client that nobody has registered, live for a second and leave this class by no way. Bounded in time, so a slow machine starts all the same; makes no key.
 */
public final class WarmUp {
    static final Duration MOST = Duration.ofMillis(200);

    private static final int ROUNDS = 200;
    private static final ClientId NOBODY = new ClientId("gatehouse-warm-up");

    private final Tokens tokens;
    private final InstantSource clock;

    public WarmUp(Tokens tokens, InstantSource clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    /** On the calling thread, which must not be an event loop; how many rounds there was time for. */
    public int run() {
        long end = System.nanoTime() + MOST.toNanos();
        var profile = new TokenProfile(Set.of(tokens.self()), tokens.self().value());
        int rounds = 0;
        while (rounds < ROUNDS && System.nanoTime() < end) {
            round(profile);
            rounds++;
        }
        return rounds;
    }

    private void round(TokenProfile profile) {
        var now = clock.instant();
        String token = tokens.mint().mint(grant(profile), now).token();
        Verdict verdict = tokens.verifier().verify(token, profile, now);
        if (!(verdict instanceof Verdict.Accepted))
            throw new IllegalStateException("a token of our own was refused: " + verdict);
    }

    private static AccessGrant grant(TokenProfile profile) {
        return new AccessGrant(
                NOBODY.value(),
                NOBODY,
                Optional.empty(),
                Optional.empty(),
                List.of(profile.audience()),
                Scopes.NONE,
                List.of(),
                List.of(),
                Map.of(),
                Duration.ofSeconds(1));
    }
}
