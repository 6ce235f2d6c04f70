package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent.TermsAccepted;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;

/** Who has accepted which terms, and when: kept with the account, and in the trail. */
public final class TermsAcceptance {
    static final String ACCEPT =
            """
            UPDATE account
               SET terms_version = $2, terms_accepted_at = now()
             WHERE id = $1 AND locked_at IS NULL AND terms_version IS DISTINCT FROM $2
            """;

    private final Database database;
    private final AuditTrail trail;

    public TermsAcceptance(Database database, AuditTrail trail) {
        this.database = database;
        this.trail = trail;
    }

    /** Accepting them once more changes nothing. */
    public Future<Void> accept(UserId account, String version, Source source) {
        return database.inTransaction(transaction -> transaction
                .preparedQuery(ACCEPT)
                .execute(Tuple.of(account.value(), version))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture()
                        : trail.record(transaction, new TermsAccepted(account, version, source))));
    }
}
