package dev.gatehouse.oauth;

import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.oauth.grant.TokenExchange;
import dev.gatehouse.signin.Issued;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The protocol for callers who come neither over HTTP nor from an address: the very code behind {@code /oauth/token}, {@code /oauth/introspect}, {@code /oauth/revoke}
 * and {@code /oauth/userinfo}, once it is known which client asks. Refuses as these do, by failing with, or throwing, a {@link dev.gatehouse.vocabulary.Refusal}.
 */
public final class SideDoor {
    private final TokenEndpoint tokens;
    private final IntrospectionEndpoint introspection;
    private final RevocationEndpoint revocation;
    private final UserInfoEndpoint userInfo;

    SideDoor(
            TokenEndpoint tokens,
            IntrospectionEndpoint introspection,
            RevocationEndpoint revocation,
            UserInfoEndpoint userInfo) {
        this.tokens = tokens;
        this.introspection = introspection;
        this.revocation = revocation;
        this.userInfo = userInfo;
    }

    /** RFC 7662 §2.2. */
    public Future<JsonObject> introspect(Client caller, String token) {
        return introspection.said(caller, token);
    }

    /** RFC 7009 §2.1; succeeds when the end is on disk. */
    public Future<Void> revoke(Client caller, String token) {
        return revocation.ended(caller, token, Source.BUS);
    }

    /** OpenID Connect Core §5.3.2. */
    public Future<JsonObject> userInfo(String token) {
        return userInfo.told(token);
    }

    /** In the caller's own name (RFC 6749 §4.4). */
    public Future<Issued> mint(Client caller, List<String> audience, Optional<String> scope) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("grant_type", GrantType.CLIENT_CREDENTIALS.wireName());
        scope.ifPresent(text -> fields.put("scope", text));
        return issued(caller, fields, Map.of("resource", audience));
    }

    /** A token that was shown to the caller, for the next API (RFC 8693 §2.1). */
    public Future<Issued> exchange(
            Client caller, String token, Optional<String> actorToken, List<String> audience, Optional<String> scope) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("grant_type", GrantType.TOKEN_EXCHANGE.wireName());
        fields.put("subject_token", token);
        fields.put("subject_token_type", TokenExchange.ACCESS_TOKEN);
        actorToken.ifPresent(actor -> {
            fields.put("actor_token", actor);
            fields.put("actor_token_type", TokenExchange.ACCESS_TOKEN);
        });
        scope.ifPresent(text -> fields.put("scope", text));
        return issued(caller, fields, Map.of("audience", audience));
    }

    private Future<Issued> issued(Client caller, Map<String, String> fields, Map<String, List<String>> repeated) {
        return tokens.issued(ofNobodysAddress(), new FormBody(fields, repeated), caller);
    }

    private static Call ofNobodysAddress() {
        try {
            return new Call(
                    "POST",
                    "/oauth/token",
                    "",
                    MultiMap.caseInsensitiveMultiMap(),
                    Buffer.buffer(),
                    InetAddress.getByAddress(new byte[4]),
                    "bus");
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("0.0.0.0 is an address", impossible);
        }
    }
}
