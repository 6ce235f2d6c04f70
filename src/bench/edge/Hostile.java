import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Callers of a soak who do not mean well, and those who ask for an API that does not. */
final class Hostile {
    private static final List<String> MALFORMED = List.of(
            "GET / HTTP/9.9\r\n\r\n", "\u0000\u0001\u0002\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: g\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /%00 HTTP/1.1\r\nHost: g\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: g\r\nX : y\r\n\r\n", "GET / HTTP/1.1\r\nHost: g\r\nX: " + "y".repeat(70_000) + "\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
            "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: g\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\u0000".repeat(50));
    private static final List<String> SMUGGLING = List.of(
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /items HTTP/1.1\r\nHost: g\r\n\r\n", "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
            "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nab\r\n",
            "Transfer-Encoding: chunked\r\n\r\n1;\n\nGET /items HTTP/1.1\r\nHost: g\r\n\r\n", "Content-Length: +3\r\n\r\nabc", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n");
    private static final byte[] HEAD = {(byte) 0x82, (byte) 0x87, (byte) 0x84, 0x41, 1, 'g'};
    private static final byte[] RESETS = resets();
    private static final byte[] CONTINUATIONS = continuations();
    private static final byte[] PINGS = pings();

    private final Wire wire;
    private final Course course;
    private final WellMeaning others;
    private final Random random = new Random(42);

    /** The token of {@code others} is stolen. */
    Hostile(Wire wire, Course course, WellMeaning others) {
        this.wire = wire;
        this.course = course;
        this.others = others;
    }

    void begin() {
        course.hostile("bogus token", 500, this::bogusToken);
        course.hostile("malformed", 100, () -> once(MALFORMED.get(random.nextInt(MALFORMED.size()))));
        course.hostile("smuggling", 200, () -> once("POST /items HTTP/1.1\r\nHost: g\r\n" + authorization() + SMUGGLING.get(random.nextInt(SMUGGLING.size()))));
        course.hostile("gone in the middle of a body", 200, this::goneInBody);
        course.hostile("gone in the middle of a frame", 500, this::goneInFrame);
        course.hostile("fault of the API", 100, () -> once("GET /faults/" + random.nextInt(SoakApi.FAULTS) + " HTTP/1.1\r\nHost: g\r\n\r\n"));
        course.hostile("fault of the API in a WebSocket", 500, () -> once("GET /faults/" + random.nextInt(SoakApi.FAULTS) + " HTTP/1.1\r\n" + Frames.opening() + "\r\n"));
        course.hostile("answer left unread", 2_000, this::unreadAnswer);
        course.hostile("broken handshake", 500, this::brokenHandshake);
        course.hostile("reset streams", 1_000, () -> flood(RESETS));
        course.hostile("endless CONTINUATION", 1_000, () -> flood(CONTINUATIONS));
        course.hostile("flood of PING", 1_000, () -> flood(PINGS));
        lingering("silent", 1_000, "");
        lingering("head that never ends", 1_000, "GET / HTTP/1.1\r\nX-A: b\r\n");
        lingering("slow body", 1_000, "POST /items HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer @\r\nContent-Length: 100000\r\n\r\n");
    }

    private void bogusToken() throws IOException {
        String token = others.token();
        String bogus = random.nextBoolean() ? token.substring(0, token.length() - 6) + "AAAAAA" : "x".repeat(random.nextInt(5_000));
        once("GET /items HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer " + bogus + "\r\n\r\n");
    }

    private void goneInBody() throws IOException {
        try (Socket socket = wire.open()) {
            Wire.send(socket, "POST /items HTTP/1.1\r\nHost: g\r\n" + authorization() + "Content-Length: 50000\r\n\r\n" + "a".repeat(random.nextInt(40_000)));
            socket.setSoLinger(true, 0);
        }
    }

    private void goneInFrame() throws IOException {
        try (Socket socket = wire.open()) {
            Wire.send(socket, "GET /talk HTTP/1.1\r\n" + Frames.opening() + authorization() + "\r\n");
            Wire.head(socket.getInputStream());
            byte[] frame = Frames.frame(Frames.TEXT, new byte[5_000], true);
            socket.getOutputStream().write(frame, 0, random.nextInt(frame.length));
            if (random.nextBoolean()) socket.setSoLinger(true, 0);
        }
    }

    private void unreadAnswer() throws IOException {
        try (Socket socket = wire.open()) {
            Wire.send(socket, "GET /large HTTP/1.1\r\nHost: g\r\n\r\n");
            for (int i = 0; i < 5; i++) {
                socket.getInputStream().read();
                Wire.sleep(1_000);
            }
        }
    }

    private void brokenHandshake() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), wire.gate().getPort())) {
            socket.getOutputStream().write(random.nextBoolean() ? new byte[] {22, 3, 1, 2, 0, 1, 0, 1} : "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Wire.sleep(random.nextInt(300));
        }
    }

    private void once(String octets) throws IOException {
        try (Socket socket = wire.open()) {
            socket.setSoTimeout(2_000);
            Wire.send(socket, octets);
            socket.getInputStream().read(new byte[64 * 1024]);
        }
    }

    /** Begins something, sends an octet more now and then, and stays until it is thrown out. */
    private void lingering(String who, int everyMillis, String beginning) {
        Deque<Socket> all = new ArrayDeque<>();
        course.hostile(who, everyMillis, () -> {
            Socket one = wire.open();
            all.add(one);
            Wire.send(one, beginning.replace("@", others.token()));
            for (Socket each : List.copyOf(all)) {
                try {
                    if (!beginning.isEmpty()) each.getOutputStream().write('a');
                } catch (IOException thrownOut) {
                    each.close();
                    all.remove(each);
                }
            }
            if (all.size() > 60) all.remove().close();
            if (!course.goesOn()) for (Socket each : all) each.close();
        });
    }

    private String authorization() {
        return "Authorization: Bearer " + others.token() + "\r\n";
    }

    // ── HTTP/2 ───────────────────────────────────────────────────────────────────────────────────────────────────

    private void flood(byte[] octets) throws IOException {
        try (Socket socket = wire.open("h2")) {
            socket.getOutputStream().write(octets);
            socket.setSoTimeout(1_000);
            while (socket.getInputStream().read() >= 0) Thread.onSpinWait();
        }
    }

    /** A hundred streams, each given up at once (CVE-2023-44487). */
    private static byte[] resets() {
        var all = preface();
        for (int stream = 1; stream < 200; stream += 2) {
            frame(all, 1, 5, stream, HEAD);
            frame(all, 3, 0, stream, new byte[] {0, 0, 0, 8});
        }
        return all.toByteArray();
    }

    /** A head of half a megabyte whose end never comes (CVE-2024-27316). */
    private static byte[] continuations() {
        var all = preface();
        frame(all, 1, 1, 1, HEAD);
        byte[] field = new byte[104];
        field[1] = 1;
        field[2] = 'x';
        field[3] = 100;
        java.util.Arrays.fill(field, 4, 104, (byte) 'y');
        for (int i = 0; i < 5_000; i++) frame(all, 9, 0, 1, field);
        return all.toByteArray();
    }

    private static byte[] pings() {
        var all = preface();
        for (int i = 0; i < 5_000; i++) frame(all, 6, 0, 0, new byte[8]);
        return all.toByteArray();
    }

    private static ByteArrayOutputStream preface() {
        var all = new ByteArrayOutputStream();
        all.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(all, 4, 0, 0, new byte[0]);
        return all;
    }

    private static void frame(ByteArrayOutputStream to, int kind, int flags, int stream, byte[] payload) {
        to.writeBytes(new byte[] {0, 0, (byte) payload.length, (byte) kind, (byte) flags, 0, 0, 0, (byte) stream});
        to.writeBytes(payload);
    }
}
