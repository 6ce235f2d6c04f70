package dev.gatehouse.audit;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class AuditTrailTest {
    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    @Test
    void an_event_says_who_did_what_to_whom_from_where() {
        var event = new AuditEvent.LoggedIn(
                new UserId("u1"), new SessionId("s1"), new ClientId("gatehouse"), Source.address("192.0.2.7"));
        await(new AuditTrail(db.database()).record(event));
        Row row = events().iterator().next();
        assertThat(row.getString("kind")).isEqualTo("logged_in");
        assertThat(row.getString("actor")).isEqualTo("u1");
        assertThat(row.getString("target")).isEqualTo("s1");
        assertThat(row.getString("source")).isEqualTo("192.0.2.7");
        assertThat(row.getJsonObject("detail")).isEqualTo(new JsonObject().put("client", "gatehouse"));
    }

    @Test
    void an_event_of_a_transaction_that_fails_did_not_happen() {
        var trail = new AuditTrail(db.database());
        var event = new AuditEvent.Revoked("everything", "", Optional.empty(), Source.CLI);
        Future<Void> failing = db.database().inTransaction(transaction -> trail.record(transaction, event)
                .compose(recorded -> Future.failedFuture(new IllegalStateException("changed my mind"))));
        assertThat(await(failing.otherwise((Void) null))).isNull();
        assertThat(events().size()).isZero();
    }

    private RowSet<Row> events() {
        return await(db.database().query("SELECT kind, actor, target, source, detail FROM audit_event", Tuple.tuple()));
    }
}
