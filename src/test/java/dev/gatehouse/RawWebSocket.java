package dev.gatehouse;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A WebSocket over a connection of its own that says the same word again whenever it has heard it back, until it is told to end, or hears a Close. */
final class RawWebSocket implements AutoCloseable {
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int MASKED = 0x80;
    private static final int NORMAL = 1000;
    private static final int LONGEST_SECONDS = 60;
    private static final byte[] WORD = "beat".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final DataInputStream in;
    private final CompletableFuture<Integer> over = new CompletableFuture<>();
    private volatile boolean ending;
    private volatile long echoes;

    /** Opens it; {@code fields} are lines of the request's head. */
    RawWebSocket(int port, String path, String... fields) {
        try {
            socket = new Socket("localhost", port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(LONGEST_SECONDS * 1000);
            in = new DataInputStream(socket.getInputStream());
            String head = "GET " + path + " HTTP/1.1\r\nHost: localhost:" + port
                    + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
            for (String field : fields) head += field + "\r\n";
            socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
            String answer = answer();
            if (!answer.startsWith("HTTP/1.1 101 ")) throw new AssertionError(answer);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        var thread = new Thread(this::talk, "raw-websocket");
        thread.setDaemon(true);
        thread.start();
    }

    private String answer() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) head.append((char) in.readUnsignedByte());
        return head.toString();
    }

    /** How often the word has come back. */
    long echoes() {
        return echoes;
    }

    /** Says goodbye, and returns the code of the goodbye that comes back. */
    int end() throws Exception {
        ending = true;
        return over.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    }

    /** The code of a goodbye that comes by itself. */
    int ended() throws Exception {
        return over.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    }

    private void talk() {
        try {
            boolean saidGoodbye = false;
            say(TEXT, WORD);
            while (!over.isDone()) {
                int kind = in.readUnsignedByte();
                byte[] heard = in.readNBytes(in.readUnsignedByte());
                if (kind == CLOSE) {
                    over.complete((heard[0] & 0xff) << 8 | heard[1] & 0xff);
                } else {
                    echoes++;
                    boolean goodbye = ending;
                    if (!goodbye) say(TEXT, WORD);
                    else if (!saidGoodbye) say(CLOSE, new byte[] {NORMAL >> 8, (byte) NORMAL});
                    saidGoodbye = goodbye;
                }
            }
        } catch (IOException broken) {
            over.completeExceptionally(broken);
        }
    }

    /** Masked with zeros, which is a mask like any other (RFC 6455 §5.3). */
    private void say(int kind, byte[] what) throws IOException {
        byte[] frame = new byte[6 + what.length];
        frame[0] = (byte) kind;
        frame[1] = (byte) (MASKED | what.length);
        System.arraycopy(what, 0, frame, 6, what.length);
        socket.getOutputStream().write(frame);
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
