package dev.gatehouse.store;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schema, which only moves forward: numbered scripts, each applied once in a transaction of its own, one node at a time.
 * A script may be newer than this binary (a rolling upgrade); only one that names a newer {@code min_binary} turns it away.
 */
public final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private static final Duration LOCK_LIMIT = Duration.ofMinutes(10);

    static final String LOCK = "SELECT pg_advisory_lock(7160311284206143811)";
    static final String UNLOCK = "SELECT pg_advisory_unlock(7160311284206143811)";
    static final String KNOWN = "SELECT to_regclass('schema_version') IS NOT NULL AS known";
    static final String TABLE =
            """
            CREATE TABLE IF NOT EXISTS schema_version (
                version     integer     PRIMARY KEY,
                name        text        NOT NULL,
                checksum    text        NOT NULL,
                min_binary  integer     NOT NULL,
                applied_at  timestamptz NOT NULL DEFAULT now()
            )
            """;
    static final String APPLIED = "SELECT version, name, checksum, min_binary FROM schema_version ORDER BY version";
    static final String APPLY =
            "INSERT INTO schema_version (version, name, checksum, min_binary) VALUES ($1, $2, $3, $4)";

    /** A row of {@code schema_version}. */
    record Applied(int version, String name, String checksum, int minBinary) {}

    private final Database database;
    private final List<Migration> scripts;

    Migrations(Database database, List<Migration> scripts) {
        this.database = database;
        this.scripts = scripts;
    }

    /** The scripts of this binary. */
    public static Migrations of(Database database) {
        return new Migrations(database, Migration.all());
    }

    /** Brings the schema to this binary's. A {@link StartFailure} says what stood in the way; a schema that is refused is untouched. */
    public Future<Void> migrate() {
        return PgConnection.connect(database.vertx(), patient(database.options()))
                .compose(connection -> whileLocked(connection).eventually(connection::close))
                .recover(Migrations::refused);
    }

    /** Scripts take as long as they take; another node's are waited for. */
    private static PgConnectOptions patient(PgConnectOptions options) {
        return options.addProperty("statement_timeout", "0")
                .addProperty("client_min_messages", "warning")
                .addProperty("idle_in_transaction_session_timeout", "0")
                .addProperty("lock_timeout", String.valueOf(LOCK_LIMIT.toMillis()));
    }

    private Future<Void> whileLocked(SqlConnection connection) {
        return connection
                .query(LOCK)
                .execute()
                .compose(locked -> bring(connection))
                .eventually(() -> connection.query(UNLOCK).execute());
    }

    private Future<Void> bring(SqlConnection connection) {
        return connection
                .query(KNOWN)
                .execute()
                .compose(known -> known.iterator().next().getBoolean("known")
                        ? applied(connection)
                        : Future.succeededFuture(List.of()))
                .map(this::checked)
                .compose(missing -> applyAll(connection, missing));
    }

    private Future<List<Applied>> applied(SqlConnection connection) {
        return connection.query(APPLIED).execute().map(rows -> StreamSupport.stream(rows.spliterator(), false)
                .map(Migrations::read)
                .toList());
    }

    private static Applied read(Row row) {
        return new Applied(
                row.getInteger("version"),
                row.getString("name"),
                row.getString("checksum"),
                row.getInteger("min_binary"));
    }

    /** The scripts that are missing from a schema this binary can work with. */
    private List<Migration> checked(List<Applied> applied) {
        Map<Integer, Applied> there = applied.stream().collect(Collectors.toMap(Applied::version, Function.identity()));
        int own = scripts.get(scripts.size() - 1).version();
        applied.stream().filter(row -> row.minBinary() > own).findFirst().ifPresent(row -> {
            throw newer(row, own);
        });
        for (Migration script : scripts) {
            Applied row = there.get(script.version());
            if (row != null && !row.checksum().equals(script.checksum())) throw changed(script);
        }
        List<Migration> missing = scripts.stream()
                .filter(script -> !there.containsKey(script.version()))
                .toList();
        int newest = there.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
        missing.stream().filter(script -> script.version() < newest).findFirst().ifPresent(script -> {
            throw gap(script, newest);
        });
        return missing;
    }

    private static Future<Void> applyAll(SqlConnection connection, List<Migration> missing) {
        Future<Void> done = Future.succeededFuture();
        if (!missing.isEmpty()) done = connection.query(TABLE).execute().mapEmpty();
        for (Migration script : missing) done = done.compose(before -> apply(connection, script));
        return done;
    }

    private static Future<Void> apply(SqlConnection connection, Migration script) {
        return connection
                .begin()
                .compose(transaction -> connection
                        .query(script.sql())
                        .execute()
                        .compose(run -> note(connection, script))
                        .compose(noted -> transaction.commit()))
                .onSuccess(committed -> LOG.info("schema {} applied: {}", script.version(), script.name()))
                .recover(failure -> Future.failedFuture(stuck(script, failure)));
    }

    private static Future<Void> note(SqlConnection connection, Migration script) {
        Tuple row = Tuple.of(script.version(), script.name(), script.checksum(), script.minBinary());
        return connection.preparedQuery(APPLY).execute(row).mapEmpty();
    }

    private static <T> Future<T> refused(Throwable failure) {
        return Future.failedFuture(failure instanceof StartFailure ? failure : unreadable(failure));
    }

    private static StartFailure unreadable(Throwable failure) {
        return new StartFailure(
                "The schema of the database cannot be looked at (table schema_version): " + failure.getMessage() + ".",
                "See whether the database is there and its user may read and write it, and restore the table from a backup if it is damaged.");
    }

    private static StartFailure stuck(Migration script, Throwable failure) {
        return new StartFailure(
                "Schema script " + script.version() + " (" + script.name() + ") failed and was undone: "
                        + failure.getMessage() + ".",
                "See whether the user of DATABASE_URL owns the database and whether its disk has room; then start again.");
    }

    private static StartFailure newer(Applied row, int own) {
        return new StartFailure(
                "The database has schema " + row.version() + " (" + row.name() + "), which needs a Gatehouse of schema "
                        + row.minBinary() + " or newer; this one is of schema " + own + ". Nothing was changed.",
                "Start the newer Gatehouse, or name another database.");
    }

    private static StartFailure changed(Migration script) {
        return new StartFailure(
                "Schema script " + script.version() + " (" + script.name()
                        + ") in the database differs from the one in this Gatehouse.",
                "Start the Gatehouse that made this database, or name another database.");
    }

    private static StartFailure gap(Migration script, int newest) {
        return new StartFailure(
                "The database has schema " + newest + " but not schema " + script.version() + " (" + script.name()
                        + ").",
                "Restore the table schema_version from a backup, or name another database.");
    }
}
