package dev.gatehouse.store;

import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One PostgreSQL server in one folder: made, started, found again, stopped. Its callers take turns (see {@link EmbeddedPostgres}). */
final class PostgresServer {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final String USER = "gatehouse";
    private static final String DATABASE = "postgres";
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final long MAX_LOG_BYTES = 1 << 20;
    private static final int LOG_TAIL = 8;

    private final Path home;
    private final Path cluster;
    private final Path binaries;
    private final String settings;

    /**
     * @param home where everything of the server lies
     * @param binaries where its programs are kept
     * @param settings lines added to its configuration
     */
    PostgresServer(Path home, Path binaries, String settings) {
        this.home = home;
        this.cluster = home.resolve("cluster");
        this.binaries = binaries;
        this.settings = settings;
    }

    /** The server, when it runs and answers. */
    Optional<Postmaster> running() throws IOException {
        return Postmaster.of(cluster).filter(Postmaster::ready).filter(Postmaster::answers);
    }

    /** How to reach a running server. */
    PgConnectOptions options(Postmaster postmaster) throws IOException {
        return new PgConnectOptions()
                .setHost(postmaster.sockets().toString())
                .setPort(postmaster.port())
                .setDatabase(DATABASE)
                .setUser(USER)
                .setPassword(Files.readString(password()).strip());
    }

    /** The running server of this folder, found (also while it still recovers) or started; its data made first when there is none. */
    Postmaster start(Optional<Path> sockets) throws IOException {
        Optional<Postmaster> found = Postmaster.of(cluster)
                .flatMap(server -> server.whenReady(START_LIMIT))
                .filter(Postmaster::answers);
        return found.isPresent()
                ? found.get()
                : startAnew(sockets.isPresent() ? Folders.make(sockets.get()) : SocketFolder.make());
    }

    /** A fast shutdown: sessions end, everything is on disk. */
    void stop() throws IOException {
        Optional<Postmaster> postmaster = Postmaster.of(cluster);
        if (postmaster.isEmpty()) return;
        stop(new ServerPrograms(PostgresBinaries.in(binaries), ServerAccount.choose(cluster)));
        SocketFolder.forget(postmaster.get().sockets());
    }

    private Postmaster startAnew(Path sockets) throws IOException {
        boolean started = false;
        try {
            Folders.make(home);
            refuseOtherMajor();
            var programs = new ServerPrograms(
                    PostgresBinaries.in(Files.createDirectories(binaries)), ServerAccount.choose(cluster));
            if (programs.account().isSomebodyElse()) letThrough();
            programs.account().own(sockets);
            makeCluster(programs, sockets);
            clearAway(programs, sockets);
            configure(programs.account(), sockets);
            launch(programs);
            started = true;
        } finally {
            if (!started) SocketFolder.forget(sockets);
        }
        return Postmaster.of(cluster).orElseThrow(() -> failed("it ended right after its start"));
    }

    private void refuseOtherMajor() throws IOException {
        if (!Files.isDirectory(cluster)) return;
        String made = Files.readString(cluster.resolve("PG_VERSION")).strip();
        if (made.equals(PostgresBinaries.MAJOR)) return;
        throw new StartFailure(
                "The database in " + cluster + " was made by PostgreSQL " + made
                        + ", and this Gatehouse carries PostgreSQL " + PostgresBinaries.MAJOR + ".",
                "Start the Gatehouse that made it, or move the data with pg_dump to a server that DATABASE_URL names.");
    }

    /** A server of another user must be able to walk to its data; what lies beside it stays closed. */
    private void letThrough() throws IOException {
        var through = PosixFilePermissions.fromString("rwx--x--x");
        Files.setPosixFilePermissions(home, through);
        Path data = home.getParent();
        if (data != null) Files.setPosixFilePermissions(data, through);
    }

    /** Complete or absent, whatever happens meanwhile: made beside its place and moved there. */
    private void makeCluster(ServerPrograms programs, Path sockets) throws IOException {
        if (Files.isDirectory(cluster)) return;
        Path draft = home.resolve("cluster.making");
        Folders.delete(draft);
        programs.account().own(Folders.make(draft));
        if (!Files.exists(password())) Folders.write(password(), newPassword());
        Path handed = sockets.resolve("password");
        try {
            Folders.write(handed, Files.readString(password()));
            programs.account().own(handed);
            Program initdb = programs.initdb(draft, USER, handed, START_LIMIT);
            if (!initdb.succeeded()) throw failed(initdb.output());
        } finally {
            Files.deleteIfExists(handed);
        }
        Files.move(draft, cluster, StandardCopyOption.ATOMIC_MOVE);
        try (var folder = FileChannel.open(home, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** A server that lives and stays silent makes room for its successor; so do the traces of one that is gone. */
    private void clearAway(ServerPrograms programs, Path sockets) throws IOException {
        if (Postmaster.of(cluster).isPresent()) {
            LOG.warn("the database that an earlier process left behind does not answer; stopping it");
            stop(programs);
        }
        Postmaster.disown(cluster);
        try (var left = Files.newDirectoryStream(sockets, ".s.PGSQL.*")) {
            for (Path file : left) Files.delete(file);
        }
    }

    private void configure(ServerAccount account, Path sockets) throws IOException {
        Path file = cluster.resolve("postgresql.conf");
        Folders.write(
                file,
                """
                # Written by Gatehouse at every start.
                listen_addresses = ''
                unix_socket_directories = '%s'
                unix_socket_permissions = 0600
                port = 5432
                max_connections = 40
                password_encryption = 'scram-sha-256'
                # Small: this is a part of one process' household.
                shared_buffers = '32MB'
                work_mem = '4MB'
                maintenance_work_mem = '32MB'
                max_wal_size = '256MB'
                io_method = 'sync'
                max_parallel_workers = 0
                max_logical_replication_workers = 0
                wal_level = 'minimal'
                max_wal_senders = 0
                # Durable: what is answered is on disk.
                fsync = on
                full_page_writes = on
                synchronous_commit = on
                timezone = 'UTC'
                log_timezone = 'UTC'
                # No statement, value or mistake of a client is logged, so nobody can fill the disk or read the log for secrets.
                log_min_messages = log
                log_min_error_statement = panic
                log_error_verbosity = terse
                log_checkpoints = off
                %s"""
                        .formatted(sockets, settings));
        account.own(file);
    }

    private void launch(ServerPrograms programs) throws IOException {
        Path log = log();
        if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
            Files.move(log, home.resolve("server.log.old"), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.exists(log)) Folders.write(log, "");
        programs.account().own(log);
        Program started = programs.start(cluster, log, START_LIMIT);
        if (!started.succeeded()) throw failed(started.output() + "\n" + tail(log));
    }

    private void stop(ServerPrograms programs) throws IOException {
        for (String mode : List.of("fast", "immediate")) {
            if (programs.stop(cluster, mode, STOP_LIMIT).succeeded()) return;
            if (Postmaster.of(cluster).isEmpty()) return;
        }
        Postmaster.of(cluster).ifPresent(Postmaster::kill);
    }

    private Path password() {
        return home.resolve("password");
    }

    private Path log() {
        return home.resolve("server.log");
    }

    private static String newPassword() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL), lines.size()));
    }

    private StartFailure failed(String why) {
        return new StartFailure(
                "The embedded PostgreSQL in " + home + " did not start: " + why.strip(),
                "Its log is " + log() + "; DATABASE_URL can name another PostgreSQL server.");
    }
}
