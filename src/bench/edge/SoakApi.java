import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The APIs behind a gate in a soak: one does as it should, one at another address what it should not. */
final class SoakApi {
    static final int FAULTS = 12;
    static final int EVENTS = 30;

    private SoakApi() {}

    static void start(int good, int faulty) throws IOException {
        listen(good, SoakApi::serve);
        listen(faulty, SoakApi::fail);
    }

    private interface Service {
        void serve(String head, InputStream in, OutputStream out) throws Exception;
    }

    /** A connection is served until somebody has had enough of it. */
    private static void listen(int port, Service service) throws IOException {
        var server = new ServerSocket(port, 500, InetAddress.getLoopbackAddress());
        Course.daemon(() -> {
            while (true) {
                Socket caller = server.accept();
                caller.setTcpNoDelay(true);
                Course.daemon(() -> {
                    try (caller) {
                        InputStream in = new BufferedInputStream(caller.getInputStream());
                        while (true) service.serve(Wire.head(in), in, caller.getOutputStream());
                    }
                });
            }
        });
    }

    private static void serve(String head, InputStream in, OutputStream out) throws Exception {
        int body = body(head, in);
        switch (head.split(" ")[1]) {
            case "/talk" -> talk(head, in, out);
            case "/talk/events" -> events(out);
            case "/large" -> answer(4 << 20, out);
            default -> answer(body > 0 ? body : 1024, out);
        }
    }

    private static void answer(int length, OutputStream out) throws IOException {
        say("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n", out);
        out.write(new byte[length]);
    }

    private static void talk(String head, InputStream in, OutputStream out) throws Exception {
        say(Frames.accepted(head), out);
        while (true) {
            var frame = Frames.read(in);
            out.write(Frames.frame(frame.kind(), frame.said(), false));
            if (frame.kind() == Frames.CLOSE) throw new IOException("said goodbye");
        }
    }

    private static void events(OutputStream out) throws IOException {
        say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n", out);
        for (int i = 0; i < EVENTS; i++) {
            say("9\r\ndata: x\n\n\r\n", out);
            Wire.sleep(100);
        }
        say("0\r\n\r\n", out);
    }

    private static int body(String head, InputStream in) throws IOException {
        int length = Wire.length(head);
        if (length >= 0) {
            if (in.readNBytes(length).length < length) throw new IOException("gone");
            return length;
        }
        int all = 0;
        if (!head.toLowerCase().contains("transfer-encoding: chunked")) return all;
        for (int chunk = Wire.chunk(in).length; chunk > 0; chunk = Wire.chunk(in).length) all += chunk;
        return all;
    }

    /** Every connection ends here, at once or after a while. */
    private static void fail(String head, InputStream in, OutputStream out) throws Exception {
        String beginning = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        int which = Integer.parseInt(head.split(" ")[1].substring("/faults/".length()));
        say(
                switch (which) {
                    case 0 -> "";
                    case 1 -> "\u0000\u0001 no HTTP at all\r\n\r\n";
                    case 2 -> beginning + "ended in the middle";
                    case 3 -> "HTTP/1.1 200 OK\r\nX: " + "y".repeat(100_000) + "\r\n\r\n";
                    case 4 -> "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd";
                    case 5 -> chunked + "zz\r\nno chunk\r\n";
                    case 6 -> chunked + "1\r\na\r\n".repeat(20_000) + "0\r\n\r\n";
                    case 7 -> "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(50) + beginning;
                    case 8 -> beginning + "a".repeat(1000) + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                    case 9 -> "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: wrong\r\n\r\n";
                    case 10 -> "HTTP/1.1 101 Switching Protocols\r\n\r\n\u0081\u0005hal";
                    default -> head.contains("Sec-WebSocket-Key") ? Frames.accepted(head) + "\u0081\u0005hal" : chunked + "5\r\nhal";
                },
                out);
        if (which % 2 == 0) Wire.sleep(200);
        throw new IOException("hangs up");
    }

    private static void say(String octets, OutputStream out) throws IOException {
        out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
    }
}
