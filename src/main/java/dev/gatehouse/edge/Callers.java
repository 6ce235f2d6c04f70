package dev.gatehouse.edge;

import dev.gatehouse.config.LimitSettings;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.HttpConnection;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everybody who is connected to one event loop, and how many there may be. */
final class Callers {
    /** An idle connection costs about 10 KB; more of them than this on one loop are nobody's browsers. */
    static final int MOST = 16_384;

    /** Knows the whole answer of some requests when their head is there; null: of this one not. */
    interface FromTheHead {
        @Nullable
        ByteBuf to(HttpRequest head, CallerConnection caller);
    }

    private final Deadlines deadlines;
    private final Supplier<LimitSettings> limits;
    private final Function<CallerConnection, byte[]> lateHead;
    private final FromTheHead ready;
    private final int most;
    private int connected;

    /** {@code lateHead} makes the last words to somebody whose head did not come in time. */
    Callers(
            Deadlines deadlines,
            Supplier<LimitSettings> limits,
            Function<CallerConnection, byte[]> lateHead,
            FromTheHead ready,
            int most) {
        this.deadlines = deadlines;
        this.limits = limits;
        this.lateHead = lateHead;
        this.ready = ready;
        this.most = most;
    }

    /** One too many is closed without a word: words cost what is short. */
    void accept(HttpConnection connection) {
        var caller = new CallerConnection(connection, this);
        connected++;
        deadlines.watch(caller);
        if (connected > most) caller.close();
    }

    void left(CallerConnection caller) {
        connected--;
        deadlines.leave(caller);
    }

    FromTheHead ready() {
        return ready;
    }

    LimitSettings limits() {
        return limits.get();
    }

    byte[] lastWords(CallerConnection caller) {
        return lateHead.apply(caller);
    }
}
