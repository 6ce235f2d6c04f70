package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.Balance;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Callers on many connections, all the time, while one of three targets goes. */
@ExtendWith(QuietVertx.class)
final class OneOfThreeDiesTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: g\r\n\r\n";
    private static final String POST = "POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 3\r\n\r\nabc";
    private static final int CALLERS = 24;

    private final Vertx vertx = Vertx.vertx();
    private FaultProxy[] targets;

    @BeforeEach
    void open() throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(
                        request -> vertx.setTimer(5, later -> request.response().end("ok")));
        int api = server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
        targets = Stream.generate(() -> new FaultProxy(vertx, api)).limit(3).toArray(FaultProxy[]::new);
    }

    @AfterEach
    void close() throws Exception {
        for (FaultProxy target : targets) target.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    static Stream<Arguments> loads() {
        return Stream.of(
                Arguments.of("round robin, safe", new Balance.RoundRobin(), GET, 0),
                Arguments.of("least requests, changing", new Balance.LeastRequests(), POST, CALLERS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("loads")
    void it_costs_at_most_the_calls_in_flight_to_it(String name, Balance balance, String request, int most)
            throws Exception {
        try (var gate = gate(balance, Duration.ofSeconds(15))) {
            var run = new Run(gate, request);
            run.until(1000);
            targets[1].kill();
            int then = run.answered.get();
            run.until(then + 3000);
            run.stop();
            assertThat(run.refused.get()).as("calls that were lost").isLessThanOrEqualTo(most);
            assertThat(run.broken).as("answers that broke off").hasValue(0);
        }
    }

    @Test
    void one_that_hears_nobody_any_more_costs_the_calls_in_flight_and_one_for_each_trial() throws Exception {
        try (var gate = gate(new Balance.RoundRobin(), Duration.ofSeconds(2))) {
            var run = new Run(gate, GET);
            run.until(500);
            targets[1].deaf().kill();
            targets[1].revive();
            int then = run.answered.get();
            run.until(then + 3000);
            run.stop();
            assertThat(run.refused.get())
                    .as("calls to it, each of which took its whole time, and now and then one that tries it")
                    .isLessThanOrEqualTo(CALLERS + 6);
        }
    }

    private TestGate gate(Balance balance, Duration timeout) throws Exception {
        URI[] origins = Stream.of(targets).map(FaultProxy::origin).toArray(URI[]::new);
        return TestGate.plan()
                .loops(2)
                .timeout(timeout)
                .route(
                        "ANY /**: public",
                        UpstreamPlan.of(origins)
                                .balance(balance)
                                .breaker(50, 20, Duration.ofSeconds(5))
                                .upstream())
                .open();
    }

    /** Every caller asks again as soon as it is answered. */
    private static final class Run {
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicInteger broken = new AtomicInteger();
        private final AtomicBoolean over = new AtomicBoolean();
        private final CountDownLatch gone = new CountDownLatch(CALLERS);

        Run(TestGate gate, String request) {
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < CALLERS; i++) threads.add(new Thread(() -> call(gate, request)));
            threads.forEach(thread -> thread.setDaemon(true));
            threads.forEach(Thread::start);
        }

        private void call(TestGate gate, String request) {
            try (Wire wire = gate.call()) {
                while (!over.get()) {
                    String answer = wire.send(request).answer();
                    answered.incrementAndGet();
                    if (!answer.startsWith("HTTP/1.1 200 ")) refused.incrementAndGet();
                }
            } catch (AssertionError | RuntimeException ended) {
                broken.incrementAndGet();
            } finally {
                gone.countDown();
            }
        }

        void until(int answers) {
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (answered.get() < answers && System.nanoTime() < end) LockSupport.parkNanos(1_000_000);
            assertThat(answered.get()).isGreaterThanOrEqualTo(answers);
        }

        void stop() throws InterruptedException {
            over.set(true);
            assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
