package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** People whose accounts are changed in what protects them: they hear of it in the transaction that changes it, or it does not happen (OWASP ASVS 6.3.7). */
public interface Owners {
    /** Nobody hears of anything. */
    Owners UNTOLD = (transaction, event) -> Future.succeededFuture();

    /** What is of no interest to an owner is passed over. */
    Future<Void> hear(SqlConnection transaction, AuditEvent event);
}
