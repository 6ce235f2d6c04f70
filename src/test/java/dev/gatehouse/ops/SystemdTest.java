package dev.gatehouse.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a real datagram socket. */
@DisplayName("sd_notify(3)")
final class SystemdTest {
    @TempDir
    Path folder;

    @BeforeEach
    void needs_epoll() {
        assumeThat(NotifySocket.isPossible()).isTrue();
    }

    @Test
    void each_turn_of_the_house_is_one_datagram() throws Exception {
        String path = folder.resolve("notify").toString();
        try (var ear = NotifySocket.at(path);
                var systemd = Systemd.of(Map.of("NOTIFY_SOCKET", path))) {
            systemd.ready("answering at\nhttps://gate.example");
            assertThat(ear.next()).isEqualTo("READY=1\nSTATUS=answering at https://gate.example");
            long before = System.nanoTime() / 1000;
            systemd.reloading();
            String reloading = ear.next();
            assertThat(reloading).startsWith("RELOADING=1\nMONOTONIC_USEC=");
            assertThat(Long.parseLong(reloading.substring(reloading.lastIndexOf('=') + 1)))
                    .isBetween(before, System.nanoTime() / 1000);
            systemd.stopping();
            assertThat(ear.next()).startsWith("STOPPING=1\nSTATUS=");
        }
    }

    @Test
    @DisplayName("a name that begins with @ is in no folder (unix(7), abstract)")
    void abstract_names() throws Exception {
        String name = "gatehouse/" + UUID.randomUUID();
        try (var ear = NotifySocket.at("\0" + name);
                var systemd = Systemd.of(Map.of("NOTIFY_SOCKET", "@" + name))) {
            systemd.ready("here");
            assertThat(ear.next()).isEqualTo("READY=1\nSTATUS=here");
        }
    }

    @Test
    void the_watchdog_is_fed_while_every_loop_turns_and_no_longer() throws Exception {
        String path = folder.resolve("notify").toString();
        var loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        var environment = Map.of("NOTIFY_SOCKET", path, "WATCHDOG_USEC", "40000");
        try (var ear = NotifySocket.at(path);
                var systemd = Systemd.of(environment)) {
            systemd.watch(loops);
            assertThat(ear.next()).isEqualTo("WATCHDOG=1");
            assertThat(ear.next()).isEqualTo("WATCHDOG=1");
            var stuck = new CountDownLatch(1);
            var entered = new CountDownLatch(1);
            loops.next().execute(() -> {
                entered.countDown();
                wait(stuck);
            });
            entered.await();
            int more = 0;
            while (ear.soon() != null) more++;
            assertThat(more).as("those that were on their way").isLessThan(10);
            assertThat(ear.soon()).isNull();
            stuck.countDown();
            assertThat(ear.next()).isEqualTo("WATCHDOG=1");
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void the_watchdog_of_another_process_is_let_alone_and_so_is_a_socket_that_nobody_named() throws Exception {
        String path = folder.resolve("notify").toString();
        var environment = Map.of("NOTIFY_SOCKET", path, "WATCHDOG_USEC", "10000", "WATCHDOG_PID", "1");
        var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try (var ear = NotifySocket.at(path);
                var systemd = Systemd.of(environment);
                var silent = Systemd.of(Map.of())) {
            systemd.watch(loops);
            silent.ready("nobody hears");
            silent.stopping();
            systemd.stopping();
            assertThat(ear.next()).startsWith("STOPPING=1");
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void a_socket_that_is_gone_is_no_reason_to_stop() {
        try (var systemd =
                Systemd.of(Map.of("NOTIFY_SOCKET", folder.resolve("gone").toString()))) {
            systemd.ready("here");
        }
    }

    private static void wait(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
