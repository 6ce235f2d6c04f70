package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("ED11 what is open under a token that says nothing by itself")
final class OpaqueStreamsTest {
    /** `websockets.md` promises 35 s of a machine that has nothing else to do. */
    private static final Duration PROMISED = Duration.ofSeconds(35 + 10);

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final Set<String> active = ConcurrentHashMap.newKeySet();

    @Test
    @Timeout(120)
    @DisplayName(
            "ends soon after the issuer has changed its mind (RFC 7662 §4); what the issuer still stands by goes on")
    void the_issuer_changes_its_mind() throws Exception {
        try (var streams = new Streams();
                var provider = new Provider().at("/introspect", (exchange, body) -> {
                    String token = Provider.field(body, "token");
                    Provider.send(exchange, 200, said(token).encode());
                });
                var gate = Gate.open(DATABASE, yaml(streams, provider))) {
            active.addAll(List.of("good", "withdrawn"));
            try (var good = new RawWebSocket(gate.port(), "/stream/live", "Authorization: Bearer good");
                    var socket = new RawWebSocket(gate.port(), "/stream/live", "Authorization: Bearer withdrawn");
                    var events = new Socket("localhost", gate.port())) {
                events.setSoTimeout(60_000);
                events.getOutputStream()
                        .write("GET /stream/down HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer withdrawn\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                await().until(() -> socket.echoes() > 10 && good.echoes() > 10);
                assertThat(new String(events.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 200");

                long withdrawn = System.nanoTime();
                active.remove("withdrawn");
                assertThat(socket.ended()).as("RFC 6455 §7.4.1").isEqualTo(1008);
                assertThat(rest(events.getInputStream()))
                        .as("no last chunk (RFC 9112 §8)")
                        .doesNotEndWith("\r\n0\r\n\r\n");
                assertThat(Duration.ofNanos(System.nanoTime() - withdrawn)).isLessThan(PROMISED);

                long before = good.echoes();
                await().until(() -> good.echoes() > before + 10);
                assertThat(good.end()).isEqualTo(1000);
            }
        }
    }

    private JsonObject said(String token) {
        if (!active.contains(token)) return new JsonObject().put("active", false);
        return new JsonObject()
                .put("active", true)
                .put("sub", "u_" + token)
                .put("client_id", "partner-app")
                .put("aud", "https://api.example.com")
                .put("exp", Instant.now().plusSeconds(600).getEpochSecond());
    }

    /** As far as it comes, the last 100 octets of it. */
    private static String rest(InputStream in) {
        var last = new StringBuilder();
        try {
            byte[] some = new byte[8192];
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                last.append(new String(some, 0, count, StandardCharsets.ISO_8859_1));
                last.delete(0, Math.max(0, last.length() - 100));
            }
        } catch (IOException reset) {
            return last.toString();
        }
        return last.toString();
    }

    private static String yaml(Streams streams, Provider provider) {
        return """
                outbound: {allow: [127.0.0.0/8]}
                apis:
                  streams:
                    path: /stream
                    upstream: %1$s
                    issuers: [corporate]
                    audience: https://api.example.com
                    routes:
                      ANY /**: login
                issuers:
                  corporate:
                    issuer: %2$s
                    introspect: {url: "%2$s/introspect", client_id: gate, client_secret: "a-secret-of-theirs"}
                """
                .formatted(streams.url(), provider.url());
    }
}
