package dev.gatehouse.edge;

import dev.gatehouse.config.LimitSettings;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to an API and the answer on its way back, streamed in both directions at the pace of the slower side. Whatever happens
 * that is not a plain exchange ends the connection to the API, so that nobody else inherits it; after the answer's head has gone out, the
 * caller's connection ends as well, since nothing else can tell that the answer is not whole (RFC 9112 §8).
 */
final class Forwarding extends Deadlines.Watched implements Handler<MultiMap> {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Passage passage;
    private final HttpUpstream upstream;
    private final Attempts attempts;
    private final Deadlines deadlines;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final LimitSettings limits;
    private final BodyProgress body;
    /** Both sides speak when they have something to say, and the pace of either is theirs to judge. */
    private final boolean messages;

    private @Nullable HttpClientRequest toUpstream;
    private @Nullable HttpClientResponse fromUpstream;
    private boolean retried;
    private boolean over;

    private long began;
    private long headDue;
    private int interims;
    private boolean requestSent;
    private boolean callerHeld;
    private long announced = -1;
    /** Of HTTP/2 there may be trailers after as many bytes as were announced. */
    private boolean mayTrail;

    private long returned;
    private long lastReturned;
    private boolean moved;

    Forwarding(Passage passage, HttpUpstream upstream, Attempts attempts, Deadlines deadlines) {
        this.passage = passage;
        this.upstream = upstream;
        this.attempts = attempts;
        this.deadlines = deadlines;
        this.request = passage.request;
        this.response = passage.response;
        this.limits = passage.snapshot.limits();
        this.messages = passage.hasBody && Grpc.isAsked(passage);
        this.body = messages ? BodyProgress.ofMessages(limits.idleTimeout()) : new BodyProgress(limits.bodyTimeout());
    }

    void start() {
        long now = System.nanoTime();
        passage.exchange.upstreamStartedNanos = now;
        began = now;
        headDue = now + passage.route().timeout().toNanos();
        passage.whenLeft = this::callerLeft;
        if (passage.hasBody) request.pause().exceptionHandler(this::bodyFailed);
        deadlines.watch(this);
        attempts.begin(now, this::connect, this::giveUp);
    }

    private void connect() {
        upstream.request(
                        passage,
                        attempts.next(System.nanoTime()),
                        attempts.settings().connectTimeout())
                .onComplete((connected, failure) -> {
                    if (failure != null) failed(null, failure);
                    else if (over) giveBack(connected);
                    else sendOrGiveUp(connected);
                });
    }

    /** Nothing was sent, so the connection is as good as before. */
    private static void giveBack(HttpClientRequest unused) {
        unused.exceptionHandler(expected -> {});
        unused.reset();
    }

    /** What the client cannot write was to be refused long before; if it was not, at least nobody else inherits the connection. */
    private void sendOrGiveUp(HttpClientRequest connected) {
        try {
            send(connected);
        } catch (RuntimeException bug) {
            toUpstream = connected;
            passage.cause = bug;
            giveUp(Reason.INTERNAL, "The operator finds out more under this request id.");
        }
    }

    private void send(HttpClientRequest connected) {
        toUpstream = connected;
        connected.exceptionHandler(failure -> failed(connected, failure));
        connected.response().onComplete((answered, failure) -> {
            if (failure != null) failed(connected, failure);
            else answered(connected, answered);
        });
        connected.earlyHintsHandler(this);
        if (UpstreamFields.stamp(passage, connected.headers()::add)) Trailers.ask(connected);
        if (passage.webSocket != null) UpstreamGuard.askUpgrade(connected, passage.webSocket);
        if (passage.hasBody) sendWithBody(connected);
        else {
            requestSent = true;
            connected.end();
        }
    }

    /** The API's time begins when it has all it needs. */
    private void awaitHead() {
        headDue = System.nanoTime() + passage.route().timeout().toNanos();
    }

    // ── the way there ────────────────────────────────────────────────────────────────────────────────────────────

    private void sendWithBody(HttpClientRequest connected) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) connected.setChunked(true);
        else connected.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        long expected = length == null ? -1 : Long.parseLong(length);
        body.open();
        request.handler(chunk -> takeFromCaller(connected, chunk, expected));
        request.endHandler(all -> endOfBody(connected));
        connected.drainHandler(drained -> resumeCaller());
        if (expectsContinue()) {
            connected.putHeader(HttpHeaders.EXPECT, HttpHeaders.CONTINUE);
            connected.continueHandler(go -> {
                if (isInterim()) response.writeContinue();
            });
            connected.sendHead();
        } else {
            passage.context.vertx().runOnContext(later -> sendHeadAlone(connected));
        }
        request.resume();
    }

    private boolean expectsContinue() {
        return request.version() != HttpVersion.HTTP_1_0
                && "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    }

    /** The head goes out together with what came with it; when nothing did, it does not wait. */
    private void sendHeadAlone(HttpClientRequest connected) {
        if (!over && body.received() == 0 && !requestSent) connected.sendHead();
    }

    private void takeFromCaller(HttpClientRequest connected, Buffer chunk, long expected) {
        if (over) return;
        body.add(chunk.length());
        moved = true;
        awaitHead();
        if (body.received() > limits.bodySize()) {
            giveUp(Reason.BODY_TOO_LARGE, "The body may have " + limits.bodySize() + " bytes.");
        } else if (body.received() == expected) {
            requestSent = true;
            connected.end(chunk);
        } else {
            connected.write(chunk);
            if (connected.writeQueueFull()) holdCaller();
        }
    }

    private void endOfBody(HttpClientRequest connected) {
        if (over || requestSent) return;
        requestSent = true;
        awaitHead();
        MultiMap trailers = passage.caller.trailers(request);
        if (trailers == null) connected.end();
        else Trailers.end(connected, trailers);
    }

    private void holdCaller() {
        callerHeld = true;
        request.pause();
    }

    private void resumeCaller() {
        if (over || !callerHeld) return;
        callerHeld = false;
        body.open();
        request.resume();
    }

    /** The caller's body breaks off or breaks the rules of framing. Vert.x closes the connection right after this, and Netty the stream. */
    private void bodyFailed(Throwable cause) {
        if (over || requestSent) return;
        if (!response.headWritten() && !passage.isStream()) {
            Answers.refuse(passage, Reason.BAD_REQUEST, "The body is not framed as it should be, or it ended early.");
            passage.caller.flush();
        }
        end(true);
        if (!passage.isStream()) passage.breakOff();
    }

    // ── answers before the answer ────────────────────────────────────────────────────────────────────────────────

    /** One that Vert.x calls early hints, whatever it is; HTTP/1.0 knows none (RFC 9110 §15.2). */
    @Override
    public void handle(MultiMap disguised) {
        if (isInterim() && request.version() != HttpVersion.HTTP_1_0)
            passage.caller.interim(request, InterimAnswers.status(disguised), InterimAnswers.fields(disguised));
    }

    private boolean isInterim() {
        if (over || fromUpstream != null || response.headWritten()) return false;
        boolean bounded = ++interims <= InterimAnswers.MOST;
        if (!bounded) giveUp(Reason.UPSTREAM_FAILED, "The API said over and over that it is going to answer.");
        return bounded;
    }

    // ── the way back ─────────────────────────────────────────────────────────────────────────────────────────────

    private void answered(HttpClientRequest asked, HttpClientResponse answer) {
        if (over) return;
        fromUpstream = answer;
        passage.cause = null;
        answer.exceptionHandler(failure -> failed(asked, failure));
        passage.exchange.upstreamHeadNanos = System.nanoTime();
        int status = answer.statusCode();
        if (status == 101 && passage.webSocket != null) {
            upgraded(asked, answer, passage.webSocket);
            return;
        }
        boolean passable = status >= 200 && status <= 599 && isPlainlyFramed(answer);
        if (passable) attempts.answered(status, passage.exchange.upstreamHeadNanos);
        else {
            attempts.failed(passage.exchange.upstreamHeadNanos);
            giveUp(Reason.UPSTREAM_FAILED, "The API answered in a way that cannot be passed on.");
            return;
        }
        passage.answerBegins();
        response.setStatusCode(status);
        HeaderPolicy.response(answer.headers(), response.headers());
        ResponseFields.stamp(passage, response.headers());
        lastReturned = passage.exchange.upstreamHeadNanos;
        if (!requestSent && !passage.isStream()) response.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        if (hasNoBody(status)) answerWithoutBody(answer, status);
        else answerWithBody(answer);
    }

    /** It is no exchange any more. */
    private void upgraded(HttpClientRequest asked, HttpClientResponse answer, WebSocketHandshake handshake) {
        long now = passage.exchange.upstreamHeadNanos;
        String wrong = UpstreamGuard.isUpgraded(asked) ? handshake.wrongWith(answer.headers()) : "nobody asked for it";
        if (wrong != null) {
            attempts.failed(now);
            passage.cause = new UpstreamFailure.NoWebSocket(wrong);
            giveUp(Reason.UPSTREAM_FAILED, "The API did not open the WebSocket as it was asked to.");
            return;
        }
        attempts.answered(101, now);
        over = true;
        deadlines.leave(this);
        passage.whenLeft = null;
        upstream.webSockets().open(passage, attempts, asked, answer.headers());
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
        mayTrail = passage.isStream() && answer.version() == HttpVersion.HTTP_2;
        if (announced == 0 && !mayTrail) response.end();
        else if (announced < 0) passage.context.vertx().runOnContext(later -> answerWithHeadAlone());
    }

    /** The head goes out together with what came with it; when nothing did, whoever waits for events need not wait for the first one to know that they will come. */
    private void answerWithHeadAlone() {
        if (!over && !response.ended() && !response.headWritten()) response.writeHead();
    }

    private void takeFromUpstream(HttpClientResponse answer, Buffer chunk) {
        if (over || response.ended()) return;
        moved = true;
        returned += chunk.length();
        if (returned == announced && !mayTrail) {
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

    /** {@code asked} is the request it happened to, null when there was not one yet; of a request that was given up for another nothing is heard any more. */
    private void failed(@Nullable HttpClientRequest asked, Throwable cause) {
        if (over || asked != toUpstream) return;
        passage.cause = cause;
        boolean stale = asked != null && fromUpstream == null && isStale(asked, cause);
        UpstreamFailure failure = UpstreamFailure.of(cause);
        long now = System.nanoTime();
        if (!stale && failure.reason() != Reason.BUSY) attempts.failed(now);
        if (response.ended()) {
            end(true);
        } else if (response.headWritten()) {
            end(true);
            passage.breakOff();
        } else if ((stale && !retried && isRepeatable()) || mayAskAgain(asked, failure, now)) {
            retried |= stale;
            toUpstream = null;
            if (asked != null) UpstreamGuard.abort(asked);
            connect();
        } else {
            giveUp(failure.reason(), failure.detail());
        }
    }

    /** A connection from the pool may have been closed by the API just as we chose it; that says nothing about the API, and a request that changes nothing is asked once more (RFC 9112 §9.3.1). */
    private static boolean isStale(HttpClientRequest asked, Throwable cause) {
        return UpstreamFailure.isClosedConnection(cause) && UpstreamGuard.isUsed(asked.connection());
    }

    /** Whatever was not sent may be sent elsewhere; what was sent, only if it changes nothing. */
    private boolean mayAskAgain(@Nullable HttpClientRequest asked, UpstreamFailure failure, long now) {
        if (failure.reason() == Reason.BUSY || fromUpstream != null) return false;
        return (asked == null || isRepeatable()) && attempts.mayTryAgain(now);
    }

    private boolean isRepeatable() {
        return !passage.hasBody && SAFE.contains(request.method());
    }

    private void giveUp(Reason reason, String detail) {
        giveUp(reason, detail, Duration.ofSeconds(1));
    }

    private void giveUp(Reason reason, String detail, Duration retryAfter) {
        end(true);
        if (response.headWritten()) {
            passage.breakOff();
            return;
        }
        if (reason.status() == 503) Answers.refuse(passage, reason, detail, retryAfter);
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
        attempts.leave();
        HttpClientRequest sent = toUpstream;
        if (surprised && sent != null) UpstreamGuard.abort(sent);
    }

    @Override
    void look(long now) {
        if (moved) lastReturned = now;
        moved = false;
        Reason outlived = upstream.leases().over(passage, began, now, isEndless());
        if (outlived != null) {
            end(true);
            Leases.end(passage, outlived);
        } else if (attempts.isWaiting() && now - headDue > 0) {
            giveUp(Reason.BUSY, "Too many requests wait for this API.");
        } else if (fromUpstream == null && now - headDue > 0 && (requestSent || callerHeld || toUpstream == null)) {
            attempts.failed(now);
            doubtConnection();
            giveUp(
                    Reason.UPSTREAM_TIMEOUT,
                    "The API did not answer within " + passage.route().timeout().toMillis() + " ms.");
        } else if (awaitsCaller() && body.isTooSlow(now)) {
            giveUp(Reason.REQUEST_TIMEOUT, "The body arrives too slowly.");
        } else if (fromUpstream != null && isWaitingForUpstream() && now - lastReturned > idleNanos()) {
            attempts.failed(now);
            doubtConnection();
            giveUp(Reason.UPSTREAM_TIMEOUT, "The API fell silent in the middle of its answer.");
        } else if (isOverall(now)) {
            giveUp(Reason.UPSTREAM_TIMEOUT, "The request took longer than it may in all.");
        }
    }

    /** Nobody has said how long it will be. */
    private boolean isEndless() {
        if (fromUpstream != null) return announced < 0;
        return passage.hasBody && !requestSent && Answers.announcedLength(request) < 0;
    }

    private boolean awaitsCaller() {
        return !requestSent && !callerHeld && toUpstream != null && !(messages && fromUpstream != null);
    }

    private long idleNanos() {
        return attempts.settings().idleTimeout().orElse(limits.idleTimeout()).toNanos();
    }

    private boolean isOverall(long now) {
        Optional<Duration> most = attempts.settings().totalTimeout();
        return most.isPresent() && now - began > most.get().toNanos();
    }

    private void doubtConnection() {
        HttpClientRequest sent = toUpstream;
        if (sent != null) UpstreamGuard.doubt(sent, passage.context.vertx());
    }

    /** Rather than for the caller to read on. */
    private boolean isWaitingForUpstream() {
        return response.ended() || !response.writeQueueFull();
    }
}
