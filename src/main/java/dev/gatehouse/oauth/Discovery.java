package dev.gatehouse.oauth;

import dev.gatehouse.config.Config;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;

/**
 * The metadata of the issuer (RFC 8414 §3, OpenID Connect Discovery §4): only what there is. Every address comes from the configured {@code url}, never from what a
 * caller says in {@code Host}.
 */
final class Discovery {
    private final Supplier<Config> config;
    private final String url;

    Discovery(Supplier<Config> config, String url) {
        this.config = config;
        this.url = url;
    }

    Future<Reply> metadata(Call call) {
        return Future.succeededFuture(Reply.json(200, document()).with("Cache-Control", "public, max-age=300"));
    }

    private JsonObject document() {
        return new JsonObject()
                .put("issuer", url)
                .put("token_endpoint", url + "/oauth/token")
                .put("jwks_uri", url + "/oauth/jwks")
                .put(
                        "scopes_supported",
                        new JsonArray(List.copyOf(config.get().scopes().keySet())))
                .put("response_types_supported", new JsonArray())
                .put("grant_types_supported", new JsonArray().add("refresh_token"))
                .put(
                        "token_endpoint_auth_methods_supported",
                        new JsonArray().add("none").add("client_secret_basic").add("client_secret_post"))
                .put("subject_types_supported", new JsonArray().add("public"))
                .put("service_documentation", url + "/_gate/openapi.json");
    }
}
