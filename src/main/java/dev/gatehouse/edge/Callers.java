package dev.gatehouse.edge;

import dev.gatehouse.config.LimitSettings;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.HttpConnection;
import java.net.InetAddress;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everybody who is connected to one event loop, and how many there may be. */
final class Callers {
    /** Knows the whole answer of some requests when their head is there; null: of this one not. */
    interface FromTheHead {
        @Nullable
        ByteBuf to(HttpRequest head, CallerConnection caller);
    }

    private final Deadlines deadlines;
    private final Supplier<EdgeSnapshot> snapshot;
    private final Function<CallerConnection, byte[]> lateHead;
    private final FromTheHead ready;
    private final Crowd crowd;
    private final BooleanSupplier leaving;

    /** {@code lateHead} makes the last words to somebody whose head did not come in time. */
    Callers(
            Deadlines deadlines,
            Supplier<EdgeSnapshot> snapshot,
            Function<CallerConnection, byte[]> lateHead,
            FromTheHead ready,
            Crowd crowd,
            BooleanSupplier leaving) {
        this.deadlines = deadlines;
        this.snapshot = snapshot;
        this.lateHead = lateHead;
        this.ready = ready;
        this.crowd = crowd;
        this.leaving = leaving;
    }

    /** One too many is closed without a word: words cost what is short. */
    void accept(HttpConnection connection) {
        CallerConnection caller = CallerConnection.accepted(connection, this);
        UnknownCaller.isKnown(caller.channel());
        TlsDoor.isKnown(caller.channel());
        if (!enters(caller, caller.address())) caller.close();
    }

    /** False: one too many. {@link #left} is due in either case. */
    boolean enters(Deadlines.Watched caller, InetAddress from) {
        deadlines.watch(caller);
        return crowd.enter(from, snapshot.get());
    }

    void left(Deadlines.Watched caller, InetAddress from) {
        crowd.leave(from);
        deadlines.leave(caller);
    }

    FromTheHead ready() {
        return ready;
    }

    /** Whether the gate closes, so that every answer is the last on its connection (RFC 9112 §9.6). */
    boolean areToLeave() {
        return leaving.getAsBoolean();
    }

    LimitSettings limits() {
        return snapshot.get().limits();
    }

    byte[] lastWords(CallerConnection caller) {
        return lateHead.apply(caller);
    }
}
