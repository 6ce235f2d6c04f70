package dev.gatehouse;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An access token that somebody else has signed, as RFC 9068 wants it but for what a test makes of it. */
public final class ForeignToken {
    private final JWTClaimsSet.Builder claims;
    private final Instant now;
    private @Nullable String type = "at+jwt";

    private ForeignToken(String issuer, List<String> audience, Instant now) {
        this.now = now;
        this.claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(audience)
                .subject("somebody")
                .claim("client_id", "their-app")
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(600)));
    }

    public static ForeignToken of(String issuer, String... audience) {
        return at(Instant.now(), issuer, audience);
    }

    public static ForeignToken at(Instant now, String issuer, String... audience) {
        return new ForeignToken(issuer, List.of(audience), now);
    }

    public ForeignToken subject(String some) {
        claims.subject(some);
        return this;
    }

    public ForeignToken claim(String name, Object value) {
        claims.claim(name, value);
        return this;
    }

    /** Not before so long from when it was issued. */
    public ForeignToken notBefore(Duration later) {
        claims.notBeforeTime(Date.from(now.plus(later)));
        claims.expirationTime(Date.from(now.plus(later).plusSeconds(600)));
        return this;
    }

    /** Null: it does not say what it is. */
    public ForeignToken type(@Nullable String some) {
        type = some;
        return this;
    }

    /** By ES256, with a key that is called what it is called. */
    public String signed(ECKey key) {
        return signed(key, JWSAlgorithm.ES256, key.getKeyID());
    }

    /** {@code kid} null: it does not say with which key. */
    public String signed(JWK key, JWSAlgorithm algorithm, @Nullable String kid) {
        try {
            var header = new JWSHeader.Builder(algorithm)
                    .type(type == null ? null : new JOSEObjectType(type))
                    .keyID(kid)
                    .build();
            var token = new SignedJWT(header, claims.build());
            token.sign(key instanceof ECKey ec ? new ECDSASigner(ec) : new RSASSASigner(key.toRSAKey()));
            return token.serialize();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
