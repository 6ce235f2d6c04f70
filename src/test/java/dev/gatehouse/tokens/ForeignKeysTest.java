package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.gatehouse.config.ForeignIssuer;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Position;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ForeignKeysTest {
    private static final Set<String> ES256 = Set.of("ES256");

    @Test
    void keys_that_cannot_serve_are_left_out_with_a_reason(@TempDir Path folder) throws Exception {
        var good = new ECKeyGenerator(Curve.P_256).keyID("good").generate();
        var set = new JWKSet(List.of(
                good.toPublicJWK(),
                new ECKeyGenerator(Curve.P_256).keyID("good").generate().toPublicJWK(),
                new ECKeyGenerator(Curve.P_384).keyID("p384").generate().toPublicJWK(),
                new ECKeyGenerator(Curve.P_256)
                        .keyID("enc")
                        .keyUse(KeyUse.ENCRYPTION)
                        .generate()
                        .toPublicJWK(),
                new ECKeyGenerator(Curve.P_256).keyID("private").generate(),
                new OctetSequenceKey.Builder(new byte[32]).keyID("secret").build()));
        var file = folder.resolve("keys.json");
        Files.writeString(file, set.toString(false));
        var keys = ForeignKeys.read(file, ES256);
        assertThat(keys.find("good", JwsAlgorithm.ES256)).isNotNull();
        assertThat(keys.find("good", JwsAlgorithm.RS256)).isNull();
        assertThat(keys.only(JwsAlgorithm.ES256)).isPresent();
        assertThat(keys.leftOut())
                .containsExactly(
                        "key 2 (good): another key has the same kid",
                        "key 3 (p384): the curve is not P-256",
                        "key 4 (enc): it is not for signatures (use)",
                        "key 5 (private): it holds a secret; publish public keys only",
                        "key 6 (secret): it holds a secret; publish public keys only");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"keys\":[]}",
                "{\"keys\":{}}",
                "{\"keys\":[1]}",
                "{\"keys\":[{\"kty\":\"EC\"}]}",
                "{\"keys\":[],\"keys\":[]}",
                "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}",
                "not json"
            })
    void a_set_without_a_usable_key_is_a_fault(String jwks) {
        assertThatThrownBy(() -> ForeignKeys.parse(jwks.getBytes(StandardCharsets.UTF_8), ES256))
                .isInstanceOf(ForeignKeys.Fault.class);
    }

    @Test
    void an_entry_of_the_configuration_becomes_an_issuer_with_its_keys(@TempDir Path folder) throws Exception {
        var file = folder.resolve("keys.json");
        Files.writeString(
                file,
                new JWKSet(new ECKeyGenerator(Curve.P_256).keyID("k").generate().toPublicJWK()).toString());
        var entry = new ForeignIssuer(
                new Issuer("https://login.example.com"),
                Optional.of(new ForeignIssuer.Keys.InFile(file)),
                ES256,
                Optional.of("jwt"),
                Optional.empty(),
                new Position("gatehouse.yaml", 1, 1));
        var trusted = TrustedIssuer.of(entry, ForeignKeys.read(file, ES256));
        assertThat(trusted.type()).isEqualTo(TokenType.ANY_JWT);
        assertThat(trusted.algorithms()).containsExactly(JwsAlgorithm.ES256);
        assertThat(trusted.keys().find("k", JwsAlgorithm.ES256)).isNotNull();
    }

    @Test
    void a_set_that_was_fetched_again_keeps_the_keys_that_stay() throws Exception {
        var stays = new ECKeyGenerator(Curve.P_256).keyID("stays").generate().toPublicJWK();
        var goes = new ECKeyGenerator(Curve.P_256).keyID("goes").generate().toPublicJWK();
        var comes = new ECKeyGenerator(Curve.P_256).keyID("comes").generate().toPublicJWK();
        var impostor = new ECKeyGenerator(Curve.P_256).keyID("stays").generate().toPublicJWK();
        var before = parsed(stays, goes);

        assertThat(parsed(stays, goes).keeping(before)).isSameAs(before);
        var after = parsed(stays, comes).keeping(before);
        assertThat(after.find("stays", JwsAlgorithm.ES256)).isSameAs(before.find("stays", JwsAlgorithm.ES256));
        assertThat(after.holds(before.find("goes", JwsAlgorithm.ES256))).isFalse();
        assertThat(parsed(impostor).keeping(before).find("stays", JwsAlgorithm.ES256))
                .isNotSameAs(before.find("stays", JwsAlgorithm.ES256));
    }

    private static ForeignKeys parsed(JWK... keys) throws ForeignKeys.Fault {
        return ForeignKeys.parse(new JWKSet(List.of(keys)).toString().getBytes(StandardCharsets.UTF_8), ES256);
    }

    @Test
    void a_missing_or_endless_file_is_a_fault(@TempDir Path folder) throws Exception {
        assertThatThrownBy(() -> ForeignKeys.read(folder.resolve("none.json"), ES256))
                .hasMessageContaining("cannot be read");
        var endless = folder.resolve("endless.json");
        Files.write(endless, new byte[(1 << 20) + 1]);
        assertThatThrownBy(() -> ForeignKeys.read(endless, ES256)).hasMessageContaining("larger than 1 MiB");
    }
}
