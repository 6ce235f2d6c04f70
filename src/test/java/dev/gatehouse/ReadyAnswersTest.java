package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.store.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Public documents leave before Vert.x hears of the request; nobody can tell, except by how soon. */
@ExtendWith(BlockedThreads.class)
final class ReadyAnswersTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    /** Makes no difference, and takes the long way all the same. */
    private static final String LONG_WAY = "X-Nothing: at all";

    private static Gate gate;

    @BeforeAll
    static void open() {
        gate = Gate.open(DATABASE, "cors: [https://app.example]\nkeys: {algorithms: [ES256]}\n");
        await().until(() -> gate.get("/oauth/jwks").body().split("kid").length > 2);
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    private static RawCaller caller() {
        return new RawCaller(gate.port());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/oauth/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"})
    void both_ways_give_the_same_bytes(String path) {
        try (var caller = caller()) {
            for (String origin : new String[] {"A: b", "Origin: https://app.example", "Origin: https://else.example"}) {
                var ready = caller.ask("GET " + path + " HTTP/1.1", origin);
                var looked = caller.ask("GET " + path + " HTTP/1.1", origin, LONG_WAY);
                assertThat(ready.status()).isEqualTo(200);
                assertThat(told(ready)).isEqualTo(told(looked));
                assertThat(ready.body()).isEqualTo(looked.body()).startsWith("{");
                assertThat(ready.field("X-Request-Id")).isPresent().isNotEqualTo(looked.field("X-Request-Id"));
            }
        }
    }

    @Test
    @DisplayName("a request that is ambiguous or malformed is 400 at a public document too (RFC 9112 3.2, 6.1)")
    void what_is_not_well_formed_is_refused() {
        for (String field : new String[] {
            "Host: other", "Transfer-Encoding: chunked\r\nContent-Length: 3", "Content-Length: 1\r\nContent-Length: 2",
            "Authorization: a\r\nAuthorization: b", "Expect: gold", "Transfer-Encoding: gzip"
        }) {
            try (var caller = caller()) {
                assertThat(caller.ask("GET /oauth/jwks HTTP/1.1", field).status())
                        .as(field)
                        .isEqualTo(400);
            }
        }
        try (var caller = caller()) {
            assertThat(caller.send("GET /oauth/jwks HTTP/1.1\r\n\r\n").status()).isEqualTo(400);
        }
    }

    @Test
    @DisplayName("of versions that are not spoken, or not spelled so, nothing is answered but that (RFC 9112 2.3)")
    void versions() {
        for (String version : new String[] {"HTTP/3.7", "HTTP/1.2", "http/1.1", "HTTP/01.1", "HTTP/1.01", "HTTP/0.9"}) {
            try (var caller = caller()) {
                assertThat(caller.ask("GET /.well-known/openid-configuration " + version)
                                .status())
                        .as(version)
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void everything_but_a_plain_get_is_looked_at() {
        try (var caller = caller()) {
            String etag = caller.ask("GET /oauth/jwks HTTP/1.1").field("ETag").orElseThrow();
            assertThat(caller.ask("GET /oauth/jwks HTTP/1.1", "If-None-Match: " + etag)
                            .status())
                    .isEqualTo(304);
            assertThat(caller.ask("POST /oauth/jwks HTTP/1.1", "Content-Length: 0")
                            .status())
                    .isEqualTo(405);
            assertThat(caller.askForHead("HEAD /oauth/jwks HTTP/1.1").field("Content-Length"))
                    .isPresent();
            assertThat(caller.ask("GET /oauth/jwks?a=b HTTP/1.1").status()).isEqualTo(200);
            assertThat(caller.ask("GET /oauth/jwks HTTP/1.1", "Connection: close")
                            .status())
                    .isEqualTo(200);
        }
        try (var old = caller()) {
            assertThat(old.ask("GET /oauth/jwks HTTP/1.0").status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("answers keep the order of the requests on one connection (RFC 9112 9.3.2)")
    void order_is_kept() {
        String host = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (var caller = caller()) {
            var first = caller.send("GET /_gate/problems/no_route" + host + "GET /oauth/jwks" + host
                    + "GET /.well-known/openid-configuration" + host + "GET /nowhere" + host);
            assertThat(first.body()).contains("no_route");
            assertThat(caller.send("").body()).startsWith("{\"keys\"");
            assertThat(caller.send("").body()).startsWith("{\"issuer\"");
            assertThat(caller.send("").status()).isEqualTo(404);
        }
    }

    @Test
    void the_access_log_tells_of_it() {
        try (var caller = caller()) {
            String id =
                    caller.ask("GET /oauth/jwks HTTP/1.1").field("X-Request-Id").orElseThrow();
            await().until(() -> gate.log().contains(id));
            assertThat(gate.log().lines().filter(line -> line.contains(id)))
                    .singleElement()
                    .asString()
                    .contains("\"method\":\"GET\",\"path\":\"/oauth/jwks\"", "\"status\":200", "\"ip\":\"127.0.0.1\"");
        }
    }

    private static String told(RawCaller.Answer answer) {
        return answer.head().replaceAll("(?im)^(date|x-request-id): .*$", "$1");
    }
}
