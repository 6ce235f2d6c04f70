package dev.gatehouse.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.gatehouse.vocabulary.RandomText;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** A client's key, and proofs that it holds it (RFC 9449 §4.2). */
public final class TestProofs {
    private static final SecureRandom RANDOM = new SecureRandom();

    public final ECKey key;

    public TestProofs() {
        try {
            this.key = new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public String thumbprint() {
        try {
            return key.computeThumbprint().toString();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What a proof for the token endpoint says. */
    static JsonObject claims(String nonce) {
        return new JsonObject()
                .put("jti", RandomText.of(RANDOM, 16))
                .put("htm", "POST")
                .put("htu", TestHouse.URL + "/oauth/token")
                .put("iat", Instant.now().getEpochSecond())
                .put("nonce", nonce);
    }

    String proof(String nonce) {
        return sign(claims(nonce), header -> header);
    }

    public String sign(JsonObject claims) {
        return sign(claims, header -> header);
    }

    public String sign(JsonObject claims, UnaryOperator<JWSHeader.Builder> changed) {
        try {
            var header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .type(new JOSEObjectType("dpop+jwt"))
                    .jwk(key.toPublicJWK());
            var object = new JWSObject(changed.apply(header).build(), new Payload(claims.encode()));
            object.sign(new ECDSASigner(key));
            return object.serialize();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
