package dev.gatehouse.tokens;

import dev.gatehouse.keys.Signatures;
import dev.gatehouse.tokens.DpopProof.Bound;
import dev.gatehouse.tokens.DpopProof.Finding;
import dev.gatehouse.tokens.DpopProof.Wanted;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whether whoever shows a token that is bound to a key holds the key (RFC 9449 §7.1). A proof counts once: this process knows at once what it has been shown, and the
 * database what any node has. While the database is away, a proof counts once per node.
 */
public final class ResourceProofs {
    /** The header field that a proof comes in, and the scheme of tokens that need one. */
    public static final String FIELD = "DPoP";

    /** The header field that says what the next proof is to repeat. */
    public static final String NONCE = "DPoP-Nonce";

    /** What we verify (§5.1, {@code algs}). */
    public static final String CHALLENGE = "DPoP algs=\"ES256 EdDSA RS256 PS256\"";

    private static final Duration DATABASE_LIMIT = Duration.ofSeconds(1);

    /** What may be said of a proof. */
    public enum Problem {
        INVALID_TOKEN,
        INVALID_DPOP_PROOF,
        USE_DPOP_NONCE,
        /** Nothing is wrong with it; there are too many. */
        BUSY
    }

    /** What all nodes know together. */
    @FunctionalInterface
    public interface OtherNodes {
        /** True for whoever is the first of all to name it, until then. */
        Future<Boolean> first(String proof, Instant until);
    }

    /** Why a proof does not do. */
    public record No(Problem problem, String why) {}

    private final Signatures signatures;
    private final DpopNonces nonces;
    private final OtherNodes ofAllNodes;
    private final SeenProofs ofThisNode;
    private final InstantSource clock;

    public ResourceProofs(Signatures signatures, DpopNonces nonces, OtherNodes ofAllNodes, InstantSource clock) {
        this.signatures = signatures;
        this.nonces = nonces;
        this.ofAllNodes = ofAllNodes;
        this.ofThisNode = new SeenProofs(signatures.provider().random());
        this.clock = clock;
    }

    /** What the next proof may repeat. */
    public String nonce() {
        return nonces.present();
    }

    /** Empty where the proof is good for this very request; {@code sent} are the values of its field. Never fails. */
    public Future<Optional<No>> judge(List<String> sent, String method, String url, String token, String key) {
        if (sent.size() != 1) return no(Problem.INVALID_DPOP_PROOF, "exactly one DPoP proof is needed");
        var wanted = new Wanted(method, url, Optional.of(new Bound(token, key)));
        Finding finding = DpopProof.check(sent.get(0), wanted, signatures, clock.instant());
        if (finding instanceof Finding.Fails fails)
            return no(
                    fails.why().equals(DpopProof.ANOTHER_KEY) ? Problem.INVALID_TOKEN : Problem.INVALID_DPOP_PROOF,
                    fails.why());
        DpopProof proof = ((Finding.Holds) finding).proof();
        if (!proof.nonce().map(nonces::holds).orElse(true))
            return no(Problem.USE_DPOP_NONCE, "repeat the nonce of the header DPoP-Nonce in the proof");
        return once(proof);
    }

    private Future<Optional<No>> once(DpopProof proof) {
        String name = proof.key() + ' ' + proof.jti();
        return switch (ofThisNode.first(name, proof.until())) {
            case SEEN -> seen();
            case FULL -> no(Problem.BUSY, "too many proofs were shown within a minute");
            case FIRST ->
                ofAllNodes
                        .first(name, proof.until())
                        .timeout(DATABASE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                        .otherwise(true)
                        .compose(first -> first ? Future.succeededFuture(Optional.empty()) : seen());
        };
    }

    private static Future<Optional<No>> seen() {
        return no(Problem.INVALID_DPOP_PROOF, "the proof was used before (jti)");
    }

    private static Future<Optional<No>> no(Problem problem, String why) {
        return Future.succeededFuture(Optional.of(new No(problem, why)));
    }
}
