import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/** Callers of a soak who do as they should and must get what is due to them. */
final class WellMeaning {
    private static final int SAID_IN_A_WEBSOCKET = 20;

    private final Wire wire;
    private final Course course;
    private final Random random = new Random(7);
    private volatile String token = "";

    WellMeaning(Wire wire, Course course) {
        this.wire = wire;
        this.course = course;
    }

    String token() {
        return token;
    }

    void begin() throws IOException {
        signIn("register");
        signIn("login");
        for (int i = 0; i < 3; i++) course.good("kept connection", 40, this::kept);
        for (int i = 0; i < 2; i++) course.good("HTTP/2", 40, this::http2);
        for (int i = 0; i < 3; i++) course.good("WebSocket", 500, () -> this::webSocket);
        course.good("events", 500, () -> this::events);
        course.good("sign-in", 20_000, () -> () -> signIn("login"));
    }

    Course.Act kept() throws IOException {
        Socket socket = wire.open();
        byte[] body = "b".repeat(5_000).getBytes(StandardCharsets.US_ASCII);
        int[] calls = {0};
        return () -> {
            boolean post = ++calls[0] % 4 == 0;
            Wire.send(socket, (post ? "POST" : "GET") + " /items HTTP/1.1\r\nHost: g\r\n" + authorization() + (post ? "Content-Length: " + body.length + "\r\n" : "") + "\r\n");
            if (post) socket.getOutputStream().write(body);
            expect(Wire.answer(socket.getInputStream()), post ? "200 5000" : "200 1024");
        };
    }

    private Course.Act http2() {
        HttpClient client = HttpClient.newBuilder().sslContext(wire.tls()).version(HttpClient.Version.HTTP_2).connectTimeout(Duration.ofMillis(Wire.PATIENCE_MILLIS)).build();
        int[] calls = {0};
        return () -> {
            boolean post = ++calls[0] % 4 == 0;
            var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + wire.gate().getPort() + "/items"))
                    .timeout(Duration.ofMillis(Wire.PATIENCE_MILLIS))
                    .header("Authorization", "Bearer " + token);
            if (post) request.POST(BodyPublishers.ofByteArray(new byte[5_000]));
            var answer = client.send(request.build(), BodyHandlers.ofByteArray());
            expect(answer.version() + " " + answer.statusCode() + " " + answer.body().length, post ? "HTTP_2 200 5000" : "HTTP_2 200 1024");
        };
    }

    /** Opened, every frame comes back as it was, closed from this side or broken off by it. */
    private void webSocket() throws IOException {
        try (Socket socket = wire.open()) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            Wire.send(socket, "GET /talk HTTP/1.1\r\n" + Frames.opening() + authorization() + "\r\n");
            expect(Wire.head(in).substring(9, 12), "101");
            for (int i = 0; i < SAID_IN_A_WEBSOCKET; i++) {
                byte[] said = new byte[random.nextInt(8_000)];
                Arrays.fill(said, (byte) ('a' + i));
                out.write(Frames.frame(Frames.TEXT, said, true));
                if (!Arrays.equals(Frames.read(in).said(), said)) throw new AssertionError("another frame came back");
                Wire.sleep(100);
            }
            if (random.nextInt(3) == 0) return;
            out.write(Frames.frame(Frames.CLOSE, new byte[] {3, (byte) 0xe8}, true));
            expect(Frames.read(in).kind() + " " + in.read(), Frames.CLOSE + " -1");
        }
    }

    /** All of them come, and one after the other. */
    private void events() throws IOException {
        try (Socket socket = wire.open()) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Wire.send(socket, "GET /talk/events HTTP/1.1\r\nHost: g\r\n" + authorization() + "\r\n");
            expect(Wire.head(in).substring(9, 12), "200");
            int events = 0;
            int chunks = 0;
            for (byte[] some = Wire.chunk(in); some.length > 0; some = Wire.chunk(in), chunks++) events += new String(some, StandardCharsets.US_ASCII).split("data: ", -1).length - 1;
            expect(events + " events, held back: " + (chunks < SoakApi.EVENTS / 2), SoakApi.EVENTS + " events, held back: false");
        }
    }

    private void signIn(String how) throws IOException {
        String person = "{\"username\":\"soak\",\"password\":\"a-long-way-down-42\"}";
        try (Socket socket = wire.open()) {
            Wire.send(socket, "POST /" + how + " HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\nContent-Length: " + person.length() + "\r\nConnection: close\r\n\r\n" + person);
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (how.equals("register")) return;
            int at = all.indexOf("\"access_token\":\"") + 16;
            if (at < 16) throw new IOException("no token: " + all);
            token = all.substring(at, all.indexOf('"', at));
        }
    }

    private String authorization() {
        return "Authorization: Bearer " + token + "\r\n";
    }

    private static void expect(String was, String due) {
        if (!was.equals(due)) throw new AssertionError(was + " where " + due + " was due");
    }
}
