package dev.gatehouse.edge;

import dev.gatehouse.config.Config;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;

/**
 * APIs that are verticles: one message asks, one reply answers. The body is a {@link Buffer}; message headers are {@code method}, {@code uri},
 * {@code identity} (JSON, absent for callers without a token) and {@code h.<field name in lower case>}; the reply's are {@code status} and
 * {@code h.<field name>}.
 */
final class BusUpstream implements Upstream {
    static final long MOST_BYTES = 1 << 20;
    /** Beyond this many unanswered messages of one event loop the next one is not sent. */
    static final int MOST_WAITING = 1024;

    static final String FIELD = "h.";

    private final EventBus bus;
    private final Deadlines deadlines;
    private int waiting;

    BusUpstream(Vertx vertx, Deadlines deadlines) {
        this.bus = vertx.eventBus();
        this.deadlines = deadlines;
    }

    @Override
    public void forward(Passage passage) {
        new WholeBody(
                        passage,
                        deadlines,
                        Math.min(MOST_BYTES, passage.snapshot.limits().bodySize()))
                .read(body -> ask(passage, body));
    }

    private void ask(Passage passage, Buffer body) {
        if (waiting >= MOST_WAITING) {
            Answers.refuse(passage, Reason.BUSY, "Too many requests wait for this API.", Duration.ofSeconds(1));
            return;
        }
        waiting++;
        String address = ((Config.Upstream.Bus) passage.route().upstream()).address();
        passage.exchange.upstreamStartedNanos = System.nanoTime();
        bus.<Object>request(address, body, message(passage)).onComplete((reply, failure) -> {
            waiting--;
            if (passage.response.closed()) return;
            if (failure == null) answer(passage, reply);
            else refuse(passage, failure);
        });
    }

    private static DeliveryOptions message(Passage passage) {
        var options = new DeliveryOptions()
                .setSendTimeout(Math.max(1, passage.route().timeout().toMillis()))
                .addHeader("method", passage.request.method().name())
                .addHeader("uri", passage.route().sentPath().of(passage.target()));
        Claims claims = passage.claims;
        if (claims != null) options.addHeader("identity", identity(claims).encode());
        UpstreamFields.stamp(
                passage, (name, value) -> options.getHeaders().add(FIELD + name.toLowerCase(Locale.ROOT), value));
        return options;
    }

    private static JsonObject identity(Claims claims) {
        var identity = new JsonObject().put("subject", claims.subject());
        claims.username().ifPresent(user -> identity.put("user", user));
        claims.client().ifPresent(client -> identity.put("client", client.value()));
        return identity.put(
                        "scopes",
                        new JsonArray(claims.scopes().values().stream().toList()))
                .put("roles", new JsonArray(claims.roles().stream().toList()));
    }

    private static void answer(Passage passage, Message<Object> reply) {
        passage.exchange.upstreamHeadNanos = System.nanoTime();
        BusReply read = BusReply.of(reply);
        if (read == null) {
            Answers.refuse(passage, Reason.UPSTREAM_FAILED, "The API's reply is not an answer to an HTTP request.");
            return;
        }
        read.sendTo(passage);
    }

    private static void refuse(Passage passage, Throwable failure) {
        passage.cause = failure;
        ReplyFailure kind = failure instanceof ReplyException reply ? reply.failureType() : ReplyFailure.ERROR;
        switch (kind) {
            case NO_HANDLERS -> Answers.refuse(passage, Reason.UPSTREAM_UNAVAILABLE, "Nobody is at home at this API.");
            case TIMEOUT -> Answers.refuse(passage, Reason.UPSTREAM_TIMEOUT, "The API did not answer in time.");
            default -> Answers.refuse(passage, Reason.UPSTREAM_FAILED, "The API failed.");
        }
    }
}
