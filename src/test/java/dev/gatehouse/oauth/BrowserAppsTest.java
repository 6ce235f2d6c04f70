package dev.gatehouse.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Reply;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BrowserAppsTest {
    private static final String APP = "https://app.example";

    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private TestHouse house;

    @BeforeEach
    void open() {
        house = new TestHouse(DB);
        house.config = TestYaml.config(
                """
                url: http://localhost:8080
                cors: off
                scopes: { "data:read": See your data }
                clients:
                  app:
                    type: spa
                    redirect: [https://app.example/callback]
                  server:
                    type: web
                    secret: server-secret-server-secret
                    redirect: [https://server.example/callback]
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/oauth/token", "/oauth/revoke", "/oauth/userinfo"})
    @DisplayName("Fetch §3.2: pages of a registered browser app may call, and read what is refused, without cookies")
    void pages_of_a_browser_app_may_call(String path) {
        Reply preflight = ask(
                "OPTIONS",
                path,
                Map.of(
                        "Origin", APP,
                        "Access-Control-Request-Method", "POST",
                        "Access-Control-Request-Headers", "authorization, dpop"));
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(field(preflight, "Access-Control-Allow-Origin")).contains(APP);
        assertThat(field(preflight, "Access-Control-Allow-Headers")).contains("authorization, dpop");
        assertThat(field(preflight, "Access-Control-Allow-Methods"))
                .get()
                .asString()
                .contains("POST");
        assertThat(field(preflight, "Access-Control-Allow-Credentials")).isEmpty();
        Reply refused = ask("POST", path, Map.of("Origin", APP, "Content-Type", "application/x-www-form-urlencoded"));
        assertThat(refused.status()).isBetween(400, 401);
        assertThat(field(refused, "Access-Control-Allow-Origin")).contains(APP);
        assertThat(field(refused, "Access-Control-Expose-Headers"))
                .get()
                .asString()
                .contains("WWW-Authenticate")
                .contains("DPoP-Nonce");
        assertThat(field(refused, "Vary")).contains("Origin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://server.example", "https://evil.example", "null", "https://app.example.evil.example"})
    @DisplayName("Fetch §3.2: other pages may not")
    void other_pages_may_not(String origin) {
        Reply preflight =
                ask("OPTIONS", "/oauth/revoke", Map.of("Origin", origin, "Access-Control-Request-Method", "POST"));
        assertThat(preflight.status()).isEqualTo(403);
        assertThat(field(preflight, "Access-Control-Allow-Origin")).isEmpty();
        Reply refused = ask(
                "POST", "/oauth/revoke", Map.of("Origin", origin, "Content-Type", "application/x-www-form-urlencoded"));
        assertThat(field(refused, "Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void introspection_is_for_programs_alone() {
        Reply preflight =
                ask("OPTIONS", "/oauth/introspect", Map.of("Origin", APP, "Access-Control-Request-Method", "POST"));
        assertThat(preflight.status()).isEqualTo(403);
    }

    @Test
    void who_is_taken_out_of_the_file_may_no_longer() {
        house.config = TestYaml.config("cors: off");
        Reply refused = ask(
                "POST", "/oauth/revoke", Map.of("Origin", APP, "Content-Type", "application/x-www-form-urlencoded"));
        assertThat(field(refused, "Access-Control-Allow-Origin")).isEmpty();
    }

    private Reply ask(String method, String path, Map<String, String> headers) {
        return TestDatabase.await(
                house.endpoints.answer(TestHouse.call(method, path, headers, Buffer.buffer(), "127.0.0.1")));
    }

    private static Optional<String> field(Reply reply, String name) {
        return reply.headers().stream()
                .filter(field -> field.getKey().equals(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
