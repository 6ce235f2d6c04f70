package dev.gatehouse.edge;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.core.net.impl.NetServerInternal;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One port in clear for both versions of HTTP. A server of Vert.x that takes both would agree to {@code Upgrade: h2c} before anybody else has seen the request, so there is one of each, and
 * {@link UnknownCaller} finds out whose a connection is (decision 0267).
 */
final class ClearDoor {
    private final VertxInternal vertx;
    private final Callers callers;
    private @Nullable Handler<NetSocket> http1;

    ClearDoor(Vertx vertx, Callers callers) {
        this.vertx = (VertxInternal) vertx;
        this.callers = callers;
    }

    /** Not listening yet; {@code furnished} gives a server its handlers. */
    HttpServer server(HttpServerOptions options, UnaryOperator<HttpServer> furnished) {
        var one = new HttpServerOptions(options).setHttp2ClearTextEnabled(false);
        furnished.apply(new HttpServerImpl(new Aside(), one)).listen();
        var two = new HttpServerOptions(options).setHttp2ClearTextEnabled(true);
        return furnished.apply(new HttpServerImpl(new AtThePort(), two));
    }

    /** The server of HTTP/1.1 opens nothing: it tells what it would do with a connection. */
    private final class Aside extends VertxWrapper {
        Aside() {
            super(vertx);
        }

        @Override
        public NetServerInternal createNetServer(NetServerOptions options) {
            return new NetServerImpl(delegate, options) {
                @Override
                public Future<NetServer> listen(ContextInternal context, SocketAddress address) {
                    http1 = connectHandler();
                    return context.succeededFuture(this);
                }
            };
        }
    }

    private final class AtThePort extends VertxWrapper {
        AtThePort() {
            super(vertx);
        }

        @Override
        public NetServerInternal createNetServer(NetServerOptions options) {
            return new NetServerImpl(delegate, options) {
                @Override
                public NetServerInternal connectHandler(Handler<NetSocket> http2) {
                    return super.connectHandler(
                            socket -> new UnknownCaller(socket, Objects.requireNonNull(http1), http2, callers));
                }
            };
        }
    }
}
