package dev.gatehouse.edge;

import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.ResourceProofs;
import dev.gatehouse.tokens.ResourceProofs.No;
import dev.gatehouse.tokens.ResourceProofs.Problem;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.BearerChallenge;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Tokens that only the holder of a key may use: the proof that comes with each request, and how a no is put (RFC 9449 §7). */
final class ProofStep {
    private final ResourceProofs proofs;

    ProofStep(ResourceProofs proofs) {
        this.proofs = proofs;
    }

    /** Empty where a token that was shown under the scheme {@code DPoP} may be used for this request. */
    Future<Optional<No>> of(Passage passage, String token, Claims claims) {
        if (claims.boundTo().isEmpty())
            return Future.succeededFuture(Optional.of(new No(Problem.INVALID_TOKEN, "the token is bound to no key")));
        return proofs.judge(
                passage.request.headers().getAll(ResourceProofs.FIELD),
                passage.method().name(),
                address(passage),
                token,
                claims.boundTo().get());
    }

    /**
     * As the caller sees it: our own address, whatever proxies are before it. What {@code Host} says is the caller's word and ties a proof to nothing, unless it is one
     * of the API's own hosts, or the route would not have been found.
     */
    private static String address(Passage passage) {
        String url = passage.snapshot.url();
        String origin = passage.route().hosted() ? url.substring(0, url.indexOf("//") + 2) + passage.host() : url;
        return origin + passage.target().path();
    }

    /** Whether somebody is to be blamed for it. */
    boolean refuse(Passage passage, No no) {
        if (no.problem() == Problem.BUSY) {
            Answers.refuse(passage, Reason.BUSY, no.why(), Duration.ofSeconds(60));
            return false;
        }
        String error = no.problem().name().toLowerCase(Locale.ROOT);
        String challenge =
                ResourceProofs.CHALLENGE + ", error=\"" + error + "\", error_description=\"" + no.why() + "\"";
        Reply reply = Answers.problem(passage, Reason.INVALID_TOKEN, no.why())
                .with(BearerChallenge.FIELD, challenge)
                .with(BearerChallenge.FIELD, Answers.pointed(passage, BearerChallenge.SIGN_IN))
                .with(ResourceProofs.NONCE, proofs.nonce());
        Answers.give(passage, Reason.INVALID_TOKEN, reply);
        return no.problem() != Problem.USE_DPOP_NONCE;
    }

    /** A bound token as a bearer token is not stolen necessarily, but it looks like it. */
    void refuseBearer(Passage passage) {
        String detail = "the token is bound to a key and no bearer token";
        Reply reply = Answers.problem(passage, Reason.INVALID_TOKEN, detail)
                .with(BearerChallenge.FIELD, Answers.pointed(passage, BearerChallenge.invalidToken(detail)))
                .with(BearerChallenge.FIELD, ResourceProofs.CHALLENGE);
        Answers.give(passage, Reason.INVALID_TOKEN, reply);
    }
}
