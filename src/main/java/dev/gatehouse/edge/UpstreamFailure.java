package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.impl.NoStackTraceTimeoutException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;

/** What the caller is told when the way to an API fails before there is an answer; the address of the API is none of the caller's business. */
record UpstreamFailure(Reason reason, String detail) {
    private static final UpstreamFailure NOT_THERE =
            new UpstreamFailure(Reason.UPSTREAM_UNREACHABLE, "The API cannot be reached.");
    private static final UpstreamFailure SLOW = new UpstreamFailure(Reason.UPSTREAM_TIMEOUT, "The API took too long.");
    private static final UpstreamFailure CROWDED =
            new UpstreamFailure(Reason.BUSY, "Too many requests wait for this API.");
    private static final UpstreamFailure BROKEN =
            new UpstreamFailure(Reason.UPSTREAM_FAILED, "The API broke off, or did not answer in HTTP.");

    static UpstreamFailure of(Throwable cause) {
        if (cause instanceof ConnectionPoolTooBusyException || cause instanceof NoRoom) return CROWDED;
        if (cause instanceof ConnectException
                || cause instanceof UnknownHostException
                || cause instanceof FileNotFoundException
                || cause instanceof NoRouteToHostException
                || cause instanceof PortUnreachableException) return NOT_THERE;
        if (cause instanceof TimeoutException || cause instanceof NoStackTraceTimeoutException) return SLOW;
        return BROKEN;
    }

    /** The other side of a connection by TLS has chosen HTTP/1.1 where only HTTP/2 will do. */
    static final class NotHttp2 extends IOException {
        private static final long serialVersionUID = 1L;

        NotHttp2() {
            super("HTTP/2 was not agreed on");
        }
    }

    /** No file is left for another connection. */
    static final class NoRoom extends IOException {
        private static final long serialVersionUID = 1L;

        NoRoom() {
            super("the process has no room for another connection");
        }
    }

    /** 101, but not for the WebSocket that was asked for. */
    static final class NoWebSocket extends IOException {
        private static final long serialVersionUID = 1L;

        NoWebSocket(String why) {
            super(why);
        }
    }

    /** An answer whose head has gone out is not waited for any longer. */
    static final class EndedEarly extends IOException {
        private static final long serialVersionUID = 1L;

        EndedEarly(String why) {
            super(why);
        }
    }

    static boolean isClosedConnection(Throwable cause) {
        return cause instanceof HttpClosedException || cause instanceof SocketException || cause instanceof IOException;
    }
}
