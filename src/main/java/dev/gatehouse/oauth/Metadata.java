package dev.gatehouse.oauth;

import dev.gatehouse.clients.AuthMethod;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.RegistrationSettings;
import dev.gatehouse.identity.StandardClaim;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.signin.Level;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What the metadata say, in the words of the IANA registry "OAuth Authorization Server Metadata". An address is named where it is served, and nowhere else. */
record Metadata(Config config, KeyRing ring, String url, Set<String> paths, Collection<GrantType> grants) {
    /** Beside those of the settings (OpenID Connect Core §5.4, §11). */
    private static final List<String> OPENID_SCOPES =
            List.of("openid", "profile", "email", "address", "phone", "offline_access");

    private static final List<String> PROTOCOL_CLAIMS =
            List.of("iss", "sub", "aud", "exp", "iat", "nonce", "auth_time", "acr", "amr", "at_hash", "sid");

    private static final Map<String, String> ENDPOINTS = endpoints();

    JsonObject document() {
        var document = new JsonObject().put("issuer", url);
        ENDPOINTS.forEach((member, path) -> {
            if (paths.contains(path)) document.put(member, url + path);
        });
        if (closedToStrangers()) document.remove("registration_endpoint");
        requests(document);
        clients(document);
        tokens(document);
        return document.put("service_documentation", url + "/_gate/openapi.json");
    }

    private static Map<String, String> endpoints() {
        var endpoints = new LinkedHashMap<String, String>();
        endpoints.put("authorization_endpoint", "/oauth/authorize");
        endpoints.put("token_endpoint", "/oauth/token");
        endpoints.put("jwks_uri", "/oauth/jwks");
        endpoints.put("userinfo_endpoint", "/oauth/userinfo");
        endpoints.put("introspection_endpoint", "/oauth/introspect");
        endpoints.put("revocation_endpoint", "/oauth/revoke");
        endpoints.put("end_session_endpoint", "/oauth/logout");
        endpoints.put("pushed_authorization_request_endpoint", "/oauth/par");
        endpoints.put("device_authorization_endpoint", "/oauth/device");
        endpoints.put("registration_endpoint", "/oauth/register");
        return endpoints;
    }

    private boolean closedToStrangers() {
        return config.registration().mode() == RegistrationSettings.Mode.CLOSED;
    }

    /** What may be asked at the front door. */
    private void requests(JsonObject document) {
        document.put("scopes_supported", texts(scopes()))
                .put("response_types_supported", texts("code"))
                .put("response_modes_supported", texts("query", "fragment", "form_post"))
                .put("code_challenge_methods_supported", texts("S256"))
                .put("prompt_values_supported", texts("none", "login", "consent", "select_account"))
                .put("display_values_supported", texts("page", "popup", "touch", "wap"))
                .put("acr_values_supported", new JsonArray(Level.names()))
                .put("ui_locales_supported", texts(config.languages()))
                .put("claims_parameter_supported", true)
                .put("request_parameter_supported", true)
                .put("request_uri_parameter_supported", false)
                .put("require_request_uri_registration", false)
                .put("require_pushed_authorization_requests", false)
                .put("request_object_signing_alg_values_supported", algorithms())
                .put("authorization_response_iss_parameter_supported", true);
    }

    /** How clients come to be here, and how they prove that they are. */
    private void clients(JsonObject document) {
        var methods =
                Arrays.stream(AuthMethod.values()).map(AuthMethod::wireName).toList();
        var proofs = methods.stream()
                .filter(method -> !method.equals(AuthMethod.NONE.wireName()))
                .toList();
        document.put(
                        "grant_types_supported",
                        texts(grants.stream().map(GrantType::wireName).sorted().toList()))
                .put("token_endpoint_auth_methods_supported", texts(methods))
                .put("token_endpoint_auth_signing_alg_values_supported", algorithms())
                .put("introspection_endpoint_auth_methods_supported", texts(proofs))
                .put("introspection_endpoint_auth_signing_alg_values_supported", algorithms())
                .put("revocation_endpoint_auth_methods_supported", texts(methods))
                .put("revocation_endpoint_auth_signing_alg_values_supported", algorithms())
                .put("dpop_signing_alg_values_supported", algorithms())
                .put(
                        "client_id_metadata_document_supported",
                        !(config.registration().documents() instanceof RegistrationSettings.Documents.Off));
    }

    /** What comes back, and how it is signed: with what there is a key for now. */
    private void tokens(JsonObject document) {
        document.put("subject_types_supported", texts("public", "pairwise"))
                .put("id_token_signing_alg_values_supported", signing())
                .put("userinfo_signing_alg_values_supported", signing())
                .put("introspection_signing_alg_values_supported", signing())
                .put("claim_types_supported", texts("normal"))
                .put("claims_supported", texts(claims()))
                .put("backchannel_logout_supported", true)
                .put("backchannel_logout_session_supported", true);
    }

    private List<String> scopes() {
        var scopes = new LinkedHashSet<>(OPENID_SCOPES);
        scopes.addAll(config.scopes().keySet());
        return List.copyOf(scopes);
    }

    private static List<String> claims() {
        return Stream.concat(
                        PROTOCOL_CLAIMS.stream(),
                        Arrays.stream(StandardClaim.values()).map(StandardClaim::claim))
                .toList();
    }

    /** What others may sign with. */
    private static JsonArray algorithms() {
        return texts(
                Arrays.stream(JwsAlgorithm.values()).map(JwsAlgorithm::wireName).toList());
    }

    private JsonArray signing() {
        return texts(Arrays.stream(JwsAlgorithm.values())
                .filter(algorithm -> ring.active(algorithm).isPresent())
                .map(JwsAlgorithm::wireName)
                .toList());
    }

    private static JsonArray texts(String... values) {
        return texts(List.of(values));
    }

    private static JsonArray texts(List<String> values) {
        return new JsonArray(values);
    }
}
