package dev.gatehouse.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.keys.TestKeys;
import dev.gatehouse.web.Call;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MetadataTest {
    private static final Call CALL = TestHouse.call("GET", "/oauth/jwks", Map.of(), Buffer.buffer(), "127.0.0.1");
    private static final KeyRing ALL = TestKeys.ring(JwsAlgorithm.values());

    @Test
    @DisplayName("JW01 RFC 8037 §2, RFC 7518 §3.5: keys of every algorithm are published, their public members only")
    void keys_of_every_algorithm_are_published() throws Exception {
        var set = JWKSet.parse(
                new JwksEndpoint(() -> ALL).answer(CALL).result().body().toString());
        var kids = new HashSet<String>();
        var algorithms = new HashSet<String>();
        for (var key : set.getKeys()) {
            assertThat(key.isPrivate()).isFalse();
            assertThat(kids.add(key.getKeyID())).isTrue();
            algorithms.add(key.getAlgorithm().getName());
            assertThat(key.getKeyType())
                    .isEqualTo(
                            switch (key.getAlgorithm().getName()) {
                                case "ES256" -> KeyType.EC;
                                case "EdDSA" -> KeyType.OKP;
                                default -> KeyType.RSA;
                            });
        }
        assertThat(algorithms).containsExactlyInAnyOrder("ES256", "RS256", "PS256", "EdDSA");
    }

    @ParameterizedTest
    @EnumSource(JwsAlgorithm.class)
    @DisplayName("JW02 a key of any algorithm is published before it signs, and stays after it has")
    void keys_come_early_and_leave_late(JwsAlgorithm algorithm) throws Exception {
        var ring = new AtomicReference<>(TestKeys.ring(algorithm));
        var endpoint = new JwksEndpoint(ring::get);
        var before = kids(endpoint);
        String signing = ring.get().active(algorithm).orElseThrow().kid();
        ring.set(TestKeys.rotated(ring.get()));
        assertThat(before).contains(ring.get().active(algorithm).orElseThrow().kid());
        assertThat(kids(endpoint)).contains(signing).containsAll(before).hasSize(3);
    }

    @Test
    @DisplayName("OpenID Connect Discovery §3: only algorithms that there is a key for are named")
    void only_algorithms_with_a_key_are_named() {
        assertThat(document(ALL, Set.of()).getJsonArray("id_token_signing_alg_values_supported"))
                .containsExactlyInAnyOrder("ES256", "RS256", "PS256", "EdDSA");
        assertThat(document(TestKeys.ring(JwsAlgorithm.RS256), Set.of())
                        .getJsonArray("userinfo_signing_alg_values_supported"))
                .containsExactly("RS256");
    }

    @Test
    @DisplayName("RFC 8414 §2: an endpoint is named where it is served, and only there")
    void an_endpoint_is_named_where_it_is_served() {
        assertThat(document(ALL, Set.of("/oauth/par")).getString("pushed_authorization_request_endpoint"))
                .isEqualTo(TestHouse.URL + "/oauth/par");
        assertThat(document(ALL, Set.of()).fieldNames()).noneMatch(name -> name.endsWith("_endpoint"));
        assertThat(document(ALL, Set.of()).getJsonArray("grant_types_supported"))
                .containsExactly("refresh_token");
    }

    @Test
    @DisplayName("RFC 7591 §3: registration is named where strangers may use it")
    void registration_is_named_where_strangers_may_use_it() {
        for (String mode : List.of("closed", "token", "open")) {
            var config = TestYaml.config("registration: { mode: " + mode + " }");
            var document = new Metadata(config, ALL, TestHouse.URL, Set.of("/oauth/register"), Set.of()).document();
            assertThat(document.containsKey("registration_endpoint")).as(mode).isEqualTo(!mode.equals("closed"));
            assertThat(document.getBoolean("client_id_metadata_document_supported"))
                    .isFalse();
        }
    }

    private static JsonObject document(KeyRing ring, Set<String> paths) {
        return new Metadata(TestConfig.standard(), ring, TestHouse.URL, paths, Set.of(GrantType.REFRESH_TOKEN))
                .document();
    }

    private static Set<String> kids(JwksEndpoint endpoint) throws java.text.ParseException {
        var kids = new HashSet<String>();
        JWKSet.parse(endpoint.answer(CALL).result().body().toString())
                .getKeys()
                .forEach(key -> kids.add(key.getKeyID()));
        return kids;
    }
}
