package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.Anybody;
import dev.gatehouse.QuietVertx;
import dev.gatehouse.TestCertificate;
import dev.gatehouse.config.DoorSettings;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The public listener with certificates, met by real TLS. */
@ExtendWith(QuietVertx.class)
final class TlsListenerTest {
    private static final TestCertificate FIRST = TestCertificate.of("dns:first.example");
    private static final TestCertificate SECOND = TestCertificate.of("dns:second.example", "dns:*.wild.example");
    private static final TestCertificate RSA = TestCertificate.ofKind("RSA", "dns:first.example");

    private static RawUpstream upstream;
    private static TestGate gate;

    @BeforeAll
    static void open() throws Exception {
        upstream = RawUpstream.ok();
        gate = plan(FIRST, SECOND, RSA).open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        upstream.close();
    }

    private static TestGate.Plan plan(TestCertificate... shown) {
        List<DoorSettings.Certificate> files = Arrays.stream(shown)
                .map(each -> new DoorSettings.Certificate(each.cert(), each.key()))
                .toList();
        return TestGate.plan()
                .door(new DoorSettings(files, new DoorSettings.Http2(false)))
                .route("ANY /**: public", upstream.origin());
    }

    @Test
    @DisplayName("a request by TLS is told on as one (RFC 7239 §5.4)")
    void http_1_1() throws Exception {
        try (var wire = new Wire(tls(gate, "first.example", List.of("http/1.1"), "TLSv1.3"))) {
            assertThat(wire.send("GET /a HTTP/1.1\r\nHost: first.example\r\n\r\n")
                            .answer())
                    .startsWith("HTTP/1.1 200")
                    .endsWith("ok");
            assertThat(upstream.received()).containsIgnoringCase("x-forwarded-proto: https\r\n");
        }
    }

    @Test
    @DisplayName("HTTP/2 for whoever offers it, HTTP/1.1 for everybody else (RFC 7301 §3.2)")
    void alpn() throws Exception {
        try (SSLSocket both = tls(gate, "first.example", List.of("h2", "http/1.1"), "TLSv1.3")) {
            assertThat(both.getApplicationProtocol()).isEqualTo("h2");
            try (var wire = new Wire2(both).begin()) {
                assertThat(wire.get(1, "/a").outcome(1)).isEqualTo("200 ok");
            }
        }
        try (var wire = new Wire(tls(gate, "first.example", List.of(), "TLSv1.2"))) {
            assertThat(wire.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n").answer()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    @DisplayName(
            "the certificate is that of the name asked for, exactly or by a wildcard, else the first (RFC 6066 §3, RFC 9525 §6.3)")
    void names() throws Exception {
        assertThat(shownTo("second.example")).isEqualTo(SECOND.certificate());
        assertThat(shownTo("SECOND.example")).isEqualTo(SECOND.certificate());
        assertThat(shownTo("a.wild.example")).isEqualTo(SECOND.certificate());
        assertThat(shownTo("a.b.wild.example")).isEqualTo(FIRST.certificate());
        assertThat(shownTo("wild.example")).isEqualTo(FIRST.certificate());
        assertThat(shownTo("unknown.example")).isEqualTo(FIRST.certificate());
        assertThat(shownTo(null)).isEqualTo(FIRST.certificate());
    }

    @Test
    void one_name_may_have_two_kinds_of_keys() throws Exception {
        try (SSLSocket rsa = connected(gate, "first.example", List.of(), "TLSv1.2")) {
            rsa.setEnabledCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
            rsa.startHandshake();
            assertThat(rsa.getSession().getPeerCertificates()[0]).isEqualTo(RSA.certificate());
        }
    }

    @Test
    @DisplayName(
            "CVE-2026-6860: ten thousand names that nobody has are shown the first certificate and remembered nowhere")
    void unknown_names() throws Exception {
        var names = new ServerNames(List.of(dev.gatehouse.vocabulary.CertifiedKey.read(FIRST.cert(), FIRST.key())));
        for (int i = 0; i < 10_000; i++) {
            var shown = Objects.requireNonNull(names.shown("n" + i + ".example", "EC"));
            assertThat(shown.chain().get(0)).isEqualTo(FIRST.certificate());
        }
    }

    @Test
    @DisplayName("old protocols and ciphers are not spoken (RFC 8996, RFC 9325 §4)")
    void old_protocols() throws Exception {
        try (SSLSocket old = connected(gate, "first.example", List.of(), "TLSv1.2")) {
            old.setEnabledCipherSuites(new String[] {"TLS_RSA_WITH_AES_128_GCM_SHA256"});
            assertThatThrownBy(old::startHandshake).isInstanceOf(SSLException.class);
        }
        try (SSLSocket old = connected(gate, "first.example", List.of(), "TLSv1.2")) {
            old.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
            assertThatThrownBy(old::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @Test
    @DisplayName("HTTP in clear is no TLS, and whoever says nothing is not waited for (RFC 8446 §6)")
    void no_tls() throws Exception {
        try (Wire clear = gate.call()) {
            assertThat(clear.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n").rest()).doesNotContain("HTTP/1.1");
        }
        try (var before = plan(FIRST)
                        .limits(Limits.slowHead(Duration.ofMillis(300)))
                        .open();
                Wire silent = before.call()) {
            assertThat(silent.rest()).isEmpty();
        }
    }

    @Test
    @DisplayName("CVE-2026-45416: a hello that announces 16 MiB is not waited for, and holds no memory")
    void large_hello() throws Exception {
        try (var before = plan(FIRST)
                        .limits(Limits.slowHead(Duration.ofMillis(300)))
                        .open();
                Wire wire = before.call()) {
            byte[] hello = {0x16, 3, 1, 0, 4, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff};
            assertThat(wire.send(hello).rest()).hasSizeLessThan(100);
        }
    }

    @Test
    @DisplayName(
            "connections in a handshake are counted, one too many is closed at once, and their places are free again")
    void handshakes_are_counted() throws Exception {
        try (var some = plan(FIRST).limits(Limits.crowd(2, 100, 100)).loops(2).open()) {
            twoAndNoThird(some);
        }
        try (var some = plan(FIRST).limits(Limits.crowd(100, 2, 100)).loops(2).open()) {
            twoAndNoThird(some);
        }
    }

    private static void twoAndNoThird(TestGate some) throws Exception {
        try (Wire silent = some.call();
                Wire half = some.call()) {
            half.send(new byte[] {0x16, 3, 1, 2, 0, 1});
            await().until(() -> some.crowd.connections() == 2);
            try (Wire third = some.call()) {
                assertThat(third.rest()).isEmpty();
            }
            silent.close();
            await().until(() -> some.crowd.connections() == 1);
            answered(some);
            await().until(() -> some.crowd.connections() == 1);
        }
        await().until(() -> some.crowd.connections() == 0 && some.crowd.sources() == 0);
        for (int i = 0; i < 5; i++) answered(some);
        await().until(() -> some.crowd.connections() == 0 && some.crowd.sources() == 0);
    }

    private static void answered(TestGate some) throws Exception {
        try (var wire = new Wire(tls(some, "first.example", List.of("http/1.1"), "TLSv1.3"))) {
            assertThat(wire.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n").answer()).startsWith("HTTP/1.1 200");
            assertThat(some.crowd.connections()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void a_handshake_that_took_too_long_has_no_place_any_more() throws Exception {
        try (var before = plan(FIRST)
                        .limits(Limits.slowHead(Duration.ofMillis(300)))
                        .open();
                Wire silent = before.call();
                Wire half = before.call()) {
            half.send(new byte[] {0x16, 3, 1, 2, 0, 1});
            await().until(() -> before.crowd.connections() == 2);
            assertThat(silent.rest()).isEmpty();
            half.rest();
            await().until(() -> before.crowd.connections() == 0 && before.crowd.sources() == 0);
        }
    }

    @Test
    void new_settings_show_the_new_certificate_and_keep_connections() throws Exception {
        try (var before = plan(FIRST).open();
                var open = new Wire(tls(before, "first.example", List.of(), "TLSv1.3"))) {
            before.swap(plan(SECOND));
            assertThat(shownBy(before, "first.example")).isEqualTo(SECOND.certificate());
            assertThat(open.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n").answer()).startsWith("HTTP/1.1 200");
        }
    }

    private static X509Certificate shownTo(@Nullable String name) throws Exception {
        return shownBy(gate, name);
    }

    private static X509Certificate shownBy(TestGate by, @Nullable String name) throws Exception {
        try (SSLSocket socket = tls(by, name, List.of(), "TLSv1.3")) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    static SSLSocket tls(TestGate to, @Nullable String name, List<String> protocols, String version) throws Exception {
        SSLSocket socket = connected(to, name, protocols, version);
        socket.startHandshake();
        return socket;
    }

    private static SSLSocket connected(TestGate to, @Nullable String name, List<String> protocols, String version)
            throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        var plain = new Socket(InetAddress.getLoopbackAddress(), to.port());
        plain.setSoTimeout(10_000);
        var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", to.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {version});
        parameters.setApplicationProtocols(protocols.toArray(String[]::new));
        if (name != null) parameters.setServerNames(List.of(new SNIHostName(name)));
        socket.setSSLParameters(parameters);
        return socket;
    }
}
