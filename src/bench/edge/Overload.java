import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * `upstream PORT` answers everything with 1 KiB. `load PORT PATH TOKEN SECONDS CONNECTIONS WARM` warms a gate up for so many seconds, finds the most that it answers (64 callers, each waiting for
 * its answer), then sends at half of it, all of it, 1.5, 2 and 3 times of it whether answers come or not. Good is a 200 within a second of the moment at which the request was due.
 */
public final class Overload {
    private static final long DEADLINE_NANOS = 1_000_000_000L;
    private static final long DRAIN_NANOS = 5_000_000_000L;
    private static final int CLOSED_LOOP_CALLERS = 64;

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("upstream")) upstream(Integer.parseInt(arguments[1]));
        else load(arguments);
    }

    private static void load(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[1]);
        String request = "GET " + arguments[2] + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAuthorization: Bearer " + arguments[3] + "\r\n\r\n";
        int seconds = Integer.parseInt(arguments[4]);
        int connections = Integer.parseInt(arguments[5]);
        var few = new Callers(port, request, CLOSED_LOOP_CALLERS);
        few.run(Double.POSITIVE_INFINITY, Integer.parseInt(arguments[6]));
        Seen best = few.run(Double.POSITIVE_INFINITY, seconds);
        few.close();
        double peak = best.good / (double) seconds;
        System.out.println("| offered | good/s | of the peak | 503/s | late/s | not sent/s | failed/s | p50 ms | p99 ms |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        best.print("64 callers", seconds, peak);
        var many = new Callers(port, request, connections);
        many.run(peak * 0.5, seconds);
        for (double times : new double[] {0.5, 1, 1.5, 2, 3})
            many.run(peak * times, seconds)
                    .print(String.format(Locale.ROOT, "%.0f/s (%.1f x)", peak * times, times), seconds, peak);
        many.close();
    }

    /** What became of the requests of one run. */
    private static final class Seen {
        long good;
        long shed;
        long late;
        long notSent;
        long failed;
        private final List<Long> nanos = new ArrayList<>();

        void answer(int status, long took) {
            if (status == 503) shed++;
            else if (status != 200) failed++;
            else if (took > DEADLINE_NANOS) late++;
            else {
                good++;
                nanos.add(took);
            }
        }

        void print(String offered, int seconds, double peak) {
            long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
            System.out.printf(Locale.ROOT, "| %s | %.0f | %.0f %% | %.0f | %.0f | %.0f | %.0f | %.1f | %.1f |%n", offered, good / (double) seconds,
                    100 * good / (double) seconds / peak, shed / (double) seconds, late / (double) seconds, notSent / (double) seconds, failed / (double) seconds, at(sorted, 0.5), at(sorted, 0.99));
        }

        private static double at(long[] sorted, double part) {
            return sorted.length == 0 ? 0 : sorted[(int) (part * (sorted.length - 1))] / 1e6;
        }
    }

    /** Kept connections on one thread, all of them open before anything is sent. */
    private static final class Callers {
        private final InetSocketAddress gate;
        private final ByteBuffer request;
        private final Selector selector = Selector.open();
        private final Deque<Connection> free = new ArrayDeque<>();
        private Seen seen = new Seen();

        Callers(int port, String request, int most) throws IOException {
            this.gate = new InetSocketAddress("127.0.0.1", port);
            this.request = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < most; i++) free.push(new Connection());
        }

        /** {@code rate} infinite: as many as there are connections, each waiting for its answer. What is under way at the end is waited for and not counted. */
        Seen run(double rate, int seconds) throws IOException {
            seen = new Seen();
            long begin = System.nanoTime();
            long end = begin + seconds * 1_000_000_000L;
            long begun = 0;
            for (long now = begin; now < end; now = System.nanoTime()) {
                if (Double.isInfinite(rate)) {
                    for (Connection one = free.poll(); one != null; one = free.poll()) one.send(System.nanoTime());
                } else {
                    for (long due = (long) ((now - begin) / 1e9 * rate); begun < due; begun++) {
                        Connection one = free.poll();
                        if (one == null) seen.notSent++;
                        else one.send(begin + (long) (begun / rate * 1e9));
                    }
                }
                selector.select(this::ready, 1);
            }
            Seen counted = seen;
            seen = new Seen();
            for (long now = end; free.size() < selector.keys().size() && now < end + DRAIN_NANOS; now = System.nanoTime())
                selector.select(this::ready, 1);
            return counted;
        }

        void close() throws IOException {
            for (SelectionKey key : selector.keys()) key.channel().close();
            selector.close();
        }

        private void ready(SelectionKey key) {
            ((Connection) key.attachment()).read();
        }

        private final class Connection {
            private final SocketChannel channel = SocketChannel.open();
            private final ByteBuffer in = ByteBuffer.allocate(16 * 1024);
            private long due;

            Connection() throws IOException {
                channel.connect(gate);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, this);
            }

            void send(long when) {
                due = when;
                try {
                    channel.write(request.duplicate());
                } catch (IOException gone) {
                    lost();
                }
            }

            private void read() {
                try {
                    if (channel.read(in) < 0) {
                        lost();
                        return;
                    }
                } catch (IOException gone) {
                    lost();
                    return;
                }
                String all = new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
                int head = all.indexOf("\r\n\r\n");
                if (head < 0) return;
                int at = all.toLowerCase(Locale.ROOT).indexOf("content-length: ") + 16;
                int length = Integer.parseInt(all.substring(at, all.indexOf('\r', at)));
                if (in.position() < head + 4 + length) return;
                in.clear();
                seen.answer(Integer.parseInt(all.substring(9, 12)), System.nanoTime() - due);
                free.push(this);
            }

            private void lost() {
                seen.failed++;
                try {
                    channel.close();
                    free.push(new Connection());
                } catch (IOException refused) {
                    System.err.println("a connection was lost for good: " + refused);
                }
            }
        }
    }

    private static void upstream(int port) throws IOException {
        byte[] body = new byte[1024];
        Arrays.fill(body, (byte) 'x');
        byte[] head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer answer = ByteBuffer.allocate(head.length + body.length).put(head).put(body).flip();
        Selector selector = Selector.open();
        ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", port), 1024);
        server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        ByteBuffer in = ByteBuffer.allocate(64 * 1024);
        while (selector.isOpen()) {
            selector.select(key -> serve(key, server, selector, in.clear(), answer));
        }
    }

    private static void serve(SelectionKey key, ServerSocketChannel server, Selector selector, ByteBuffer in, ByteBuffer answer) {
        try {
            if (key.isAcceptable()) {
                SocketChannel caller = server.accept();
                if (caller != null) caller.setOption(StandardSocketOptions.TCP_NODELAY, true).configureBlocking(false).register(selector, SelectionKey.OP_READ);
            } else if (((SocketChannel) key.channel()).read(in) < 0) {
                key.channel().close();
            } else {
                ((SocketChannel) key.channel()).write(answer.duplicate());
            }
        } catch (IOException gone) {
            key.cancel();
        }
    }
}
