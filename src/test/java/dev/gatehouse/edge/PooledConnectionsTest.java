package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.QuietVertx;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections to an API that speaks HTTP/1.1: which of them is used, for how long, and what is read from it. */
@ExtendWith(QuietVertx.class)
@DisplayName("connections to an API over HTTP/1.1")
final class PooledConnectionsTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: g\r\n\r\n";
    private static final int PIECES_TRIED = 150;

    /** Says on which of its connections a request came. */
    private static final class Counted implements AutoCloseable {
        final AtomicInteger connections = new AtomicInteger();
        final AtomicInteger left = new AtomicInteger();
        final RawUpstream api;

        Counted(String head) {
            api = new RawUpstream(peer -> {
                String own = "c" + connections.incrementAndGet();
                while (peer.request() != null) peer.send(head + "Content-Length: " + own.length() + "\r\n\r\n" + own);
                left.incrementAndGet();
            });
        }

        @Override
        public void close() throws IOException {
            api.close();
        }
    }

    @Test
    void the_one_that_was_used_last_is_used_next() throws Exception {
        var both = new CountDownLatch(2);
        var connections = new AtomicInteger();
        try (var api = new RawUpstream(peer -> {
                    String own = "c" + connections.incrementAndGet();
                    while (peer.request() != null) {
                        both.countDown();
                        awaited(both);
                        peer.send(RawUpstream.text(own));
                    }
                });
                var gate = TestGate.before(api);
                var one = gate.call();
                var other = gate.call()) {
            one.send(GET);
            other.send(GET);
            assertThat(one.answer()).contains("200");
            assertThat(other.answer()).contains("200");
            String last = one.send(GET).answer();
            for (int i = 0; i < 5; i++)
                assertThat(other.send(GET).answer()).endsWith(last.substring(last.length() - 2));
            assertThat(connections).hasValue(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nConnection: close\r\n",
                "HTTP/1.1 200 OK\r\nConnection: x, Close\r\n",
                "HTTP/1.0 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nKeep-Alive: max=5, timeout=0\r\n"
            })
    @DisplayName("one that the API will not go on with is not used again (RFC 9112 §9.3, §9.6)")
    void not_again(String head) throws Exception {
        try (var counted = new Counted(head);
                var gate = TestGate.before(counted.api);
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).endsWith("c1");
            assertThat(wire.send(GET).answer()).endsWith("c2");
            await().untilAtomic(counted.left, org.hamcrest.Matchers.is(2));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n",
                "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=often\r\n"
            })
    @DisplayName("one that it will go on with is (RFC 9112 §9.3)")
    void again(String head) throws Exception {
        try (var counted = new Counted(head);
                var gate = TestGate.before(counted.api);
                var wire = gate.call()) {
            for (int i = 0; i < 3; i++) assertThat(wire.send(GET).answer()).endsWith("c1");
        }
    }

    @Test
    void one_that_lies_unused_is_closed_when_the_api_has_said_it_would_close_it() throws Exception {
        try (var counted = new Counted("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\n");
                var gate = TestGate.before(counted.api);
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).endsWith("c1");
            await().untilAtomic(counted.left, org.hamcrest.Matchers.is(1));
            assertThat(wire.send(GET).answer()).endsWith("c2");
        }
    }

    @Test
    @DisplayName("what comes unasked ends the connection, and is nobody's answer (RFC 9112 §11.2)")
    void unasked() throws Exception {
        var connections = new AtomicInteger();
        var closed = new CountDownLatch(1);
        try (var api = new RawUpstream(peer -> {
                    if (connections.incrementAndGet() > 1) {
                        while (peer.request() != null) peer.send(RawUpstream.text("mine"));
                        return;
                    }
                    peer.request();
                    peer.send(RawUpstream.text("first"));
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nplanted");
                    if (peer.isLeft()) closed.countDown();
                });
                var gate = TestGate.before(api);
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).endsWith("first");
            assertThat(closed.await(10, TimeUnit.SECONDS))
                    .as("the gate hangs up")
                    .isTrue();
            assertThat(wire.send(GET).answer()).endsWith("mine");
        }
    }

    @Test
    @DisplayName("an answer means the same in whatever pieces it arrives")
    void pieces() throws Exception {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        List<String> answers = List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nwhole",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Sum: 7\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var turn = new AtomicInteger();
        try (var api = new RawUpstream(peer -> {
                    while (peer.request() != null) inPieces(peer, answers.get(turn.get()), random);
                });
                var gate = TestGate.before(api);
                var wire = gate.call()) {
            for (turn.set(0); turn.get() < answers.size(); turn.incrementAndGet()) {
                String first = meaning(wire);
                for (int i = 0; i < PIECES_TRIED; i++)
                    assertThat(meaning(wire)).as("seed " + seed).isEqualTo(first);
            }
        }
    }

    private static void inPieces(RawUpstream.Peer peer, String answer, Random random) throws IOException {
        int from = 0;
        while (from < answer.length()) {
            int to = Math.min(answer.length(), from + 1 + random.nextInt(random.nextBoolean() ? 3 : answer.length()));
            peer.send(answer.substring(from, to));
            from = to;
        }
    }

    /** All answers to one request, without what differs between any two, and chunks put together. */
    private static String meaning(Wire wire) throws IOException {
        String answer = wire.send(GET).answer();
        if (answer.startsWith("HTTP/1.1 103 ")) answer += wire.answer();
        return answer.replaceAll("(?i)(date|x-request-id): [^\r]*\r\n", "")
                .replaceAll("(?<=\n|^)[0-9a-f]+\r\n([a-e]+)\r\n", "$1");
    }

    private static void awaited(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) throw new AssertionError("the other request did not come");
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }
}
