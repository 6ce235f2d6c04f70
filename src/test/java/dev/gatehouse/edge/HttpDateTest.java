package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.BlockedThreads;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BlockedThreads.class)
final class HttpDateTest {
    @Test
    void the_example_of_rfc_9110_5_6_7() {
        var now = new AtomicReference<>(Instant.parse("1994-11-06T08:49:37.999Z"));
        var date = new HttpDate(now::get);

        assertThat(date.now()).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        now.set(Instant.parse("1994-11-06T08:49:38Z"));
        assertThat(date.now()).isEqualTo("Sun, 06 Nov 1994 08:49:38 GMT");
    }

    @Test
    void every_answer_has_exactly_one() throws Exception {
        try (var dated = RawUpstream.answering(
                        "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n");
                var undated = RawUpstream.ok();
                var gate = TestGate.plan()
                        .route("GET /dated: public", dated.origin())
                        .route("GET /undated: public", undated.origin())
                        .open()) {
            assertThat(gate.call("GET /dated HTTP/1.1\nHost: g\n\n"))
                    .containsOnlyOnce("Sun, 06 Nov 1994 08:49:37 GMT")
                    .doesNotContain("202");
            for (String path : new String[] {"/undated", "/login", "/nowhere", "/a%2f"})
                assertThat(gate.call("GET " + path + " HTTP/1.1\nHost: g\n\n").toLowerCase(java.util.Locale.ROOT))
                        .as(path)
                        .containsOnlyOnce("\r\ndate: ");
            assertThat(gate.call("nonsense\n\n")).containsOnlyOnce("Date: ");
        }
    }
}
