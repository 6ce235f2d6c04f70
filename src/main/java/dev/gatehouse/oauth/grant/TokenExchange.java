package dev.gatehouse.oauth.grant;

import static dev.gatehouse.clients.OAuthError.INVALID_DPOP_PROOF;
import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;
import static dev.gatehouse.clients.OAuthError.INVALID_SCOPE;
import static dev.gatehouse.clients.OAuthError.INVALID_TARGET;
import static dev.gatehouse.clients.OAuthError.UNAUTHORIZED_CLIENT;

import dev.gatehouse.audit.AuditEvent.TokenExchanged;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.clients.Client;
import dev.gatehouse.config.Config;
import dev.gatehouse.limits.ForgeryGuard;
import dev.gatehouse.signin.AccessTokens;
import dev.gatehouse.signin.Audiences;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Issued;
import dev.gatehouse.signin.MappedClaims;
import dev.gatehouse.signin.OwnTokens;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * grant_type=urn:ietf:params:oauth:grant-type:token-exchange (RFC 8693): an access token of ours for another one that can do less (decision 0188). Whoever it speaks
 * for stays the same, and it ends with the session and the grant of the token that was shown.
 */
public final class TokenExchange implements Grant {
    public static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    static final String JWT = "urn:ietf:params:oauth:token-type:jwt";

    /** How many stand behind each other in {@code act} (§4.1). */
    static final int DEEPEST = 4;

    private final Supplier<Config> config;
    private final String url;
    private final OwnTokens ownTokens;
    private final AccessTokens accessTokens;
    private final MappedClaims mapped;
    private final ForgeryGuard forgeries;
    private final AuditTrail trail;

    public TokenExchange(House house, AccessTokens accessTokens) {
        this.config = house.config();
        this.url = house.url();
        this.ownTokens = new OwnTokens(house);
        this.accessTokens = accessTokens;
        this.mapped = new MappedClaims(house.config());
        this.forgeries = house.forgeries();
        this.trail = house.trail();
    }

    /** What was shown: for whom the new token speaks and, where it is said, who acts. */
    private record Shown(Claims subject, Optional<Claims> actor) {}

    @Override
    public Future<Issued> exchange(Asked asked) {
        Client client = asked.client();
        if (client.exchange().audiences().isEmpty())
            throw UNAUTHORIZED_CLIENT.because("the client may not exchange tokens");
        Shown shown = shown(asked);
        checkMeantFor(client, shown.subject());
        checkKey(asked, shown.subject());
        AccessGrant grant = grant(asked, shown);
        Issued issued = accessTokens.of(client, grant, asked.at()).ofKind(ACCESS_TOKEN);
        return trail.record(new TokenExchanged(
                        shown.subject().subject(), client.id(), actor(asked, shown), grant.audience(), asked.origin()))
                .map(issued);
    }

    private Shown shown(Asked asked) {
        String kind = asked.form().field("requested_token_type").orElse(ACCESS_TOKEN);
        if (!kind.equals(ACCESS_TOKEN))
            throw INVALID_REQUEST.because("requested_token_type can be an access token only");
        Claims subject = verified(asked, "subject_token");
        boolean delegated = asked.form().field("actor_token").isPresent();
        if (!delegated && asked.form().field("actor_token_type").isPresent())
            throw INVALID_REQUEST.because("actor_token_type is there without actor_token");
        Optional<Claims> actor = delegated ? Optional.of(verified(asked, "actor_token")) : Optional.empty();
        if (actor.isPresent()
                && !actor.get().client().equals(Optional.of(asked.client().id())))
            throw INVALID_REQUEST.because("actor_token was not issued to this client");
        return new Shown(subject, actor);
    }

    /** An access token of this house that still counts, whatever API it is for (§2.2.2: anything else is invalid_request). */
    private Claims verified(Asked asked, String field) {
        String type = asked.required(field + "_type");
        if (!type.equals(ACCESS_TOKEN) && !type.equals(JWT))
            throw INVALID_REQUEST.because(field + "_type can be an access token only");
        String token = asked.required(field);
        InetAddress source = asked.call().clientAddress();
        forgeries.blocked(source).ifPresent(wait -> {
            throw Reason.TOO_MANY_ATTEMPTS
                    .because("too many tokens from this address were not valid")
                    .retryAfter(wait);
        });
        if (ownTokens.verify(token) instanceof Verdict.Accepted accepted) return accepted.claims();
        forgeries.failed(source);
        throw INVALID_REQUEST.because(field + " is not an access token of ours that still counts");
    }

    /** Nobody exchanges what they came upon: it was issued to the client, or is for an audience that the client stands for. A service's own token is its alone. */
    private static void checkMeantFor(Client client, Claims subject) {
        boolean own = subject.client().equals(Optional.of(client.id()));
        boolean received = subject.isPerson()
                && subject.audience().stream().anyMatch(client.exchange().audiences()::contains);
        if (!own && !received) throw INVALID_REQUEST.because("subject_token is not meant for this client");
    }

    /** What was bound to a key never becomes a plain bearer token; the client's own stays with the same key. */
    private static void checkKey(Asked asked, Claims subject) {
        if (subject.boundTo().isEmpty()) return;
        boolean own = subject.client().equals(Optional.of(asked.client().id()));
        if (asked.key().isEmpty() || own && !asked.key().equals(subject.boundTo()))
            throw INVALID_DPOP_PROOF.because("subject_token is bound to a key; send a DPoP proof");
    }

    private AccessGrant grant(Asked asked, Shown shown) {
        Claims subject = shown.subject();
        Duration left = Duration.between(asked.at(), subject.expiresAt());
        Duration usual = accessTokens.lifetime();
        return new AccessGrant(
                subject.subject(),
                asked.client().id(),
                subject.session(),
                subject.username(),
                audience(asked, subject),
                scopes(asked, subject),
                List.copyOf(subject.roles()),
                List.copyOf(subject.groups()),
                mapped.kept(subject, act(asked, shown)),
                left.compareTo(usual) < 0 ? Duration.ofSeconds(left.toSeconds()) : usual,
                subject.grant(),
                asked.key());
    }

    /** What both the subject's token and the client have, or less. */
    private static Scopes scopes(Asked asked, Claims subject) {
        var both = new LinkedHashSet<>(subject.scopes().values());
        both.retainAll(asked.client().scopes().values());
        Scopes most = Scopes.of(both);
        Scopes wanted = asked.scopes().orElse(most);
        if (!most.covers(wanted)) throw INVALID_SCOPE.because("scope is wider than subject_token's or the client's");
        return wanted;
    }

    private List<String> audience(Asked asked, Claims subject) {
        Set<String> allowed = asked.client().exchange().audiences();
        var named = new LinkedHashSet<>(asked.form().all("audience"));
        named.addAll(asked.form().all("resource"));
        var wanted = new ArrayList<>(named.isEmpty() ? subject.audience() : named);
        if (named.isEmpty()) wanted.retainAll(allowed);
        boolean known = Audiences.all(config.get(), url).containsAll(wanted);
        if (wanted.isEmpty() || !known || !allowed.containsAll(wanted))
            throw INVALID_TARGET.because("the client may not exchange tokens for that audience");
        return List.copyOf(wanted);
    }

    /** Who acts, in front of whoever acted before (§4.1); one who may take the subject's place names nobody new, and hides nobody either. */
    private static Map<String, Object> act(Asked asked, Shown shown) {
        Object before = shown.subject().all().get("act");
        Optional<String> actor = actor(asked, shown);
        if (actor.isEmpty()) return before == null ? Map.of() : Map.of("act", before);
        if (depth(before) >= DEEPEST) throw INVALID_REQUEST.because("too many act for each other in subject_token");
        var act = new LinkedHashMap<String, Object>();
        act.put("sub", actor.get());
        if (before != null) act.put("act", before);
        return Map.of("act", act);
    }

    /** The subject of {@code actor_token}, or else the client itself; nobody where it may impersonate. */
    private static Optional<String> actor(Asked asked, Shown shown) {
        if (shown.actor().isPresent()) return shown.actor().map(Claims::subject);
        return asked.client().exchange().impersonation()
                ? Optional.empty()
                : Optional.of(asked.client().id().value());
    }

    private static int depth(@Nullable Object act) {
        int depth = 0;
        for (@Nullable Object at = act; at instanceof Map<?, ?> one; at = one.get("act")) depth++;
        return depth;
    }
}
