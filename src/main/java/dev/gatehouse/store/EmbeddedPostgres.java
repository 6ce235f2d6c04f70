package dev.gatehouse.store;

import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL that comes with the house, kept under the data folder. A gate and command lines may use it together: whoever comes first
 * starts it, whoever leaves last stops it, and one that is killed is no longer counted. All methods block; call them off the event loops.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final Duration TURN_LIMIT = Duration.ofSeconds(150);
    private static final Duration TURN_PAUSE = Duration.ofMillis(50);

    private final Path home;
    private final PostgresServer server;
    private final HeldFile presence;
    private final PgConnectOptions options;
    private final PostgresKeeper keeper;

    private EmbeddedPostgres(Path home, PostgresServer server, HeldFile presence, Postmaster postmaster)
            throws IOException {
        this.home = home;
        this.server = server;
        this.presence = presence;
        this.options = server.options(postmaster);
        this.keeper = new PostgresKeeper(postmaster, () -> restart(postmaster.sockets()));
    }

    /** The server of this data folder: joined when it runs (also one that a killed gate left behind), started otherwise. */
    public static EmbeddedPostgres start(Path data) {
        return start(data, data.resolve("postgres"), "");
    }

    /** As {@link #start(Path)}, with the programs kept elsewhere and lines added to the server's configuration. */
    static EmbeddedPostgres start(Path data, Path binaries, String settings) {
        Path home = home(data);
        var server = new PostgresServer(home, binaries, settings);
        try (HeldFile turn = turn(home)) {
            return enter(home, server, server.start(Optional.empty()));
        } catch (IOException failure) {
            throw Folders.unusable(data, failure);
        }
    }

    /** The server of this data folder when it runs; empty when nobody started it. */
    public static Optional<EmbeddedPostgres> join(Path data) {
        return join(data, data.resolve("postgres"));
    }

    /** As {@link #join(Path)}, with the programs kept elsewhere. */
    static Optional<EmbeddedPostgres> join(Path data, Path binaries) {
        Path home = home(data);
        if (!Files.isDirectory(home)) return Optional.empty();
        var server = new PostgresServer(home, binaries, "");
        try (HeldFile turn = turn(home)) {
            Optional<Postmaster> running = server.running();
            return running.isPresent() ? Optional.of(enter(home, server, running.get())) : Optional.empty();
        } catch (IOException failure) {
            throw Folders.unusable(data, failure);
        }
    }

    /** How to reach it; stays true when the server is restarted. */
    public PgConnectOptions options() {
        return new PgConnectOptions(options);
    }

    /** From now on a server that dies is started again, as the gate wants it. */
    public EmbeddedPostgres kept() {
        keeper.watch();
        return this;
    }

    /** Leaves the server; the last one to leave stops it, with everything on disk. */
    @Override
    public void close() {
        keeper.close();
        try (HeldFile turn = turn(home)) {
            presence.close();
            Files.deleteIfExists(presence.file());
            if (nobodyIn(home)) server.stop();
        } catch (IOException | StartFailure failure) {
            LOG.warn("the embedded database could not be stopped cleanly: {}", failure.getMessage());
        }
    }

    private Optional<Postmaster> restart(Path sockets) throws IOException {
        try (HeldFile turn = turn(home)) {
            return Optional.of(server.start(Optional.of(sockets)));
        }
    }

    private static EmbeddedPostgres enter(Path home, PostgresServer server, Postmaster postmaster) throws IOException {
        Path name = home.resolve("users").resolve(UUID.randomUUID().toString());
        HeldFile presence = HeldFile.take(name).orElseThrow(() -> new IOException(name + " is taken"));
        return new EmbeddedPostgres(home, server, presence, postmaster);
    }

    /** Whether no process has its file held; files of the dead are cleared away. */
    private static boolean nobodyIn(Path home) throws IOException {
        List<Path> names;
        try (Stream<Path> files = Files.list(home.resolve("users"))) {
            names = files.toList();
        }
        boolean nobody = true;
        for (Path name : names) {
            Optional<HeldFile> abandoned = HeldFile.take(name);
            if (abandoned.isEmpty()) {
                nobody = false;
                continue;
            }
            Files.deleteIfExists(name);
            abandoned.get().close();
        }
        return nobody;
    }

    /** Starting, stopping, entering and leaving happen one process at a time. */
    private static HeldFile turn(Path home) throws IOException {
        long deadline = System.nanoTime() + TURN_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<HeldFile> turn = HeldFile.take(home.resolve("turn.lock"));
            if (turn.isPresent()) return turn.get();
            LockSupport.parkNanos(TURN_PAUSE.toNanos());
        }
        throw new IOException(
                "another process has been starting or stopping the database for " + TURN_LIMIT.toSeconds() + " s");
    }

    private static Path home(Path data) {
        return data.toAbsolutePath().normalize().resolve("postgres");
    }
}
