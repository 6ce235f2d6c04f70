package dev.gatehouse;

import dev.gatehouse.store.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The embedded PostgreSQL of a gate, seen from outside: its processes, and its tables as its administrator sees them. */
record OwnPostgres(Path data) {
    private static final Vertx VERTX = Vertx.vertx();
    private static final int SOCKET_LINE = 4;

    /** The process that all others are children of; empty when none lives. */
    Optional<ProcessHandle> postmaster() {
        return pidFile()
                .flatMap(lines -> ProcessHandle.of(Long.parseLong(lines.get(0).strip())))
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info().command().orElse("").endsWith("/postgres"));
    }

    /** kill -9, parents before children, so that none has the time to act on it. */
    void killAll() {
        ProcessHandle postmaster = postmaster().orElseThrow();
        var family = new ArrayList<>(List.of(postmaster));
        postmaster.descendants().forEach(family::add);
        family.forEach(ProcessHandle::destroyForcibly);
    }

    /** Whether it takes connections and answers a statement now. */
    boolean answers() {
        try {
            return !rows("SELECT 1").isEmpty();
        } catch (Exception away) {
            return false;
        }
    }

    List<Row> rows(String sql) {
        return TestDatabase.await(PgConnection.connect(VERTX, options()).compose(connection -> connection
                .query(sql)
                .execute()
                .map(rows -> {
                    var list = new ArrayList<Row>();
                    rows.forEach(list::add);
                    return (List<Row>) list;
                })
                .eventually(connection::close)));
    }

    /** One number. */
    long number(String sql) {
        return rows(sql).get(0).getLong(0);
    }

    PgConnectOptions options() {
        try {
            return new PgConnectOptions()
                    .setHost(pidFile().orElseThrow().get(SOCKET_LINE))
                    .setPort(5432)
                    .setDatabase("postgres")
                    .setUser("gatehouse")
                    .setPassword(Files.readString(data.resolve("postgres").resolve("password"))
                            .strip());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private Optional<List<String>> pidFile() {
        try {
            return Optional.of(Files.readAllLines(
                            data.resolve("postgres").resolve("cluster").resolve("postmaster.pid")))
                    .filter(lines -> lines.size() > SOCKET_LINE);
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
