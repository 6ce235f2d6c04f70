package dev.gatehouse.oauth.grant;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.ClientId;
import io.vertx.sqlclient.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ServiceTallyTest {
    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    @Test
    void a_thousand_tokens_are_one_line() {
        var tally = new ServiceTally(DB.vertx(), new AuditTrail(DB.database()));
        for (int i = 0; i < 1000; i++) tally.count(new ClientId("billing"));
        tally.tell();
        tally.tell();
        await().untilAsserted(() -> assertThat(lines()).isEqualTo(1));
    }

    private static long lines() {
        return await(DB.database()
                        .query(
                                "SELECT count(*) FROM audit_event WHERE kind = 'tokens_issued' AND actor = 'billing' AND detail->>'count' = '1000'",
                                Tuple.tuple()))
                .iterator()
                .next()
                .getLong(0);
    }
}
