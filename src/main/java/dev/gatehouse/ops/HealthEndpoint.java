package dev.gatehouse.ops;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Endpoint;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;

/** {@code GET /health/{live,ready,started}}: 200 when every check is up, 503 when one is not, and always the list that says which. */
public final class HealthEndpoint implements Endpoint {
    private final Health health;

    public HealthEndpoint(Health health) {
        this.health = health;
    }

    @Override
    public Future<Reply> answer(Call call) {
        var probe = Probe.at(call.path())
                .orElseThrow(() -> Reason.NO_ROUTE.because("the admin listener has no such address"));
        if (!call.method().equals("GET") && !call.method().equals("HEAD"))
            throw Reason.METHOD_NOT_ALLOWED.because("health is asked with GET or HEAD");
        return Future.succeededFuture(reply(health.report(probe)));
    }

    private static Reply reply(HealthReport report) {
        return Reply.json(report.status(), report.toJson());
    }
}
