package dev.gatehouse.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWK;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PublicJwkTest {
    @Test
    void the_example_of_rfc_7638_section_3_1_has_its_thumbprint() throws PublicJwk.Unusable {
        var key = PublicJwk.read(Map.of(
                "kty", "RSA",
                "n",
                        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
                "e", "AQAB"));
        assertThat(PublicJwk.thumbprint(key)).isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    @ParameterizedTest
    @EnumSource(JwsAlgorithm.class)
    void a_key_that_was_written_is_read_again(JwsAlgorithm algorithm) throws Exception {
        var key = CryptoProvider.fastest().newPair(algorithm).getPublic();
        var read = PublicJwk.read(PublicJwk.write(key));
        assertThat(PublicJwk.write(read)).isEqualTo(PublicJwk.write(key));
        var asNimbusSeesIt = JWK.parse(new JsonObject(Map.copyOf(PublicJwk.write(key))).encode());
        assertThat(asNimbusSeesIt.computeThumbprint().toString()).isEqualTo(PublicJwk.thumbprint(key));
        assertThat(algorithm.fits(read)).isTrue();
    }

    @Test
    void keys_that_nobody_should_use_are_refused_with_the_reason() {
        String one = Base64Url.encode(new byte[32]);
        assertUnusable(Map.of("kty", "EC", "crv", "P-256", "x", one, "y", one), "not on the curve");
        assertUnusable(Map.of("kty", "EC", "crv", "P-384", "x", one, "y", one), "not P-256");
        assertUnusable(Map.of("kty", "EC", "crv", "P-256", "x", "AA", "y", one), "does not have 32 bytes");
        assertUnusable(
                Map.of("kty", "RSA", "n", Base64Url.encode(new byte[] {(byte) 0xff, 1}), "e", "AQAB"),
                "fewer than 2048");
        assertUnusable(Map.of("kty", "RSA", "n", oddModulus(1025), "e", "AQAB"), "more than 8192");
        assertUnusable(Map.of("kty", "RSA", "n", oddModulus(256), "e", "AQ"), "exponent");
        assertUnusable(Map.of("kty", "oct", "k", "AAAA"), "secret");
        assertUnusable(Map.of("kty", "EC", "crv", "P-256", "x", one, "y", one, "d", one), "secret");
        assertUnusable(Map.of("kty", "OKP", "crv", "X25519", "x", one), "not Ed25519");
        assertUnusable(Map.of("kty", "AKP"), "kty");
        assertUnusable(Map.of(), "kty");
    }

    private static String oddModulus(int length) {
        byte[] modulus = new byte[length];
        modulus[0] = (byte) 0x80;
        modulus[length - 1] = 1;
        return Base64Url.encode(modulus);
    }

    private static void assertUnusable(Map<String, ?> jwk, String why) {
        assertThatThrownBy(() -> PublicJwk.read(jwk))
                .isInstanceOf(PublicJwk.Unusable.class)
                .hasMessageContaining(why);
    }
}
