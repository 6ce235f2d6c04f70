package dev.gatehouse.edge;

import dev.gatehouse.Ports;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Stands between the gate and an API and spoils the octets of connections that are opened while it is told to. */
final class FaultProxy implements AutoCloseable {
    /** What happens to what the API sends; {@code number} is how many octets of it went on before. */
    @FunctionalInterface
    interface Fault {
        void pass(Buffer octets, int number, NetSocket caller);
    }

    static final Fault NONE = (octets, number, caller) -> caller.write(octets);

    /** The API is heard by nobody: the connection stands and nothing comes over it. */
    static final Fault HALF_OPEN = (octets, number, caller) -> {};

    private final Vertx vertx;
    private final NetClient client;
    private final int api;
    private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
    final AtomicInteger connections = new AtomicInteger();
    private volatile Fault fault = NONE;
    private volatile boolean deaf;
    private NetServer server;
    private final int port;

    FaultProxy(Vertx vertx, int api) {
        this.vertx = vertx;
        this.api = api;
        this.client = vertx.createNetClient();
        this.port = Ports.free();
        this.server = listening();
    }

    URI origin() {
        return URI.create("http://127.0.0.1:" + port);
    }

    FaultProxy with(Fault some) {
        fault = some;
        return this;
    }

    /** Connections are taken, and what comes over them is never read. */
    FaultProxy deaf() {
        deaf = true;
        return this;
    }

    static Fault delayed(Vertx vertx, Duration by) {
        return (octets, number, caller) -> vertx.setTimer(by.toMillis(), late -> caller.write(octets));
    }

    /** The first octets, then the end of the connection. */
    static Fault cutAfter(int most) {
        return (octets, number, caller) -> {
            if (number < most) caller.write(octets.slice(0, Math.min(octets.length(), most - number)));
            if (number + octets.length() >= most) caller.close();
        };
    }

    /** The first octets, then nothing. */
    static Fault silentAfter(int most) {
        return (octets, number, caller) -> {
            if (number < most) caller.write(octets.slice(0, Math.min(octets.length(), most - number)));
        };
    }

    static Fault garbage(String instead) {
        return (octets, number, caller) -> caller.write(Buffer.buffer(instead, "ISO-8859-1"));
    }

    /** An octet at a time. */
    static Fault trickling(Vertx vertx, Duration pause) {
        return (octets, number, caller) -> {
            for (int i = 0; i < octets.length(); i++) {
                Buffer one = octets.getBuffer(i, i + 1);
                vertx.setTimer(Math.max(1, pause.toMillis() * (number + i)), late -> caller.write(one));
            }
        };
    }

    /** Nobody listens any more, and every connection is gone. */
    void kill() {
        await(server.close());
        for (NetSocket socket : open) socket.close();
    }

    /** At the same address. */
    void revive() {
        server = listening();
    }

    int openConnections() {
        return open.size();
    }

    /** A port that was closed a moment ago is free once the selector has looked again. */
    private NetServer listening() {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                return await(vertx.createNetServer(new NetServerOptions().setReuseAddress(true))
                        .connectHandler(this::connected)
                        .listen(port, "127.0.0.1"));
            } catch (AssertionError taken) {
                if (System.nanoTime() > end) throw taken;
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private void connected(NetSocket caller) {
        connections.incrementAndGet();
        open.add(caller);
        caller.closeHandler(gone -> open.remove(caller));
        caller.exceptionHandler(reset -> {});
        caller.pause();
        if (deaf) return;
        Fault chosen = fault;
        client.connect(api, "127.0.0.1").onComplete((upstream, failure) -> {
            if (failure != null) caller.close();
            else join(caller, upstream, chosen);
        });
    }

    private void join(NetSocket caller, NetSocket upstream, Fault chosen) {
        var passed = new AtomicInteger();
        upstream.exceptionHandler(reset -> {});
        upstream.handler(octets -> chosen.pass(octets, passed.getAndAdd(octets.length()), caller));
        upstream.closeHandler(gone -> caller.close());
        caller.closeHandler(gone -> {
            open.remove(caller);
            upstream.close();
        });
        caller.handler(upstream::write);
        caller.resume();
    }

    private static <T> T await(Future<T> some) {
        try {
            return some.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
