package dev.gatehouse.ops;

import dev.gatehouse.web.Address;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Endpoint;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;

/** {@code GET /metrics}: everything that {@code src/docs/metrics.md} names. */
public record MetricsEndpoint(Vertx vertx, Metrics metrics) implements Endpoint {
    private static final Map.Entry<String, String> TEXT =
            Map.entry("Content-Type", "text/plain; version=0.0.4; charset=utf-8");

    public static Address address(Vertx vertx, Metrics metrics) {
        return Address.get("/metrics", new MetricsEndpoint(vertx, metrics));
    }

    @Override
    public Future<Reply> answer(Call call) {
        return vertx.executeBlocking(metrics::text).map(text -> new Reply(200, List.of(TEXT), Buffer.buffer(text)));
    }
}
