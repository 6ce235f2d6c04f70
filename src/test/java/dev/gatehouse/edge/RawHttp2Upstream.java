package dev.gatehouse.edge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An API that speaks HTTP/2 in clear, frame by frame, as a test tells it. */
final class RawHttp2Upstream implements AutoCloseable {
    private final ServerSocket server;
    private final Consumer<Wire2> script;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    final AtomicInteger connections = new AtomicInteger();

    /** What is done on each connection, once both sides have said hello. */
    RawHttp2Upstream(Consumer<Wire2> script) {
        this.script = script;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        thread(this::accept);
    }

    /** Answers every request with these sections, the last of which ends the stream. */
    static RawHttp2Upstream answering(String[]... sections) {
        return new RawHttp2Upstream(wire -> {
            for (Wire2.Frame frame = wire.next(); frame != null; frame = wire.next()) {
                if (frame.type() != Wire2.HEADERS) continue;
                for (int i = 0; i < sections.length; i++)
                    wire.section(frame.stream(), i == sections.length - 1, sections[i]);
            }
        });
    }

    URI url() {
        return URI.create("h2c://127.0.0.1:" + server.getLocalPort());
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                open.add(socket);
                thread(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.accept(Wire2.accepted(socket));
        } catch (IOException | UncheckedIOException gone) {
            open.remove(socket);
        }
    }

    private static void thread(Runnable work) {
        var thread = new Thread(work, "raw-http2-upstream");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) socket.close();
    }
}
