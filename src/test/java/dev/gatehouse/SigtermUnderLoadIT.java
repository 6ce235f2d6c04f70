package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.edge.Wire2;
import dev.gatehouse.ops.NotifySocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gate in a process of its own that is told to end while it is busy. */
@DisplayName("X8, I7 SIGTERM under load")
final class SigtermUnderLoadIT {
    private static final Duration CLOSING = Duration.ofSeconds(20);
    private static final int CALLERS = 8;
    private static final int ENOUGH = 400;
    private static final int STREAMS = 10;

    @TempDir
    Path folder;

    @Test
    void no_request_and_no_stream_is_lost_and_systemd_hears_of_every_turn() throws Exception {
        assumeThat(NotifySocket.isPossible()).isTrue();
        String socket = folder.resolve("notify").toString();
        try (var systemd = NotifySocket.at(socket);
                var streams = new Streams();
                Backend backend = Backend.named("api")) {
            Premises premises = Premises.in(folder, yaml(streams, backend, "")).with("NOTIFY_SOCKET", socket);
            try (GateProcess gate = premises.open("run");
                    var down = new RawStream(gate.port(), "GET /stream/down", false);
                    var up = new RawStream(gate.port(), "POST /stream/up", true)) {
                assertThat(systemd.next()).startsWith("READY=1\nSTATUS=answering at ");
                premises.write(yaml(streams, backend, "# saved\n"));
                assertThat(systemd.next()).startsWith("RELOADING=1\nMONOTONIC_USEC=");
                assertThat(systemd.next()).startsWith("READY=1");

                down.begin();
                up.begin();
                var readyElsewhere = new AtomicBoolean();
                var told = new AtomicBoolean();
                var answered = new AtomicInteger();
                var callers = new ArrayList<CompletableFuture<List<String>>>();
                for (int i = 0; i < CALLERS; i++)
                    callers.add(CompletableFuture.supplyAsync(
                            () -> failures(gate.port(), told, readyElsewhere, answered),
                            work -> new Thread(work).start()));
                await().atMost(CLOSING)
                        .until(() -> answered.get() > ENOUGH || callers.stream().anyMatch(CompletableFuture::isDone));

                told.set(true);
                gate.terminate();
                assertThat(systemd.next()).startsWith("STOPPING=1");
                await().pollInterval(Duration.ofMillis(50)).until(() -> gate.ready() == 503);
                int before = answered.get();
                await().until(() ->
                        answered.get() > before + CALLERS || callers.stream().anyMatch(CompletableFuture::isDone));
                readyElsewhere.set(true);
                for (var caller : callers) assertThat(caller.get()).isEmpty();

                assertThat(gate.isAlive()).isTrue();
                assertThat(up.end()).contains("HTTP/1.1 200 ", "received " + up.sent());
                streams.end();
                assertThat(down.end()).startsWith("HTTP/1.1 200 ").contains("data: end");
                await().atMost(CLOSING).until(() -> !gate.isAlive());
                assertThat(gate.status()).as(gate.out() + gate.err()).isZero();
            }
        }
    }

    /** Like a balancer's: connections are kept, opened anew when the gate says that one is over, and given up when the gate is not ready any more or its door is closed. */
    private static List<String> failures(
            int port, AtomicBoolean told, AtomicBoolean readyElsewhere, AtomicInteger answered) {
        var failures = new ArrayList<String>();
        try (var caller = new RawCaller(port)) {
            while (!readyElsewhere.get()) {
                try {
                    var answer = caller.ask("GET /api/x HTTP/1.1");
                    if (answer.status() != 200 || !answer.body().equals("api /api/x nobody"))
                        failures.add(answer.toString());
                    answered.incrementAndGet();
                } catch (RuntimeException broken) {
                    boolean nothingSent = broken.getCause() instanceof ConnectException;
                    if (told.get() && nothingSent) return failures;
                    failures.add(String.valueOf(broken));
                    return failures;
                }
            }
        }
        return failures;
    }

    @Test
    void neither_a_stream_of_http_2_nor_a_frame_of_a_web_socket_is_lost_and_web_sockets_hear_goodbye()
            throws Exception {
        try (var streams = new Streams();
                Backend backend = Backend.named("api")) {
            Premises premises = Premises.in(folder, yaml(streams, backend, "http2: {cleartext: on}\n"));
            try (GateProcess gate = premises.open("run");
                    var chat = new RawWebSocket(gate.port(), "/stream/live");
                    var another = new RawWebSocket(gate.port(), "/stream/live")) {
                var told = new AtomicBoolean();
                var readyElsewhere = new AtomicBoolean();
                var answered = new AtomicInteger();
                var callers = new ArrayList<CompletableFuture<List<String>>>();
                for (int i = 0; i < CALLERS; i++) {
                    boolean old = i % 2 == 0;
                    callers.add(CompletableFuture.supplyAsync(
                            () -> old
                                    ? failures(gate.port(), told, readyElsewhere, answered)
                                    : lostStreams(gate.port(), told, readyElsewhere, answered),
                            work -> new Thread(work).start()));
                }
                await().atMost(CLOSING)
                        .until(() -> answered.get() > ENOUGH || callers.stream().anyMatch(CompletableFuture::isDone));

                told.set(true);
                gate.terminate();
                await().pollInterval(Duration.ofMillis(50)).until(() -> gate.ready() == 503);
                int before = answered.get();
                await().until(() ->
                        answered.get() > before + CALLERS || callers.stream().anyMatch(CompletableFuture::isDone));
                readyElsewhere.set(true);
                for (var caller : callers) assertThat(caller.get()).isEmpty();

                long echoes = chat.echoes();
                await().until(() -> chat.echoes() > echoes + 10);
                assertThat(gate.isAlive()).isTrue();
                assertThat(chat.ended()).as("going away").isEqualTo(1001);
                assertThat(another.ended()).isEqualTo(1001);
                await().untilAsserted(() -> assertThat(streams.goodbyes()).containsExactly((short) 1001, (short) 1001));
                await().atMost(CLOSING).until(() -> !gate.isAlive());
                assertThat(gate.status()).as(gate.out() + gate.err()).isZero();
            }
        }
    }

    /** Ten streams at a time, on one connection after the other: what the gate has not said it did not take has to be answered (RFC 9113 §6.8). */
    private static List<String> lostStreams(
            int port, AtomicBoolean told, AtomicBoolean readyElsewhere, AtomicInteger answered) {
        var failures = new ArrayList<String>();
        while (!readyElsewhere.get() && failures.isEmpty()) {
            try (var wire = Wire2.to(port)) {
                failures.addAll(lostStreams(wire, readyElsewhere, answered));
            } catch (UncheckedIOException broken) {
                boolean nothingSent = broken.getCause() instanceof ConnectException;
                if (!told.get() || !nothingSent) failures.add(String.valueOf(broken));
                return failures;
            }
        }
        return failures;
    }

    private static List<String> lostStreams(Wire2 wire, AtomicBoolean readyElsewhere, AtomicInteger answered) {
        var open = new TreeSet<Integer>();
        boolean leaving = false;
        for (int next = 1; true; ) {
            while (!leaving && !readyElsewhere.get() && open.size() < STREAMS) {
                wire.get(next, "/api/x");
                open.add(next);
                next += 2;
            }
            if (open.isEmpty()) return List.of();
            Wire2.Frame frame = wire.next();
            if (frame == null) return List.of("streams " + open + " were cut off");
            if (frame.type() == Wire2.GOAWAY) {
                leaving = true;
                open.tailSet(frame.lastStream(), false).clear();
            } else if (frame.type() == Wire2.RST_STREAM) {
                return List.of("reset " + frame.code());
            } else if (frame.type() == Wire2.HEADERS && !frame.field(":status").equals("200")) {
                return List.of(frame.field(":status"));
            } else if (frame.ends()) {
                open.remove(frame.stream());
                answered.incrementAndGet();
            }
        }
    }

    private static String yaml(Streams streams, Backend backend, String more) {
        return more
                + """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                apis:
                  api: {path: /api, upstream: "%s", routes: {"GET /**": public}}
                  streams: {path: /stream, upstream: "%s", routes: {"ANY /**": public}}
                """
                        .formatted(backend.url(), streams.url());
    }

    @Test
    void the_unit_file_starts_what_is_there() throws IOException {
        String unit = Files.readString(Path.of("config/deploy/gatehouse.service"));
        assertThat(unit).contains("Type=notify\n", "NotifyAccess=main\n", "WatchdogSec=", "gatehouse run --config ");
    }
}
