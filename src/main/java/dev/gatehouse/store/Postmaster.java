package dev.gatehouse.store;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The server process as {@code postmaster.pid} describes it: process id, data, start, port, socket folder, listen address, memory, status. */
record Postmaster(Path cluster, long pid, int port, Path sockets, boolean ready) {
    private static final int PORT_LINE = 3;
    private static final int SOCKET_LINE = 4;
    private static final int STATUS_LINE = 7;
    private static final Duration GLANCE = Duration.ofMillis(100);
    private static final long ANSWER_MILLIS = 2_000;
    /** SSLRequest: any server answers with one byte before it asks who is there (PostgreSQL protocol, SSL Session Encryption). */
    private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 0x04, (byte) 0xd2, 0x16, 0x2f};

    /** What the file says about a server that lives; empty when there is no file or it speaks of a process that is gone or is something else. */
    static Optional<Postmaster> of(Path cluster) throws IOException {
        List<String> lines = lines(cluster);
        if (lines.size() <= SOCKET_LINE
                || !lines.get(0).matches("\\d{1,10}")
                || !lines.get(PORT_LINE).matches("\\d{1,5}")) return Optional.empty();
        long pid = Long.parseLong(lines.get(0));
        if (!isServer(pid)) return Optional.empty();
        boolean ready =
                lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
        return Optional.of(new Postmaster(
                cluster, pid, Integer.parseInt(lines.get(PORT_LINE)), Path.of(lines.get(SOCKET_LINE)), ready));
    }

    boolean alive() {
        return isServer(pid);
    }

    /** The same server once it takes connections, as after a recovery; empty when it ends before or takes longer. */
    Optional<Postmaster> whenReady(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        Optional<Postmaster> now = Optional.of(this);
        while (now.isPresent() && !now.get().ready() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(GLANCE.toNanos());
            now = again();
        }
        return now.filter(Postmaster::ready);
    }

    /** The name of the socket, which is made of the port whether or not anything listens there. */
    static String socket(int port) {
        return ".s.PGSQL." + port;
    }

    /** The end without ceremony; what is committed is recovered at the next start. */
    void kill() {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Whether something at the socket speaks PostgreSQL. */
    boolean answers() {
        var address = UnixDomainSocketAddress.of(sockets.resolve(socket(port)));
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                var selector = Selector.open()) {
            channel.connect(address);
            channel.write(ByteBuffer.wrap(SSL_REQUEST));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            return selector.select(ANSWER_MILLIS) == 1 && channel.read(ByteBuffer.allocate(1)) == 1;
        } catch (IOException silence) {
            return false;
        }
    }

    /**
     * Lets a file that speaks of somebody else's process (its number was given out again, as after a restart of a container) count as stale:
     * PostgreSQL believes any process of the same user with that number to be its server. The rest of the file stays, so that it can
     * still find shared memory that is in use.
     */
    static void disown(Path cluster) throws IOException {
        List<String> lines = lines(cluster);
        if (lines.isEmpty() || of(cluster).isPresent()) return;
        lines.set(0, String.valueOf(Integer.MAX_VALUE));
        Files.write(cluster.resolve("postmaster.pid"), lines);
    }

    private Optional<Postmaster> again() {
        try {
            return of(cluster).filter(server -> server.pid == pid);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static List<String> lines(Path cluster) throws IOException {
        try {
            return new ArrayList<>(Files.readAllLines(cluster.resolve("postmaster.pid")));
        } catch (NoSuchFileException absent) {
            return List.of();
        }
    }

    /** A process of that number that runs a program called postgres and is more than a zombie waiting to be collected. */
    private static boolean isServer(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()
                && command(pid).endsWith("/postgres")
                && !isZombie(pid);
    }

    private static String command(long pid) {
        return ProcessHandle.of(pid).flatMap(handle -> handle.info().command()).orElse("");
    }

    private static boolean isZombie(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
        } catch (IOException noProc) {
            return false;
        }
    }
}
