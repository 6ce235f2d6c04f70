package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent;
import dev.gatehouse.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** The trail and the owner together: what changes how an account is protected stands in the one and is told to the other, in the transaction that changes it. */
record Chronicle(AuditTrail trail, Owners owners) {
    Future<Void> record(SqlConnection transaction, AuditEvent event) {
        return trail.record(transaction, event).compose(done -> owners.hear(transaction, event));
    }
}
