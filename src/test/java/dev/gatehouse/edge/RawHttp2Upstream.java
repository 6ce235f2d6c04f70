package dev.gatehouse.edge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An API that speaks HTTP/2 in clear, frame by frame, as a test tells it. */
final class RawHttp2Upstream implements AutoCloseable {
    private final RawUpstream upstream;
    final AtomicInteger connections = new AtomicInteger();

    /** What is done on each connection, once both sides have said hello. */
    RawHttp2Upstream(Consumer<Wire2> script) {
        upstream = new RawUpstream(peer -> {
            connections.incrementAndGet();
            try {
                script.accept(Wire2.accepted(peer.socket()));
            } catch (UncheckedIOException gone) {
                throw gone.getCause();
            }
        });
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
        return URI.create("h2c://" + upstream.origin().getAuthority());
    }

    @Override
    public void close() throws IOException {
        upstream.close();
    }
}
