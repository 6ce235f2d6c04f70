package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
@DisplayName("an API whose name stands for two addresses, one of which is no good")
final class AddressesOfANameTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n";
    private static final String POST =
            "POST /a HTTP/1.1\r\nHost: g\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc";
    private static final String GOOD = "127.0.0.1";
    private static final String BAD = "127.0.0.2";

    /** A gate before a name that nobody knows but this test. */
    private static TestGate before(UpstreamPlan plan) throws Exception {
        var gate = TestGate.before(plan);
        InetAddress[] both = {InetAddress.getByName(BAD), InetAddress.getByName(GOOD)};
        for (Target target : gate.upstreams.of("test", plan.settings(), null).targets())
            target.addresses.lookUp(name -> both);
        return gate;
    }

    private static UpstreamPlan named(RawUpstream good) {
        return UpstreamPlan.of(URI.create("http://pair.invalid:" + good.origin().getPort()));
    }

    private static RawUpstream onceEach() {
        return new RawUpstream(peer -> {
            peer.request();
            peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngood");
        });
    }

    private static void assertAnswered(TestGate gate, int times) {
        for (int i = 0; i < times; i++)
            for (String request : List.of(GET, POST))
                try (Wire wire = gate.call()) {
                    assertThat(wire.send(request).answer())
                            .startsWith("HTTP/1.1 200 ")
                            .endsWith("good");
                }
    }

    @Test
    void one_that_refuses_is_passed_over_whatever_the_method() throws Exception {
        try (var good = onceEach();
                var gate = before(named(good))) {
            assertAnswered(gate, 30);
            assertThat(good.requests).hasSize(60);
        }
    }

    @Test
    @DisplayName("one that says nothing at all is given up after `connect_timeout`")
    void one_that_hangs() throws Exception {
        try (var good = onceEach();
                var hole = new BlackHole(BAD, good.origin().getPort());
                var gate = before(named(good).connectTimeout(Duration.ofSeconds(2)))) {
            assertAnswered(gate, 10);
            assertThat(good.requests).hasSize(20);
            assertThat(hole.isFull()).isTrue();
        }
    }

    @Test
    void without_retries_the_bad_address_is_told_of_once_and_then_left_alone() throws Exception {
        try (var good = onceEach();
                var gate = before(named(good).retry(0))) {
            int refused = 0;
            for (int i = 0; i < 4; i++)
                try (Wire wire = gate.call()) {
                    if (wire.send(GET).answer().startsWith("HTTP/1.1 502 ")) refused++;
                }
            assertThat(refused).isEqualTo(1);
        }
    }

    /** A port whose queue is full: the kernel answers to no more callers (listen(2)). */
    private static final class BlackHole implements AutoCloseable {
        private static final int ENOUGH_TIMEOUTS = 2;
        private final ServerSocket server;
        private final List<Socket> waiting = new ArrayList<>();

        BlackHole(String address, int port) throws IOException {
            server = new ServerSocket(port, 1, InetAddress.getByName(address));
            for (int full = 0; full < ENOUGH_TIMEOUTS; full = isFull() ? full + 1 : 0) {}
        }

        boolean isFull() throws IOException {
            var socket = new Socket();
            waiting.add(socket);
            try {
                socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 500);
                return false;
            } catch (SocketTimeoutException full) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : waiting) socket.close();
            server.close();
        }
    }
}
