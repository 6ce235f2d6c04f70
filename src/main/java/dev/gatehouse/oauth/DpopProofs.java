package dev.gatehouse.oauth;

import static dev.gatehouse.clients.OAuthError.INVALID_DPOP_PROOF;
import static dev.gatehouse.clients.OAuthError.INVALID_TOKEN;
import static dev.gatehouse.clients.OAuthError.USE_DPOP_NONCE;

import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.OAuthError;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Secrets;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.store.OneTime.Kind;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.DpopNonces;
import dev.gatehouse.tokens.DpopProof;
import dev.gatehouse.tokens.DpopProof.Finding;
import dev.gatehouse.tokens.DpopProof.Wanted;
import dev.gatehouse.tokens.ResourceProofs;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.BearerChallenge;
import dev.gatehouse.web.Call;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Who holds the key (RFC 9449): the proofs that come with requests to the house itself. Each is for one address, made just now, with a nonce of ours where tokens
 * are asked for, and taken once over all nodes.
 */
public final class DpopProofs {
    /** The header field that a proof comes in, and the scheme of tokens that need one. */
    public static final String FIELD = ResourceProofs.FIELD;

    /** The header field that says what the next proof is to repeat. */
    public static final String NONCE = ResourceProofs.NONCE;

    private final Signatures signatures;
    private final OneTime seen;
    private final DpopNonces nonces;
    private final String url;
    private final InstantSource clock;

    public DpopProofs(House house) {
        this.signatures = house.tokens().signatures();
        this.seen = new OneTime(house.database());
        this.nonces = new DpopNonces(house.secrets().of(Secrets.Purpose.DPOP_NONCE), house.clock());
        this.url = house.url();
        this.clock = house.clock();
    }

    /** What the next proof is to repeat. */
    public String nonce() {
        return nonces.present();
    }

    /** The thumbprint of the key that the client proves to hold; empty where it shows no proof and needs none (§5). */
    public Future<Optional<String>> ofTokenRequest(Call call, Client client) {
        if (client.demands().dpop() && !call.headers().contains(FIELD))
            throw atTokenEndpoint(INVALID_DPOP_PROOF, "this client has to send a DPoP proof with every token request");
        return shown(call);
    }

    /** The same for a request that needs none, such as a pushed one (§10.1). */
    public Future<Optional<String>> shown(Call call) {
        return call.headers().contains(FIELD) ? key(call).map(Optional::of) : Future.succeededFuture(Optional.empty());
    }

    private Future<String> key(Call call) {
        DpopProof proof = judged(call, this::atTokenEndpoint);
        if (!proof.nonce().map(nonces::holds).orElse(false))
            throw atTokenEndpoint(USE_DPOP_NONCE, "repeat the nonce of the header DPoP-Nonce in the proof");
        return once(proof, this::atTokenEndpoint).map(DpopProof::key);
    }

    /**
     * Whether a token may be used by whoever sends this request (§7.1): a bound one under the scheme {@code DPoP} with a proof of its key, made for it; any other one
     * under {@code Bearer}. A nonce is not asked for here, but one that is sent has to be ours.
     */
    public Future<Void> ofResourceRequest(Call call, boolean schemeIsDpop, String token, Claims claims) {
        if (claims.boundTo().isEmpty() && !schemeIsDpop) return Future.succeededFuture();
        if (claims.boundTo().isEmpty()) throw atResource(INVALID_TOKEN, "the token is bound to no key");
        if (!schemeIsDpop) throw atResource(INVALID_TOKEN, "the token is bound to a key and needs a DPoP proof");
        DpopProof proof = judged(call, this::atResource);
        if (!proof.key().equals(claims.boundTo().get()))
            throw atResource(INVALID_TOKEN, "the token is bound to another key");
        if (!proof.goesWith(token)) throw atResource(INVALID_DPOP_PROOF, "the proof was made for another token (ath)");
        if (!proof.nonce().map(nonces::holds).orElse(true))
            throw atResource(USE_DPOP_NONCE, "repeat the nonce of the header DPoP-Nonce in the proof");
        return once(proof, this::atResource).mapEmpty();
    }

    /** How a place says no. */
    private interface SayingNo {
        Refusal because(OAuthError problem, String why);
    }

    private DpopProof judged(Call call, SayingNo no) {
        List<String> sent = call.headers().getAll(FIELD);
        if (sent.size() != 1) throw no.because(INVALID_DPOP_PROOF, "exactly one DPoP proof is needed");
        Finding finding =
                DpopProof.check(sent.get(0), new Wanted(call.method(), url + call.path()), signatures, clock.instant());
        if (finding instanceof Finding.Fails fails) throw no.because(INVALID_DPOP_PROOF, fails.why());
        return ((Finding.Holds) finding).proof();
    }

    /** The row lives until the proof would be too old anyway, a moment that follows from the proof, so all nodes look in one place. */
    private Future<DpopProof> once(DpopProof proof, SayingNo no) {
        return seen.first(Kind.PROOF, proof.key() + ' ' + proof.jti(), proof.until())
                .compose(first -> first
                        ? Future.succeededFuture(proof)
                        : Future.failedFuture(no.because(INVALID_DPOP_PROOF, "the proof was used before (jti)")));
    }

    private Refusal atTokenEndpoint(OAuthError problem, String why) {
        return problem.because(why).with(NONCE, nonces.present());
    }

    /** Always 401, with the error in the challenge (§7.1, §9). */
    private Refusal atResource(OAuthError problem, String why) {
        return INVALID_TOKEN
                .because(why)
                .with(
                        BearerChallenge.FIELD,
                        ResourceProofs.CHALLENGE + ", error=\"" + problem.code() + "\", error_description=\"" + why
                                + "\"")
                .with(NONCE, nonces.present());
    }
}
