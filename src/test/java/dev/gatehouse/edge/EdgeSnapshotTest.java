package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Overrides;
import dev.gatehouse.tokens.TokenProfile;
import dev.gatehouse.vocabulary.Issuer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EdgeSnapshotTest {
    private static final String URL = "https://shop.example";

    @TempDir
    Path folder;

    private EdgeSnapshot snapshot;

    @BeforeEach
    void compile() throws Exception {
        Files.writeString(folder.resolve("keys.json"), "{\"keys\":[]}");
        Files.writeString(
                folder.resolve("gatehouse.yaml"),
                """
                url: https://shop.example
                trust_proxy: [10.0.0.0/8]
                apis:
                  orders:
                    path: /api/orders
                    upstream: http://127.0.0.1:9002/v2/
                    timeout: 3s
                    routes:
                      GET /: scope orders:read
                      GET /{id}: policy support-desk
                      POST /{id}/refund: {allow: role support, timeout: 10s}
                  partner:
                    path: /mcp
                    upstream: eventbus:mcp
                    identity: relay
                    issuers: [self, corporate]
                    audience: https://api.example/mcp
                    routes:
                      ANY /**: login
                  rest:
                    path: /
                    upstream: http://127.0.0.1:9003
                    routes:
                      GET /shop/**: public
                issuers:
                  corporate:
                    issuer: https://login.example
                    jwks: file:keys.json
                    algorithms: [RS256]
                policies:
                  support-desk: role support
                scopes:
                  orders:read: See your orders
                cors: clients
                clients:
                  web-shop:
                    type: spa
                    redirect: [https://shop.example/callback, http://localhost:5173/callback]
                    scopes: [orders:read]
                  mobile:
                    type: native
                    redirect: [com.example.shop:/callback]
                    scopes: [orders:read]
                """);
        Config config = ConfigFile.read(folder.resolve("gatehouse.yaml"), Map.of(), Overrides.NONE)
                .config();
        snapshot = EdgeSnapshot.compile(config, URL);
    }

    private CompiledRoute route(String method, String target) {
        var canonical = (RequestTarget.Canonical) RequestTarget.parse(method, target, 1000);
        return ((RouteTable.Found.Match<CompiledRoute>) snapshot.routes().find(method, canonical)).route();
    }

    @Test
    void a_route_is_the_api_s_path_and_its_pattern() {
        assertThat(route("GET", "/api/orders").pattern()).isEqualTo("/api/orders");
        assertThat(route("GET", "/api/orders/").pattern()).isEqualTo("/api/orders");
        assertThat(route("HEAD", "/api/orders/42").pattern()).isEqualTo("/api/orders/{id}");
        assertThat(route("GET", "/shop/x/y").pattern()).isEqualTo("/shop/**");
        assertThat(route("PUT", "/mcp").pattern()).isEqualTo("/mcp/**");
    }

    @Test
    void the_place_of_a_rule_is_its_line() {
        assertThat(route("GET", "/api/orders").at()).endsWith("gatehouse.yaml:9");
        assertThat(route("GET", "/api/orders/42").at()).endsWith("gatehouse.yaml:10");
    }

    @Test
    void a_timeout_of_a_route_goes_before_the_api_s() {
        assertThat(route("GET", "/api/orders").timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(route("POST", "/api/orders/42/refund").timeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void tokens_are_ours_for_our_address_unless_an_api_says_otherwise() {
        assertThat(route("GET", "/api/orders").profile()).isEqualTo(new TokenProfile(Set.of(new Issuer(URL)), URL));
        assertThat(route("GET", "/mcp").profile())
                .isEqualTo(new TokenProfile(
                        Set.of(new Issuer(URL), new Issuer("https://login.example")), "https://api.example/mcp"));
        assertThat(route("GET", "/mcp").relaysTokens()).isTrue();
        assertThat(snapshot.profiles()).hasSize(2);
    }

    @Test
    void origins_are_those_of_browser_apps() {
        var cors = snapshot.cors().orElseThrow();
        assertThat(cors.allows("https://shop.example")).isTrue();
        assertThat(cors.allows("http://localhost:5173")).isTrue();
        assertThat(cors.allows("https://other.example")).isFalse();
    }
}
