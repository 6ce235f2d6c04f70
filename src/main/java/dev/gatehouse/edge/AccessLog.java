package dev.gatehouse.edge;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line per request, written by one thread of its own, so that no event loop ever waits for a disk or a pipe. Event loops collect lines for at
 * most {@link #FLUSH_MILLIS}; when the writer cannot keep up, lines are dropped and counted, and the count is logged.
 */
public final class AccessLog implements AutoCloseable {
    static final long FLUSH_MILLIS = 50;
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    /** So large that the writer is not woken for a few lines. */
    private static final int BATCH_BYTES = 64 * 1024;

    private static final int MOST_BATCHES = 128;
    private static final Duration LAST_LINES = Duration.ofSeconds(5);

    private record Batch(ByteBuffer bytes, int lines) {}

    private final OutputStream out;
    private final boolean pretty;
    private final BlockingQueue<Batch> queue = new ArrayBlockingQueue<>(MOST_BATCHES);
    private final AtomicLong dropped = new AtomicLong();
    private final EdgeMeters meters = new EdgeMeters();
    private final Thread writer;
    private volatile boolean closing;

    private AccessLog(OutputStream out, boolean pretty) {
        this.out = out;
        this.pretty = pretty;
        this.writer = new Thread(this::writeAll, "access-log");
        writer.setDaemon(true);
    }

    /** {@code pretty} for people on a terminal, else one JSON object a line. Closing writes what is left; it does not close {@code out}. */
    public static AccessLog to(OutputStream out, boolean pretty) {
        var log = new AccessLog(out, pretty);
        log.writer.start();
        return log;
    }

    /** How many lines were lost since the start because they could not be written fast enough. */
    public long dropped() {
        return dropped.get();
    }

    /** What was counted of the requests that were told of. */
    public EdgeMeters meters() {
        return meters;
    }

    /** The lines of one event loop; confined to it. */
    Lines lines(Vertx vertx) {
        return new Lines(vertx);
    }

    @Override
    public void close() {
        closing = true;
        try {
            writer.join(LAST_LINES.toMillis());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    final class Lines {
        private final Vertx vertx;
        private final LogLine format = new LogLine(pretty);
        private final LineBuffer buffer = new LineBuffer(BATCH_BYTES + 1024);
        private int lines;
        private boolean armed;

        private Lines(Vertx vertx) {
            this.vertx = vertx;
        }

        void add(LogLine.Told told) {
            meters.count(told);
            format.write(told, buffer);
            lines++;
            if (buffer.length() >= BATCH_BYTES) flush();
            else if (!armed) arm();
        }

        private void arm() {
            armed = true;
            vertx.setTimer(FLUSH_MILLIS, due -> {
                armed = false;
                flush();
            });
        }

        void flush() {
            if (lines == 0) return;
            if (!queue.offer(new Batch(ByteBuffer.wrap(buffer.take()), lines))) dropped.addAndGet(lines);
            lines = 0;
        }
    }

    private void writeAll() {
        long reported = 0;
        try {
            while (!closing || !queue.isEmpty()) {
                Batch batch = queue.poll(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
                if (batch == null) continue;
                write(batch);
                long lost = dropped.get();
                if (lost > reported && queue.isEmpty()) {
                    out.write(("{\"event\":\"access_log_dropped\",\"lines\":" + (lost - reported) + "}\n")
                            .getBytes(StandardCharsets.US_ASCII));
                    LOG.warn(
                            "{} lines of the access log were dropped: it cannot be written fast enough",
                            lost - reported);
                    reported = lost;
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (IOException broken) {
            LOG.warn("the access log cannot be written any more", broken);
        }
    }

    /** A full disk must not end the log for ever: what cannot be written counts as dropped. */
    private void write(Batch batch) {
        try {
            out.write(batch.bytes().array());
            if (queue.isEmpty()) out.flush();
        } catch (IOException full) {
            dropped.addAndGet(batch.lines());
        }
    }
}
