package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.LimitSettings;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(QuietVertx.class)
@DisplayName("a port in clear for both versions of HTTP")
final class ClearDoorTest {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String GET = "GET /a HTTP/1.1\r\nHost: g\r\n\r\n";
    private static final String UPGRADE =
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";

    private static RawUpstream upstream;
    private static TestGate gate;

    @BeforeAll
    static void open() throws Exception {
        upstream = RawUpstream.ok();
        gate = gate(TestGate.LIMITS, 1);
    }

    private static TestGate gate(LimitSettings limits, int loops) throws Exception {
        return TestGate.plan()
                .door(Http2RequestsTest.H2C)
                .limits(limits)
                .loops(loops)
                .route("ANY /**: public", upstream.origin())
                .open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        upstream.close();
    }

    @BeforeEach
    void nothingSeenYet() {
        upstream.requests.clear();
    }

    @Test
    @DisplayName(
            "an upgrade to h2c is ignored and never forwarded, however it is asked for (RFC 9113 §3.1, RFC 9110 §7.8)")
    void no_upgrade() throws Exception {
        for (String fields : new String[] {
            UPGRADE,
            "Connection: HTTP2-Settings, Upgrade\r\nUpgrade: H2C\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
            "Connection: Upgrade\r\nUpgrade: h2c\r\n",
            "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
            "Upgrade: h2c\r\nHTTP2-Settings: !\r\n",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c, websocket\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
        })
            try (Wire wire = gate.call()) {
                assertThat(wire.send("GET /a HTTP/1.1\r\nHost: g\r\n" + fields + "\r\n")
                                .answer())
                        .startsWith("HTTP/1.1 200 ")
                        .endsWith("ok");
                assertThat(upstream.received())
                        .startsWith("GET /a HTTP/1.1\r\n")
                        .doesNotContainIgnoringCase("upgrade", "http2-settings", "h2c");
                assertThat(wire.send(GET).answer()).as("the next").startsWith("HTTP/1.1 200 ");
                upstream.received();
            }
    }

    @Test
    void a_body_of_a_request_that_asks_for_an_upgrade_goes_on_and_so_does_what_is_pipelined_behind_it()
            throws Exception {
        try (Wire wire = gate.call()) {
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\n" + UPGRADE + "\r\nhello" + GET);
            assertThat(wire.answer()).startsWith("HTTP/1.1 200 ");
            assertThat(wire.answer()).startsWith("HTTP/1.1 200 ");
            assertThat(upstream.received())
                    .endsWith("\r\n\r\nhello")
                    .doesNotContainIgnoringCase("upgrade", "http2-settings");
        }
    }

    @Test
    void java_s_own_client_which_asks_for_an_upgrade_unless_it_is_told_not_to_is_answered() throws Exception {
        var client = HttpClient.newHttpClient();
        var address = URI.create("http://127.0.0.1:" + gate.port() + "/a");
        for (String body : new String[] {"", "hello"}) {
            var request = HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.ofString(body));
            var answer = client.send(request.build(), BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(answer.body()).isEqualTo("ok");
            assertThat(upstream.received()).endsWith("\r\n\r\n" + body).doesNotContainIgnoringCase("upgrade");
        }
    }

    @Test
    @DisplayName("a preface that comes octet by octet is one (RFC 9113 §3.4), and so is a request that begins like it")
    void octet_by_octet() throws Exception {
        try (var wire = new Wire2(new Socket("127.0.0.1", gate.port()))) {
            for (byte octet : PREFACE.getBytes(StandardCharsets.US_ASCII)) wire.raw(new byte[] {octet});
            wire.frame(Wire2.SETTINGS, 0, 0, new byte[0]);
            assertThat(wire.get(1, "/a").outcome(1)).isEqualTo("200 ok");
        }
        for (String method : new String[] {"POST", "PRIVATE", "PRI", "P", "GET"})
            try (Wire wire = gate.call()) {
                upstream.requests.clear();
                String request = method + " /a HTTP/1.1\r\nHost: g\r\nContent-Length: 2\r\n\r\nab";
                for (int i = 0; i < request.length(); i++) wire.send(request.substring(i, i + 1));
                assertThat(wire.answer()).as(method).startsWith("HTTP/1.1 200 ");
                assertThat(upstream.received())
                        .startsWith(method + " /a HTTP/1.1\r\n")
                        .endsWith("\r\n\r\nab");
            }
    }

    @ParameterizedTest
    @DisplayName("what is neither is told so in HTTP/1.1: half a preface and a request, another preface, garbage")
    @ValueSource(
            strings = {
                "PRI * HTTP/2.0\r\n\r\nGET /a HTTP/1.1\r\nHost: g\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r",
                "PRI * HTTP/2.0\n\nSM\n\n",
                "PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n",
                "PR\u0000I * HTTP/2.0\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n",
                "\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000\r\n\r\n"
            })
    void neither(String octets) throws Exception {
        try (var plain = TestGate.before(upstream)) {
            for (TestGate some : new TestGate[] {gate, plain})
                for (int split : new int[] {0, 1, octets.length() - 1})
                    try (Wire wire = some.call()) {
                        String answers = wire.send(octets.substring(0, split))
                                .send(octets.substring(split))
                                .rest();
                        assertThat(answers).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1 4");
                    }
        }
        assertThat(upstream.requests).as("nothing of what is behind it").isEmpty();
    }

    @ParameterizedTest
    @DisplayName(
            "until it has said which HTTP it speaks a connection has header_timeout, and so has a head from its first octet")
    @ValueSource(
            strings = {"", "P", "PRI * HTTP/2.0\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/1.1\r\nHost: "})
    void slow_heads(String beginning) throws Exception {
        try (var quick = gate(Limits.slowHead(Duration.ofSeconds(1)), 1);
                Wire wire = quick.call()) {
            assertThat(wire.send(beginning).rest())
                    .satisfiesAnyOf(
                            cut -> assertThat(cut).doesNotContain("HTTP/1").hasSizeLessThan(100),
                            told -> assertThat(told).startsWith("HTTP/1.1 408 "));
            await().until(() -> quick.crowd.connections() == 0);
        }
    }

    @Test
    void who_has_said_nothing_yet_is_counted_and_once_only() throws Exception {
        try (var small = gate(Limits.crowd(2, 100, 100), 2)) {
            try (Wire silent = small.call();
                    Wire second = small.call()) {
                await().until(() -> small.crowd.connections() == 2);
                try (Wire third = small.call()) {
                    assertThat(third.rest()).isEmpty();
                }
                await().until(() -> small.crowd.connections() == 2);
                assertThat(second.send(GET).answer()).startsWith("HTTP/1.1 200 ");
                assertThat(silent.send(GET).answer()).startsWith("HTTP/1.1 200 ");
                assertThat(small.crowd.connections()).isEqualTo(2);
            }
            await().until(() -> small.crowd.connections() == 0 && small.crowd.sources() == 0);
            try (var wire = Wire2.to(small.port())) {
                assertThat(wire.get(1, "/a").outcome(1)).isEqualTo("200 ok");
                assertThat(small.crowd.connections()).isEqualTo(1);
            }
        }
    }

    @Test
    void who_has_said_nothing_yet_does_not_hold_up_a_gate_that_closes() throws Exception {
        try (var closing = gate(TestGate.LIMITS, 1);
                Wire silent = closing.call();
                Wire half = closing.call()) {
            half.send("PRI");
            await().until(() -> closing.crowd.connections() == 2);
            closing.leaving.set(true);
            var closed = closing.undeploy();
            assertThat(silent.rest()).isEmpty();
            assertThat(half.rest()).isEmpty();
            await().until(closed::succeeded);
        }
    }
}
