package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.TestCertificate;
import dev.gatehouse.config.UpstreamTlsSettings;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(QuietVertx.class)
@DisplayName("health checks speak what requests speak")
final class HealthOverTlsTest {
    private static final TestCertificate SITE = TestCertificate.of("dns:localhost", "ip:127.0.0.1");
    private static final TestCertificate ELSEWHERE = TestCertificate.of("dns:elsewhere.example");
    private static final String GET = "GET /a HTTP/1.1\r\nHost: g\r\n\r\n";

    private final Set<HttpVersion> checkedBy = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean well = new AtomicBoolean();

    static Stream<Arguments> protocols() {
        return Stream.of(
                Arguments.of("https", List.of(HttpVersion.HTTP_1_1), HttpVersion.HTTP_1_1),
                Arguments.of("https", List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1), HttpVersion.HTTP_2),
                Arguments.of("grpcs", List.of(HttpVersion.HTTP_2), HttpVersion.HTTP_2),
                Arguments.of("h2c", List.of(), HttpVersion.HTTP_2));
    }

    @ParameterizedTest(name = "{0}, {2}")
    @MethodSource("protocols")
    void who_fails_them_gets_nothing_until_it_is_well(String scheme, List<HttpVersion> offered, HttpVersion spoken)
            throws Exception {
        try (var ill = site(scheme, offered, "ill");
                var alive = site(scheme, offered, "alive");
                var gate = before(ill.url(), alive.url());
                var wire = gate.call()) {
            Eventually.holds(() -> isWell(gate, 1) && !isWell(gate, 0));
            for (int i = 0; i < 10; i++) assertThat(wire.send(GET).answer()).endsWith("alive");
            well.set(true);
            Eventually.holds(() -> isWell(gate, 0));
            Eventually.holds(() -> wire.send(GET).answer().endsWith("ill"));
            assertThat(checkedBy).containsExactly(spoken);
        }
    }

    @Test
    @DisplayName("a target with a certificate of another name fails them (RFC 9110 §4.3.4)")
    void a_wrong_name_is_not_well() throws Exception {
        well.set(true);
        try (var stranger = Site.tls("https", List.of(HttpVersion.HTTP_1_1), ELSEWHERE);
                var alive = site("https", List.of(HttpVersion.HTTP_1_1), "alive");
                var gate = before(stranger.url(), alive.url());
                var wire = gate.call()) {
            Eventually.holds(() -> isWell(gate, 1) && !isWell(gate, 0));
            for (int i = 0; i < 10; i++) assertThat(wire.send(GET).answer()).endsWith("alive");
        }
    }

    private Site site(String scheme, List<HttpVersion> offered, String name) throws Exception {
        return new Site(
                scheme,
                options -> offered.isEmpty() ? options : Site.tls(options, offered, SITE),
                request -> answer(request, name));
    }

    private void answer(HttpServerRequest request, String name) {
        boolean check = request.path().equals("/healthz");
        if (check) checkedBy.add(request.version());
        boolean bad = check && name.equals("ill") && !well.get();
        request.response().setStatusCode(bad ? 503 : 200).end(name);
    }

    private static boolean isWell(TestGate gate, int target) {
        return gate.upstreams.view().get(0).targets().get(target).well();
    }

    private static TestGate before(URI... targets) throws Exception {
        return TestGate.plan()
                .trusting(new UpstreamTlsSettings(
                        Optional.of(SITE.cert()), Optional.empty(), Optional.empty(), Optional.empty()))
                .route(
                        "ANY /**: public",
                        UpstreamPlan.of(targets)
                                .connectTimeout(Duration.ofSeconds(20))
                                .health(Duration.ofMillis(100))
                                .upstream())
                .open();
    }
}
