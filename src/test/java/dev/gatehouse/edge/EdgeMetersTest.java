package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Exchange;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is counted, and that it stays bounded whatever is counted. */
final class EdgeMetersTest {
    private static final long MILLI = 1_000_000;

    private final EdgeMeters meters = new EdgeMeters();

    @Test
    @DisplayName("a duration lies within the first bound that holds it, and beyond all in the last")
    void durations_lie_within_bounds() {
        var durations = new Durations();
        durations.add(MILLI);
        durations.add(MILLI + 1);
        durations.add(60_000 * MILLI);
        long[] counts = durations.counts();
        assertThat(counts[0]).isEqualTo(1);
        assertThat(counts[1]).isEqualTo(1);
        assertThat(counts[counts.length - 1]).isEqualTo(1);
        assertThat(durations.seconds()).isBetween(60.0, 60.1);
    }

    @Test
    @DisplayName("one route more than there is room for is counted as another")
    void routes_are_bounded() {
        for (int i = 0; i <= EdgeMeters.MOST_ROUTES; i++) meters.count(told("api", "/r" + i, 200, null));
        meters.count(told("api", "/r0", 200, null));
        assertThat(meters.requests())
                .hasSize(EdgeMeters.MOST_ROUTES + 1)
                .contains(
                        new EdgeMeters.Requests("api", EdgeMeters.OTHER, "2xx", 1),
                        new EdgeMeters.Requests("api", "/r0", "2xx", 2));
    }

    @Test
    @DisplayName("so is one API more")
    void apis_are_bounded() {
        for (int i = 0; i <= EdgeMeters.MOST_APIS; i++) meters.count(told("api" + i, "/", 200, null));
        assertThat(meters.durations()).hasSize(EdgeMeters.MOST_APIS + 1).containsKey(EdgeMeters.OTHER);
    }

    @Test
    @DisplayName("odd statuses and callers who left have a class, too")
    void every_status_has_a_class() {
        for (int status : new int[] {0, 99, 999}) meters.count(told(null, null, status, null));
        meters.count(told(null, null, 503, Reason.BUSY));
        assertThat(meters.requests())
                .containsExactlyInAnyOrder(
                        new EdgeMeters.Requests(EdgeMeters.NO_API, EdgeMeters.NO_API, "left", 3),
                        new EdgeMeters.Requests(EdgeMeters.NO_API, EdgeMeters.NO_API, "5xx", 1));
        assertThat(meters.refusals()).containsOnlyKeys(Reason.BUSY.code());
    }

    @Test
    @DisplayName("spans that find no place are lost, counted, and nobody waits")
    void spans_are_bounded() {
        Vertx vertx = Vertx.vertx();
        try {
            Spans spans = Spans.to(vertx, URI.create("http://127.0.0.1:1"), "test");
            for (int i = 0; i <= Spans.MOST_WAITING; i++)
                spans.add(new Span(told("api", "/", 200, null), "1".repeat(32), null, "2".repeat(16), "3".repeat(16)));
            assertThat(spans.lost()).isPositive();
            assertThat(spans.sent()).isZero();
        } finally {
            vertx.close();
        }
    }

    private static LogLine.Told told(String api, String route, int status, Reason reason) {
        var exchange = new Exchange("id", InetAddress.getLoopbackAddress(), 0);
        exchange.api = api;
        exchange.route = route;
        exchange.reason = reason;
        return new LogLine.Told(exchange, 0, MILLI, "GET", "/", status, 0, null, null, false);
    }
}
