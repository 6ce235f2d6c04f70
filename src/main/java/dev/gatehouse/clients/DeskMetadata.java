package dev.gatehouse.clients;

import dev.gatehouse.clients.registration.ClientMetadata;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** What is kept, and shown to operators, of a client: by the names that {@link ClientMetadata} reads. Holds nothing secret. */
public final class DeskMetadata {
    private DeskMetadata() {}

    public static JsonObject of(Client client) {
        var metadata = new JsonObject();
        client.type()
                .ifPresent(type -> metadata.put(ClientMetadata.TYPE, type.name().toLowerCase(Locale.ROOT)));
        client.shown().name().ifPresent(name -> metadata.put("client_name", name));
        put(metadata, "logo_uri", client.shown().logo());
        put(metadata, "client_uri", client.shown().home());
        put(metadata, "policy_uri", client.shown().policy());
        put(metadata, "tos_uri", client.shown().terms());
        put(metadata, "redirect_uris", client.redirects());
        put(metadata, "post_logout_redirect_uris", client.postLogoutRedirects());
        put(
                metadata,
                "grant_types",
                client.grants().stream().sorted().map(GrantType::wireName).toList());
        metadata.put("token_endpoint_auth_method", method(client).wireName());
        client.proof().keys().ifPresent(keys -> put(metadata, keys));
        metadata.put("scope", client.scopes().toString());
        demands(metadata, client.demands());
        signing(metadata, client.signing());
        client.subjects().sector().ifPresent(sector -> metadata.put("subject_type", "pairwise")
                .put("sector_identifier_uri", "https://" + sector));
        metadata.put(ClientMetadata.CONSENT, client.consent().name().toLowerCase(Locale.ROOT));
        client.defaults().maxAge().ifPresent(age -> metadata.put("default_max_age", age.toSeconds()));
        put(metadata, "default_acr_values", client.defaults().acrValues());
        put(metadata, "initiate_login_uri", client.defaults().initiateLogin());
        put(metadata, "backchannel_logout_uri", client.logout().backChannel());
        return metadata;
    }

    /** Of two ways to show a secret, the one that OAuth names first. */
    private static AuthMethod method(Client client) {
        return client.proof().methods().stream().sorted().findFirst().orElse(AuthMethod.NONE);
    }

    private static void demands(JsonObject metadata, Client.Demands demands) {
        metadata.put(ClientMetadata.PKCE, demands.pkce() ? "required" : "optional");
        if (demands.pushedRequests()) metadata.put("require_pushed_authorization_requests", true);
        if (demands.signedRequests()) metadata.put("require_signed_request_object", true);
        if (demands.dpop()) metadata.put("dpop_bound_access_tokens", true);
    }

    private static void signing(JsonObject metadata, Client.Signing signing) {
        metadata.put("id_token_signed_response_alg", signing.idToken().wireName());
        signing.userInfo().ifPresent(alg -> metadata.put("userinfo_signed_response_alg", alg.wireName()));
    }

    private static void put(JsonObject metadata, Client.Keys keys) {
        if (keys instanceof Client.Keys.ByValue byValue) metadata.put("jwks", new JsonObject(byValue.jwks()));
        else metadata.put("jwks_uri", ((Client.Keys.At) keys).jwksUri().toString());
    }

    private static void put(JsonObject metadata, String name, Optional<URI> value) {
        value.ifPresent(uri -> metadata.put(name, uri.toString()));
    }

    private static void put(JsonObject metadata, String name, Collection<String> values) {
        if (!values.isEmpty()) metadata.put(name, new JsonArray(values.stream().toList()));
    }
}
