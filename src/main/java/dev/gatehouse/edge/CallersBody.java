package dev.gatehouse.edge;

import dev.gatehouse.config.LimitSettings;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** The body of a request on its way from its caller to an API, at the pace of the slower side. */
final class CallersBody {
    /** Whose body it is. */
    interface Owner {
        /** Something arrived; the API's time begins anew. */
        void moved();

        /** It is not to go on. */
        void refuse(Reason reason, String detail);

        /** The caller's body broke off or broke the rules of framing. */
        void broken();
    }

    private final Passage passage;
    private final Owner owner;
    private final HttpServerRequest request;
    private final LimitSettings limits;
    private final BodyProgress progress;
    private final long announced;
    private @Nullable UpstreamExchange to;
    private boolean held;
    private boolean sent;
    private boolean over;

    /** {@code messages}: both sides speak when they have something to say, and the pace of either is theirs to judge. */
    CallersBody(Passage passage, boolean messages, Owner owner) {
        this.passage = passage;
        this.owner = owner;
        this.request = passage.request;
        this.limits = passage.snapshot.limits();
        this.progress =
                messages ? BodyProgress.ofMessages(limits.idleTimeout()) : new BodyProgress(limits.bodyTimeout());
        this.announced = Answers.announcedLength(request);
        request.pause().exceptionHandler(broken -> {
            if (!over && !sent) owner.broken();
        });
    }

    /** The head goes out together with what came with it. */
    void sendTo(UpstreamExchange exchange) {
        to = exchange;
        exchange.announceBody(announced);
        progress.open();
        request.handler(this::take);
        request.endHandler(all -> end());
        if (expectsContinue()) {
            exchange.field("Expect", "100-continue");
            exchange.sendHead();
        } else {
            passage.context.vertx().runOnContext(later -> sendHeadAlone(exchange));
        }
        request.resume();
    }

    /** Nothing comes before the API has said that it wants it (RFC 9110 §10.1.1). */
    boolean expectsContinue() {
        return request.version() != HttpVersion.HTTP_1_0
                && "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    }

    /** When nothing came with it, it does not wait. */
    private void sendHeadAlone(UpstreamExchange exchange) {
        if (!over && progress.received() == 0 && !sent) exchange.sendHead();
    }

    private void take(Buffer chunk) {
        UpstreamExchange exchange = to;
        if (over || exchange == null) return;
        progress.add(chunk.length());
        owner.moved();
        if (progress.received() > limits.bodySize()) {
            owner.refuse(Reason.BODY_TOO_LARGE, "The body may have " + limits.bodySize() + " bytes.");
            return;
        }
        sent = progress.received() == announced;
        exchange.write(chunk, sent);
        if (!sent && exchange.isFull()) hold();
    }

    private void end() {
        UpstreamExchange exchange = to;
        if (over || sent || exchange == null) return;
        sent = true;
        owner.moved();
        MultiMap said = passage.caller.trailers(request);
        if (said == null) {
            exchange.end();
            return;
        }
        MultiMap trailers = MultiMap.caseInsensitiveMultiMap();
        HeaderPolicy.requestTrailers(said, trailers);
        exchange.end(trailers);
    }

    private void hold() {
        held = true;
        request.pause();
    }

    /** The API takes more. */
    void goOn() {
        if (over || !held) return;
        held = false;
        progress.open();
        request.resume();
    }

    /** Nobody wants it any more. */
    void leave() {
        over = true;
    }

    /** All of it is on its way. */
    boolean isSent() {
        return sent;
    }

    /** For the API to take more. */
    boolean isHeld() {
        return held;
    }

    /** While somebody waits for it. */
    boolean isTooSlow(long now) {
        return !sent && !held && to != null && progress.isTooSlow(now);
    }

    boolean isEndless() {
        return !sent && announced < 0;
    }
}
