package dev.gatehouse;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.config.Overrides;
import dev.gatehouse.store.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A whole house whose certificate is renewed on the disk, as ACME clients do it. */
final class CertificatesOnDiskTest {
    private static final Duration LIVE = Duration.ofSeconds(20);
    private static final String ASK = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    @TempDir
    Path folder;

    @Test
    void a_new_certificate_is_shown_to_whoever_comes_next_and_a_broken_one_to_nobody() throws Exception {
        var first = TestCertificate.another("dns:localhost");
        var second = TestCertificate.another("dns:localhost");
        int admin = Ports.free();
        save(first);
        try (var log = LogLines.of("dev.gatehouse.Reload");
                var api = Backend.named("api");
                var gate = open(admin, api);
                SSLSocket before = connected(gate)) {
            assertThat(shown(before)).isEqualTo(first.certificate());
            assertThat(asked(before)).isEqualTo("HTTP/1.1 200 OK");

            save(second);
            await().atMost(LIVE).until(() -> shownTo(gate).equals(second.certificate()));
            assertThat(asked(before)).isEqualTo("HTTP/1.1 200 OK");

            int lines = log.lines().size();
            double refused = refusedReloads(admin);
            Files.writeString(
                    folder.resolve("gate.pem"), "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n");
            await().atMost(LIVE).until(() -> refusedReloads(admin) > refused);
            assertThat(log.lines().subList(lines, log.lines().size()))
                    .anyMatch(line ->
                            line.startsWith("ERROR ") && line.contains("still serving") && line.contains("gate.pem"));
            assertThat(shownTo(gate)).isEqualTo(second.certificate());
            assertThat(asked(before)).isEqualTo("HTTP/1.1 200 OK");

            save(first);
            await().atMost(LIVE).until(() -> shownTo(gate).equals(first.certificate()));
        }
    }

    /** Two files, one after the other: what lies between fits nobody and is passed over. */
    private void save(TestCertificate some) throws IOException {
        Files.copy(some.key(), folder.resolve("gate.key"), REPLACE_EXISTING);
        Files.copy(some.cert(), folder.resolve("gate.pem"), REPLACE_EXISTING);
    }

    private Gate open(int admin, Backend api) {
        return Gate.open(
                folder,
                new Overrides(
                        Optional.of("127.0.0.1:0"),
                        Optional.of("127.0.0.1:" + admin),
                        Optional.empty(),
                        Optional.of(folder.resolve("data").toString()),
                        Optional.of(Gate.postgresUrl(DATABASE.options()))),
                Map.of("MASTER_KEY", Gate.MASTER_KEY),
                "tls: [{cert: gate.pem, key: gate.key}]\napis: {a: {path: /a, upstream: \"" + api.url()
                        + "\", routes: {GET /: public}}}\n");
    }

    private static SSLSocket connected(Gate gate) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        var plain = new Socket(InetAddress.getLoopbackAddress(), gate.port());
        plain.setSoTimeout(20_000);
        var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", gate.port(), true);
        socket.startHandshake();
        return socket;
    }

    private static X509Certificate shownTo(Gate gate) throws IOException, GeneralSecurityException {
        try (SSLSocket next = connected(gate)) {
            return shown(next);
        }
    }

    private static X509Certificate shown(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    /** The first line of the answer; the rest of it is read. */
    private static String asked(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(ASK.getBytes(StandardCharsets.US_ASCII));
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0)
            head.append((char) socket.getInputStream().read());
        String length = head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1");
        socket.getInputStream().readNBytes(Integer.parseInt(length));
        return head.substring(0, head.indexOf("\r\n"));
    }

    private static double refusedReloads(int admin) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics"))
                .build();
        String page = Gate.client().send(request, BodyHandlers.ofString()).body();
        return page.lines()
                .filter(line -> line.startsWith("gatehouse_config_reloads_total{result=\"refused\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
