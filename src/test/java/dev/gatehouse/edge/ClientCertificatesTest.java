package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Anybody;
import dev.gatehouse.QuietVertx;
import dev.gatehouse.TestCertificate;
import dev.gatehouse.config.DoorSettings;
import dev.gatehouse.config.UpstreamTlsSettings;
import dev.gatehouse.vocabulary.CertifiedKey;
import io.vertx.core.http.HttpVersion;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
@DisplayName("ED12 who somebody is by a certificate is said by TLS alone, and by the whole name")
final class ClientCertificatesTest {
    private static final TestCertificate SITE = TestCertificate.of("dns:localhost");
    private static final TestCertificate ANOTHER = TestCertificate.of("dns:localhost", "dns:another.example");
    private static final String GET = "GET /a HTTP/1.1\nHost: g\n\n";

    /** Of RFC 9440, and of proxies and clouds before it. */
    private static final List<String> FIELDS = List.of(
            "Client-Cert",
            "Client-Cert-Chain",
            "client_cert",
            "X-Client-Cert",
            "X-Client-Certificate",
            "X-Forwarded-Client-Cert",
            "X-Forwarded-Tls-Client-Cert",
            "SSL-Client-Cert",
            "ssl-client-subject-dn",
            "SSL_CLIENT_VERIFY",
            "X-SSL-Client-CN",
            "X-Amzn-Mtls-Clientcert",
            "X-ARR-ClientCert");

    private static DoorSettings door(TestCertificate shown) {
        return new DoorSettings(
                List.of(new DoorSettings.Certificate(shown.cert(), shown.key())), new DoorSettings.Http2(false));
    }

    @Test
    @DisplayName(
            "fields that tell of a client's certificate stay at the gate, a trusted neighbour's too (RFC 9440 §2.4)")
    void fields() throws Exception {
        var all = new StringBuilder();
        for (String field : FIELDS) all.append(field).append(": :forged:\n");
        String[] lower = FIELDS.stream()
                .map(field -> field.toLowerCase(Locale.ROOT) + ": :forged:")
                .toArray(String[]::new);
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .trusting("127.0.0.0/8")
                        .door(Http2RequestsTest.H2C)
                        .route("ANY /a: public", upstream.origin())
                        .relaying()
                        .route("ANY /relay: login", upstream.origin())
                        .open();
                var stream = Wire2.to(gate.port())) {
            assertThat(gate.call("GET /a HTTP/1.1\nHost: g\n" + all + "\n")).startsWith("HTTP/1.1 200 ");
            assertThat(gate.call("GET /relay HTTP/1.1\nHost: g\n" + gate.bearer("u_1") + "\n" + all + "\n"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(stream.get(1, "/a", lower).outcome(1)).isEqualTo("200 ok");
            for (int i = 0; i < 3; i++) assertThat(upstream.received()).doesNotContain("forged");
        }
    }

    @Test
    @DisplayName("CVE-2025-66220: a NUL does not end the name in an API's certificate")
    void nul() throws Exception {
        for (String name : List.of("localhost\0.evil.example", "localhost\0", "evil.example\0localhost")) {
            TestCertificate wrong = TestCertificate.ofOctets(name);
            try (var site = Site.tls("https", List.of(HttpVersion.HTTP_1_1), wrong);
                    var gate = before(site, wrong.cert()).open()) {
                assertThat(gate.call(GET)).as(name).startsWith("HTTP/1.1 502 ");
            }
        }
        TestCertificate right = TestCertificate.ofOctets("localhost");
        try (var site = Site.tls("https", List.of(HttpVersion.HTTP_1_1), right);
                var gate = before(site, right.cert()).open()) {
            assertThat(gate.call(GET)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void nor_in_one_of_the_gate_s_own() throws Exception {
        var names = new ServerNames(List.of(
                CertifiedKey.read(SITE.cert(), SITE.key()), read(TestCertificate.ofOctets("second.example\0.x"))));
        assertThat(Objects.requireNonNull(names.shown("second.example", "EC"))
                        .chain()
                        .get(0))
                .isEqualTo(SITE.certificate());
    }

    private static CertifiedKey read(TestCertificate some) throws Exception {
        return CertifiedKey.read(some.cert(), some.key());
    }

    @Test
    @DisplayName("CVE-2026-47778: an API that is not believed any more is not believed because of a session of before")
    void sessions_with_apis() throws Exception {
        for (HttpVersion version : List.of(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)) {
            try (var site = Site.tls("https", List.of(version), SITE);
                    var gate = before(site, SITE.cert()).open()) {
                assertThat(gate.call(GET)).startsWith("HTTP/1.1 200 ");
                gate.swap(before(site, ANOTHER.cert()));
                assertThat(gate.call(GET)).startsWith("HTTP/1.1 502 ");
                gate.swap(before(site, SITE.cert()));
                assertThat(gate.call(GET)).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    private static TestGate.Plan before(Site site, Path ca) {
        return TestGate.plan()
                .trusting(
                        new UpstreamTlsSettings(Optional.of(ca), Optional.empty(), Optional.empty(), Optional.empty()))
                .route("ANY /**: public", site.url());
    }

    @Test
    void a_session_that_a_caller_resumes_is_nobody_s() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .door(door(SITE))
                        .route("ANY /**: login", upstream.origin())
                        .open()) {
            long first;
            try (SSLSocket socket = connected(context, gate);
                    var wire = new Wire(socket)) {
                first = socket.getSession().getCreationTime();
                assertThat(wire.send("GET /a HTTP/1.1\r\nHost: g\r\n" + gate.bearer("u_1") + "\r\n\r\n")
                                .answer())
                        .startsWith("HTTP/1.1 200 ");
            }
            // The clock of sessions has to move, so that one that is resumed can be told from a new one.
            while (System.currentTimeMillis() == first) Thread.onSpinWait();
            try (SSLSocket socket = connected(context, gate);
                    var wire = new Wire(socket)) {
                assertThat(socket.getSession().getCreationTime()).as("resumed").isEqualTo(first);
                assertThat(wire.send("GET /a HTTP/1.1\r\nHost: g\r\nClient-Cert: :forged:\r\n\r\n")
                                .answer())
                        .startsWith("HTTP/1.1 401 ");
            }
        }
    }

    private static SSLSocket connected(SSLContext context, TestGate gate) throws Exception {
        var plain = new Socket(InetAddress.getLoopbackAddress(), gate.port());
        var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", gate.port(), true);
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        socket.startHandshake();
        return socket;
    }
}
