package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.TestCertificate;
import dev.gatehouse.Within;
import dev.gatehouse.config.UpstreamTlsSettings;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemTrustOptions;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is spoken with an API, by the scheme of its URL. */
@ExtendWith(QuietVertx.class)
final class UpstreamProtocolsTest {
    private static final TestCertificate SITE = TestCertificate.of("dns:localhost", "ip:127.0.0.1");
    private static final TestCertificate ELSEWHERE = TestCertificate.of("dns:elsewhere.example");

    private static final String GET = "GET /a HTTP/1.1\nHost: g\n\n";

    private static UpstreamTlsSettings trusting(Path ca) {
        return new UpstreamTlsSettings(Optional.of(ca), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static TestGate before(Site site, UpstreamTlsSettings tls) throws Exception {
        return TestGate.plan()
                .trusting(tls)
                .timeout(Duration.ofSeconds(15))
                .route(
                        "ANY /**: public",
                        UpstreamPlan.of(site.url())
                                .connectTimeout(Duration.ofSeconds(20))
                                .upstream())
                .open();
    }

    @Test
    void https_takes_http_2_where_the_api_speaks_it() throws Exception {
        try (var site = Site.tls("https", List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1), SITE);
                var gate = before(site, trusting(SITE.cert()))) {
            assertThat(gate.call(GET)).contains("HTTP_2 localhost:" + site.server.actualPort() + " /base/a g");
        }
    }

    @Test
    void https_takes_http_1_1_where_the_api_speaks_that_alone() throws Exception {
        try (var site = Site.tls("https", List.of(HttpVersion.HTTP_1_1), SITE);
                var gate = before(site, trusting(SITE.cert()))) {
            assertThat(gate.call(GET)).contains("HTTP_1_1 localhost:" + site.server.actualPort() + " /base/a g");
        }
    }

    @Test
    void https_finds_out_that_an_api_speaks_http_2_alone_from_now_on() throws Exception {
        var old = Site.tls("https", List.of(HttpVersion.HTTP_1_1), SITE);
        int port = old.server.actualPort();
        try (old;
                var gate = before(old, trusting(SITE.cert()))) {
            for (int i = 0; i < 2; i++) assertThat(gate.call(GET)).contains("HTTP_1_1 ");
            old.close();
            try (var fresh = new Site(
                    "https", port, options -> Site.tls(options, List.of(HttpVersion.HTTP_2), SITE), Site::tell)) {
                Within.asserted(
                        Duration.ofSeconds(10), () -> assertThat(gate.call(GET)).contains("HTTP_2 "));
                assertThat(fresh.server.actualPort()).isEqualTo(port);
            }
        }
    }

    @Test
    void grpcs_speaks_http_2_or_not_at_all() throws Exception {
        try (var site = Site.tls("grpcs", List.of(HttpVersion.HTTP_2), SITE);
                var gate = before(site, trusting(SITE.cert()))) {
            assertThat(gate.call(GET)).contains("HTTP_2 ");
        }
        try (var site = Site.tls("grpcs", List.of(HttpVersion.HTTP_1_1), SITE);
                var gate = before(site, trusting(SITE.cert()))) {
            assertThat(gate.call(GET)).startsWith("HTTP/1.1 502");
        }
    }

    @Test
    @DisplayName("h2c and grpc speak HTTP/2 in clear with prior knowledge (RFC 9113 §3.3)")
    void http_2_in_clear() throws Exception {
        for (String scheme : List.of("h2c", "grpc")) {
            try (var site = new Site(scheme, options -> options, Site::tell);
                    var gate =
                            TestGate.plan().route("ANY /**: public", site.url()).open()) {
                assertThat(gate.call(GET)).contains("HTTP_2 localhost:" + site.server.actualPort() + " /base/a g");
                assertThat(gate.call("POST /a HTTP/1.1\nHost: g\nContent-Length: 3\n\nabc"))
                        .startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    @DisplayName("a certificate that nobody vouches for is not spoken with (RFC 9110 §4.3.4)")
    void a_stranger_is_not_believed() throws Exception {
        try (var site = Site.tls("https", List.of(HttpVersion.HTTP_1_1), SITE);
                var gate = before(site, UpstreamTlsSettings.USUAL)) {
            assertThat(gate.call(GET)).startsWith("HTTP/1.1 502").doesNotContain("localhost");
        }
    }

    @Test
    @DisplayName("a certificate of another name is not spoken with (RFC 9110 §4.3.4)")
    void a_wrong_name_is_not_believed() throws Exception {
        try (var site = Site.tls("https", List.of(HttpVersion.HTTP_1_1), ELSEWHERE);
                var gate = before(site, trusting(ELSEWHERE.cert()))) {
            assertThat(gate.call(GET)).startsWith("HTTP/1.1 502");
        }
    }

    @Test
    void the_name_that_the_file_gives_is_asked_for_and_believed() throws Exception {
        var named = new UpstreamTlsSettings(
                Optional.of(ELSEWHERE.cert()), Optional.empty(), Optional.empty(), Optional.of("elsewhere.example"));
        try (var site = Site.tls("https", List.of(HttpVersion.HTTP_1_1), ELSEWHERE);
                var gate = before(site, named)) {
            assertThat(gate.call(GET)).contains("HTTP_1_1 elsewhere.example:");
        }
    }

    @Test
    void an_api_that_asks_for_our_certificate_gets_it() throws Exception {
        TestCertificate own = TestCertificate.of("dns:gate.example");
        try (var site = new Site(
                        "https",
                        options -> Site.tls(options, List.of(HttpVersion.HTTP_1_1), SITE)
                                .setClientAuth(ClientAuth.REQUIRED)
                                .setTrustOptions(new PemTrustOptions()
                                        .addCertPath(own.cert().toString())),
                        Site::tell);
                var known = before(
                        site,
                        new UpstreamTlsSettings(
                                Optional.of(SITE.cert()),
                                Optional.of(own.cert()),
                                Optional.of(own.key()),
                                Optional.empty()));
                var unknown = before(site, trusting(SITE.cert()))) {
            assertThat(known.call(GET)).startsWith("HTTP/1.1 200");
            assertThat(unknown.call(GET)).startsWith("HTTP/1.1 502");
        }
    }

    @Test
    void an_api_at_a_unix_socket_is_spoken_with() throws Exception {
        Path socket = Files.createTempDirectory("gate-socket").resolve("api.sock");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<String> seen = CompletableFuture.supplyAsync(() -> answerOnce(server));
            try (var gate = TestGate.plan()
                    .route("ANY /**: public", URI.create("unix:" + socket))
                    .open()) {
                assertThat(gate.call(GET)).endsWith("ok");
            }
            assertThat(seen.get(20, TimeUnit.SECONDS))
                    .startsWith("GET /a HTTP/1.1\r\n")
                    .containsIgnoringCase("host: localhost\r\n");
        }
    }

    private static String answerOnce(ServerSocketChannel server) {
        try (SocketChannel caller = server.accept()) {
            var head = ByteBuffer.allocate(8192);
            caller.read(head);
            caller.write(ByteBuffer.wrap(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII)));
            return new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
        } catch (java.io.IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    @Test
    @DisplayName("an exchange that takes too long ends its stream alone (RFC 9113 §5.4.2)")
    void one_slow_stream_ends_alone() throws Exception {
        var held = new CompletableFuture<HttpServerRequest>();
        try (var site = new Site("h2c", options -> options, request -> {
                    if (request.path().endsWith("/slow")) held.complete(request);
                    else Site.tell(request);
                });
                var gate = TestGate.plan()
                        .timeout(Duration.ofSeconds(3))
                        .route("ANY /slow: public", site.url())
                        .timeout(Duration.ofSeconds(10))
                        .route("ANY /**: public", site.url())
                        .open()) {
            var cut = new CompletableFuture<Throwable>();
            held.thenAccept(request -> request.exceptionHandler(cut::complete).resume());
            held.thenAccept(request -> request.response().exceptionHandler(cut::complete));
            String answer = gate.call("GET /slow HTTP/1.1\nHost: g\n\n");
            assertThat(answer).startsWith("HTTP/1.1 504");
            assertThat(cut.get(20, TimeUnit.SECONDS)).hasMessageContaining("reset");
            String before = held.get().connection().remoteAddress().toString();
            assertThat(gate.call(GET)).contains("HTTP_2 ");
            assertThat(held.get().connection().remoteAddress()).hasToString(before);
        }
    }
}
