package dev.gatehouse.oauth.grant;

import dev.gatehouse.audit.AuditEvent.TokensIssued;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.vocabulary.ClientId;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many tokens services got in their own name, told to the trail once a minute: one line for each service, none where there were no tokens. */
final class ServiceTally {
    static final Duration EVERY = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(ServiceTally.class);

    private final Vertx vertx;
    private final AuditTrail trail;
    private final Map<ClientId, Long> counts = new ConcurrentHashMap<>();
    private final AtomicBoolean awaited = new AtomicBoolean();

    ServiceTally(Vertx vertx, AuditTrail trail) {
        this.vertx = vertx;
        this.trail = trail;
    }

    void count(ClientId client) {
        counts.merge(client, 1L, Long::sum);
        if (!awaited.get() && awaited.compareAndSet(false, true))
            vertx.setTimer(EVERY.toMillis(), fired -> {
                awaited.set(false);
                tell();
            });
    }

    /** What cannot be written now is told the next time. */
    void tell() {
        for (ClientId client : counts.keySet()) {
            Long count = counts.remove(client);
            if (count == null) continue;
            trail.record(new TokensIssued(client, count)).onFailure(failure -> {
                LOG.warn("{} tokens of {} are not in the audit trail yet: {}", count, client, failure.getMessage());
                counts.merge(client, count, Long::sum);
            });
        }
    }
}
