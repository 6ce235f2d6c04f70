package dev.gatehouse.oauth;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.config.Config;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.oauth.grant.RefreshGrant;
import dev.gatehouse.signin.AccessTokens;
import dev.gatehouse.store.Database;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.tokens.Tokens;
import dev.gatehouse.web.Address;
import dev.gatehouse.web.ErrorForm;
import dev.gatehouse.web.Takes;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** The room's front: the addresses of the protocol and the documents about them. Made once for all event loops. */
public final class OAuth {
    /** The server secret that makes successors of refresh tokens. */
    public static final String SUCCESSOR_KEY = "refresh-successor";

    private final List<Address> addresses;

    /** {@code successorKey} is the server secret of the name {@link #SUCCESSOR_KEY}. */
    public OAuth(
            Database database,
            Supplier<Config> config,
            String url,
            Tokens tokens,
            Revocations revocations,
            Supplier<KeyRing> ring,
            byte[] successorKey,
            AuditTrail trail,
            InstantSource clock) {
        var accessTokens = new AccessTokens(tokens.mint(), config);
        var refresh = new RefreshGrant(database, successorKey, config, accessTokens, revocations::learn, trail, clock);
        var token = new TokenEndpoint(config, refresh);
        var jwks = new JwksEndpoint(ring);
        var discovery = new Discovery(config, url);
        var front = new FrontPage(url);
        this.addresses = List.of(
                Address.get("/", front::links),
                Address.post("/oauth/token", Takes.FORM, token::token).sayingNo(ErrorForm.OAUTH),
                Address.get("/oauth/jwks", jwks::keys).openToEveryOrigin(),
                Address.get("/.well-known/openid-configuration", discovery::metadata)
                        .openToEveryOrigin(),
                Address.get("/.well-known/oauth-authorization-server", discovery::metadata)
                        .openToEveryOrigin(),
                Address.get("/_gate/openapi.json", front::openApi).openToEveryOrigin(),
                Address.get("/_gate/problems/{reason}", front::problem).openToEveryOrigin());
    }

    public List<Address> addresses() {
        return addresses;
    }
}
