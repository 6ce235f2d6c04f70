package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
final class StreamingTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final long BIG = 256L << 20;
    private static final int ALL_BUFFERS = 64 << 20;

    @Test
    void a_body_goes_on_as_it_came() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            for (String body : new String[] {"", "x", "hello ".repeat(40_000)}) {
                wire.send("POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                        .answer();
                assertThat(upstream.received())
                        .containsIgnoringCase("content-length: " + body.length() + "\r\n")
                        .endsWith("\r\n\r\n" + body);
            }
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
                    .answer();
            assertThat(upstream.received())
                    .containsIgnoringCase("transfer-encoding: chunked\r\n")
                    .doesNotContainIgnoringCase("content-length")
                    .endsWith("3\r\nabc\r\n0\r\n\r\n");
        }
    }

    @Test
    void a_body_that_dribbles_in_is_passed_on_as_it_comes() throws Exception {
        var halfway = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.head();
                    peer.text(2);
                    halfway.countDown();
                    peer.text(2);
                    peer.send(OK);
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 4\r\n\r\n")
                    .send("ab");
            assertThat(halfway.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(wire.send("cd").answer()).endsWith("ok");
        }
    }

    @Test
    @DisplayName("the head does not wait for the body (an API may refuse early)")
    void the_head_goes_out_alone() throws Exception {
        var seen = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.head();
                    seen.countDown();
                    peer.text(1);
                    peer.send(OK);
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 1\r\n\r\n");
            assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(wire.send("x").answer()).endsWith("ok");
        }
    }

    @Test
    @DisplayName("server-sent events: the head before the first event, and each event before the next")
    void events_arrive_as_they_happen() throws Exception {
        var events = new Semaphore(0);
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    peer.send(
                            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
                    for (int i = 1; i <= 3; i++) {
                        events.acquireUninterruptibly();
                        peer.send("9\r\ndata: " + i + "\n\n\r\n");
                    }
                    peer.send("0\r\n\r\n");
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            String head = wire.send("GET /events HTTP/1.1\r\nHost: g\r\n\r\n").upTo("\r\n\r\n");
            assertThat(head).startsWith("HTTP/1.1 200 ").containsIgnoringCase("content-type: text/event-stream\r\n");
            for (int i = 1; i <= 3; i++) {
                events.release();
                assertThat(wire.upTo("\n\n\r\n")).endsWith("data: " + i + "\n\n\r\n");
            }
            assertThat(wire.upTo("0\r\n\r\n")).isEqualTo("0\r\n\r\n");
        }
    }

    @Test
    @DisplayName("256 MiB up, an API that takes its time: nothing piles up in between")
    void uploads_are_held_back() throws Exception {
        var taken = new AtomicLong();
        var started = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.head();
                    started.countDown();
                    await(go);
                    drain(peer.stream(), BIG, taken);
                    peer.send(OK);
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            var sent = new AtomicLong();
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: " + BIG + "\r\n\r\n");
            Thread sender = background(() -> pour(wire.socket().getOutputStream(), BIG, sent));
            assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
            Eventually.isStill(sent);
            assertThat(sent.get())
                    .as("taken from the caller while the API reads nothing")
                    .isLessThan(ALL_BUFFERS);
            go.countDown();
            assertThat(wire.answer()).endsWith("ok");
            sender.join(10_000);
            assertThat(taken).hasValue(BIG);
            assertThat(directMemory()).isLessThan(ALL_BUFFERS * 2L);
        }
    }

    @Test
    @DisplayName("256 MiB down, a caller who takes their time: nothing piles up in between")
    void downloads_are_held_back() throws Exception {
        var sent = new AtomicLong();
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + BIG + "\r\n\r\n");
                    pour(peer.out(), BIG, sent);
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            wire.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n").upTo("\r\n\r\n");
            Eventually.isStill(sent);
            assertThat(sent.get())
                    .as("taken from the API while the caller reads nothing")
                    .isLessThan(ALL_BUFFERS);
            var read = new AtomicLong();
            drain(wire.stream(), BIG, read);
            assertThat(read).hasValue(BIG);
        }
    }

    @Test
    @DisplayName("RFC 9110 10.1.1: an expectation is passed on, and so is the answer to it")
    void expectations_are_passed_on() throws Exception {
        try (var upstream = new RawUpstream(peer -> {
                    while (true) {
                        String head = peer.head();
                        if (head == null) return;
                        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
                        upstreamTakes(peer, head);
                    }
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            for (int i = 0; i < 2; i++) {
                wire.send("POST /a HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
                assertThat(wire.answer()).startsWith("HTTP/1.1 100 ");
                assertThat(wire.send("body").answer())
                        .startsWith("HTTP/1.1 200 ")
                        .endsWith("Expect: 100-continue body");
            }
        }
    }

    private static void upstreamTakes(RawUpstream.Peer peer, String head) throws IOException {
        String expect = head.lines()
                .filter(line -> line.regionMatches(true, 0, "expect", 0, 6))
                .findFirst()
                .orElse("nothing");
        String said = expect.replaceFirst("^e", "E") + " " + peer.text(4);
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + said.length() + "\r\n\r\n" + said);
    }

    @Test
    @DisplayName("RFC 9110 10.1.1: where the answer is no, the body is not asked for and neither connection goes on")
    void refused_expectations_end_both_connections() throws Exception {
        var left = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.head();
                    peer.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno");
                    if (peer.isLeft()) left.countDown();
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(wire.answer())
                    .startsWith("HTTP/1.1 417 ")
                    .containsIgnoringCase("connection: close")
                    .endsWith("no");
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(wire.rest()).isEmpty();
        }
    }

    @Test
    @DisplayName("our own refusal of an expectation ends the connection as well")
    void our_own_refusal_of_an_expectation_ends_the_connection() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .route("POST /a: login", upstream.origin())
                        .open();
                var wire = gate.call()) {
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(wire.answer()).startsWith("HTTP/1.1 401 ").containsIgnoringCase("connection: close");
            assertThat(wire.rest()).isEmpty();
        }
    }

    @Test
    @DisplayName("ED08 an early answer is delivered, and neither connection is used again")
    void an_early_answer_ends_both_connections() throws Exception {
        var left = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.head();
                    peer.text(4);
                    peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
                    if (until(peer)) left.countDown();
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 100000\r\n\r\nhalf");
            assertThat(wire.answer())
                    .startsWith("HTTP/1.1 403 ")
                    .containsIgnoringCase("connection: close")
                    .endsWith("no");
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Reads until the gate hangs up. */
    private static boolean until(RawUpstream.Peer peer) throws IOException {
        while (!peer.isLeft()) continue;
        return true;
    }

    @Test
    void an_answer_of_ours_leaves_the_connection_usable_when_the_body_is_small() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .route("POST /a: login", upstream.origin())
                        .route("GET /b: public", upstream.origin())
                        .open();
                var wire = gate.call()) {
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 4\r\n\r\nbodyGET /b HTTP/1.1\r\nHost: g\r\n\r\n");
            assertThat(wire.answer()).startsWith("HTTP/1.1 401 ").doesNotContainIgnoringCase("connection: close");
            assertThat(wire.answer()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void an_answer_of_ours_ends_the_connection_when_the_body_is_large() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .route("POST /a: login", upstream.origin())
                        .open();
                var wire = gate.call()) {
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(100_000));
            assertThat(wire.answer()).startsWith("HTTP/1.1 401 ").containsIgnoringCase("connection: close");
        }
    }

    @Test
    @DisplayName("a body that breaks off reaches nobody as a whole one")
    void a_body_that_breaks_off_is_not_completed() throws Exception {
        var begun = new Semaphore(0);
        var cutShort = new Semaphore(0);
        try (var upstream = new RawUpstream(peer -> {
                    if (peer.head() == null) return;
                    peer.text(4);
                    begun.release();
                    if (!(peer.text(1000)).contains("0\r\n\r\n")) cutShort.release();
                });
                var gate = TestGate.before(upstream)) {
            try (Wire wire = gate.call()) {
                wire.send("POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 10\r\n\r\nhalf");
                assertThat(begun.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                wire.socket().setSoLinger(true, 0);
            }
            assertThat(cutShort.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            try (Wire wire = gate.call()) {
                wire.send("POST /a HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
                assertThat(begun.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                assertThat(wire.send("nonsense\r\n").rest()).startsWith("HTTP/1.1 400 ");
            }
            assertThat(cutShort.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    @DisplayName("slow bodies: less than a kilobyte in body_timeout is 408")
    void slow_bodies_are_given_up() throws Exception {
        try (var upstream = new RawUpstream(peer -> {
                    peer.head();
                    until(peer);
                });
                var gate = TestGate.plan()
                        .limits(Limits.slowBody(Duration.ofMillis(300)))
                        .route("ANY /**: public", upstream.origin())
                        .open();
                var wire = gate.call()) {
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 1000000\r\n\r\nx");
            assertThat(wire.answer())
                    .startsWith("HTTP/1.1 408 ")
                    .contains("request_timeout")
                    .containsIgnoringCase("connection: close");
        }
    }

    private static void pour(OutputStream out, long count, AtomicLong sent) throws IOException {
        byte[] some = new byte[64 * 1024];
        while (sent.get() < count) {
            int size = (int) Math.min(some.length, count - sent.get());
            out.write(some, 0, size);
            sent.addAndGet(size);
        }
    }

    private static void drain(InputStream in, long count, AtomicLong taken) throws IOException {
        byte[] some = new byte[64 * 1024];
        while (taken.get() < count) {
            int size = in.read(some, 0, (int) Math.min(some.length, count - taken.get()));
            if (size < 0) return;
            taken.addAndGet(size);
        }
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) throw new IOException("waited in vain");
        } catch (InterruptedException stop) {
            throw new IOException(stop);
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static Thread background(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException gone) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
