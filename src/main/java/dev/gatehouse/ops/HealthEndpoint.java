package dev.gatehouse.ops;

import dev.gatehouse.web.Address;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Endpoint;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Stream;

/** {@code GET /health/{live,ready,started}}: 200 when every check is up, 503 when one is not, and always the list that says which. */
public record HealthEndpoint(Health health, Probe probe) implements Endpoint {
    public static List<Address> addresses(Health health) {
        return Stream.of(Probe.values())
                .map(probe -> Address.get(probe.path(), new HealthEndpoint(health, probe)))
                .toList();
    }

    @Override
    public Future<Reply> answer(Call call) {
        var report = health.report(probe);
        return Future.succeededFuture(Reply.json(report.status(), report.toJson()));
    }
}
