package dev.gatehouse.store;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** One PostgreSQL and one Vert.x for all tests of this JVM, stopped when it exits. Forgetful on purpose: its data lives as long as the tests. */
final class TestServer {
    private static final String QUICK =
            """
            fsync = off
            full_page_writes = off
            max_connections = 200
            """;
    private static final Path FOLDER = Path.of("target", "test-postgres").toAbsolutePath();

    private static final TestServer ONLY = new TestServer();

    private final Vertx vertx = Vertx.vertx();
    private final EmbeddedPostgres postgres;
    private boolean templateMade;

    private TestServer() {
        try {
            Files.createDirectories(FOLDER);
            clearAway();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Path data = FOLDER.resolve(String.valueOf(ProcessHandle.current().pid()));
        postgres = EmbeddedPostgres.start(data, FOLDER, QUICK);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(data)));
    }

    /** Where tests that start servers of their own find the programs unpacked. */
    static Path binaries() {
        return FOLDER;
    }

    static Vertx vertx() {
        return ONLY.vertx;
    }

    static PgConnectOptions options() {
        return ONLY.postgres.options();
    }

    /** The name of a database with the whole schema and no rows. */
    static String template() {
        synchronized (ONLY) {
            if (!ONLY.templateMade) {
                TestDatabase.administer("CREATE DATABASE migrated");
                var database = Database.open(
                        ONLY.vertx, ONLY.postgres.options().setDatabase("migrated"), InstantSource.system());
                TestDatabase.await(Migrations.of(database).migrate().eventually(database::close));
                ONLY.templateMade = true;
            }
            return "migrated";
        }
    }

    private void stop(Path data) {
        postgres.close();
        try {
            Folders.delete(data);
        } catch (IOException left) {
            // The next run clears it away.
        }
    }

    /** Servers of test runs that were killed. */
    private static void clearAway() throws IOException {
        List<Path> runs;
        try (Stream<Path> folders = Files.list(FOLDER)) {
            runs = folders.filter(folder -> folder.getFileName().toString().matches("\\d+"))
                    .toList();
        }
        for (Path run : runs) {
            if (ProcessHandle.of(Long.parseLong(run.getFileName().toString())).isPresent()) continue;
            EmbeddedPostgres.join(run, FOLDER).ifPresent(EmbeddedPostgres::close);
            Folders.delete(run);
        }
    }
}
