package dev.gatehouse.edge;

import dev.gatehouse.config.Config;
import dev.gatehouse.limits.ForgeryGuard;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.GatehouseJwtAuth;
import dev.gatehouse.tokens.HeldToken;
import dev.gatehouse.tokens.ResourceProofs;
import dev.gatehouse.tokens.TokenProfile;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.BearerChallenge;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.ext.web.handler.JWTAuthHandler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is calling: {@link JWTAuthHandler} over our own {@link GatehouseJwtAuth}, one of each per API profile and event loop. What that handler does not know, tokens under
 * the scheme {@code DPoP} and tokens that are no JWTs, is asked of the same {@link GatehouseJwtAuth} directly, and so is every token that was verified before. A caller without a token goes on as nobody; the rule
 * decides about nobodies. Whatever is made of a token that is not liked, the answer is 401 {@code invalid_token} (RFC 6750 §3.1).
 */
final class TokenStep {
    private static final Logger LOG = LoggerFactory.getLogger(TokenStep.class);
    private static final String BEARER = "Bearer";
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private record Gate(GatehouseJwtAuth auth, JWTAuthHandler handler) {}

    private final Function<TokenProfile, GatehouseJwtAuth> tokens;
    private final ProofStep proofs;
    private final ForgeryGuard forgeries;
    private final Map<TokenProfile, Gate> gates = new HashMap<>();

    TokenStep(Function<TokenProfile, GatehouseJwtAuth> tokens, ResourceProofs proofs, ForgeryGuard forgeries) {
        this.tokens = tokens;
        this.proofs = new ProofStep(proofs);
        this.forgeries = forgeries;
    }

    /** False: it was refused, or goes on by itself. */
    boolean authenticate(Passage passage) {
        String field = passage.request.getHeader(HttpHeaders.AUTHORIZATION);
        if (field == null || isOfAnotherScheme(field)) return true;
        if (field.length() > BEARER.length() + 1 + passage.snapshot.limits().tokenSize()) {
            refuse(passage, "the token is too long");
            return false;
        }
        Gate gate = gate(passage);
        String token = token(field);
        boolean hasScheme = token.length() < field.length();
        Optional<Claims> known = hasScheme ? gate.auth().remembered(token) : Optional.empty();
        if (known.isPresent()) return accepted(passage, field, known.get());
        Optional<Duration> blocked = forgeries.blocked(passage.exchange.clientAddress);
        if (blocked.isPresent()) refuseForNow(passage, blocked.get());
        else if (gate.auth().takesOnlyJwts() && isOf(BEARER, field)) ask(passage, gate);
        else passage.await(gate.auth().judge(token), verdict -> judged(passage, field, verdict));
        return false;
    }

    private static void ask(Passage passage, Gate gate) {
        passage.authenticating = true;
        gate.handler().handle(passage.context);
    }

    /** After the handler let a request pass; false when it was refused here. What looks to the handler like a preflight it lets pass without a look at the token. */
    boolean settled(Passage passage) {
        if (!passage.authenticating) return true;
        Verdict verdict = GatehouseJwtAuth.claims(passage.context.user())
                .<Verdict>map(Verdict.Accepted::new)
                .orElseGet(() -> gate(passage).auth().verify(token(field(passage))));
        if (verdict instanceof Verdict.Rejected no) {
            refuse(passage, no);
            return false;
        }
        passage.authenticating = false;
        Claims claims = ((Verdict.Accepted) verdict).claims();
        if (isBound(passage, claims)) return false;
        passage.know(claims);
        return true;
    }

    /** What the API thinks of a token that did not come with the request. */
    Verdict verdict(Passage passage, String token) {
        return gate(passage).auth().verify(token);
    }

    HeldToken hold(Passage passage, String token, Claims claims) {
        return gate(passage).auth().hold(token, claims);
    }

    private void judged(Passage passage, String field, Verdict verdict) {
        if (verdict instanceof Verdict.Rejected no) refuse(passage, no);
        else if (accepted(passage, field, ((Verdict.Accepted) verdict).claims())) passage.goOn();
    }

    /** A token that holds; whether whoever shows it may, depends on the scheme. False: it was refused, or goes on by itself. */
    private boolean accepted(Passage passage, String field, Claims claims) {
        if (!isOf(ResourceProofs.FIELD, field)) {
            if (isBound(passage, claims)) return false;
            passage.know(claims);
            return true;
        }
        passage.await(proofs.of(passage, token(field), claims), no -> {
            if (no.isEmpty()) {
                passage.know(claims);
                passage.goOn();
            } else if (proofs.refuse(passage, no.get())) {
                forgeries.failed(passage.exchange.clientAddress);
            }
        });
        return false;
    }

    /** An API that wants a JWT about its callers gets one, made for it alone. */
    boolean introduce(Passage passage) {
        Claims claims = passage.claims;
        if (claims == null || passage.route().identity() != Config.Identity.JWT) return true;
        passage.await(gate(passage).auth().identity(claims, passage.route().api()), jwt -> {
            passage.identity = jwt;
            passage.goOn();
        });
        return false;
    }

    /** A token that only the holder of a key may use is no bearer token (RFC 9449 §7.2); refused where it is one. Nobody forged it, so nobody is blamed. */
    private boolean isBound(Passage passage, Claims claims) {
        if (claims.boundTo().isEmpty()) return false;
        proofs.refuseBearer(passage);
        return true;
    }

    static String token(Passage passage) {
        return token(field(passage));
    }

    private static String field(Passage passage) {
        return String.valueOf(passage.request.getHeader(HttpHeaders.AUTHORIZATION));
    }

    private static String token(String field) {
        return field.substring(field.indexOf(' ') + 1);
    }

    /** After the handler refused. */
    void failed(Passage passage, @Nullable Throwable failure) {
        Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof Refusal refusal && refusal.problem() instanceof Reason reason) {
            refuse(passage, new Verdict.Rejected(reason, refusal.detail()));
        } else {
            if (cause != null && !(cause instanceof HttpException))
                LOG.error("a token could not be judged, request {}", passage.exchange.requestId, cause);
            refuse(passage, "the token is not a well-formed JWT");
        }
    }

    /** That an issuer is away is nobody's forgery, and no reason to throw the token away. */
    private void refuse(Passage passage, Verdict.Rejected no) {
        if (no.reason().status() == 401) {
            refuse(passage, no.detail());
        } else {
            passage.authenticating = false;
            Answers.refuse(passage, no.reason(), no.detail(), ASK_AGAIN);
        }
    }

    private void refuse(Passage passage, String detail) {
        passage.authenticating = false;
        forgeries.failed(passage.exchange.clientAddress);
        Answers.refuse(passage, Reason.INVALID_TOKEN, detail, BearerChallenge.invalidToken(detail));
    }

    private static void refuseForNow(Passage passage, Duration wait) {
        Answers.refuse(passage, Reason.TOO_MANY_ATTEMPTS, "Too many tokens from this address were not valid.", wait);
    }

    /** A field without a space is nobody's scheme; it is taken for a token gone wrong. */
    private static boolean isOfAnotherScheme(String field) {
        return field.indexOf(' ') >= 0 && !isOf(BEARER, field) && !isOf(ResourceProofs.FIELD, field);
    }

    private static boolean isOf(String scheme, String field) {
        int space = field.indexOf(' ');
        return space < 0
                ? scheme.equals(BEARER)
                : space == scheme.length() && field.regionMatches(true, 0, scheme, 0, space);
    }

    private Gate gate(Passage passage) {
        TokenProfile profile = passage.route().profile();
        Gate known = gates.get(profile);
        if (known != null) return known;
        gates.keySet().retainAll(passage.snapshot.profiles());
        GatehouseJwtAuth auth = tokens.apply(profile);
        var fresh = new Gate(auth, JWTAuthHandler.create(auth));
        gates.put(profile, fresh);
        return fresh;
    }
}
