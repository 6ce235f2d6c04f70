package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.keys.TestKeys;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DocumentsTest {
    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private TestHouse house;

    @BeforeEach
    void open() {
        house = new TestHouse(DB);
    }

    @Test
    @DisplayName("JW01 the JWKS has public members only, each key its own kid, alg and use, and may be kept by anybody")
    void the_jwks_is_public_and_only_that() throws Exception {
        Reply reply = house.get("/oauth/jwks");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers())
                .contains(
                        Map.entry("Cache-Control", "public, max-age=900"),
                        Map.entry("Access-Control-Allow-Origin", "*"));
        var kids = new HashSet<String>();
        for (var key : JWKSet.parse(reply.body().toString()).getKeys()) {
            assertThat(key.isPrivate()).isFalse();
            assertThat(key.getKeyType().getValue()).isNotEqualTo("oct");
            assertThat(key.getAlgorithm()).isNotNull();
            assertThat(key.getKeyUse()).hasToString("sig");
            assertThat(kids.add(key.getKeyID())).isTrue();
        }
        assertThat(kids).hasSize(4);
    }

    @Test
    void who_has_the_jwks_is_told_that_nothing_changed() {
        String etag = field(house.get("/oauth/jwks"), "ETag");
        for (String sent : Set.of(etag, "W/" + etag, "\"other\", " + etag, "*")) {
            Reply reply = ask("/oauth/jwks", Map.of("If-None-Match", sent));
            assertThat(reply.status()).isEqualTo(304);
            assertThat(reply.body().length()).isZero();
            assertThat(field(reply, "ETag")).isEqualTo(etag);
        }
        assertThat(ask("/oauth/jwks", Map.of("If-None-Match", "\"other\"")).status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("JW02 a key is published before it signs and stays after it has")
    void keys_come_early_and_leave_late() throws Exception {
        var ring = new AtomicReference<KeyRing>(TestKeys.ring(JwsAlgorithm.ES256));
        var endpoint = new JwksEndpoint(ring::get);
        var call = TestHouse.call("GET", "/oauth/jwks", Map.of(), Buffer.buffer(), "127.0.0.1");
        Set<String> before = kids(endpoint.answer(call).result());
        String signing = ring.get().active(JwsAlgorithm.ES256).orElseThrow().kid();
        ring.set(TestKeys.rotated(ring.get()));
        Set<String> after = kids(endpoint.answer(call).result());
        assertThat(before)
                .contains(ring.get().active(JwsAlgorithm.ES256).orElseThrow().kid());
        assertThat(after).contains(signing).containsAll(before).hasSize(3);
    }

    @Test
    @DisplayName("JW03 metadata says the configured issuer under any Host")
    void metadata_does_not_listen_to_host() {
        for (String path : Set.of("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")) {
            Reply plain = house.get(path);
            assertThat(plain.headers()).contains(Map.entry("Access-Control-Allow-Origin", "*"));
            assertThat(json(plain).getString("issuer")).isEqualTo(TestHouse.URL);
            assertThat(json(plain).getString("jwks_uri")).isEqualTo(TestHouse.URL + "/oauth/jwks");
            assertThat(json(plain).getString("token_endpoint")).isEqualTo(TestHouse.URL + "/oauth/token");
            assertThat(json(plain).getJsonArray("scopes_supported"))
                    .contains("openid", "offline_access", "data:read", "data:write");
            assertThat(ask(
                            path,
                            Map.of(
                                    "Host",
                                    "evil.example",
                                    "X-Forwarded-Host",
                                    "evil.example",
                                    "Forwarded",
                                    "host=evil.example")))
                    .isEqualTo(plain);
        }
    }

    @Test
    @DisplayName(
            "OpenID Connect Discovery §3, RFC 8414 §2: the metadata have what must be there, and both addresses say the same")
    void the_metadata_are_complete() {
        JsonObject said = json(house.get("/.well-known/openid-configuration"));
        assertThat(json(house.get("/.well-known/oauth-authorization-server"))).isEqualTo(said);
        assertThat(said.fieldNames())
                .contains(
                        "issuer",
                        "token_endpoint",
                        "jwks_uri",
                        "userinfo_endpoint",
                        "introspection_endpoint",
                        "revocation_endpoint",
                        "end_session_endpoint",
                        "response_types_supported",
                        "response_modes_supported",
                        "grant_types_supported",
                        "subject_types_supported",
                        "id_token_signing_alg_values_supported",
                        "userinfo_signing_alg_values_supported",
                        "request_object_signing_alg_values_supported",
                        "token_endpoint_auth_methods_supported",
                        "token_endpoint_auth_signing_alg_values_supported",
                        "dpop_signing_alg_values_supported",
                        "code_challenge_methods_supported",
                        "claims_supported",
                        "prompt_values_supported",
                        "ui_locales_supported",
                        "acr_values_supported");
        for (String yes : Set.of(
                "claims_parameter_supported",
                "request_parameter_supported",
                "authorization_response_iss_parameter_supported",
                "backchannel_logout_supported",
                "backchannel_logout_session_supported"))
            assertThat(said.getBoolean(yes)).as(yes).isTrue();
        assertThat(said.getBoolean("request_uri_parameter_supported")).isFalse();
        assertThat(said.getJsonArray("id_token_signing_alg_values_supported")).contains("RS256");
        assertThat(said.encode())
                .doesNotContain("HS256")
                .doesNotContain("\"none\"]")
                .doesNotContain("plain");
    }

    @Test
    void who_has_the_metadata_is_told_that_nothing_changed() {
        String path = "/.well-known/openid-configuration";
        String etag = field(house.get(path), "ETag");
        assertThat(ask(path, Map.of("If-None-Match", etag)).status()).isEqualTo(304);
        assertThat(field(house.get(path), "Cache-Control")).isEqualTo("public, max-age=300");
        house.config = TestYaml.config("languages: [fr]");
        assertThat(field(house.get(path), "ETag")).isNotEqualTo(etag);
        assertThat(json(house.get(path)).getJsonArray("ui_locales_supported")).containsExactly("fr");
    }

    @Test
    void every_address_that_metadata_and_front_page_name_is_there() {
        json(house.get("/")).getJsonObject("links").forEach(link -> assertThat(
                        house.endpoints.owns(path(link.getValue())))
                .as(link.getKey())
                .isTrue());
        json(house.get("/.well-known/oauth-authorization-server")).forEach(member -> {
            boolean isAddress = member.getValue() instanceof String text && text.startsWith(TestHouse.URL + "/");
            if (isAddress)
                assertThat(house.endpoints.owns(path(member.getValue())))
                        .as(member.getKey())
                        .isTrue();
        });
    }

    @Test
    void every_reason_has_its_page_and_no_other_word_has() {
        for (Reason reason : Reason.values()) {
            Reply page = house.get("/_gate/problems/" + reason.code());
            assertThat(page.status()).isEqualTo(200);
            assertThat(json(page).getString("title")).isEqualTo(reason.title());
            assertThat(json(page).getInteger("status")).isEqualTo(reason.status());
        }
        assertThat(house.get("/_gate/problems/nonsense").status()).isEqualTo(404);
        assertThat(house.get("/_gate/problems/").status()).isEqualTo(404);
    }

    @Test
    @DisplayName("S22 the OpenAPI document has every endpoint and nothing else")
    void the_openapi_document_is_complete() {
        JsonObject document = json(house.get("/_gate/openapi.json"));
        assertThat(document.getString("openapi")).isEqualTo("3.1.0");
        assertThat(document.getJsonArray("servers").getJsonObject(0).getString("url"))
                .isEqualTo(TestHouse.URL);
        var described = new TreeSet<String>();
        document.getJsonObject("paths").forEach(path -> ((JsonObject) path.getValue())
                .fieldNames()
                .forEach(method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        var served = new TreeSet<>(
                Set.of("GET /_gate/check", "GET /.well-known/oauth-protected-resource/{path}")); // by the gate wing
        house.endpoints.addresses().forEach(address -> served.add(address.method() + " " + address.path()));
        assertThat(described).isEqualTo(served);
        var named =
                java.util.regex.Pattern.compile("#/components/schemas/(\\w+)").matcher(document.encode());
        while (named.find())
            assertThat(document.getJsonObject("components")
                            .getJsonObject("schemas")
                            .fieldNames())
                    .contains(named.group(1));
    }

    private Reply ask(String path, Map<String, String> headers) {
        Call call = TestHouse.call("GET", path, headers, Buffer.buffer(), "127.0.0.1");
        return TestDatabase.await(house.endpoints.answer(call));
    }

    private static Set<String> kids(Reply reply) throws java.text.ParseException {
        var kids = new HashSet<String>();
        JWKSet.parse(reply.body().toString()).getKeys().forEach(key -> kids.add(key.getKeyID()));
        return kids;
    }

    private static String path(Object address) {
        return address.toString().substring(TestHouse.URL.length());
    }

    private static String field(Reply reply, String name) {
        return reply.headers().stream()
                .filter(field -> field.getKey().equals(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }
}
