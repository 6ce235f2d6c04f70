package dev.gatehouse.store;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * No statement reads a table that grows from end to end, whatever is in it: with sequential scans forbidden, one that is planned all the same means that no index
 * serves. {@code src/bench/issuer/plans} asks the same of millions of rows.
 */
final class PlansTest {
    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private static final Pattern SCAN = Pattern.compile("Seq Scan on (\\w+)");

    /** Few rows by their nature, or read whole on purpose. */
    private static final Set<String> SMALL = Set.of(
            "house",
            "server_secret",
            "signing_key",
            "client",
            "client_secret",
            "initial_access_token",
            "schema_migration");

    /** References whose columns are not the first of an index. */
    private static final String UNSERVED =
            """
            SELECT c.conrelid::regclass || ' ' || c.conname AS reference
              FROM pg_constraint c
             WHERE c.contype = 'f'
               AND NOT EXISTS (SELECT FROM pg_index i
                                WHERE i.indrelid = c.conrelid
                                  AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)
            """;

    @Test
    void no_statement_needs_to_read_a_whole_table() throws ReflectiveOperationException {
        PgConnection connection = await(PgConnection.connect(DB.vertx(), DB.options()));
        await(connection
                .query("SET enable_seqscan = off; SET jit = off; SET plan_cache_mode = force_generic_plan")
                .execute());
        var scans = new ArrayList<String>();
        int number = 0;
        for (Map.Entry<String, String> statement :
                SqlStatementsTest.statements().entrySet())
            for (String table : scanned(connection, "p" + ++number, statement.getValue()))
                if (!SMALL.contains(table)) scans.add(statement.getKey() + " reads all of " + table);
        await(connection.close());
        assertThat(scans).isEmpty();
    }

    /** What follows somebody who goes is found by the server itself, in plans that no statement of ours shows. */
    @Test
    void whoever_goes_takes_along_by_an_index_what_refers_to_them() {
        RowSet<Row> found = await(DB.database().query(UNSERVED, Tuple.tuple()));
        assertThat(found).extracting(row -> row.getString("reference")).isEmpty();
    }

    private static List<String> scanned(PgConnection connection, String name, String statement) {
        String plan = await(connection
                .query("PREPARE " + name + " AS " + statement)
                .execute()
                .compose(prepared -> connection
                        .preparedQuery(
                                "SELECT cardinality(parameter_types) AS count FROM pg_prepared_statements WHERE name = $1")
                        .execute(Tuple.of(name)))
                .compose(found -> connection
                        .query("EXPLAIN EXECUTE " + name
                                + nulls(found.iterator().next().getInteger("count")))
                        .execute())
                .compose(PlansTest::text));
        var tables = new ArrayList<String>();
        Matcher scan = SCAN.matcher(plan);
        while (scan.find()) tables.add(scan.group(1).replaceFirst("_\\d$", ""));
        return tables;
    }

    private static String nulls(int count) {
        return count == 0 ? "" : "(" + "NULL, ".repeat(count - 1) + "NULL)";
    }

    private static Future<String> text(RowSet<Row> lines) {
        var text = new StringBuilder();
        for (Row line : lines) text.append(line.getString(0)).append('\n');
        return Future.succeededFuture(text.toString());
    }
}
