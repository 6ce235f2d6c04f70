package dev.gatehouse.audit;

import dev.gatehouse.store.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.function.Consumer;

/** The trail of what happened. It only grows; what must not happen unrecorded is recorded in the same transaction. */
public final class AuditTrail {
    static final String RECORD =
            "INSERT INTO audit_event (kind, actor, target, source, detail) VALUES ($1, $2, $3, $4, $5)";

    private final Database database;
    private volatile Consumer<AuditEvent> hearer = event -> {};

    public AuditTrail(Database database) {
        this.database = database;
    }

    /** Tells somebody of every event that this trail records, as soon as it cannot be undone any more. */
    public void tell(Consumer<AuditEvent> somebody) {
        this.hearer = somebody;
    }

    /** Succeeds when the event is on disk. */
    public Future<Void> record(AuditEvent event) {
        return database.query(RECORD, row(event))
                .onSuccess(written -> hearer.accept(event))
                .mapEmpty();
    }

    /** Records within a transaction of the caller's: both happen or neither. */
    public Future<Void> record(SqlConnection transaction, AuditEvent event) {
        return transaction
                .preparedQuery(RECORD)
                .execute(row(event))
                .onSuccess(written -> whenCommitted(transaction, event))
                .mapEmpty();
    }

    private void whenCommitted(SqlConnection connection, AuditEvent event) {
        Transaction open = connection.transaction();
        if (open == null) hearer.accept(event);
        else open.completion().onSuccess(committed -> hearer.accept(event));
    }

    private static Tuple row(AuditEvent event) {
        return Tuple.of(
                event.kind(),
                event.actor().orElse(null),
                event.target().orElse(null),
                event.source().value(),
                event.detail());
    }
}
