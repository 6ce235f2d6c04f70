package dev.gatehouse.store;

import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final long MAX_LOG_BYTES = 1 << 20;
    private static final int MAX_SOCKET_FOLDER = 85;

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
                .setDatabase("postgres")
                .setUser(USER)
                .setPassword(Files.readString(password()).strip());
    }

    /** The running server of this folder, found or started; its data made first when there is none. */
    Postmaster start(Optional<Path> sockets) throws IOException {
        Optional<Postmaster> found = Postmaster.of(cluster).flatMap(server -> server.whenReady(START_LIMIT)).filter(Postmaster::answers);
        if (found.isPresent()) return found.get();
        Folders.make(home);
        Path scratch = sockets.isPresent() ? Folders.make(sockets.get()) : socketFolder();
        ServerAccount account = ServerAccount.choose(cluster, scratch);
        account.own(scratch);
        PostgresBinaries programs = PostgresBinaries.in(Files.createDirectories(binaries));
        if (account.owner() != 0 && !account.prefix().isEmpty()) letThrough();
        makeCluster(programs, account, scratch);
        refuseOtherMajor();
        stopSilent(programs, account, scratch);
        configure(account, scratch);
        launch(programs, account, scratch);
        return Postmaster.of(cluster).orElseThrow(() -> failed("it stopped right after its start"));
    }

    /** A fast shutdown: sessions end, everything is on disk. */
    void stop() throws IOException {
        Optional<Postmaster> postmaster = Postmaster.of(cluster);
        if (postmaster.isEmpty()) return;
        Path sockets = postmaster.get().sockets();
        Path scratch = Files.isDirectory(sockets) ? sockets : home;
        stop(PostgresBinaries.in(binaries), ServerAccount.choose(cluster, home), scratch);
        forget(sockets);
    }

    private void makeCluster(PostgresBinaries programs, ServerAccount account, Path scratch) throws IOException {
        if (Files.isDirectory(cluster)) return;
        Path draft = home.resolve("cluster.making");
        Folders.delete(draft);
        account.own(Folders.make(draft));
        if (!Files.exists(password())) Folders.write(password(), newPassword());
        Path handed = scratch.resolve("password");
        Folders.write(handed, Files.readString(password()));
        account.own(handed);
        try {
            List<String> command = account.running(
                    programs.program("initdb"),
                    "-D",
                    draft.toString(),
                    "-U",
                    USER,
                    "-A",
                    "scram-sha-256",
                    "--pwfile=" + handed,
                    "-E",
                    "UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--data-checksums",
                    "--no-instructions");
            Program initdb = Program.run(command, scratch, START_LIMIT);
            if (!initdb.succeeded()) throw failed(initdb.output());
        } finally {
            Files.deleteIfExists(handed);
        }
        // Complete or absent, whatever happens meanwhile.
        Files.move(draft, cluster, StandardCopyOption.ATOMIC_MOVE);
        try (var folder = FileChannel.open(home, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private void refuseOtherMajor() throws IOException {
        String made = Files.readString(cluster.resolve("PG_VERSION")).strip();
        if (made.equals(PostgresBinaries.MAJOR)) return;
        throw new StartFailure(
                "The database in " + cluster + " was made by PostgreSQL " + made
                        + ", and this Gatehouse carries PostgreSQL " + PostgresBinaries.MAJOR + ".",
                "Start the Gatehouse that made it, or move the data with pg_dump to a server that DATABASE_URL names.");
    }

    /** A server that somebody who is gone was starting gets the time to finish; one that stays silent makes room for its successor. */
    private void stopSilent(PostgresBinaries programs, ServerAccount account, Path scratch) throws IOException {
        if (Postmaster.of(cluster).isPresent()) {
            LOG.warn("the database that an earlier process left behind does not answer; stopping it");
            stop(programs, account, scratch);
        }
        Postmaster.disown(cluster);
        // Nobody lives here any more; these files would say otherwise while a killed server waits for its parent to collect it.
        try (var left = Files.newDirectoryStream(scratch, ".s.PGSQL.*")) {
            for (Path file : left) Files.delete(file);
        }
    }

    private void stop(PostgresBinaries programs, ServerAccount account, Path scratch) throws IOException {
        for (String how : List.of("fast", "immediate")) {
            List<String> command = account.running(
                    programs.program("pg_ctl"), "stop", "-D", cluster.toString(), "-m", how, "-w", "-t", String.valueOf(STOP_LIMIT.toSeconds()));
            if (Program.run(command, scratch, STOP_LIMIT.plusSeconds(5)).succeeded()) return;
            if (Postmaster.of(cluster).isEmpty()) return;
        }
        // What is committed is on disk: the next start recovers it.
        Postmaster.of(cluster).ifPresent(Postmaster::kill);
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
                shared_buffers = '32MB'
                work_mem = '4MB'
                maintenance_work_mem = '32MB'
                max_wal_size = '256MB'
                io_method = 'sync'
                max_parallel_workers = 0
                max_logical_replication_workers = 0
                wal_level = 'minimal'
                max_wal_senders = 0
                fsync = on
                full_page_writes = on
                synchronous_commit = on
                timezone = 'UTC'
                log_timezone = 'UTC'
                log_min_messages = log
                log_min_error_statement = panic
                log_error_verbosity = terse
                log_checkpoints = off
                %s"""
                        .formatted(sockets, settings));
        account.own(file);
    }

    private void launch(PostgresBinaries programs, ServerAccount account, Path scratch) throws IOException {
        Path log = home.resolve("server.log");
        if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
            Files.move(log, home.resolve("server.log.old"), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.exists(log)) Folders.write(log, "");
        account.own(log);
        // pg_ctl gives the server a session of its own: Ctrl-C at the terminal reaches the gate, which then stops the
        // server last.
        List<String> command = account.running(
                programs.program("pg_ctl"),
                "start",
                "-D",
                cluster.toString(),
                "-l",
                log.toString(),
                "-w",
                "-t",
                String.valueOf(START_LIMIT.toSeconds()));
        Program started = Program.run(command, scratch, START_LIMIT.plusSeconds(5));
        if (!started.succeeded()) throw failed(started.output() + "\n" + tail(log));
    }

    /** Short, because the path of a socket is limited to about 100 bytes; in a folder only its owner may enter. */
    private static Path socketFolder() throws IOException {
        Path folder = Files.createTempDirectory("gatehouse-");
        if (folder.toString().length() <= MAX_SOCKET_FOLDER) return folder;
        Files.delete(folder);
        return Files.createTempDirectory(Path.of("/tmp"), "gatehouse-");
    }

    /** A server of another user must be able to walk to its data. */
    private void letThrough() throws IOException {
        var through = java.nio.file.attribute.PosixFilePermissions.fromString("rwx--x--x");
        Files.setPosixFilePermissions(home, through);
        Path data = home.getParent();
        if (data != null) Files.setPosixFilePermissions(data, through);
    }

    private static void forget(Path sockets) throws IOException {
        if (String.valueOf(sockets.getFileName()).startsWith("gatehouse-")) Folders.delete(sockets);
    }

    private Path password() {
        return home.resolve("password");
    }

    private static String newPassword() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
    }

    private StartFailure failed(String why) {
        return new StartFailure(
                "The embedded PostgreSQL in " + home + " did not start: " + why.strip(),
                "Its log is " + home.resolve("server.log") + "; DATABASE_URL can name another PostgreSQL server.");
    }
}
