package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.regex.Pattern;

/** Reads a paused request's body, bounded in size and time; what comes after a refusal is dropped as it arrives. */
final class BodyReader {
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private BodyReader() {}

    static Future<Buffer> read(Vertx vertx, HttpServerRequest request, int limit, Duration timeout) {
        if (request.isEnded()) return Future.succeededFuture(Buffer.buffer());
        Promise<Buffer> whole = Promise.promise();
        Future<Buffer> result = whole.future();
        long timer = vertx.setTimer(
                timeout.toMillis(),
                late -> whole.tryFail(Reason.REQUEST_TIMEOUT.because("the body did not arrive in time")));
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (result.isComplete()) return;
            if (body.length() + chunk.length() > limit) whole.tryFail(tooLarge(limit));
            else body.appendBuffer(chunk);
        });
        request.endHandler(end -> whole.tryComplete(body));
        request.exceptionHandler(gone -> whole.tryFail(Reason.BAD_REQUEST.because("the body ended early")));
        if (announced(request) > limit) whole.tryFail(tooLarge(limit));
        else if ("100-continue".equalsIgnoreCase(request.getHeader("Expect")))
            request.response().writeContinue();
        request.resume();
        return result.onComplete(done -> vertx.cancelTimer(timer));
    }

    private static RuntimeException tooLarge(int limit) {
        return Reason.BODY_TOO_LARGE.because("the body may have " + limit + " bytes");
    }

    /** Zero where no length, or none that can be read, was announced: the count of what arrives decides then. */
    private static long announced(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return length != null && LENGTH.matcher(length).matches() ? Long.parseLong(length) : 0;
    }
}
