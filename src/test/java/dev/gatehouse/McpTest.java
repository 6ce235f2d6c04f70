package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("an MCP server by one word, at a whole gate")
final class McpTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static Backend api;
    private static Gate gate;

    @BeforeAll
    static void open() {
        api = Backend.named("api");
        gate = Gate.open(
                DATABASE,
                """
                outbound: {allow: [127.0.0.0/8]}
                scopes: {"mcp:use": Use tools for you, "mcp:admin": Change tools for you}
                policies: {admins: "scope mcp:use and scope mcp:admin"}
                apis:
                  tools:
                    path: /tools
                    upstream: %1$s
                    mcp: true
                    issuers: [self, corporate]
                    routes:
                      ANY /**: scope mcp:use
                      POST /admin: policy admins
                      GET /stepped: {allow: login, max_age: 5m}
                  named:
                    path: /named
                    host: mcp.example.com
                    upstream: %1$s
                    audience: https://mcp.example.com/named
                    mcp: true
                    routes:
                      GET /**: login
                  plain:
                    path: /plain
                    upstream: %1$s
                    routes:
                      GET /**: login
                issuers:
                  corporate: {issuer: "https://login.example.com"}
                """
                        .formatted(api.url()));
        gate.register("mia");
    }

    @AfterAll
    static void close() {
        gate.close();
        api.close();
    }

    private static String token(JsonObject more) {
        var login = new JsonObject()
                .put("username", "mia")
                .put("password", Door.PASSWORD)
                .mergeIn(more);
        HttpResponse<String> answer = gate.post("/login", login);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getString("access_token");
    }

    private static String challenge(HttpResponse<String> answer) {
        return answer.headers().firstValue("WWW-Authenticate").orElse("");
    }

    @Test
    @DisplayName(
            "JW04 RFC 9728 3.3: the resource is the one that was asked about, by the address that the challenge points to")
    void metadata() {
        HttpResponse<String> refused = gate.post("/tools", new JsonObject());
        assertThat(refused.statusCode()).isEqualTo(401);
        String url = gate.url() + "/.well-known/oauth-protected-resource/tools";
        assertThat(challenge(refused)).isEqualTo("Bearer realm=\"gatehouse\", resource_metadata=\"" + url + "\"");

        HttpResponse<String> answer = gate.get("/.well-known/oauth-protected-resource/tools");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
        assertThat(new JsonObject(answer.body()))
                .isEqualTo(new JsonObject()
                        .put("resource", gate.url() + "/tools")
                        .put("resource_name", "tools")
                        .put("authorization_servers", JsonArray.of(gate.url(), "https://login.example.com"))
                        .put("scopes_supported", JsonArray.of("mcp:admin", "mcp:use"))
                        .put("bearer_methods_supported", JsonArray.of("header"))
                        .put("dpop_signing_alg_values_supported", JsonArray.of("ES256", "EdDSA", "RS256", "PS256")));
        assertThat(gate.get(
                                "/.well-known/oauth-protected-resource/tools",
                                "X-Forwarded-Host",
                                "evil.example",
                                "Origin",
                                "https://evil.example")
                        .body())
                .isEqualTo(answer.body());
    }

    @Test
    @DisplayName("every challenge of the API points there, and none of another")
    void challenges_point_to_the_metadata() {
        String pointer = "resource_metadata=\"" + gate.url() + "/.well-known/oauth-protected-resource/tools\"";
        String without =
                token(new JsonObject().put("resource", gate.url() + "/tools").put("scope", "mcp:use"));
        assertThat(challenge(gate.getAs("a.b.c", "/tools"))).contains("error=\"invalid_token\"", pointer);
        assertThat(challenge(gate.ask(
                        "POST", "/tools/admin", BodyPublishers.noBody(), "Authorization", "Bearer " + without)))
                .contains("error=\"insufficient_scope\", scope=\"mcp:admin\"", pointer);
        assertThat(challenge(gate.get("/tools/stepped"))).contains(pointer);
        assertThat(challenge(gate.get("/plain/a"))).isEqualTo("Bearer realm=\"gatehouse\"");
        assertThat(gate.get("/.well-known/oauth-protected-resource/plain").statusCode())
                .isEqualTo(404);
        assertThat(gate.get("/.well-known/oauth-protected-resource").statusCode())
                .isEqualTo(404);
        assertThat(gate.get("/.well-known/oauth-protected-resource/tools/x").statusCode())
                .isEqualTo(404);
    }

    @Test
    @DisplayName(
            "RFC 8707: tokens are meant for the API's own address, which the issuer knows; others are not taken, and its are good nowhere else")
    void the_audience_is_bound() {
        String tool = token(new JsonObject().put("resource", gate.url() + "/tools"));
        assertThat(gate.getAs(tool, "/tools/a").body()).isEqualTo("api /tools/a mia");
        assertThat(gate.getAs(tool, "/tools/stepped").statusCode())
                .as("signed in just now")
                .isEqualTo(200);
        assertThat(gate.getAs(tool, "/plain/a").statusCode()).isEqualTo(401);
        assertThat(gate.getAs(token(new JsonObject()), "/tools/a").statusCode()).isEqualTo(401);
        var login = new JsonObject().put("username", "mia").put("password", Door.PASSWORD);
        assertThat(gate.post("/login", login.copy().put("resource", gate.url() + "/plain"))
                        .body())
                .contains("invalid_target");
        assertThat(gate.post("/login", login.copy().put("resource", gate.url() + "/tools/"))
                        .body())
                .contains("invalid_target");
    }

    @Test
    @DisplayName("scripts of any page may ask, with the fields that MCP clients send; nothing but reading is taken")
    void methods() {
        String path = "/.well-known/oauth-protected-resource/tools";
        HttpResponse<String> preflight = gate.ask(
                "OPTIONS",
                path,
                BodyPublishers.noBody(),
                "Origin",
                "https://inspector.example",
                "Access-Control-Request-Method",
                "GET",
                "Access-Control-Request-Headers",
                "mcp-protocol-version");
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
                .contains("*");
        HttpResponse<String> posted = gate.post(path, new JsonObject());
        assertThat(posted.statusCode()).isEqualTo(405);
        assertThat(posted.headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS");
    }

    @Test
    @DisplayName("RFC 9728 3.1: an API under a host of its own, with an audience of its own, is told of there")
    void a_host_of_its_own() {
        var said = new JsonObject(
                gate.get("/.well-known/oauth-protected-resource/named").body());
        assertThat(said.getString("resource")).isEqualTo("https://mcp.example.com/named");
        assertThat(said.getJsonArray("authorization_servers")).isEqualTo(JsonArray.of(gate.url()));
    }
}
