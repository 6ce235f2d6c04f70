import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * `PORT ADMIN PID FILE SECONDS`: callers who mean well beside callers and an API who do not, at fixed rates. Each minute the gate's memory is read; FILE is saved every ten seconds. Ends with 1 when a
 * good call fails or takes longer than ten seconds, when memory of the last minute is beyond 1.1 times that of the second, or when something is left of it all when everybody has gone.
 */
public final class Soak {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final double MOST_GROWTH = 1.1;

    private final int port;
    private final int admin;
    private final String pid;
    private final Path file;
    private final long end;
    private final Api api = new Api();
    private final SSLContext tls = SSLContext.getInstance("TLS");
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final LongAdder good = new LongAdder();
    private final Map<String, LongAdder> hostile = new TreeMap<>();
    private final AtomicLong slowest = new AtomicLong();
    private volatile String token = "";

    public static void main(String[] said) throws Exception {
        new Soak(said).run();
    }

    private Soak(String[] said) throws Exception {
        port = Integer.parseInt(said[0]);
        admin = Integer.parseInt(said[1]);
        pid = said[2];
        file = Path.of(said[3]);
        end = System.nanoTime() + Long.parseLong(said[4]) * 1_000_000_000L;
        tls.init(null, new TrustManager[] {new Anybody()}, null);
    }

    private boolean goesOn() {
        return System.nanoTime() < end && faults.size() < 20;
    }

    private void run() throws Exception {
        api.start(port + 2);
        signIn("register");
        signIn("login");
        for (int i = 0; i < 3; i++) thread("kept connection", 40, this::kept);
        for (int i = 0; i < 2; i++) thread("HTTP/2", 40, this::http2);
        thread("sign-in", 20_000, () -> () -> signIn("login"));
        hostile("bogus token", 500, this::bogusToken);
        hostile("malformed", 100, this::malformed);
        hostile("smuggling", 200, this::smuggling);
        hostile("gone in the middle of a body", 200, this::goneInBody);
        hostile("fault of the API", 100, this::faultOfApi);
        hostile("answer left unread", 2_000, this::unreadAnswer);
        hostile("broken handshake", 500, this::brokenHandshake);
        hostile("reset streams", 1_000, this::resetStreams);
        lingering("silent", 1_000, "");
        lingering("head that never ends", 1_000, "GET / HTTP/1.1\r\nX-A: b\r\n");
        lingering("slow body", 1_000, "POST /items HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer @\r\nContent-Length: 100000\r\n\r\n");
        thread("reload", 10_000, () -> () -> Files.writeString(file, "# saved again\n", StandardOpenOption.APPEND));

        System.out.println("| minute | PSS MiB | heap MiB | good calls | slowest ms | hostile calls | connections |");
        System.out.println("|---|---|---|---|---|---|---|");
        double[] second = {};
        double[] last = {};
        for (int minute = 1; goesOn(); minute++) {
            sleep(Math.min(60_000, Math.max(1, (end - System.nanoTime()) / 1_000_000)));
            last = new double[] {pss(), heap()};
            if (minute == 2) second = last;
            System.out.printf("| %d | %.1f | %.1f | %d | %d | %d | %s |%n", minute, last[0], last[1], good.sum(), slowest.getAndSet(0) / 1_000_000,
                    hostile.values().stream().mapToLong(LongAdder::sum).sum(), metric("gatehouse_connections"));
        }
        System.out.println("\nhostile calls: " + hostile);
        if (second.length > 0 && last[0] > MOST_GROWTH * second[0]) faults.add("memory grew: PSS " + second[0] + " to " + last[0]);
        if (second.length > 0 && last[1] > MOST_GROWTH * second[1]) faults.add("memory grew: heap " + second[1] + " to " + last[1]);
        aftermath();
        faults.forEach(fault -> System.out.println("FAULT " + fault));
        System.out.println(faults.isEmpty() ? "no fault" : faults.size() + " faults");
        System.exit(faults.isEmpty() ? 0 : 1);
    }

    /** Everybody has gone: nothing may be left, and everything works. */
    private void aftermath() throws Exception {
        long until = System.nanoTime() + 120_000_000_000L;
        for (String gauge : List.of("gatehouse_connections", "gatehouse_requests_waiting", "gatehouse_upstream_requests", "gatehouse_upstream_waiting")) {
            while (!metric(gauge).equals("0") && System.nanoTime() < until) sleep(500);
            if (!metric(gauge).equals("0")) faults.add(gauge + " is " + metric(gauge) + " when everybody has gone");
        }
        Act call = kept();
        for (int i = 0; i < 100; i++) call.act();
    }

    // ── who acts ─────────────────────────────────────────────────────────────────────────────────────────────────

    private interface Act {
        void act() throws Exception;
    }

    private interface Start {
        Act begin() throws Exception;
    }

    /** Somebody who means well: whatever goes wrong is a fault. */
    private void thread(String who, int everyMillis, Start start) {
        var thread = new Thread(() -> {
            Act act = null;
            while (goesOn()) {
                long began = System.nanoTime();
                try {
                    if (act == null) act = start.begin();
                    act.act();
                } catch (Exception | AssertionError failed) {
                    faults.add(who + ": " + failed);
                    act = null;
                }
                slowest.accumulateAndGet(System.nanoTime() - began, Math::max);
                sleep(everyMillis);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void hostile(String who, int everyMillis, Act act) {
        var calls = hostile.computeIfAbsent(who, name -> new LongAdder());
        var thread = new Thread(() -> {
            while (goesOn()) {
                try {
                    act.act();
                } catch (IOException closed) {
                    // Whatever they are told, they have deserved it.
                } catch (Exception failed) {
                    faults.add(who + " could not be tried: " + failed);
                }
                calls.increment();
                sleep(everyMillis);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Begins something, sends an octet more now and then, and stays until it is thrown out. */
    private void lingering(String who, int everyMillis, String beginning) {
        Deque<Socket> all = new ArrayDeque<>();
        hostile(who, everyMillis, () -> {
            Socket one = secure();
            one.getOutputStream().write(beginning.replace("@", token).getBytes(StandardCharsets.ISO_8859_1));
            all.add(one);
            for (Socket each : List.copyOf(all)) {
                try {
                    if (!beginning.isEmpty()) each.getOutputStream().write('a');
                } catch (IOException thrownOut) {
                    each.close();
                    all.remove(each);
                }
            }
            if (all.size() > 60) all.remove().close();
            if (!goesOn()) for (Socket each : all) each.close();
        });
    }

    // ── those who mean well ──────────────────────────────────────────────────────────────────────────────────────

    private Act kept() throws IOException {
        Socket socket = secure();
        byte[] body = "b".repeat(5_000).getBytes(StandardCharsets.US_ASCII);
        int[] calls = {0};
        return () -> {
            boolean post = ++calls[0] % 4 == 0;
            send(socket, (post ? "POST" : "GET") + " /items HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer " + token + "\r\n" + (post ? "Content-Length: " + body.length + "\r\n" : "") + "\r\n");
            if (post) socket.getOutputStream().write(body);
            expect(answer(socket.getInputStream()), post ? "200 5000" : "200 1024");
        };
    }

    private Act http2() {
        HttpClient client = HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_2).connectTimeout(Duration.ofMillis(PATIENCE_MILLIS)).build();
        int[] calls = {0};
        return () -> {
            boolean post = ++calls[0] % 4 == 0;
            var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/items")).timeout(Duration.ofMillis(PATIENCE_MILLIS)).header("Authorization", "Bearer " + token);
            if (post) request.POST(BodyPublishers.ofByteArray(new byte[5_000]));
            var answer = client.send(request.build(), BodyHandlers.ofByteArray());
            expect(answer.version() + " " + answer.statusCode() + " " + answer.body().length, post ? "HTTP_2 200 5000" : "HTTP_2 200 1024");
        };
    }

    private void expect(String was, String wanted) {
        if (!was.equals(wanted)) throw new AssertionError(was + " where " + wanted + " was due");
        good.increment();
    }

    private void signIn(String how) throws IOException {
        String person = "{\"username\":\"soak\",\"password\":\"a-long-way-down-42\"}";
        try (Socket socket = secure()) {
            send(socket, "POST /" + how + " HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\nContent-Length: " + person.length() + "\r\nConnection: close\r\n\r\n" + person);
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (how.equals("register")) return;
            int at = all.indexOf("\"access_token\":\"") + 16;
            if (at < 16) throw new IOException("no token: " + all);
            token = all.substring(at, all.indexOf('"', at));
        }
    }

    // ── those who do not ─────────────────────────────────────────────────────────────────────────────────────────

    private static final List<String> MALFORMED = List.of(
            "GET / HTTP/9.9\r\n\r\n", "\u0000\u0001\u0002\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: g\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /%00 HTTP/1.1\r\nHost: g\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: g\r\nX : y\r\n\r\n", "GET / HTTP/1.1\r\nHost: g\r\nX: " + "y".repeat(70_000) + "\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
            "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: g\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\u0000".repeat(50));
    private static final List<String> SMUGGLING = List.of(
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /items HTTP/1.1\r\nHost: g\r\n\r\n", "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
            "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nab\r\n",
            "Transfer-Encoding: chunked\r\n\r\n1;\n\nGET /items HTTP/1.1\r\nHost: g\r\n\r\n", "Content-Length: +3\r\n\r\nabc", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n");
    private static final byte[] RESETS = resets();

    private final Random random = new Random(42);

    private void malformed() throws IOException {
        once(MALFORMED.get(random.nextInt(MALFORMED.size())));
    }

    private void smuggling() throws IOException {
        once("POST /items HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer " + token + "\r\n" + SMUGGLING.get(random.nextInt(SMUGGLING.size())));
    }

    private void bogusToken() throws IOException {
        String bogus = random.nextBoolean() ? token.substring(0, token.length() - 6) + "AAAAAA" : "x".repeat(random.nextInt(5_000));
        once("GET /items HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer " + bogus + "\r\n\r\n");
    }

    private void goneInBody() throws IOException {
        try (Socket socket = secure()) {
            send(socket, "POST /items HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer " + token + "\r\nContent-Length: 50000\r\n\r\n" + "a".repeat(random.nextInt(40_000)));
            socket.setSoLinger(true, 0);
        }
    }

    private void faultOfApi() throws IOException {
        once("GET /faults/" + random.nextInt(Api.FAULTS) + " HTTP/1.1\r\nHost: g\r\n\r\n");
    }

    private void unreadAnswer() throws IOException {
        try (Socket socket = secure()) {
            send(socket, "GET /large HTTP/1.1\r\nHost: g\r\n\r\n");
            for (int i = 0; i < 5; i++) {
                socket.getInputStream().read();
                sleep(1_000);
            }
        }
    }

    private void brokenHandshake() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(random.nextBoolean() ? new byte[] {22, 3, 1, 2, 0, 1, 0, 1} : "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            sleep(random.nextInt(300));
        }
    }

    private void resetStreams() throws IOException {
        try (Socket socket = secure("h2")) {
            socket.getOutputStream().write(RESETS);
            socket.setSoTimeout(1_000);
            while (socket.getInputStream().read() >= 0) Thread.onSpinWait();
        }
    }

    /** A hundred streams, each given up at once (CVE-2023-44487). */
    private static byte[] resets() {
        var all = new ByteArrayOutputStream();
        all.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000".getBytes(StandardCharsets.ISO_8859_1));
        byte[] head = {(byte) 0x82, (byte) 0x87, (byte) 0x84, 0x41, 1, 'g'};
        for (int stream = 1; stream < 200; stream += 2) {
            all.writeBytes(new byte[] {0, 0, (byte) head.length, 1, 5, 0, 0, 0, (byte) stream});
            all.writeBytes(head);
            all.writeBytes(new byte[] {0, 0, 4, 3, 0, 0, 0, 0, (byte) stream, 0, 0, 0, 8});
        }
        return all.toByteArray();
    }

    private void once(String octets) throws IOException {
        try (Socket socket = secure()) {
            socket.setSoTimeout(2_000);
            send(socket, octets);
            socket.getInputStream().read(new byte[64 * 1024]);
        }
    }

    // ── sockets ──────────────────────────────────────────────────────────────────────────────────────────────────

    private Socket secure(String... protocols) throws IOException {
        var socket = (javax.net.ssl.SSLSocket) tls.getSocketFactory().createSocket();
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.startHandshake();
        return socket;
    }

    private static void send(Socket socket, String octets) throws IOException {
        socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Status and length of the body. */
    private static String answer(InputStream in) throws IOException {
        String head = head(in);
        int at = head.toLowerCase().indexOf("content-length: ") + 16;
        int length = at < 16 ? 0 : Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
        if (in.readNBytes(length).length < length) throw new IOException("ended in the middle of a body");
        return head.substring(9, 12) + " " + length;
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) throw new IOException("ended after " + head.length() + " octets of a head");
            head.append((char) octet);
        }
        return head.toString();
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    // ── what is read of the gate ─────────────────────────────────────────────────────────────────────────────────

    private double pss() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", pid, "smaps_rollup"))) if (line.startsWith("Pss:")) return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        return 0;
    }

    /** What is alive, after a collection. */
    private double heap() throws Exception {
        run("jcmd", pid, "GC.run");
        String[] figures = run("jstat", "-gc", pid).lines().skip(1).findFirst().orElseThrow().trim().split("\\s+");
        return (Double.parseDouble(figures[2]) + Double.parseDouble(figures[3]) + Double.parseDouble(figures[5]) + Double.parseDouble(figures[7])) / 1024;
    }

    private static String run(String... command) throws IOException {
        String[] whole = command.clone();
        whole[0] = Path.of(System.getProperty("java.home"), "bin", command[0]).toString();
        return new String(new ProcessBuilder(whole).redirectErrorStream(true).start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Summed over labels. */
    private String metric(String name) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics")).timeout(Duration.ofMillis(PATIENCE_MILLIS)).build();
        double sum = 0;
        for (String line : HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body().split("\n"))
            if (line.startsWith(name + " ") || line.startsWith(name + "{")) sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
        return Long.toString((long) sum);
    }

    // ── the API behind ───────────────────────────────────────────────────────────────────────────────────────────

    /** Does as it should at {@code /items}, and at {@code /faults/N} what it should not. */
    private static final class Api {
        static final int FAULTS = 9;

        void start(int port) throws IOException {
            var server = new ServerSocket(port, 500, InetAddress.getLoopbackAddress());
            daemon(() -> {
                while (true) {
                    Socket caller = server.accept();
                    caller.setTcpNoDelay(true);
                    daemon(() -> serve(caller));
                }
            });
        }

        private static void daemon(Act act) {
            var thread = new Thread(() -> {
                try {
                    act.act();
                } catch (Exception over) {
                    Thread.yield();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        private static void serve(Socket caller) throws IOException {
            try (caller) {
                InputStream in = new java.io.BufferedInputStream(caller.getInputStream());
                OutputStream out = caller.getOutputStream();
                while (true) {
                    String head = head(in);
                    int body = body(head, in);
                    String path = head.split(" ")[1];
                    if (path.startsWith("/faults/")) {
                        fault(Integer.parseInt(path.substring(8)), out);
                        return;
                    }
                    int length = path.equals("/large") ? 4 << 20 : body > 0 ? body : 1024;
                    out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                    out.write(new byte[length]);
                }
            }
        }

        private static int body(String head, InputStream in) throws IOException {
            String lower = head.toLowerCase();
            int at = lower.indexOf("content-length: ") + 16;
            if (at >= 16) {
                int length = Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
                if (in.readNBytes(length).length < length) throw new IOException("gone");
                return length;
            }
            int all = 0;
            while (lower.contains("transfer-encoding: chunked")) {
                var line = new StringBuilder();
                while (line.indexOf("\n") < 0) line.append((char) in.read());
                int length = Integer.parseInt(line.toString().trim(), 16);
                in.readNBytes(length + 2);
                all += length;
                if (length == 0) break;
            }
            return all;
        }

        private static void fault(int which, OutputStream out) throws IOException {
            String beginning = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
            String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            String said =
                    switch (which) {
                        case 0 -> "";
                        case 1 -> "\u0000\u0001 no HTTP at all\r\n\r\n";
                        case 2 -> beginning + "ended in the middle";
                        case 3 -> "HTTP/1.1 200 OK\r\nX: " + "y".repeat(100_000) + "\r\n\r\n";
                        case 4 -> "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd";
                        case 5 -> chunked + "zz\r\nno chunk\r\n";
                        case 6 -> chunked + "1\r\na\r\n".repeat(20_000) + "0\r\n\r\n";
                        case 7 -> "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(50) + beginning;
                        default -> beginning + "a".repeat(1000) + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                    };
            out.write(said.getBytes(StandardCharsets.ISO_8859_1));
            if (which % 2 == 0) sleep(200);
        }
    }

    /** The certificate was made a moment ago and is nobody's business. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override public void checkClientTrusted(X509Certificate[] chain, String kind) {}
        @Override public void checkServerTrusted(X509Certificate[] chain, String kind) {}
        @Override public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) {}
        @Override public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) {}
        @Override public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}
        @Override public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}
        @Override public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
