package dev.gatehouse.edge;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An API that does exactly what a test tells it, octet by octet, on a real port; remembers what it was sent. */
final class RawUpstream implements AutoCloseable {
    /** What is done on one connection. Exceptions end the connection. */
    @FunctionalInterface
    interface Script {
        void run(Peer peer) throws IOException;
    }

    private final ServerSocket server;
    private final Script script;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

    RawUpstream(Script script) {
        this.script = script;
        try {
            server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        thread(this::accept);
    }

    /** Answers every request with these octets, over and over. */
    static RawUpstream answering(String octets) {
        return new RawUpstream(peer -> {
            while (peer.request() != null) peer.send(octets);
        });
    }

    /** A whole answer with this body. */
    static String text(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    static RawUpstream ok() {
        return answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }

    URI origin() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** The next request as it came. */
    String received() throws InterruptedException {
        String request = requests.poll(10, TimeUnit.SECONDS);
        if (request == null) throw new AssertionError("nothing was sent to the API");
        return request;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                thread(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.run(new Peer(socket));
        } catch (IOException gone) {
            open.remove(socket);
        }
    }

    private static void thread(Runnable work) {
        var thread = new Thread(work, "raw-upstream");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) socket.close();
    }

    /** The other end of one connection. */
    final class Peer {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        private Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
            socket.setTcpNoDelay(true);
        }

        /** For whoever reads and writes by rules of their own. */
        Socket socket() {
            return socket;
        }

        /** One whole request, or null when the gate hung up; it is remembered. */
        String request() throws IOException {
            String head = head();
            if (head == null) return null;
            String whole = head + body(head);
            requests.add(whole);
            return whole;
        }

        String head() throws IOException {
            var text = new StringBuilder();
            while (text.indexOf("\r\n\r\n", Math.max(0, text.length() - 4)) < 0) {
                int octet = in.read();
                if (octet < 0) return null;
                text.append((char) octet);
            }
            return text.toString();
        }

        private String body(String head) throws IOException {
            String lower = head.toLowerCase(Locale.ROOT);
            int length = lower.indexOf("content-length: ");
            if (length >= 0) return text(Integer.parseInt(head.substring(length + 16, head.indexOf("\r\n", length))));
            if (!lower.contains("transfer-encoding: chunked")) return "";
            var all = new StringBuilder();
            while (true) {
                String size = line();
                int count = Integer.parseInt(size.trim(), 16);
                all.append(size).append(count == 0 ? "" : text(count + 2));
                if (count == 0) return all.append(trailers()).toString();
            }
        }

        private String trailers() throws IOException {
            var all = new StringBuilder();
            String line = line();
            while (!line.equals("\r\n")) {
                all.append(line);
                line = line();
            }
            return all.append(line).toString();
        }

        private String line() throws IOException {
            var text = new StringBuilder();
            while (text.length() == 0 || text.charAt(text.length() - 1) != '\n') {
                int octet = in.read();
                if (octet < 0) throw new EOFException("the gate hung up in the middle of a body");
                text.append((char) octet);
            }
            return text.toString();
        }

        String text(int count) throws IOException {
            return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
        }

        InputStream stream() {
            return in;
        }

        Peer send(String octets) throws IOException {
            out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return this;
        }

        OutputStream out() {
            return out;
        }

        /** True once the gate has closed the connection. */
        boolean isLeft() throws IOException {
            return in.read() < 0;
        }

        /** Ends the connection with a reset instead of a goodbye. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
