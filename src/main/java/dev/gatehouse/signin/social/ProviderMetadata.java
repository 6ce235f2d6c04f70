package dev.gatehouse.signin.social;

import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.outbound.GuardedClient.Fetched;
import dev.gatehouse.tokens.StrictJson;
import dev.gatehouse.vocabulary.Issuer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a provider is asked what. {@code keys} are there for those who sign ID tokens; {@code saysIssuer}: its answers name it (RFC 9207 §3); {@code secretInForm}: it takes
 * our secret in the form only (RFC 6749 §2.3.1).
 */
record ProviderMetadata(
        String issuer,
        URI authorize,
        URI token,
        Optional<URI> userInfo,
        Optional<URI> keys,
        boolean saysIssuer,
        boolean secretInForm) {

    /** OpenID Connect Discovery §4.3: the document speaks for nobody but the issuer it names, character by character. */
    static ProviderMetadata of(Fetched document, Issuer issuer) throws Failure {
        if (document.status() != 200)
            throw new Failure("its discovery document was answered with status " + document.status());
        try {
            Map<String, Object> members = StrictJson.object(document.body().getBytes());
            if (!issuer.value().equals(members.get("issuer")))
                throw new Failure("its discovery document is of another issuer");
            var methods = members.get("token_endpoint_auth_methods_supported");
            return new ProviderMetadata(
                    issuer.value(),
                    address(members, "authorization_endpoint", issuer),
                    address(members, "token_endpoint", issuer),
                    members.containsKey("userinfo_endpoint")
                            ? Optional.of(address(members, "userinfo_endpoint", issuer))
                            : Optional.empty(),
                    Optional.of(address(members, "jwks_uri", issuer)),
                    Boolean.TRUE.equals(members.get("authorization_response_iss_parameter_supported")),
                    methods instanceof List<?> list
                            && list.contains("client_secret_post")
                            && !list.contains("client_secret_basic"));
        } catch (StrictJson.Malformed broken) {
            throw new Failure("its discovery document cannot be read");
        }
    }

    /** In clear only where the issuer itself is. */
    private static URI address(Map<String, Object> members, String name, Issuer issuer) throws Failure {
        try {
            if (members.get(name) instanceof String text) {
                URI url = URI.create(text);
                boolean plain = "http".equals(url.getScheme()) && issuer.value().startsWith("http:");
                boolean usable = url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null;
                if (usable && (plain || "https".equals(url.getScheme()))) return url;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // Said below.
        }
        throw new Failure("its discovery document has no " + name + " that can be used");
    }
}
