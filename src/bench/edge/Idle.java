import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * `KIND PORT ADMIN PID COUNT MOST_KIB TOKEN`: what the gate's process grows by for each of COUNT connections that have been answered once and say no more (KIND connections), or WebSockets that
 * have echoed once (KIND websockets). Ends with 1 when it is more than MOST_KIB, when one of them is not there in the end, or when one is left after all have gone.
 */
public final class Idle {
    /** So that no address runs out of ports, and none is a crowd. */
    private static final int OF_ONE_ADDRESS = 1_000;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final boolean webSockets;
    private final int port;
    private final Gate gate;
    private final String token;
    private final List<Socket> open = new ArrayList<>();

    private record Memory(long pss, long heap) {}

    public static void main(String[] said) throws Exception {
        new Idle(said).run(Integer.parseInt(said[4]), Double.parseDouble(said[5]));
    }

    private Idle(String[] said) throws IOException {
        webSockets = said[0].equals("websockets");
        port = Integer.parseInt(said[1]);
        gate = new Gate(Integer.parseInt(said[2]), said[3]);
        token = said[6];
        api(port + 2);
    }

    private void run(int count, double mostKib) throws Exception {
        // What a first visitor brings about once and for all is no cost of the others.
        for (int round = 0; round < 5; round++) {
            open(count / 10);
            leave();
        }
        Memory before = memory();
        open(count);
        if (!gate.reads("gatehouse_connections", count, PATIENCE)) throw new IOException(gate.metric("gatehouse_connections") + " connections instead of " + count);
        Memory after = memory();
        double each = (double) (after.pss() - before.pss()) / count;
        System.out.printf(
                "%d %s: PSS %.1f to %.1f MiB, %.1f KiB each (at most %.0f); of these alive on the heap %.1f KiB%n",
                count, webSockets ? "open WebSockets" : "idle connections", before.pss() / 1024.0, after.pss() / 1024.0, each, mostKib, (double) (after.heap() - before.heap()) / count);
        if (System.getenv("HISTOGRAM") != null) System.out.println(gate.histogram(Integer.parseInt(System.getenv("HISTOGRAM"))));
        if (System.getenv("NATIVE") != null) System.out.println(gate.outsideHeap());
        for (Socket one : open) ask(one);
        leave();
        System.exit(each > mostKib ? 1 : 0);
    }

    private void open(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            var one = new Socket();
            one.bind(new InetSocketAddress("127.0.1." + (1 + i / OF_ONE_ADDRESS), 0));
            one.connect(new InetSocketAddress("127.0.0.1", port), Wire.PATIENCE_MILLIS);
            one.setSoTimeout(Wire.PATIENCE_MILLIS);
            one.setTcpNoDelay(true);
            if (webSockets) {
                Wire.send(one, "GET /api HTTP/1.1\r\n" + Frames.opening() + "Authorization: Bearer " + token + "\r\n\r\n");
                String head = Wire.head(one.getInputStream());
                if (!head.startsWith("HTTP/1.1 101")) throw new IOException("no WebSocket: " + head);
            }
            ask(one);
            open.add(one);
        }
    }

    /** It answers. */
    private void ask(Socket one) throws IOException {
        InputStream in = one.getInputStream();
        if (webSockets) {
            one.getOutputStream().write(Frames.frame(Frames.TEXT, new byte[20], true));
            if (Frames.read(in).said().length != 20) throw new IOException("no echo");
            return;
        }
        Wire.send(one, "GET /api HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer " + token + "\r\n\r\n");
        String answer = Wire.answer(in);
        if (!answer.equals("200 1024")) throw new IOException("no answer: " + answer);
    }

    private void leave() throws Exception {
        for (Socket one : open) one.close();
        open.clear();
        if (!gate.reads("gatehouse_connections", 0, PATIENCE) || !gate.reads("gatehouse_websockets", 0, PATIENCE)) throw new IOException("something is left");
    }

    /** When it has come to rest: the least of several readings after a collection. */
    private Memory memory() throws Exception {
        long heap = gate.heap();
        long pss = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            Wire.sleep(1_000);
            pss = Math.min(pss, gate.pss());
        }
        return new Memory(pss, heap);
    }

    // ── the API behind, on one thread ────────────────────────────────────────────────────────────────────────────

    private static void api(int port) throws IOException {
        var selector = Selector.open();
        var server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", port), 1_000);
        server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        Course.daemon(() -> {
            var octets = ByteBuffer.allocate(16 * 1024);
            while (true) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key.isAcceptable()) server.accept().configureBlocking(false).register(selector, SelectionKey.OP_READ);
                    else answer((SocketChannel) key.channel(), octets.clear());
                }
                selector.selectedKeys().clear();
            }
        });
    }

    /** Heads and frames are short, and each comes at once. */
    private static void answer(SocketChannel gate, ByteBuffer octets) throws Exception {
        try {
            if (gate.read(octets) < 0) {
                gate.close();
                return;
            }
            octets.flip();
            if (octets.get(0) < 0) {
                var frame = Frames.read(new java.io.ByteArrayInputStream(octets.array(), 0, octets.limit()));
                gate.write(ByteBuffer.wrap(Frames.frame(frame.kind(), frame.said(), false)));
                return;
            }
            String head = StandardCharsets.ISO_8859_1.decode(octets).toString();
            String answer = head.contains("Sec-WebSocket-Key") || head.contains("sec-websocket-key") ? Frames.accepted(head) : "HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n" + "x".repeat(1024);
            gate.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (IOException gone) {
            gate.close();
        }
    }
}
