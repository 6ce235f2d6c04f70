package dev.gatehouse.clients.registration;

import dev.gatehouse.clients.AuthMethod;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Client.Consent;
import dev.gatehouse.clients.Client.Origin;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.clients.SecretHash;
import dev.gatehouse.config.AppType;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What is kept of a registered client, by the names of RFC 7591 §2 and OpenID Connect Dynamic Client Registration §2, checked before it was kept. Three names are
 * our own and come from operators alone: {@link #TYPE}, {@link #CONSENT}, {@link #PKCE}.
 */
public final class ClientMetadata {
    /** The preset it was made from, as in the file. */
    public static final String TYPE = "gatehouse_type";
    /** {@code first_party}, {@code remembered} or {@code always}; left out: remembered. */
    public static final String CONSENT = "gatehouse_consent";
    /** {@code required} or {@code optional}; left out: optional for confidential clients that registered themselves with {@code openid}. */
    public static final String PKCE = "gatehouse_pkce";

    private ClientMetadata() {}

    /** The client that kept metadata describe. */
    public static Client toClient(ClientId id, JsonObject metadata, Origin origin, Optional<SecretHash> secret) {
        var kept = new Kept(metadata);
        return new Client(
                id,
                origin,
                kept.text(TYPE).map(type -> AppType.valueOf(type.toUpperCase(Locale.ROOT))),
                new Client.Shown(
                        kept.text("client_name"),
                        kept.uri("logo_uri"),
                        kept.uri("client_uri"),
                        kept.uri("policy_uri"),
                        kept.uri("tos_uri")),
                kept.texts("redirect_uris"),
                kept.texts("post_logout_redirect_uris"),
                kept.grants(),
                kept.proof(secret),
                kept.scopes(),
                new Client.Demands(
                        kept.pkce(origin),
                        kept.flag("require_pushed_authorization_requests"),
                        kept.flag("require_signed_request_object"),
                        kept.flag("dpop_bound_access_tokens")),
                new Client.Signing(
                        kept.algorithm("id_token_signed_response_alg").orElse(JwsAlgorithm.RS256),
                        Optional.empty(),
                        kept.algorithm("userinfo_signed_response_alg"),
                        kept.algorithm("request_object_signing_alg"),
                        kept.algorithm("token_endpoint_auth_signing_alg")),
                new Client.Subjects(kept.sector()),
                kept.text(CONSENT)
                        .map(consent -> Consent.valueOf(consent.toUpperCase(Locale.ROOT)))
                        .orElse(Consent.REMEMBERED),
                new Client.Defaults(
                        kept.seconds("default_max_age"),
                        kept.flag("require_auth_time"),
                        kept.texts("default_acr_values"),
                        kept.uri("initiate_login_uri")),
                new Client.LogoutNotice(
                        kept.uri("backchannel_logout_uri"), kept.flag("backchannel_logout_session_required")),
                Client.Exchange.NONE);
    }

    /** Typed looks at kept metadata; what is not there is empty. */
    private record Kept(JsonObject metadata) {
        Optional<String> text(String name) {
            return Optional.ofNullable(metadata.getString(name));
        }

        Optional<URI> uri(String name) {
            return text(name).map(URI::create);
        }

        List<String> texts(String name) {
            return metadata.getJsonArray(name, new JsonArray()).stream()
                    .map(String.class::cast)
                    .toList();
        }

        boolean flag(String name) {
            return metadata.getBoolean(name, false);
        }

        Optional<Duration> seconds(String name) {
            return Optional.ofNullable(metadata.getLong(name)).map(Duration::ofSeconds);
        }

        Optional<JwsAlgorithm> algorithm(String name) {
            return text(name).flatMap(JwsAlgorithm::named);
        }

        Scopes scopes() {
            return Scopes.parse(text("scope").orElse(""));
        }

        /** RFC 7591 §2: {@code authorization_code} where nothing is said. */
        Set<GrantType> grants() {
            var named = new LinkedHashSet<GrantType>();
            for (String name : texts("grant_types")) GrantType.named(name).ifPresent(named::add);
            return metadata.containsKey("grant_types") ? named : Set.of(GrantType.AUTHORIZATION_CODE);
        }

        /** A secret may be shown in the header or in the form, as those of clients in the file may. */
        Client.Proof proof(Optional<SecretHash> secret) {
            var method = text("token_endpoint_auth_method")
                    .flatMap(AuthMethod::named)
                    .orElse(AuthMethod.CLIENT_SECRET_BASIC);
            return switch (method) {
                case NONE -> new Client.Proof(Set.of(AuthMethod.NONE), Optional.empty(), keys());
                case PRIVATE_KEY_JWT -> new Client.Proof(Set.of(AuthMethod.PRIVATE_KEY_JWT), Optional.empty(), keys());
                case CLIENT_SECRET_BASIC, CLIENT_SECRET_POST ->
                    new Client.Proof(
                            Set.of(AuthMethod.CLIENT_SECRET_BASIC, AuthMethod.CLIENT_SECRET_POST), secret, keys());
            };
        }

        private Optional<Client.Keys> keys() {
            if (metadata.containsKey("jwks"))
                return Optional.of(
                        new Client.Keys.ByValue(metadata.getJsonObject("jwks").getMap()));
            return uri("jwks_uri").map(Client.Keys.At::new);
        }

        boolean pkce(Origin origin) {
            boolean itself = origin == Origin.REGISTERED || origin == Origin.OPEN;
            boolean confidential = !text("token_endpoint_auth_method").equals(Optional.of("none"));
            String usual = itself && confidential && scopes().has("openid") ? "optional" : "required";
            return !text(PKCE).orElse(usual).equals("optional");
        }

        /** OpenID Connect Core §8.1: the host of the sector identifier, or the one host of all redirect URIs. */
        Optional<String> sector() {
            if (!text("subject_type").equals(Optional.of("pairwise"))) return Optional.empty();
            return uri("sector_identifier_uri")
                    .or(() -> texts("redirect_uris").stream().findFirst().map(URI::create))
                    .map(URI::getHost);
        }
    }
}
