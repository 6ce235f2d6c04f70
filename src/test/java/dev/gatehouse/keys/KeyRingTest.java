package dev.gatehouse.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class KeyRingTest {
    private final KeyRing ring = TestKeys.rotated(TestKeys.ring(JwsAlgorithm.values()));

    @Test
    @DisplayName("JW01 only public members, kid unique, alg and use set, no symmetric keys")
    void the_jwks_says_what_others_need_and_no_more() throws Exception {
        var keys = new JsonObject(ring.jwks())
                .getJsonArray("keys").stream().map(JsonObject.class::cast).toList();
        assertThat(keys).hasSize(12);
        assertThat(keys).extracting(key -> key.getString("kid")).doesNotHaveDuplicates();
        for (var key : keys) {
            assertThat(Set.of("kid", "kty", "use", "alg", "crv", "x", "y", "n", "e"))
                    .containsAll(key.fieldNames());
            assertThat(key.getString("use")).isEqualTo("sig");
            assertThat(JwsAlgorithm.named(key.getString("alg"))).isPresent();
            assertThat(key.getString("kty")).isNotEqualTo("oct");
        }
        assertThat(JWKSet.parse(ring.jwks().toString()).getKeys()).hasSize(12).noneMatch(key -> key.isPrivate());
    }

    @Test
    @DisplayName("JW02 next, active and retired keys are published")
    void every_phase_is_published() {
        for (var phase : KeyPhase.values()) {
            assertThat(ring.keys()).filteredOn(key -> key.phase() == phase).hasSize(4);
        }
    }

    @Test
    void the_validator_moves_with_the_keys_and_only_with_them() {
        assertThat(ring.etag()).isEqualTo(new KeyRing(ring.keys(), JwsAlgorithm.ES256).etag());
        assertThat(ring.etag()).isNotEqualTo(TestKeys.rotated(ring).etag()).matches("\"[A-Za-z0-9_-]{43}\"");
    }

    @Test
    void a_key_is_found_by_name_and_only_for_its_algorithm() {
        var key = ring.active(JwsAlgorithm.RS256).orElseThrow();
        assertThat(ring.find(key.kid(), JwsAlgorithm.RS256)).isSameAs(key.verification());
        assertThat(ring.find(key.kid(), JwsAlgorithm.PS256)).isNull();
        assertThat(ring.holds(key.verification())).isTrue();
        assertThat(TestKeys.ring(JwsAlgorithm.ES256).holds(key.verification())).isFalse();
    }

    @Test
    void a_key_never_prints_itself() {
        assertThat(ring.keys().get(0).toString()).matches("SigningKey\\[\\w+ [A-Za-z0-9_-]{43} NEXT]");
    }
}
