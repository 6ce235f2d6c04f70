package dev.gatehouse.tokens;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.vocabulary.Issuer;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The room's front: who mints and who verifies, with one cache of verified tokens per thread, what all threads have proved, and whoever else is trusted at the moment. */
public final class Tokens {
    private static final int MOST_CACHED = 10_000;
    private static final long MOST_CACHED_BYTES = 32L << 20;
    private static final int MOST_IDENTITIES = 10_000;
    private static final long MOST_IDENTITY_BYTES = 16L << 20;

    private final Issuer self;
    private final Supplier<KeyRing> ring;
    private final Signatures signatures;
    private final RevocationIndex revocations;
    private final InstantSource clock;
    private final TokenMint mint;
    private final TokenVerifier verifier;
    private final FastThreadLocal<VerifiedCache> caches;
    private final ProvenTokens proven = new ProvenTokens(ProvenTokens.MOST);
    private final FastThreadLocal<IdentityTokens> identities;

    private final VerificationCounts counts = new VerificationCounts();

    private volatile List<TrustedIssuer> others = List.of();
    private volatile FurtherWords furtherWords = FurtherWords.NONE;
    private volatile Known known;

    /** What trust was made from; where neither changed, the same object is given again. */
    private record Known(Trust trust, KeyRing ring, List<TrustedIssuer> others) {}

    /** {@code threads} is how many event loops share the bounds of the caches; {@code longestToken} is in characters. */
    public Tokens(
            Issuer self,
            Supplier<KeyRing> ring,
            Signatures signatures,
            RevocationIndex revocations,
            InstantSource clock,
            int longestToken,
            int threads) {
        this.self = self;
        this.ring = ring;
        this.signatures = signatures;
        this.revocations = revocations;
        this.clock = clock;
        this.mint = new TokenMint(
                ring, signatures, self, revocations, signatures.provider().random());
        this.verifier = new TokenVerifier(this::trust, signatures, longestToken);
        this.known = known(ring.get(), others);
        this.identities = new FastThreadLocal<>() {
            @Override
            protected IdentityTokens initialValue() {
                return new IdentityTokens(
                        ring,
                        mint,
                        signatures.provider().random(),
                        clock,
                        Math.max(1, MOST_IDENTITIES / threads),
                        MOST_IDENTITY_BYTES / threads);
            }
        };
        this.caches = new FastThreadLocal<>() {
            @Override
            protected VerifiedCache initialValue() {
                return new VerifiedCache(Math.max(1, MOST_CACHED / threads), MOST_CACHED_BYTES / threads);
            }
        };
    }

    /** Who we are in {@code iss}. */
    public Issuer self() {
        return self;
    }

    public TokenMint mint() {
        return mint;
    }

    public TokenVerifier verifier() {
        return verifier;
    }

    /** Who does the arithmetic. */
    public Signatures signatures() {
        return signatures;
    }

    /** How often APIs' views looked at tokens. */
    public VerificationCounts counts() {
        return counts;
    }

    RevocationIndex revocations() {
        return revocations;
    }

    /** One API's view; may be shared by all event loops. */
    public GatehouseJwtAuth auth(TokenProfile profile) {
        return new GatehouseJwtAuth(this, profile, clock);
    }

    /**
     * A JWT of ours that is no access token, expired or not, where one of our keys signed it under exactly that {@code typ}: for hints, which prove nothing but that
     * we once said so.
     */
    public Optional<SignedJwt> own(String jwt, String typ) {
        try {
            var read = SignedJwt.read(jwt);
            boolean ours = read.typ().equalsIgnoreCase(typ)
                    && read.text("iss").filter(self.value()::equals).isPresent()
                    && read.provenBy(ring.get(), EnumSet.allOf(JwsAlgorithm.class), signatures);
            return ours ? Optional.of(read) : Optional.empty();
        } catch (SignedJwt.Malformed unreadable) {
            return Optional.empty();
        }
    }

    /** Everything that can be said of a token; not for the hot path. */
    public TokenInspection inspect(String token) {
        return TokenInspection.of(token, verifier, revocations, clock.instant());
    }

    /** Trusts these besides ourselves from now on, and nobody else. Whose keys stay the same objects, their verified tokens stay known. */
    public void trustOthers(List<TrustedIssuer> issuers) {
        trustOf(ring.get(), issuers);
        others = List.copyOf(issuers);
    }

    /** Whom to ask where what is known here does not settle it. */
    void ask(FurtherWords somebody) {
        furtherWords = somebody;
    }

    FurtherWords furtherWords() {
        return furtherWords;
    }

    /** One volatile read of each part where nothing changed. */
    Trust trust() {
        var now = known;
        var current = ring.get();
        var trusted = others;
        if (now.ring == current && now.others == trusted) return now.trust;
        var changed = known(current, trusted);
        known = changed;
        return changed.trust;
    }

    VerifiedCache cache() {
        return caches.get();
    }

    ProvenTokens proven() {
        return proven;
    }

    IdentityTokens identities() {
        return identities.get();
    }

    private Known known(KeyRing ring, List<TrustedIssuer> trusted) {
        return new Known(trustOf(ring, trusted), ring, trusted);
    }

    private Trust trustOf(KeyRing ring, List<TrustedIssuer> trusted) {
        var all = new ArrayList<>(trusted);
        all.add(new TrustedIssuer(self, EnumSet.allOf(JwsAlgorithm.class), TokenType.ACCESS_TOKEN, ring));
        return new Trust(all);
    }
}
