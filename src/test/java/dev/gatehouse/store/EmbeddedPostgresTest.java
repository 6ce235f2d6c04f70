package dev.gatehouse.store;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.Within;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class EmbeddedPostgresTest {
    @TempDir
    static Path seed;

    @TempDir
    Path data;

    @BeforeAll
    static void a_first_start_makes_the_data() {
        start(seed).close();
    }

    @BeforeEach
    void every_test_has_its_own_copy() throws IOException {
        copy(seed, data);
    }

    @Test
    void rows_survive_a_restart() {
        try (var first = start(data)) {
            sql(first, "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        try (var second = start(data)) {
            assertThat(ask(second, "SELECT answer::text FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void it_is_durable_checked_and_out_of_reach() throws IOException {
        try (var postgres = start(data)) {
            for (String on : List.of("fsync", "synchronous_commit", "full_page_writes", "data_checksums")) {
                assertThat(ask(postgres, "SELECT current_setting('" + on + "')"))
                        .as(on)
                        .isEqualTo("on");
            }
            assertThat(ask(postgres, "SELECT current_setting('listen_addresses')"))
                    .isEmpty();
            assertThat(ask(postgres, "SELECT current_setting('server_encoding')"))
                    .isEqualTo("UTF8");
            assertThat(Files.getPosixFilePermissions(Path.of(postgres.options().getHost())))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(Files.getPosixFilePermissions(data.resolve("postgres/password")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(postgres.options().getHost().length()).isLessThan(86);
            assertThatThrownBy(() -> await(PgConnection.connect(
                            TestServer.vertx(), postgres.options().setPassword("guess"))))
                    .isInstanceOfSatisfying(PgException.class, refused -> assertThat(refused.getSqlState())
                            .isEqualTo("28P01"));
        }
    }

    @Test
    @DisplayName("X4 a server that is killed is back within five seconds, with every row")
    void a_server_that_is_killed_is_back_within_five_seconds() {
        try (var postgres = start(data).kept()) {
            var database = Database.open(TestServer.vertx(), postgres.options(), InstantSource.system());
            await(database.query("CREATE TABLE kept AS SELECT 42 AS answer", Tuple.tuple()));
            long killed = pid();
            kill(killed);
            await().atMost(Duration.ofSeconds(20)).until(() -> accepts(killed));
            Within.holds(Duration.ofSeconds(5), () -> answers(database, "SELECT answer FROM kept"));
            await(database.close());
        }
        assertThat(running()).isFalse();
    }

    @Test
    void a_server_whose_gate_was_killed_is_adopted() throws Exception {
        Process gate = OtherProcess.start("postgres", data);
        gate.destroyForcibly().waitFor();
        long orphan = pid();
        assertThat(running()).isTrue();
        try (var adopted = start(data)) {
            assertThat(pid()).isEqualTo(orphan);
            assertThat(ask(adopted, "SELECT 'here'")).isEqualTo("here");
        }
        assertThat(running()).isFalse();
    }

    @Test
    void the_last_one_to_leave_stops_it() {
        var command = start(data);
        var gate = start(data);
        command.close();
        assertThat(ask(gate, "SELECT 'here'")).isEqualTo("here");
        gate.close();
        assertThat(running()).isFalse();
    }

    @Test
    void it_goes_on_for_another_process_and_that_one_stops_it() throws Exception {
        var mine = start(data);
        Process other = OtherProcess.start("postgres", data);
        mine.close();
        assertThat(running()).isTrue();
        other.getOutputStream().close();
        other.waitFor();
        assertThat(running()).isFalse();
    }

    @Test
    void joining_finds_a_running_server_and_starts_none() {
        assertThat(EmbeddedPostgres.join(data)).isEmpty();
        try (var gate = start(data);
                var command = EmbeddedPostgres.join(data).orElseThrow()) {
            assertThat(ask(command, "SELECT 'here'")).isEqualTo("here");
            assertThat(command.options().getHost()).isEqualTo(gate.options().getHost());
        }
        assertThat(running()).isFalse();
    }

    @Test
    void processes_that_start_together_share_one_server() {
        var first = CompletableFuture.supplyAsync(() -> start(data));
        var second = CompletableFuture.supplyAsync(() -> start(data));
        assertThat(first.join().options().getHost())
                .isEqualTo(second.join().options().getHost());
        first.join().close();
        second.join().close();
        assertThat(running()).isFalse();
    }

    @Test
    void a_stale_pid_file_whose_number_belongs_to_somebody_else_is_no_obstacle() throws IOException {
        Files.writeString(
                pidFile(), ProcessHandle.current().pid() + "\n" + cluster() + "\n1\n5432\n/tmp/gone\n\n  1 2\nready\n");
        try (var postgres = start(data)) {
            assertThat(ask(postgres, "SELECT 'here'")).isEqualTo("here");
        }
    }

    @Test
    void a_server_killed_without_a_keeper_is_recovered_at_the_next_start() {
        var first = start(data);
        sql(first, "CREATE TABLE kept AS SELECT 42 AS answer");
        kill(pid());
        await().until(() -> !running());
        first.close();
        try (var second = start(data)) {
            assertThat(ask(second, "SELECT answer::text FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void data_of_another_major_version_is_refused() throws IOException {
        Files.writeString(cluster().resolve("PG_VERSION"), "17\n");
        assertThatThrownBy(() -> start(data)).isInstanceOf(StartFailure.class).hasMessageContaining("PostgreSQL 17");
    }

    @Test
    void a_first_start_that_was_interrupted_begins_anew() throws IOException {
        Folders.delete(cluster());
        Files.createDirectories(data.resolve("postgres/cluster.making/base"));
        try (var postgres = start(data)) {
            assertThat(ask(postgres, "SELECT 'here'")).isEqualTo("here");
        }
    }

    @Test
    void a_folder_that_cannot_be_used_is_said_so() throws IOException {
        Path file = Files.createFile(data.resolve("file"));
        assertThatThrownBy(() -> start(file)).isInstanceOf(StartFailure.class).hasMessageContaining(file.toString());
    }

    @Test
    void sockets_of_a_stopped_server_are_cleared_away() {
        var postgres = start(data);
        Path sockets = Path.of(postgres.options().getHost());
        assertThat(sockets).exists();
        postgres.close();
        assertThat(sockets).doesNotExist();
    }

    private static EmbeddedPostgres start(Path data) {
        return EmbeddedPostgres.start(data, TestServer.binaries(), "");
    }

    private static String ask(EmbeddedPostgres postgres, String sql) {
        return await(
                PgConnection.connect(TestServer.vertx(), postgres.options()).compose(connection -> connection
                        .query(sql)
                        .execute()
                        .map(rows ->
                                rows.size() == 0 ? "" : rows.iterator().next().getString(0))
                        .eventually(connection::close)));
    }

    private static void sql(EmbeddedPostgres postgres, String sql) {
        ask(postgres, sql);
    }

    private static boolean answers(Database database, String sql) {
        Future<Boolean> answered =
                database.query(sql, Tuple.tuple()).map(rows -> rows.size() == 1).otherwise(false);
        return await(answered);
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    private long pid() {
        try {
            return Postmaster.of(cluster()).orElseThrow().pid();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private boolean accepts(long killed) throws IOException {
        return Postmaster.of(cluster())
                .filter(server -> server.pid() != killed && server.ready())
                .isPresent();
    }

    private boolean running() {
        try {
            return Postmaster.of(cluster()).isPresent();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Path cluster() {
        return data.toAbsolutePath().resolve("postgres/cluster");
    }

    private Path pidFile() {
        return cluster().resolve("postmaster.pid");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                if (path.equals(from)) continue;
                Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
