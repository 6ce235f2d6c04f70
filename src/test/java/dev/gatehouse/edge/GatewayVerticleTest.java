package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
final class GatewayVerticleTest {
    @Test
    @DisplayName("I7 what is under way when the gate closes is finished, and nothing new is taken")
    void requests_finish_when_the_gate_closes() throws Exception {
        var asked = new CountDownLatch(1);
        var answer = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    asked.countDown();
                    try {
                        answer.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException stop) {
                        return;
                    }
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    peer.isLeft();
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call();
                var idle = gate.call()) {
            wire.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n");
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            var closed = gate.undeploy();
            assertThat(idle.rest()).isEmpty();
            answer.countDown();

            assertThat(wire.answer()).startsWith("HTTP/1.1 200 ").endsWith("ok");
            assertThat(wire.rest()).isEmpty();
            closed.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void instances_share_one_port() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .loops(3)
                        .route("ANY /**: public", upstream.origin())
                        .open()) {
            for (int i = 0; i < 6; i++)
                assertThat(gate.call("GET /a HTTP/1.1\nHost: g\n\n")).startsWith("HTTP/1.1 200 ");
        }
    }
}
