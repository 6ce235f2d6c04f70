package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An API that is well, behind a network that is not. */
@ExtendWith(QuietVertx.class)
@DisplayName("ED08 a network in trouble")
final class UpstreamFaultsTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: g\r\n\r\n";
    private static final int HEAD = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static Vertx vertx;
    private static int api;

    @BeforeAll
    static void open() throws Exception {
        vertx = Vertx.vertx();
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.response().end("x".repeat(1000)));
        api = server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    @AfterAll
    static void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static FaultProxy proxy() {
        return new FaultProxy(vertx, api);
    }

    private static TestGate before(FaultProxy... proxies) throws Exception {
        var targets = Stream.of(proxies).map(FaultProxy::origin).toArray(URI[]::new);
        return TestGate.plan()
                .timeout(PATIENCE)
                .route(
                        "ANY /**: public",
                        UpstreamPlan.of(targets).idleTimeout(PATIENCE).upstream())
                .open();
    }

    static Stream<Arguments> beforeTheHead() {
        return Stream.of(
                Arguments.of("half open", FaultProxy.HALF_OPEN, 504),
                Arguments.of("silent in the head", FaultProxy.silentAfter(10), 504),
                Arguments.of("cut in the head", FaultProxy.cutAfter(10), 502),
                Arguments.of("cut before the head", FaultProxy.cutAfter(0), 502),
                Arguments.of("garbage", FaultProxy.garbage("\u0000\u0001 what?\r\n\r\n"), 502),
                Arguments.of("a flood of 1xx", FaultProxy.garbage("HTTP/1.1 102 Processing\r\n\r\n".repeat(5000)), 502),
                Arguments.of(
                        "a header bomb", FaultProxy.garbage("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(50_000)), 502),
                Arguments.of("slower than its time", null, 504));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("beforeTheHead")
    void before_the_head_it_is_told_in_time_and_the_connection_is_not_used_again(
            String name, FaultProxy.Fault fault, int status) throws Exception {
        try (var proxy = proxy();
                var gate = before(proxy);
                var wire = gate.call()) {
            proxy.with(fault == null ? FaultProxy.trickling(vertx, Duration.ofMillis(200)) : fault);
            assertThat(wire.send(GET).lastAnswer()).as(name).startsWith("HTTP/1.1 " + status + " ");

            proxy.with(FaultProxy.NONE);
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ");
            assertThat(proxy.connections).hasValue(2);
        }
    }

    @Test
    void nobody_reads_at_all() throws Exception {
        try (var proxy = proxy();
                var gate = before(proxy.deaf());
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 504 ");
        }
    }

    static Stream<Arguments> withinTheBody() {
        return Stream.of(
                Arguments.of("cut", FaultProxy.cutAfter(HEAD + 300)),
                Arguments.of("silent", FaultProxy.silentAfter(HEAD + 300)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withinTheBody")
    void within_the_body_the_callers_connection_ends_and_the_other_one_too(String name, FaultProxy.Fault fault)
            throws Exception {
        try (var proxy = proxy();
                var gate = before(proxy);
                var next = gate.call()) {
            proxy.with(fault);
            try (var wire = gate.call()) {
                String all = wire.send(GET).rest();
                assertThat(all).as(name).startsWith("HTTP/1.1 200 ");
                assertThat(all.length()).isLessThan(900);
            }
            proxy.with(FaultProxy.NONE);
            assertThat(next.send(GET).answer()).startsWith("HTTP/1.1 200 ");
            assertThat(proxy.connections).hasValue(2);
        }
    }

    @Test
    void slow_is_not_broken() throws Exception {
        try (var proxy = proxy();
                var gate = before(proxy.with(FaultProxy.delayed(vertx, Duration.ofMillis(300))));
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ").endsWith("xxx");
        }
    }

    @Test
    void whatever_happens_to_one_of_two_safe_requests_that_broke_are_answered_by_the_other() throws Exception {
        for (var fault : new FaultProxy.Fault[] {
            FaultProxy.cutAfter(0), FaultProxy.cutAfter(20), FaultProxy.garbage("no\r\n\r\n")
        }) {
            try (var bad = proxy().with(fault);
                    var good = proxy();
                    var gate = before(bad, good);
                    var wire = gate.call()) {
                long began = System.nanoTime();
                for (int i = 0; i < 20; i++) assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ");
                assertThat(bad.connections.get())
                        .isLessThanOrEqualTo(Ejection.ENOUGH + 1 + SeveralTargetsTest.trialsSince(began));
            }
        }
    }

    @Test
    void a_target_that_comes_back_is_used_again() throws Exception {
        try (var one = proxy();
                var two = proxy();
                var gate = before(one, two);
                var wire = gate.call()) {
            one.kill();
            for (int i = 0; i < 20; i++) assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ");
            one.revive();
            int before = one.connections.get();
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (one.connections.get() == before && System.nanoTime() < end)
                assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ");
            assertThat(one.connections.get()).isGreaterThan(before);
        }
    }
}
