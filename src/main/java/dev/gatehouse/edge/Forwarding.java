package dev.gatehouse.edge;

import dev.gatehouse.config.Config.LimitSettings;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to an API and the answer on its way back, streamed in both directions at the pace of the slower side. Whatever happens
 * that is not a plain exchange ends the connection to the API, so that nobody else inherits it; after the answer's head has gone out, the
 * caller's connection ends as well, since nothing else can tell that the answer is not whole (RFC 9112 §8).
 */
final class Forwarding extends Deadlines.Watched {
    /** What must arrive of a body within {@code body_timeout}, once the API takes it: less is nobody's network, but somebody's patience. */
    private static final long LEAST_PROGRESS = 1024;

    private final Passage passage;
    private final HttpUpstream upstream;
    private final Deadlines deadlines;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final LimitSettings limits;

    private @Nullable HttpClientRequest toUpstream;
    private @Nullable HttpClientResponse fromUpstream;
    private boolean retried;
    private boolean over;

    private long headDue;
    private boolean requestSent;
    private boolean callerHeld;
    private long received;
    private long windowEnds = Long.MAX_VALUE;
    private long windowStart;
    private long announced = -1;
    private long returned;
    private long lastReturned;

    Forwarding(Passage passage, HttpUpstream upstream, Deadlines deadlines) {
        this.passage = passage;
        this.upstream = upstream;
        this.deadlines = deadlines;
        this.request = passage.request;
        this.response = passage.response;
        this.limits = passage.snapshot.limits();
    }

    void start() {
        long now = System.nanoTime();
        passage.exchange.upstreamStartedNanos = now;
        headDue = now + passage.route().timeout().toNanos();
        passage.whenLeft = this::callerLeft;
        if (passage.hasBody) request.pause();
        deadlines.watch(this);
        connect();
    }

    private void connect() {
        upstream.request(passage).onComplete((connected, failure) -> {
            if (failure != null) failed(failure);
            else if (over) connected.reset();
            else send(connected);
        });
    }

    private void send(HttpClientRequest connected) {
        toUpstream = connected;
        connected.exceptionHandler(this::failed);
        connected.response().onComplete((answered, failure) -> {
            if (failure != null) failed(failure);
            else answered(answered);
        });
        UpstreamFields.stamp(passage, connected.headers()::add);
        if (passage.hasBody) sendWithBody(connected);
        else {
            requestSent = true;
            connected.end();
        }
    }

    // ── the way there ────────────────────────────────────────────────────────────────────────────────────────────

    private void sendWithBody(HttpClientRequest connected) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) connected.setChunked(true);
        else connected.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        long expected = length == null ? -1 : Long.parseLong(length);
        openWindow();
        request.handler(chunk -> takeFromCaller(connected, chunk, expected));
        request.endHandler(all -> endOfBody(connected, expected));
        request.exceptionHandler(this::bodyFailed);
        connected.drainHandler(drained -> resumeCaller());
        if (expectsContinue()) {
            connected.putHeader(HttpHeaders.EXPECT, HttpHeaders.CONTINUE);
            connected.continueHandler(go -> response.writeContinue());
            connected.sendHead();
        } else {
            passage.context.vertx().runOnContext(later -> sendHeadAlone(connected));
        }
        request.resume();
    }

    private boolean expectsContinue() {
        return request.version() == HttpVersion.HTTP_1_1 && "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    }

    /** The head goes out together with what came with it; when nothing did, it does not wait. */
    private void sendHeadAlone(HttpClientRequest connected) {
        if (!over && received == 0 && !requestSent) connected.sendHead();
    }

    private void takeFromCaller(HttpClientRequest connected, Buffer chunk, long expected) {
        if (over) return;
        received += chunk.length();
        if (received > limits.bodySize()) {
            giveUp(Reason.BODY_TOO_LARGE, "The body may have " + limits.bodySize() + " bytes.");
        } else if (received == expected) {
            requestSent = true;
            connected.end(chunk);
        } else {
            connected.write(chunk);
            if (connected.writeQueueFull()) holdCaller();
        }
    }

    private void endOfBody(HttpClientRequest connected, long expected) {
        if (over || requestSent) return;
        requestSent = true;
        if (expected > 0) bodyFailed(new IllegalStateException("the body ended early"));
        else connected.end();
    }

    private void holdCaller() {
        callerHeld = true;
        request.pause();
    }

    private void resumeCaller() {
        if (over || !callerHeld) return;
        callerHeld = false;
        openWindow();
        request.resume();
    }

    private void openWindow() {
        windowStart = received;
        windowEnds = System.nanoTime() + limits.bodyTimeout().toNanos();
    }

    /** The caller's body breaks off or breaks the rules of framing. Vert.x closes the connection right after this. */
    private void bodyFailed(Throwable cause) {
        if (over || requestSent) return;
        if (!response.headWritten()) {
            Answers.refuse(passage, Reason.BAD_REQUEST, "The body is not framed as it should be, or it ended early.");
            passage.caller.flush();
        }
        end(true);
        request.connection().close();
    }

    // ── the way back ─────────────────────────────────────────────────────────────────────────────────────────────

    private void answered(HttpClientResponse answer) {
        if (over) return;
        fromUpstream = answer;
        answer.exceptionHandler(this::failed);
        passage.exchange.upstreamHeadNanos = System.nanoTime();
        int status = answer.statusCode();
        if (status < 200 || status > 999 || !isPlainlyFramed(answer)) {
            giveUp(Reason.UPSTREAM_FAILED, "The API answered in a way that cannot be passed on.");
            return;
        }
        response.setStatusCode(status);
        HeaderPolicy.response(answer.headers(), response.headers());
        response.headers().add("X-Request-Id", passage.exchange.requestId);
        ResponseFields.stamp(passage, response.headers());
        lastReturned = passage.exchange.upstreamHeadNanos;
        if (!requestSent) response.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        if (hasNoBody(status)) answerWithoutBody(answer, status);
        else answerWithBody(answer);
    }

    /** Exactly {@code chunked}, or nothing: other codings would have to be taken off here, and are not (RFC 9112 §6.1). */
    private static boolean isPlainlyFramed(HttpClientResponse answer) {
        List<String> codings = answer.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        return codings.isEmpty() || (codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked"));
    }

    private boolean hasNoBody(int status) {
        return passage.isHead() || status == 204 || status == 304;
    }

    private void answerWithoutBody(HttpClientResponse answer, int status) {
        if (status == 204) Answers.withoutLength(response);
        answer.endHandler(whole -> complete());
        response.end();
    }

    private void answerWithBody(HttpClientResponse answer) {
        String length = response.headers().get(HttpHeaders.CONTENT_LENGTH);
        if (length != null) announced = Long.parseLong(length);
        else response.setChunked(true);
        answer.handler(chunk -> takeFromUpstream(answer, chunk));
        answer.endHandler(whole -> endOfAnswer(answer));
        response.drainHandler(drained -> answer.resume());
        if (announced != 0) return;
        response.end();
    }

    private void takeFromUpstream(HttpClientResponse answer, Buffer chunk) {
        if (over || response.ended()) return;
        lastReturned = System.nanoTime();
        returned += chunk.length();
        if (returned == announced) {
            response.end(chunk);
            return;
        }
        response.write(chunk);
        if (response.writeQueueFull()) answer.pause();
    }

    private void endOfAnswer(HttpClientResponse answer) {
        if (over) return;
        if (!response.ended()) {
            MultiMap trailers = answer.trailers();
            if (!trailers.isEmpty()) HeaderPolicy.trailers(trailers, response.trailers());
            response.end();
        }
        complete();
    }

    /** The answer is whole. If the caller is still sending, neither connection can be used again. */
    private void complete() {
        if (over) return;
        boolean early = !requestSent;
        end(early);
        if (early) Answers.readAway(passage, true);
    }

    // ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────

    private void failed(Throwable cause) {
        if (over) return;
        if (response.ended() && !response.closed()) {
            complete();
        } else if (response.headWritten()) {
            end(true);
            request.connection().close();
        } else if (mayAskAgain(cause)) {
            retried = true;
            connect();
        } else {
            UpstreamFailure failure = UpstreamFailure.of(cause);
            giveUp(failure.reason(), failure.detail());
        }
    }

    /** A connection from the pool may have been closed by the API just as we chose it; a request that changes nothing is then asked once more (RFC 9112 §9.3.1). */
    private boolean mayAskAgain(Throwable cause) {
        HttpClientRequest before = toUpstream;
        return !retried
                && before != null
                && !passage.hasBody
                && UpstreamFailure.isClosedConnection(cause)
                && SafeMethods.has(request.method())
                && UpstreamGuard.isUsed(before.connection());
    }

    private void giveUp(Reason reason, String detail) {
        end(true);
        if (response.headWritten()) {
            request.connection().close();
            return;
        }
        if (reason == Reason.BODY_TOO_LARGE || reason == Reason.REQUEST_TIMEOUT) request.resume();
        if (reason == Reason.BUSY) Answers.refuse(passage, reason, detail, Duration.ofSeconds(1));
        else Answers.refuse(passage, reason, detail);
    }

    private void callerLeft() {
        end(true);
    }

    /** {@code surprised}: the connection to the API is not given to anybody else. */
    private void end(boolean surprised) {
        if (over) return;
        over = true;
        deadlines.leave(this);
        passage.whenLeft = null;
        HttpClientRequest sent = toUpstream;
        if (!surprised || sent == null) return;
        sent.exceptionHandler(null);
        sent.connection().close();
    }

    @Override
    void look(long now) {
        if (fromUpstream == null && now > headDue && (requestSent || callerHeld || toUpstream == null)) {
            giveUp(Reason.UPSTREAM_TIMEOUT, "The API did not answer within " + passage.route().timeout().toMillis() + " ms.");
        } else if (!requestSent && !callerHeld && toUpstream != null && now > windowEnds) {
            if (received - windowStart >= LEAST_PROGRESS) openWindow();
            else giveUp(Reason.REQUEST_TIMEOUT, "The body arrives too slowly.");
        } else if (fromUpstream != null && !response.writeQueueFull() && now - lastReturned > limits.idleTimeout().toNanos()) {
            giveUp(Reason.UPSTREAM_TIMEOUT, "The API fell silent in the middle of its answer.");
        }
    }
}
