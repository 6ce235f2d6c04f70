package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.BlockedThreads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BlockedThreads.class)
final class PassingThroughTest {
    @Test
    void a_request_that_may_pass_reaches_the_api_and_its_answer_comes_back() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan().route("GET /api/{id}: scope data:read", upstream.origin()).open()) {
            String answer = gate.call("""
                    GET /api/42?x=%20y HTTP/1.1
                    Host: gate.example
                    %s
                    Accept: */*

                    """.replace("%s", gate.bearer("u_1")));

            System.err.println(answer);
            System.err.println(upstream.received());
            System.err.println(gate.closedLog());
            assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("ok");
        }
    }
}
