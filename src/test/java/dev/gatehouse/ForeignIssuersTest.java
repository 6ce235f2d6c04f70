package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.ECKey;
import dev.gatehouse.store.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("tokens of issuers that publish their keys, at a whole gate")
final class ForeignIssuersTest {
    private static final String AUDIENCE = "https://api.example.com";

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final ECKey key = Provider.key("one");
    private Provider corporate;
    private Provider partner;
    private Backend api;

    @BeforeEach
    void open() {
        corporate = new Provider().publishes(key.toPublicJWK());
        partner = new Provider().discoverable();
        api = Backend.named("api");
    }

    @AfterEach
    void close() {
        api.close();
        partner.close();
        corporate.close();
    }

    private Gate gate() {
        return Gate.open(
                DATABASE,
                """
                outbound: {allow: [127.0.0.0/8]}
                apis:
                  work:
                    path: /work
                    upstream: %1$s
                    issuers: [self, corporate]
                    audience: https://api.example.com
                    routes:
                      GET /**: login
                  trade:
                    path: /trade
                    upstream: %1$s
                    issuers: [partner]
                    audience: https://api.example.com
                    routes:
                      GET /**: login
                  both:
                    path: /both
                    upstream: %1$s
                    issuers: [corporate, partner]
                    audience: https://other.example.com
                    routes:
                      GET /**: login
                  ours:
                    path: /ours
                    upstream: %1$s
                    routes:
                      GET /**: login
                issuers:
                  corporate:
                    issuer: %2$s
                    jwks: %2$s/keys
                  partner:
                    issuer: %3$s
                """
                        .formatted(api.url(), corporate.url(), partner.url()));
    }

    private String token(ECKey signer, Provider issuer) {
        return Provider.token(signer, issuer.url(), AUDIENCE, "u_7");
    }

    @Test
    @DisplayName("keys from a URL and keys by discovery; keys belong to issuers, audiences to APIs")
    void keys_belong_to_issuers() {
        ECKey theirs = Provider.key("one");
        partner.publishes(theirs.toPublicJWK());
        try (Gate gate = gate()) {
            assertThat(gate.getAs(token(key, corporate), "/work/a").body()).endsWith("/work/a name-of-u_7");
            assertThat(gate.getAs(token(theirs, partner), "/trade/a").body()).endsWith("/trade/a name-of-u_7");

            assertRefused(gate.getAs(token(key, partner), "/trade/a"));
            assertRefused(gate.getAs(token(theirs, corporate), "/work/a"));
            assertRefused(gate.getAs(token(key, corporate), "/trade/a"));
            assertRefused(gate.getAs(token(theirs, partner), "/work/a"));
            assertRefused(gate.getAs(token(key, corporate), "/both/a"));
            assertRefused(gate.getAs(token(key, corporate), "/ours/a"));
        }
    }

    @Test
    @DisplayName(
            "I6 a key that is new is fetched at once and nobody is refused; a flood of made-up kids fetches once a minute")
    void keys_change() {
        try (Gate gate = gate()) {
            assertThat(gate.getAs(token(key, corporate), "/work/a").statusCode())
                    .isEqualTo(200);
            ECKey fresh = Provider.key("two");
            corporate.publishes(key.toPublicJWK(), fresh.toPublicJWK());
            assertThat(gate.getAs(token(fresh, corporate), "/work/a").statusCode())
                    .isEqualTo(200);
            assertThat(corporate.asked).hasSize(2);
            for (int i = 0; i < 50; i++)
                assertRefused(gate.getAs(token(Provider.key("made-up-" + i), corporate), "/work/a"));
            assertThat(corporate.asked).hasSize(2);

            corporate.publishes(fresh.toPublicJWK());
            assertThat(gate.getAs(token(key, corporate), "/work/a").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("ED05 down at the start: 503 for its tokens and for nobody else's, and 200 soon after it is back")
    void down_at_the_start() {
        corporate.at("/keys", (exchange, body) -> Provider.send(exchange, 500, "{}"));
        try (Gate gate = gate()) {
            HttpResponse<String> answer = gate.getAs(token(key, corporate), "/work/a");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("\"reason\":\"issuer_unavailable\"");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
            assertRefused(gate.getAs("a.b.c", "/work/a"));

            corporate.publishes(key.toPublicJWK());
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> gate.getAs(token(key, corporate), "/work/a").statusCode() == 200);
        }
    }

    @Test
    @DisplayName(
            "ED05 garbage, another issuer's document, 1 GiB and silence: fails closed within the limit, and others go on")
    void what_else_may_come() throws Exception {
        var over = new CountDownLatch(1);
        partner.json(
                "/.well-known/openid-configuration",
                "{\"issuer\":\"" + corporate.url() + "\",\"jwks_uri\":\"" + corporate.url() + "/keys\"}");
        try (Gate gate = gate()) {
            assertThat(gate.getAs(token(key, partner), "/trade/a").statusCode()).isEqualTo(503);
            partner.discoverable().at("/keys", (exchange, body) -> Provider.endless(exchange));
            ECKey fresh = Provider.key("two");
            corporate.at("/keys", (exchange, body) -> {
                try {
                    over.await();
                } catch (InterruptedException closing) {
                    Thread.currentThread().interrupt();
                }
            });
            long began = System.nanoTime();
            assertRefused(gate.getAs(token(fresh, corporate), "/work/a"));
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
            assertThat(gate.getAs(token(key, corporate), "/work/a").statusCode())
                    .as("the last good keys")
                    .isEqualTo(200);
            await().atMost(Duration.ofSeconds(15)).until(() -> partner.asked.contains("/keys"));
            assertThat(gate.getAs(token(key, partner), "/trade/a").statusCode()).isEqualTo(503);
        } finally {
            over.countDown();
        }
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).contains("error=\"invalid_token\"");
    }
}
