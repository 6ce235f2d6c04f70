package dev.gatehouse.oauth.authorize;

import dev.gatehouse.audit.AuditEvent.GrantDenied;
import dev.gatehouse.audit.AuditEvent.GrantGiven;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;

/** What people have allowed to which client, remembered until they take it back; each decision is in the trail. */
final class Consents {
    /** What is allowed now joins what was allowed before. */
    static final String REMEMBER =
            """
            INSERT INTO consent AS c (account_id, client_id, scopes)
            VALUES ($1, $2, $3)
            ON CONFLICT (account_id, client_id) DO UPDATE
               SET scopes = ARRAY(SELECT DISTINCT scope FROM unnest(c.scopes || excluded.scopes) scope ORDER BY scope), made_at = now()
            """;

    private final Database database;
    private final AuditTrail trail;

    Consents(Database database, AuditTrail trail) {
        this.database = database;
        this.trail = trail;
    }

    /** A person's decision about a client's wish. */
    record Decision(UserId account, ClientId client, Scopes scopes, Source source) {}

    /** {@code remembered} false: it counts this once. */
    Future<Void> allow(Decision decision, boolean remembered) {
        var event = new GrantGiven(decision.account(), decision.client(), decision.scopes(), decision.source());
        if (!remembered) return trail.record(event);
        var row = Tuple.of(
                decision.account().value(),
                decision.client().value(),
                decision.scopes().values().toArray(String[]::new));
        return database.inTransaction(transaction ->
                transaction.preparedQuery(REMEMBER).execute(row).compose(done -> trail.record(transaction, event)));
    }

    Future<Void> deny(Decision decision) {
        return trail.record(
                new GrantDenied(decision.account(), decision.client(), decision.scopes(), decision.source()));
    }
}
