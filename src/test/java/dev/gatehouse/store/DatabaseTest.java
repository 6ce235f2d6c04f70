package dev.gatehouse.store;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.sqlclient.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DatabaseTest {
    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    @Test
    void a_statement_finds_its_rows() {
        var rows = await(db.database().query("SELECT $1::text AS said", Tuple.of("hello")));
        assertThat(rows.iterator().next().getString("said")).isEqualTo("hello");
    }
}
