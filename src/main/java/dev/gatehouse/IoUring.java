package dev.gatehouse;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.impl.transports.IoUringTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Vert.x's transport by io_uring, and Unix domain sockets, which Netty has for it and Vert.x does not use: the embedded database listens on one. */
final class IoUring extends IoUringTransport {
    private static final long TRIAL_MILLIS = 1000;

    private IoUring() {}

    /** Available where an octet has just gone over the loopback interface and come back; kernels and containers forbid io_uring in many ways. */
    static Transport tried() {
        Throwable cause = whyNot();
        return new TransportInternal("io_uring", cause == null, cause, new IoUring());
    }

    private static @Nullable Throwable whyNot() {
        if (!io.netty.channel.uring.IoUring.isAvailable()) return io.netty.channel.uring.IoUring.unavailabilityCause();
        EventLoopGroup loop = null;
        try {
            loop = new MultiThreadIoEventLoopGroup(1, IoUringIoHandler.newFactory());
            roundTrip(loop);
            return null;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return stop;
        } catch (Exception failure) {
            return failure;
        } finally {
            if (loop != null) loop.shutdownGracefully(0, TRIAL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static void roundTrip(EventLoopGroup loop) throws IOException, InterruptedException {
        var back = new CompletableFuture<Object>();
        ChannelFuture door = new ServerBootstrap()
                .group(loop)
                .channel(IoUringServerSocketChannel.class)
                .childHandler(reading(ChannelHandlerContext::writeAndFlush))
                .bind(InetAddress.getLoopbackAddress(), 0);
        door.addListener(open -> {
            if (open.isSuccess()) call(loop, door.channel(), back);
            else back.completeExceptionally(open.cause());
        });
        try {
            back.get(TRIAL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IOException("an octet over the loopback interface did not come back within a second", late);
        } catch (ExecutionException failure) {
            throw new IOException(failure.getCause());
        }
    }

    private static void call(EventLoopGroup loop, Channel door, CompletableFuture<Object> back) {
        new Bootstrap()
                .group(loop)
                .channel(IoUringSocketChannel.class)
                .handler(reading((context, octets) -> back.complete(ReferenceCountUtil.release(octets))))
                .connect(door.localAddress())
                .addListener((ChannelFuture caller) -> {
                    if (caller.isSuccess()) caller.channel().writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1}));
                    else back.completeExceptionally(caller.cause());
                });
    }

    private interface Reader {
        void read(ChannelHandlerContext context, Object octets);
    }

    private static ChannelInitializer<Channel> reading(Reader reader) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object octets) {
                        reader.read(context, octets);
                    }
                });
            }
        };
    }

    @Override
    public boolean supportsDomainSockets() {
        return true;
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
        return address.isDomainSocket() ? new DomainSocketAddress(address.path()) : super.convert(address);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return domainSocket ? IoUringDomainSocketChannel::new : super.channelFactory(false);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return domainSocket ? IoUringServerDomainSocketChannel::new : super.serverChannelFactory(false);
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        if (!domainSocket) super.configure(options, false, bootstrap);
    }

    @Override
    public void configure(ClientOptionsBase options, int connectTimeout, boolean domainSocket, Bootstrap bootstrap) {
        if (domainSocket) bootstrap.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeout);
        else super.configure(options, connectTimeout, false, bootstrap);
    }
}
