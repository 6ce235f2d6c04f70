package dev.gatehouse.edge;

import dev.gatehouse.config.LimitSettings;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
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
final class Forwarding extends Deadlines.Watched
        implements UpstreamExchange.Opening, UpstreamExchange.Events, CallersBody.Owner {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Passage passage;
    private final HttpUpstream upstream;
    private final Attempts attempts;
    private final Deadlines deadlines;
    private final HttpServerResponse response;
    private final LimitSettings limits;
    private final @Nullable CallersBody body;
    /** Both sides speak when they have something to say, and the pace of either is theirs to judge. */
    private final boolean messages;

    private @Nullable UpstreamExchange call;
    private boolean answered;
    private boolean retried;
    private boolean over;

    private long began;
    private long headDue;
    private int interims;
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
        this.response = passage.response;
        this.limits = passage.snapshot.limits();
        this.messages = passage.hasBody && Grpc.isAsked(passage);
        this.body = passage.hasBody ? new CallersBody(passage, messages, this) : null;
    }

    void start() {
        long now = System.nanoTime();
        passage.exchange.upstreamStartedNanos = now;
        began = now;
        headDue = now + passage.route().timeout().toNanos();
        passage.whenLeft = this::callerLeft;
        deadlines.watch(this);
        attempts.begin(now, this::connect, this::giveUp);
    }

    private void connect() {
        upstream.open(
                passage, attempts.next(System.nanoTime()), attempts.settings().connectTimeout(), this);
    }

    /** What cannot be said was to be refused long before; if it was not, at least nobody else inherits the connection. */
    @Override
    public void opened(UpstreamExchange fresh) {
        if (over) {
            fresh.giveBack();
            return;
        }
        call = fresh;
        try {
            send(fresh);
        } catch (RuntimeException bug) {
            passage.cause = bug;
            giveUp(Reason.INTERNAL, "The operator finds out more under this request id.");
        }
    }

    private void send(UpstreamExchange fresh) {
        fresh.tell(this);
        if (UpstreamFields.stamp(passage, fresh::field) && passage.webSocket == null) fresh.askTrailers();
        if (passage.webSocket != null) fresh.askUpgrade();
        CallersBody sent = body;
        if (sent == null) fresh.end();
        else sent.sendTo(fresh);
    }

    // ── the way there ────────────────────────────────────────────────────────────────────────────────────────────

    /** The API's time begins when it has all it needs. */
    @Override
    public void moved() {
        moved = true;
        headDue = System.nanoTime() + passage.route().timeout().toNanos();
    }

    @Override
    public void refuse(Reason reason, String detail) {
        giveUp(reason, detail);
    }

    @Override
    public void drained() {
        if (body != null) body.goOn();
    }

    /** Vert.x closes the connection right after this, and Netty the stream. */
    @Override
    public void broken() {
        if (over) return;
        if (!response.headWritten() && !passage.isStream()) {
            Answers.refuse(passage, Reason.BAD_REQUEST, "The body is not framed as it should be, or it ended early.");
            passage.caller.flush();
        }
        end(true);
        if (!passage.isStream()) passage.breakOff();
    }

    private boolean isSent() {
        return call != null && (body == null || body.isSent());
    }

    // ── answers before the answer ────────────────────────────────────────────────────────────────────────────────

    /** HTTP/1.0 knows none (RFC 9110 §15.2). */
    @Override
    public void interim(int status, MultiMap fields) {
        if (over || answered || response.headWritten()) return;
        if (++interims > InterimAnswers.MOST)
            giveUp(Reason.UPSTREAM_FAILED, "The API said over and over that it is going to answer.");
        else if (passage.request.version() != HttpVersion.HTTP_1_0) passOn(status, fields);
    }

    /** Whoever asked for no 100 gets none: that one was ours to ask for. */
    private void passOn(int status, MultiMap fields) {
        if (status != 100) passage.caller.interim(passage.request, status, InterimAnswers.fields(fields));
        else if (body != null && body.expectsContinue()) response.writeContinue();
    }

    // ── the way back ─────────────────────────────────────────────────────────────────────────────────────────────

    @Override
    public void answered(int status, MultiMap fields) {
        UpstreamExchange asked = call;
        if (over || asked == null) return;
        answered = true;
        passage.cause = null;
        passage.exchange.upstreamHeadNanos = System.nanoTime();
        if (status == 101 && passage.webSocket != null) {
            upgraded(asked, fields, passage.webSocket);
            return;
        }
        boolean passable = status >= 200 && status <= 599 && isPlainlyFramed(fields);
        if (passable) attempts.answered(status, passage.exchange.upstreamHeadNanos);
        else {
            attempts.failed(passage.exchange.upstreamHeadNanos);
            giveUp(Reason.UPSTREAM_FAILED, "The API answered in a way that cannot be passed on.");
            return;
        }
        passage.answerBegins();
        response.setStatusCode(status);
        HeaderPolicy.response(fields, response.headers());
        ResponseFields.stamp(passage, response.headers());
        lastReturned = passage.exchange.upstreamHeadNanos;
        if (!isSent() && !passage.isStream()) response.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        if (passage.isHead() || status == 204 || status == 304) answerWithoutBody(status);
        else answerWithBody(asked);
    }

    /** It is no exchange any more. */
    private void upgraded(UpstreamExchange asked, MultiMap fields, WebSocketHandshake handshake) {
        long now = passage.exchange.upstreamHeadNanos;
        Http1Exchange open = asked instanceof Http1Exchange http1 && http1.isUpgraded() ? http1 : null;
        String wrong = open == null ? "nobody asked for it" : handshake.wrongWith(fields);
        if (open == null || wrong != null) {
            attempts.failed(now);
            passage.cause = new UpstreamFailure.NoWebSocket(String.valueOf(wrong));
            giveUp(Reason.UPSTREAM_FAILED, "The API did not open the WebSocket as it was asked to.");
            return;
        }
        attempts.answered(101, now);
        over = true;
        deadlines.leave(this);
        passage.whenLeft = null;
        upstream.webSockets().open(passage, attempts, open.connection(), fields);
    }

    /** Exactly {@code chunked}, or nothing: other codings would have to be taken off here, and are not (RFC 9112 §6.1). */
    private static boolean isPlainlyFramed(MultiMap fields) {
        if (!fields.contains(HttpHeaders.TRANSFER_ENCODING)) return true;
        List<String> codings = fields.getAll(HttpHeaders.TRANSFER_ENCODING);
        return codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked");
    }

    private void answerWithoutBody(int status) {
        if (status == 204) Answers.withoutLength(response);
        response.end();
    }

    private void answerWithBody(UpstreamExchange asked) {
        String length = response.headers().get(HttpHeaders.CONTENT_LENGTH);
        if (length != null) announced = Long.parseLong(length);
        else response.setChunked(true);
        response.drainHandler(drained -> asked.resume());
        mayTrail = passage.isStream() && asked.isStream();
        if (announced == 0 && !mayTrail) response.end();
        else if (announced < 0) passage.context.vertx().runOnContext(later -> answerWithHeadAlone());
    }

    /** The head goes out together with what came with it; when nothing did, whoever waits for events need not wait for the first one to know that they will come. */
    private void answerWithHeadAlone() {
        if (!over && !response.ended() && !response.headWritten()) response.writeHead();
    }

    @Override
    public void body(Buffer octets) {
        UpstreamExchange asked = call;
        if (over || response.ended() || asked == null) return;
        moved = true;
        returned += octets.length();
        if (returned == announced && !mayTrail) {
            response.end(octets);
            return;
        }
        response.write(octets);
        if (response.writeQueueFull()) asked.pause();
    }

    @Override
    public void ended(MultiMap trailers) {
        if (over) return;
        if (!response.ended()) {
            if (!trailers.isEmpty()) HeaderPolicy.trailers(trailers, response.trailers());
            response.end();
        }
        complete();
    }

    /** The answer is whole. If the caller is still sending, neither connection can be used again. */
    private void complete() {
        boolean early = !isSent();
        end(early);
        if (early) Answers.readAway(passage, true);
    }

    // ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────

    /** To the exchange, or to the attempt at one. */
    @Override
    public void failed(Throwable cause) {
        if (over) return;
        UpstreamExchange asked = call;
        passage.cause = cause;
        boolean stale = asked != null && !answered && isStale(asked, cause);
        UpstreamFailure failure = UpstreamFailure.of(cause);
        long now = System.nanoTime();
        if (!stale && failure.reason() != Reason.BUSY) attempts.failed(now);
        if (response.ended()) {
            end(true);
        } else if (response.headWritten()) {
            end(true);
            passage.breakOff(failure.reason());
        } else if ((stale && !retried && isRepeatable()) || mayAskAgain(asked, failure, now)) {
            retried |= stale;
            call = null;
            if (asked != null) asked.abort();
            connect();
        } else {
            giveUp(failure.reason(), failure.detail());
        }
    }

    /** A connection from the pool may have been closed by the API just as we chose it; that says nothing about the API, and a request that changes nothing is asked once more (RFC 9112 §9.3.1). */
    private static boolean isStale(UpstreamExchange asked, Throwable cause) {
        return UpstreamFailure.isClosedConnection(cause) && asked.isReused();
    }

    /** Whatever was not sent may be sent elsewhere; what was sent, only if it changes nothing. */
    private boolean mayAskAgain(@Nullable UpstreamExchange asked, UpstreamFailure failure, long now) {
        if (failure.reason() == Reason.BUSY || answered) return false;
        return (asked == null || isRepeatable()) && attempts.mayTryAgain(now);
    }

    private boolean isRepeatable() {
        return !passage.hasBody && SAFE.contains(passage.request.method());
    }

    private void giveUp(Reason reason, String detail) {
        giveUp(reason, detail, Duration.ofSeconds(1));
    }

    private void giveUp(Reason reason, String detail, Duration retryAfter) {
        end(true);
        if (response.headWritten()) {
            if (passage.cause == null) passage.cause = new UpstreamFailure.EndedEarly(detail);
            passage.breakOff(reason);
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
        if (body != null) body.leave();
        if (surprised && call != null) call.abort();
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
        } else if (!answered && now - headDue > 0 && isTurnOfUpstream()) {
            attempts.failed(now);
            doubtConnection();
            giveUp(
                    Reason.UPSTREAM_TIMEOUT,
                    "The API did not answer within " + passage.route().timeout().toMillis() + " ms.");
        } else if (body != null && !(messages && answered) && body.isTooSlow(now)) {
            giveUp(Reason.REQUEST_TIMEOUT, "The body arrives too slowly.");
        } else if (answered && isWaitingForUpstream() && now - lastReturned > idleNanos()) {
            attempts.failed(now);
            doubtConnection();
            giveUp(Reason.UPSTREAM_TIMEOUT, "The API fell silent in the middle of its answer.");
        } else if (isOverall(now)) {
            giveUp(Reason.UPSTREAM_TIMEOUT, "The request took longer than it may in all.");
        }
    }

    /** Nobody has said how long it will be. */
    private boolean isEndless() {
        return answered ? announced < 0 : body != null && body.isEndless();
    }

    private boolean isTurnOfUpstream() {
        return call == null || isSent() || (body != null && body.isHeld());
    }

    private long idleNanos() {
        return attempts.settings().idleTimeout().orElse(limits.idleTimeout()).toNanos();
    }

    private boolean isOverall(long now) {
        Optional<Duration> most = attempts.settings().totalTimeout();
        return most.isPresent() && now - began > most.get().toNanos();
    }

    private void doubtConnection() {
        if (call != null) call.doubt();
    }

    /** Rather than for the caller to read on. */
    private boolean isWaitingForUpstream() {
        return response.ended() || !response.writeQueueFull();
    }
}
