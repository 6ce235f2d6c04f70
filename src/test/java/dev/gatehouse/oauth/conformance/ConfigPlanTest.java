package dev.gatehouse.oauth.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The plan Config, and what the logout plans want of the same document. */
final class ConfigPlanTest {
    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private static Suite suite;

    @BeforeAll
    static void open() {
        suite = new Suite(DB);
    }

    @Test
    @DisplayName(
            "oidcc-discovery-endpoint-verification: the document says everything that is required and recommended, and all of it is true")
    void discovery_endpoint_verification() {
        Reply reply = suite.house.get("/.well-known/openid-configuration");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(Browser.header(reply, "Content-Type").orElse("")).startsWith("application/json");
        JsonObject document = TestHouse.json(reply);
        assertThat(document.getString("issuer")).isEqualTo(TestHouse.URL);
        assertThat(document.getJsonArray("response_types_supported")).containsExactly("code");
        assertThat(document.getJsonArray("response_modes_supported")).contains("query", "fragment", "form_post");
        assertThat(document.getJsonArray("subject_types_supported")).containsExactlyInAnyOrder("public", "pairwise");
        assertThat(document.getJsonArray("id_token_signing_alg_values_supported"))
                .contains("RS256");
        assertThat(document.getJsonArray("userinfo_signing_alg_values_supported"))
                .contains("RS256");
        assertThat(document.getJsonArray("request_object_signing_alg_values_supported"))
                .contains("RS256")
                .doesNotContain("none");
        assertThat(document.getJsonArray("token_endpoint_auth_methods_supported"))
                .contains("none", "client_secret_basic", "client_secret_post", "private_key_jwt");
        assertThat(document.getJsonArray("token_endpoint_auth_signing_alg_values_supported"))
                .contains("ES256")
                .doesNotContain("none", "HS256");
        assertThat(document.getJsonArray("scopes_supported"))
                .contains("openid", "profile", "email", "address", "phone", "offline_access");
        assertThat(document.getJsonArray("claims_supported")).contains("sub", "name", "email", "auth_time", "acr");
        assertThat(document.getJsonArray("code_challenge_methods_supported")).containsExactly("S256");
        assertThat(document.getJsonArray("grant_types_supported")).contains("authorization_code", "refresh_token");
        assertThat(document.getBoolean("claims_parameter_supported")).isTrue();
        assertThat(document.getBoolean("request_parameter_supported")).isTrue();
        assertThat(document.getBoolean("request_uri_parameter_supported")).isFalse();
        assertThat(document.getBoolean("authorization_response_iss_parameter_supported"))
                .isTrue();
        assertThat(document.getJsonArray("acr_values_supported")).isNotEmpty();
        for (Object locale : document.getJsonArray("ui_locales_supported"))
            assertThat(Locale.forLanguageTag(locale.toString()).toLanguageTag()).isEqualTo(locale);
        for (String endpoint : Set.of(
                "authorization_endpoint",
                "token_endpoint",
                "userinfo_endpoint",
                "jwks_uri",
                "registration_endpoint",
                "introspection_endpoint",
                "revocation_endpoint",
                "end_session_endpoint",
                "device_authorization_endpoint",
                "pushed_authorization_request_endpoint"))
            assertThat(URI.create(document.getString(endpoint)).getHost())
                    .as(endpoint)
                    .isEqualTo("localhost");
        keys(TestHouse.json(suite.house.get("/oauth/jwks")).getJsonArray("keys"));
    }

    private static void keys(JsonArray keys) {
        assertThat(keys).isNotEmpty();
        assertThat(keys.stream().map(key -> ((JsonObject) key).getString("kid")))
                .doesNotHaveDuplicates();
        for (Object each : keys) {
            var key = (JsonObject) each;
            assertThat(key.fieldNames())
                    .contains("kid", "alg", "use", "kty")
                    .doesNotContain("d", "p", "q", "dp", "dq", "qi", "k");
            assertThat(key.getString("use")).isEqualTo("sig");
        }
    }

    @Test
    @DisplayName("oidcc-rp-initiated-logout-discovery-endpoint-verification: the document names where sign-out is")
    void logout_discovery() {
        assertThat(suite.discovery().getString("end_session_endpoint")).isEqualTo(TestHouse.URL + "/oauth/logout");
    }

    @Test
    @DisplayName(
            "oidcc-backchannel-logout-discovery-endpoint-verification: the document says that apps are told of sign-outs, and of which session")
    void back_channel_discovery() {
        assertThat(suite.discovery().getBoolean("backchannel_logout_supported")).isTrue();
        assertThat(suite.discovery().getBoolean("backchannel_logout_session_supported"))
                .isTrue();
    }

    @Test
    @DisplayName(
            "fapi2-security-profile-final-discovery-end-point-verification: the document offers all that FAPI 2.0 asks of a server")
    void fapi2_discovery() {
        JsonObject document = suite.discovery();
        assertThat(document.getString("pushed_authorization_request_endpoint")).isEqualTo(TestHouse.URL + "/oauth/par");
        assertThat(document.getJsonArray("token_endpoint_auth_methods_supported"))
                .contains("private_key_jwt");
        assertThat(document.getJsonArray("token_endpoint_auth_signing_alg_values_supported"))
                .contains("ES256", "PS256");
        assertThat(document.getJsonArray("dpop_signing_alg_values_supported"))
                .contains("ES256")
                .doesNotContain("none");
        assertThat(document.getJsonArray("code_challenge_methods_supported")).containsExactly("S256");
        assertThat(document.getBoolean("authorization_response_iss_parameter_supported"))
                .isTrue();
        assertThat(TestHouse.json(suite.house.get("/.well-known/oauth-authorization-server"))
                        .getString("issuer"))
                .isEqualTo(TestHouse.URL);
    }
}
