package dev.gatehouse.ops;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What systemd hears of a service of {@code Type=notify} (sd_notify(3)): datagrams to the socket that {@code NOTIFY_SOCKET} names. Where it names none, nothing is
 * opened and nothing is said.
 */
public final class Systemd implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(Systemd.class);

    private final Map<String, String> environment;
    private @Nullable EventLoopGroup loop;
    private @Nullable Channel channel;

    private Systemd(Map<String, String> environment) {
        this.environment = environment;
    }

    public static Systemd of(Map<String, String> environment) {
        var systemd = new Systemd(environment);
        String name = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (!name.isEmpty()) systemd.open(name);
        return systemd;
    }

    private void open(String name) {
        boolean unix = name.startsWith("/") || name.startsWith("@");
        if (!unix || !Epoll.isAvailable()) {
            LOG.warn("systemd is not told anything: {} cannot be reached from here", name);
            return;
        }
        // A name that begins with @ is in no folder (unix(7), abstract).
        var socket = new DomainSocketAddress(name.startsWith("@") ? "\0" + name.substring(1) : name);
        loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        ChannelFuture connected = new Bootstrap()
                .group(loop)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(socket)
                .awaitUninterruptibly();
        if (connected.isSuccess()) channel = connected.channel();
        else LOG.warn("systemd is not told anything: {}: {}", name, String.valueOf(connected.cause()));
    }

    /** The doors are open, also again after {@link #reloading}. {@code status} is for people. */
    public void ready(String status) {
        say("READY=1\nSTATUS=" + line(status));
    }

    /** A saved file is being taken up; {@link #ready} has to follow. */
    public void reloading() {
        say("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
    }

    public void stopping() {
        say("STOPPING=1\nSTATUS=requests finish, no new ones are taken");
    }

    /** While every one of {@code loops} still turns, that is said twice as often as {@code WatchdogSec=} wants. */
    public void watch(EventExecutorGroup loops) {
        EventLoopGroup own = loop;
        long micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
        long forWhom = Long.parseLong(environment.getOrDefault("WATCHDOG_PID", "0"));
        boolean forUs = forWhom == 0 || forWhom == ProcessHandle.current().pid();
        if (own == null || micros <= 0 || !forUs) return;
        own.scheduleAtFixedRate(() -> ask(loops), 0, Math.max(1, micros / 2), TimeUnit.MICROSECONDS);
    }

    private void ask(EventExecutorGroup loops) {
        var silent = new AtomicInteger();
        for (EventExecutor each : loops) silent.incrementAndGet();
        for (EventExecutor each : loops)
            each.execute(() -> {
                if (silent.decrementAndGet() == 0) send("WATCHDOG=1");
            });
    }

    private void say(String message) {
        ChannelFuture sent = send(message);
        if (sent == null || (sent.awaitUninterruptibly(PATIENCE.toMillis()) && sent.isSuccess())) return;
        LOG.warn(
                "systemd was not told {}: {}",
                message.substring(0, message.indexOf('=')),
                String.valueOf(sent.cause()));
    }

    private @Nullable ChannelFuture send(String message) {
        Channel open = channel;
        if (open == null) return null;
        return open.writeAndFlush(Unpooled.wrappedBuffer(message.getBytes(StandardCharsets.UTF_8)));
    }

    private static String line(String text) {
        return text.replace('\n', ' ');
    }

    @Override
    public void close() {
        EventLoopGroup open = loop;
        if (open != null)
            open.shutdownGracefully(0, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(PATIENCE.toMillis());
    }
}
