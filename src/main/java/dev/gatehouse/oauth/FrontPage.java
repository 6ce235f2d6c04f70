package dev.gatehouse.oauth;

import dev.gatehouse.clients.OAuthError;
import dev.gatehouse.vocabulary.Problem;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a visitor may read before signing in: where things are, what an error means, and the whole interface as an OpenAPI document. */
final class FrontPage {
    private static final String OPENAPI = "openapi.json";
    private static final String KEEP = "public, max-age=300";

    private final Reply links;
    private final Reply openApi;
    private final Map<String, Reply> problems = new HashMap<>();

    FrontPage(String url) {
        this.links = Reply.json(
                        200,
                        new JsonObject()
                                .put(
                                        "message",
                                        "Gatehouse is open. Register or sign in, then call the APIs with the access token.")
                                .put(
                                        "links",
                                        new JsonObject()
                                                .put("register", url + "/register")
                                                .put("login", url + "/login")
                                                .put("logout", url + "/logout")
                                                .put("token", url + "/oauth/token")
                                                .put("jwks", url + "/oauth/jwks")
                                                .put("metadata", url + "/.well-known/openid-configuration")
                                                .put("openapi", url + "/_gate/openapi.json")))
                .with("Cache-Control", KEEP);
        JsonObject document =
                new JsonObject(read()).put("servers", new JsonArray().add(new JsonObject().put("url", url)));
        this.openApi = new Reply(
                200,
                List.of(Map.entry("Content-Type", "application/json"), Map.entry("Cache-Control", KEEP)),
                Buffer.buffer(document.encodePrettily()));
        for (Problem problem : Reason.values()) problems.put(problem.code(), page(problem));
        for (Problem problem : OAuthError.values()) problems.putIfAbsent(problem.code(), page(problem));
    }

    Future<Reply> links(Call call) {
        return Future.succeededFuture(links);
    }

    Future<Reply> openApi(Call call) {
        return Future.succeededFuture(openApi);
    }

    /** GET /_gate/problems/{reason}: what the {@code type} of a problem leads to (RFC 9457 §3.1.1). */
    Future<Reply> problem(Call call) {
        String reason = call.path().substring(call.path().lastIndexOf('/') + 1);
        return Optional.ofNullable(problems.get(reason))
                .map(Future::succeededFuture)
                .orElseThrow(() -> Reason.NO_ROUTE.because("There is no such reason."));
    }

    private static Reply page(Problem problem) {
        var body = new JsonObject()
                .put("reason", problem.code())
                .put("status", problem.status())
                .put("title", problem.title());
        return Reply.json(200, body).with("Cache-Control", KEEP);
    }

    private static String read() {
        try (InputStream in = FrontPage.class.getResourceAsStream(OPENAPI)) {
            if (in == null) throw new IllegalStateException(OPENAPI + " is missing from the build");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(OPENAPI + " cannot be read", broken);
        }
    }
}
