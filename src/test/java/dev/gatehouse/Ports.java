package dev.gatehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports that nobody listens on and that the kernel lends to no outgoing connection, so that they stay free until somebody binds them. None is given twice. */
public final class Ports {
    private static final int FIRST = 20_000;
    private static final int BEYOND = 32_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(BEYOND - FIRST));

    private Ports() {}

    public static int free() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), BEYOND - FIRST);
            try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
        throw new UncheckedIOException(new IOException("no free port from " + FIRST + " to " + BEYOND));
    }
}
