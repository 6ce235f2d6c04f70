package dev.gatehouse.tokens;

import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.keys.TestKeys;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A house that mints and verifies, without a database; its clock stands still until it is moved. */
public final class TestTokens {
    public static final Issuer ISSUER = new Issuer("https://gate.example");
    public static final String AUDIENCE = "https://gate.example";
    public static final TokenProfile PROFILE = new TokenProfile(Set.of(ISSUER), AUDIENCE);
    public static final int LONGEST = 16 * 1024;

    /** Made once: an RSA key takes its time. */
    private static final KeyRing RING = TestKeys.ring(JwsAlgorithm.ES256, JwsAlgorithm.RS256);

    public final Signatures signatures;
    public final RevocationIndex revocations = new RevocationIndex(ISSUER);
    public final Tokens tokens;
    public volatile KeyRing ring;
    public volatile Instant now = Instant.parse("2026-11-21T12:00:00.700Z");

    public TestTokens() {
        this(RING, CryptoProvider.fastest());
    }

    public TestTokens(KeyRing ring, CryptoProvider provider) {
        this.ring = ring;
        this.signatures = new Signatures(provider);
        revocations.complete();
        this.tokens = new Tokens(ISSUER, () -> this.ring, signatures, revocations, clock(), LONGEST, 1);
    }

    public InstantSource clock() {
        return () -> now;
    }

    public BadTokens badTokens() {
        return new BadTokens(ring, signatures, ISSUER.value(), AUDIENCE, now);
    }

    public static AccessGrant grant(String subject) {
        return new AccessGrant(
                subject,
                new ClientId("gatehouse"),
                Optional.of(new SessionId("session-of-" + subject)),
                Optional.of("name-of-" + subject),
                List.of(AUDIENCE),
                Scopes.parse("data:read data:write"),
                List.of("staff"),
                List.of(),
                Map.of(),
                Duration.ofMinutes(10));
    }

    public String minted(String subject) {
        return tokens.mint().mint(grant(subject), now).token();
    }
}
