package dev.gatehouse.edge;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.core.net.impl.NetServerInternal;
import io.vertx.core.spi.transport.Transport;
import java.net.InetAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A port by TLS. Vert.x tells of connections when their handshake is over; here they are counted from the moment they are accepted, so that handshakes that are never finished are no way
 * around the bounds of {@link Crowd}. How long one may take is for TLS to say ({@link ShownCertificates}).
 */
final class TlsDoor {
    private final VertxInternal vertx;
    private final Crowd crowd;
    private final Supplier<EdgeSnapshot> snapshot;

    TlsDoor(Vertx vertx, Crowd crowd, Supplier<EdgeSnapshot> snapshot) {
        this.vertx = (VertxInternal) vertx;
        this.crowd = crowd;
        this.snapshot = snapshot;
    }

    /** Not listening yet. */
    HttpServer server(HttpServerOptions options) {
        return new HttpServerImpl(new Watched(), options);
    }

    /** Somebody else counts this connection from now on. */
    static void isKnown(Channel channel) {
        if (channel.pipeline().get(Newcomer.class) != null) channel.pipeline().remove(Newcomer.class);
    }

    /** Is counted for as long as it stands there. */
    private final class Newcomer extends ChannelInboundHandlerAdapter {
        private @Nullable InetAddress from;
        private boolean stays;

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            from = CallerConnection.address(context.channel());
            stays = crowd.enter(from, snapshot.get());
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (stays) context.fireChannelActive();
            else context.close();
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            if (from != null) crowd.leave(from);
        }
    }

    /** Of the thread that accepts; hands on each connection to the thread that will have it. */
    private final class Acceptor extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            ((Channel) accepted).pipeline().addFirst(new Newcomer());
            context.fireChannelRead(accepted);
        }
    }

    private final class Watched extends VertxWrapper {
        Watched() {
            super(vertx);
        }

        @Override
        public NetServerInternal createNetServer(NetServerOptions options) {
            return new NetServerImpl(this, options);
        }

        @Override
        public Transport transport() {
            return new AcceptedBy(delegate.transport());
        }
    }

    /** The transport of Vert.x, but for what opens a port. */
    private final class AcceptedBy implements Transport {
        private final Transport usual;

        AcceptedBy(Transport usual) {
            this.usual = usual;
        }

        @Override
        public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            usual.configure(options, domainSocket, bootstrap);
            bootstrap.handler(new Acceptor());
        }

        @Override
        public boolean supportsDomainSockets() {
            return usual.supportsDomainSockets();
        }

        @Override
        public boolean supportFileRegion() {
            return usual.supportFileRegion();
        }

        @Override
        public IoHandlerFactory ioHandlerFactory() {
            return usual.ioHandlerFactory();
        }

        @Override
        public DatagramChannel datagramChannel() {
            return usual.datagramChannel();
        }

        @Override
        public DatagramChannel datagramChannel(InternetProtocolFamily family) {
            return usual.datagramChannel(family);
        }

        @Override
        public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
            return usual.channelFactory(domainSocket);
        }

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            return usual.serverChannelFactory(domainSocket);
        }
    }
}
