package dev.gatehouse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One request over a connection of its own that lasts until it is told to end: an answer that is read all the time, or a body that is written all the time. */
final class RawStream implements AutoCloseable {
    private static final byte[] BEAT = "5\r\nbeat\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int BYTES_OF_A_BEAT = 5;
    private static final int BEAT_MILLIS = 10;
    private static final int LONGEST_SECONDS = 20;

    private final Socket socket;
    private final String line;
    private final boolean writes;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);
    private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);
    private volatile long sent;

    /** {@code line} has method and path; {@code writes}: the body lasts, not the answer. */
    RawStream(int port, String line, boolean writes) {
        this.line = line;
        this.writes = writes;
        try {
            socket = new Socket("127.0.0.1", port);
            socket.setTcpNoDelay(true);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void begin() {
        String head = line + " HTTP/1.1\r\nHost: g\r\n" + (writes ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n");
        write(head.getBytes(StandardCharsets.US_ASCII));
        reading = CompletableFuture.runAsync(this::read, work -> new Thread(work).start());
        if (writes) writing = CompletableFuture.runAsync(this::write, work -> new Thread(work).start());
    }

    /** How many bytes of a body have been sent. */
    long sent() {
        return sent;
    }

    /** Everything that came back, once it has ended. */
    String end() throws Exception {
        ending.countDown();
        writing.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        if (writes) write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        reading.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        return answer.toString(StandardCharsets.UTF_8);
    }

    private void write() {
        try {
            while (!ending.await(BEAT_MILLIS, TimeUnit.MILLISECONDS)) {
                write(BEAT);
                sent += BYTES_OF_A_BEAT;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(byte[] octets) {
        try {
            socket.getOutputStream().write(octets);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Up to the end of the answer, by its framing. */
    private void read() {
        try {
            byte[] some = new byte[8192];
            while (!isWhole()) {
                int count = socket.getInputStream().read(some);
                if (count < 0) throw new IOException("the connection ended after: " + answer);
                answer.write(some, 0, count);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private boolean isWhole() {
        String all = answer.toString(StandardCharsets.UTF_8);
        int head = all.indexOf("\r\n\r\n");
        if (head < 0) return false;
        return writes ? all.length() > head + 4 : all.endsWith("\r\n0\r\n\r\n");
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
