package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Reads a body to its end, bounded in size and in patience; refuses by itself what does not keep to that. */
final class WholeBody extends Deadlines.Watched {
    private final Passage passage;
    private final Deadlines deadlines;
    private final long most;
    private final Buffer body = Buffer.buffer();
    private final BodyProgress progress;

    WholeBody(Passage passage, Deadlines deadlines, long most) {
        this.passage = passage;
        this.deadlines = deadlines;
        this.most = most;
        this.progress = new BodyProgress(passage.snapshot.limits().bodyTimeout());
    }

    void read(Handler<Buffer> whole) {
        HttpServerRequest request = passage.request;
        if (!passage.hasBody) {
            whole.handle(body);
        } else if (Answers.announcedLength(request) > most) {
            tooLarge();
        } else {
            progress.open();
            deadlines.watch(this);
            passage.whenLeft = () -> deadlines.leave(this);
            request.handler(this::take);
            request.exceptionHandler(this::broken);
            request.endHandler(end -> {
                if (over()) whole.handle(body);
            });
            if (request.getHeader(HttpHeaders.EXPECT) != null) passage.response.writeContinue();
            request.resume();
        }
    }

    private void take(Buffer chunk) {
        progress.add(chunk.length());
        if (progress.received() <= most) body.appendBuffer(chunk);
        else if (over()) tooLarge();
    }

    private void tooLarge() {
        Answers.refuse(passage, Reason.BODY_TOO_LARGE, "The body may have " + most + " bytes.");
    }

    private void broken(Throwable cause) {
        if (!over()) return;
        Answers.refuse(passage, Reason.BAD_REQUEST, "The body is not framed as it should be, or it ended early.");
        passage.caller.flush();
    }

    @Override
    void look(long now) {
        if (progress.isTooSlow(now) && over())
            Answers.refuse(passage, Reason.REQUEST_TIMEOUT, "The body arrives too slowly.");
    }

    /** True for the one who ends it. */
    private boolean over() {
        if (!isWatched()) return false;
        deadlines.leave(this);
        passage.whenLeft = null;
        return true;
    }
}
