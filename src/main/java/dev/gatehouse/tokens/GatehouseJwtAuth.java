package dev.gatehouse.tokens;

import dev.gatehouse.tokens.TokenVerifier.Finding;
import dev.gatehouse.tokens.TokenVerifier.Open;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@link JWTAuth} that is given to {@code JWTAuthHandler}: one API's view of tokens. What this thread has verified before is looked up, and what another thread has is not computed again; trust, expiry,
 * revocation and profile are checked every time. May be shared by all event loops.
 */
public final class GatehouseJwtAuth implements JWTAuth {
    private static final Verdict MEANT_FOR_OTHERS =
            new Verdict.Rejected(Reason.INVALID_TOKEN, "the token is meant for somebody else (aud)");
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    private final Tokens tokens;
    private final TokenProfile profile;
    private final InstantSource clock;
    private @Nullable Taken taken;

    /** What was last found out about the API's issuers; whole wherever it is seen. */
    private record Taken(Trust trust, boolean onlyJwts) {}

    GatehouseJwtAuth(Tokens tokens, TokenProfile profile, InstantSource clock) {
        this.tokens = tokens;
        this.profile = profile;
        this.clock = clock;
    }

    public TokenProfile profile() {
        return profile;
    }

    /** Whether every token of this API's issuers is a JWT. */
    @SuppressWarnings("ReferenceEquality") // another trust is another object
    public boolean takesOnlyJwts() {
        var trust = tokens.trust();
        var known = taken;
        if (known == null || known.trust() != trust)
            taken = known = new Taken(trust, trust.askedAmong(profile.issuers()) == null);
        return known.onlyJwts();
    }

    /** By what is known here and now. Never throws for what a stranger sent. */
    public Verdict verify(String token) {
        var known = known(token);
        if (known != null) return known.verdict;
        var finding = examined(token);
        if (finding.open() == Open.KEY && finding.issuer() != null)
            tokens.furtherWords().keysOf(finding.issuer());
        return finding.verdict();
    }

    /** The same, except that an issuer is asked for new keys, or about the token itself, where that could change the verdict. Never fails. */
    public Future<Verdict> judge(String token) {
        var known = known(token);
        if (known != null) return Future.succeededFuture(known.verdict);
        var finding = examined(token);
        var issuer = finding.issuer();
        if (issuer == null) return Future.succeededFuture(finding.verdict());
        return switch (finding.open()) {
            case NOTHING -> Future.succeededFuture(finding.verdict());
            case KEY ->
                tokens.furtherWords().keysOf(issuer).map(now -> examined(token).verdict());
            case MEANING -> tokens.furtherWords().about(token, issuer).map(said -> heard(token, said));
        };
    }

    /** What an issuer says of a token counts here only where the token is meant for this API. */
    private Verdict heard(String token, Verdict said) {
        if (!(said instanceof Verdict.Accepted accepted)) return said;
        var claims = accepted.claims();
        if (!profile.admits(claims.issuer(), claims.audience())) return MEANT_FOR_OTHERS;
        long until = Math.min(claims.expiresAt().toEpochMilli(), clock.millis() + Introspector.BELIEVED.toMillis());
        long changes = tokens.revocations().changes();
        if (tokens.revocations().revoked(claims)) return Verdict.REVOKED;
        tokens.cache().put(new VerifiedCache.Entry(token, accepted, null, until, tokens.trust(), profile, changes));
        return accepted;
    }

    /** What was found out about the token before, if it still holds. A token that is not known costs no arithmetic here. */
    public Optional<Claims> remembered(String token) {
        var known = known(token);
        return known == null ? Optional.empty() : Optional.of(known.verdict.claims());
    }

    /** For whoever goes on with a token that was just accepted here. */
    public HeldToken hold(String token, Claims claims) {
        return new HeldToken(this, tokens, clock, token, claims);
    }

    /** What an API is shown of a caller whose token holds now: a JWT of a minute for that API alone. Complete at once where this thread has made it before. */
    public Future<String> identity(Claims caller, String api) {
        return tokens.identities().of(caller, api);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        if (!(credentials instanceof TokenCredentials bearer) || bearer.getToken() == null) {
            return Future.failedFuture(Reason.LOGIN_REQUIRED.because("a bearer token is needed"));
        }
        var known = known(bearer.getToken());
        if (known != null) return Future.succeededFuture(known.user);
        return judge(bearer.getToken()).compose(GatehouseJwtAuth::user);
    }

    private static Future<User> user(Verdict verdict) {
        if (verdict instanceof Verdict.Rejected no)
            return Future.failedFuture(no.reason().because(no.detail()));
        return Future.succeededFuture(new TokenUser(((Verdict.Accepted) verdict).claims()));
    }

    /** What the token of an authenticated user says; empty for users that did not come from here. */
    public static Optional<Claims> claims(@Nullable User user) {
        return user instanceof TokenUser ours ? Optional.of(ours.claims()) : Optional.empty();
    }

    /** An entry that still holds for this API, or null. */
    @SuppressWarnings("ReferenceEquality") // equal profiles that are two objects only cost one more comparison
    private VerifiedCache.@Nullable Entry known(String token) {
        var cache = tokens.cache();
        var entry = cache.find(token);
        if (entry == null) return proven(token);
        if (clock.millis() >= entry.expiresAtMillis || !isTrusted(entry) || isRevoked(entry)) {
            cache.remove(token);
            return null;
        }
        var claims = entry.verdict.claims();
        if (entry.profile != profile) {
            if (!profile.admits(claims.issuer(), claims.audience())) return null;
            entry.profile = profile;
        }
        tokens.counts().warm();
        return entry;
    }

    /** Made anew of what any thread has proved: all is checked again but the signature. */
    private VerifiedCache.@Nullable Entry proven(String token) {
        var signer = tokens.proven().keyOf(token);
        if (signer == null) return null;
        long changes = tokens.revocations().changes();
        var finding = tokens.verifier().examine(token, profile, clock.instant(), signer);
        if (!(finding.verdict() instanceof Verdict.Accepted accepted)
                || tokens.revocations().revoked(accepted.claims())) return null;
        tokens.counts().warm();
        return remember(token, accepted, finding, changes);
    }

    private VerifiedCache.Entry remember(String token, Verdict.Accepted accepted, Finding finding, long changes) {
        long until = accepted.claims().expiresAt().toEpochMilli();
        var entry = new VerifiedCache.Entry(token, accepted, finding.key(), until, finding.trust(), profile, changes);
        tokens.cache().offer(entry);
        return entry;
    }

    private boolean isTrusted(VerifiedCache.Entry entry) {
        var trust = tokens.trust();
        if (entry.trust == trust) return true;
        entry.trust = trust;
        return trust.stillHolds(entry.verdict.claims().issuer(), entry.key);
    }

    /** The count is read before the lookup: what is revoked in between is looked up the next time. */
    private boolean isRevoked(VerifiedCache.Entry entry) {
        long changes = tokens.revocations().changes();
        if (entry.revocationsSeen == changes) return false;
        entry.revocationsSeen = changes;
        return tokens.revocations().revoked(entry.verdict.claims());
    }

    private Finding examined(String token) {
        long changes = tokens.revocations().changes();
        var finding = judged(token, changes);
        tokens.counts().examined(finding.verdict());
        return finding;
    }

    private Finding judged(String token, long changes) {
        var finding = tokens.verifier().examine(token, profile, clock.instant());
        if (!(finding.verdict() instanceof Verdict.Accepted accepted)) return finding;
        if (tokens.revocations().revoked(accepted.claims()))
            return Finding.settled(Verdict.REVOKED, null, finding.trust());
        if (finding.key() != null) tokens.proven().note(token, finding.key());
        remember(token, accepted, finding, changes);
        return finding;
    }

    /**
     * Mints an access token like any other of ours. {@code sub} is required; {@code client_id} is {@code gatehouse} where it is absent; times, issuer and id are the
     * mint's. Of the options, lifetime and audience count.
     */
    @Override
    public String generateToken(JsonObject claims, JWTOptions options) {
        var audience = options.getAudience() == null ? List.of(profile.audience()) : options.getAudience();
        var lifetime = options.getExpiresInSeconds() > 0 ? Duration.ofSeconds(options.getExpiresInSeconds()) : LIFETIME;
        String subject = claims.getString("sub");
        if (subject == null) throw new IllegalArgumentException("a token needs a sub");
        var more = new HashMap<>(claims.getMap());
        more.keySet().removeAll(List.of("sub", "client_id", "scope", "preferred_username", "roles", "groups"));
        var grant = new AccessGrant(
                subject,
                new ClientId(claims.getString("client_id", "gatehouse")),
                Optional.empty(),
                Optional.ofNullable(claims.getString("preferred_username")),
                audience,
                Scopes.parse(claims.getString("scope", "")),
                texts(claims.getJsonArray("roles")),
                texts(claims.getJsonArray("groups")),
                more,
                lifetime);
        return tokens.mint().mint(grant, clock.instant()).token();
    }

    @Override
    public String generateToken(JsonObject claims) {
        return generateToken(claims, new JWTOptions());
    }

    private static List<String> texts(@Nullable JsonArray array) {
        return array == null
                ? List.of()
                : array.stream().map(String.class::cast).toList();
    }
}
