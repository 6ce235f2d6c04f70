package dev.gatehouse.ops;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The socket at which systemd listens, in a test. */
public final class NotifySocket implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup ear = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    private NotifySocket(String path) {
        new Bootstrap()
                .group(ear)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                        told.add(packet.content().toString(StandardCharsets.UTF_8));
                    }
                })
                .bind(new DomainSocketAddress(path))
                .syncUninterruptibly();
    }

    /** {@code path} may begin with NUL. */
    public static NotifySocket at(String path) {
        return new NotifySocket(path);
    }

    public static boolean isPossible() {
        return Epoll.isAvailable();
    }

    /** The next datagram; null when none comes. */
    public @Nullable String next() throws InterruptedException {
        return told.poll(10, TimeUnit.SECONDS);
    }

    /** Null when none comes soon. */
    public @Nullable String soon() throws InterruptedException {
        return told.poll(200, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        ear.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
