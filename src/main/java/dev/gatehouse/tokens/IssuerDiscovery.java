package dev.gatehouse.tokens;

import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.outbound.GuardedClient.Fetched;
import dev.gatehouse.vocabulary.Issuer;
import java.net.URI;
import java.util.List;

/** Where an issuer says where its keys are: OpenID Connect Discovery §4, then RFC 8414 §3. */
final class IssuerDiscovery {
    private IssuerDiscovery() {}

    /** In the order in which they are tried. */
    static List<URI> addresses(Issuer issuer) {
        String name = issuer.value();
        String stem = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        int path = stem.indexOf('/', stem.indexOf("://") + 3);
        String origin = path < 0 ? stem : stem.substring(0, path);
        return List.of(
                URI.create(stem + "/.well-known/openid-configuration"),
                URI.create(origin + "/.well-known/oauth-authorization-server" + stem.substring(origin.length())));
    }

    /** The document speaks for nobody but the issuer it names, character by character (RFC 8414 §3.3). */
    static URI keysIn(Fetched document, Issuer issuer) throws Failure {
        if (document.status() != 200)
            throw new Failure("its discovery document was answered with status " + document.status());
        try {
            var members = StrictJson.object(document.body().getBytes());
            if (!issuer.value().equals(members.get("issuer")))
                throw new Failure("its discovery document is of another issuer");
            if (members.get("jwks_uri") instanceof String url) return URI.create(url);
        } catch (StrictJson.Malformed | IllegalArgumentException broken) {
            throw new Failure("its discovery document cannot be read");
        }
        throw new Failure("its discovery document names no keys");
    }
}
