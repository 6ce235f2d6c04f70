package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gate in a process of its own that may open few files, and has more callers than that. */
@DisplayName("X12 no file descriptors are left")
final class FewFilesIT {
    private static final int MOST = 400;
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @ParameterizedTest(name = "transport: {0}")
    @ValueSource(strings = {"auto", "epoll", "nio"})
    void who_is_connected_is_served_nothing_spins_and_others_come_in_when_there_is_room_again(String transport)
            throws Exception {
        assumeThat(Files.isDirectory(Path.of("/proc/self/fd"))).isTrue();
        var crowd = new ArrayList<Socket>();
        try (Backend api = Backend.named("api");
                Backend other = Backend.named("other");
                GateProcess gate = Premises.in(folder, yaml(transport, api, other))
                        .withFiles(MOST)
                        .open("run");
                var early = new RawCaller(gate.port())) {
            served(early);
            for (int i = 0; i < 2 * MOST; i++) crowd.add(silent(gate));

            Duration before = cpu(gate);
            for (int i = 0; i < 30; i++) {
                served(early);
                assertThat(files(gate)).isLessThan(MOST);
                pause(Duration.ofMillis(100));
            }
            assertThat(cpu(gate).minus(before)).as("of three seconds").isLessThan(Duration.ofMillis(1500));
            try (var late = new Socket("127.0.0.1", gate.port())) {
                assertThat(late.getInputStream().read()).as("one too many").isNegative();
            }
            assertThat(early.ask("GET /other/x HTTP/1.1").status())
                    .as("an API that nobody has called yet")
                    .isEqualTo(200);

            for (Socket socket : crowd) socket.close();
            await().atMost(SOON).untilAsserted(() -> {
                try (var late = new RawCaller(gate.port())) {
                    served(late);
                    assertThat(late.ask("GET /other/x HTTP/1.1").status()).isEqualTo(200);
                }
            });
            served(early);
            gate.terminate();
            await().atMost(SOON.multipliedBy(2)).until(() -> !gate.isAlive());
            assertThat(gate.status()).as(gate.out() + gate.err()).isZero();
        } finally {
            for (Socket socket : crowd) socket.close();
        }
    }

    private static void served(RawCaller caller) {
        assertThat(caller.ask("GET /api/x HTTP/1.1").body()).isEqualTo("api /api/x nobody");
    }

    private static Socket silent(GateProcess gate) {
        try {
            return new Socket("127.0.0.1", gate.port());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static long files(GateProcess gate) {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + gate.pid() + "/fd"))) {
            return all.count();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Duration cpu(GateProcess gate) {
        return ProcessHandle.of(gate.pid())
                .orElseThrow()
                .info()
                .totalCpuDuration()
                .orElseThrow();
    }

    private static void pause(Duration some) throws InterruptedException {
        new CountDownLatch(1).await(some.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String yaml(String transport, Backend api, Backend other) {
        return """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                transport: %s
                limits: {header_timeout: 60s}
                apis:
                  api: {path: /api, upstream: "%s", routes: {"GET /**": public}}
                  other: {path: /other, upstream: "%s", routes: {"GET /**": public}}
                """
                .formatted(transport, api.url(), other.url());
    }
}
