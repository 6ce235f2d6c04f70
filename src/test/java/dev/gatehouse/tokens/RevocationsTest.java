package dev.gatehouse.tokens;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.keys.TestKeys;
import dev.gatehouse.store.Notices;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.SessionId;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RevocationsTest {
    private static final KeyRing RING = TestKeys.ring(JwsAlgorithm.ES256);
    private static final Signatures SIGNATURES = new Signatures(CryptoProvider.fastest());

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private final List<Runnable> closing = new ArrayList<>();
    private volatile Instant now = Instant.now();

    /** One node of the house: its own connections, its own memory. */
    private final class Node {
        final RevocationIndex index = new RevocationIndex(TestTokens.ISSUER);
        final Revocations revocations = new Revocations(db.vertx(), db.another(), index, () -> now);
        final Tokens tokens =
                new Tokens(TestTokens.ISSUER, () -> RING, SIGNATURES, index, () -> now, TestTokens.LONGEST, 1);
        final GatehouseJwtAuth auth = tokens.auth(TestTokens.PROFILE);

        Node hearing() {
            var notices = Notices.open(db.another());
            closing.add(() -> await(notices.close()));
            await(revocations.start(notices));
            closing.add(revocations::close);
            return this;
        }

        /** Reads the log once and hears nothing afterwards. */
        Node deaf() {
            await(revocations.refresh());
            return this;
        }

        boolean accepts(String token) {
            return auth.verify(token) instanceof Verdict.Accepted;
        }

        String minted() {
            return tokens.mint().mint(TestTokens.grant("user-1"), now).token();
        }
    }

    @AfterEach
    void close() {
        closing.forEach(Runnable::run);
    }

    static Stream<Named<Function<Instant, Revocation>>> kinds() {
        return Stream.of(
                Named.of(
                        "session",
                        now -> new Revocation.OfSession(new SessionId("session-of-user-1"), now.plusSeconds(900))),
                Named.of("subject", now -> new Revocation.OfSubject("user-1", now, now.plusSeconds(900))),
                Named.of(
                        "client", now -> new Revocation.OfClient(new ClientId("gatehouse"), now, now.plusSeconds(900))),
                Named.of(
                        "consent",
                        now -> new Revocation.OfConsent(
                                "user-1", new ClientId("gatehouse"), now, now.plusSeconds(900))),
                Named.of("everything", now -> new Revocation.OfEverything(now, now.plusSeconds(900))));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName(
            "I3 I4 the next request on this node, the other node within a second, and a restart un-revokes nothing")
    void a_revocation_reaches_everybody_and_stays(Function<Instant, Revocation> kind) {
        var here = new Node().hearing();
        var there = new Node().hearing();
        String token = here.minted();
        assertThat(here.accepts(token)).isTrue();
        assertThat(there.accepts(token)).isTrue();
        await(here.revocations.revoke(kind.apply(now)));
        assertThat(here.accepts(token)).isFalse();
        await().atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !there.accepts(token));
        assertThat(new Node().deaf().accepts(token)).as("after a restart").isFalse();
    }

    @Test
    void one_token_is_revoked_by_its_name() {
        var node = new Node().hearing();
        var one = node.tokens.mint().mint(TestTokens.grant("user-1"), now);
        String other = node.minted();
        await(node.revocations.revoke(new Revocation.OfToken(one.jti(), one.expiresAt())));
        assertThat(node.accepts(one.token())).isFalse();
        assertThat(node.accepts(other)).isTrue();
    }

    @Test
    @DisplayName("EB05 a notice that was lost is made up for by the next look at the log")
    void a_node_that_heard_nothing_knows_after_its_next_look() {
        var here = new Node().deaf();
        var there = new Node().deaf();
        String token = here.minted();
        assertThat(there.accepts(token)).isTrue();
        await(here.revocations.revoke(new Revocation.OfSubject("user-1", now, now.plusSeconds(900))));
        assertThat(there.accepts(token)).isTrue();
        await(there.revocations.refresh());
        assertThat(there.accepts(token)).isFalse();
    }

    @Test
    void a_transaction_that_began_first_and_commits_last_is_not_missed() {
        var node = new Node().deaf();
        var writer = new Node().deaf();
        String token = node.minted();
        var begun = Promise.<SqlConnection>promise();
        var goOn = Promise.<Void>promise();
        var slow = db.database().inTransaction(connection -> connection
                .preparedQuery("SELECT pg_current_xact_id()::text AS xid")
                .execute()
                .onSuccess(done -> begun.complete(connection))
                .compose(done -> goOn.future())
                .compose(done ->
                        Revocations.write(connection, new Revocation.OfSubject("user-1", now, now.plusSeconds(900)))));
        await(begun.future());
        for (int i = 0; i < 3; i++) {
            await(writer.revocations.revoke(new Revocation.OfToken("later-" + i, now.plusSeconds(900))));
            await(node.revocations.refresh());
        }
        assertThat(node.accepts(token)).isTrue();
        goOn.complete();
        await(slow);
        await(node.revocations.refresh());
        assertThat(node.accepts(token)).isFalse();
    }

    @Test
    void a_log_of_many_pages_is_read_to_its_end_by_a_statement_for_each_page() {
        writeAtOnce(12_345);
        var database = db.another();
        var index = new RevocationIndex(TestTokens.ISSUER);
        var node = new Revocations(db.vertx(), database, index, () -> now);
        await(node.refresh());
        assertThat(node.size()).isEqualTo(12_345);
        var asked = await(database.query(
                """
                SELECT sum(generic_plans + custom_plans)::int AS times, count(*)::int AS statements
                  FROM pg_prepared_statements
                 WHERE statement = $1
                """,
                Tuple.of(Revocations.READ)));
        assertThat(asked.iterator().next().getInteger("statements")).isEqualTo(1);
        assertThat(asked.iterator().next().getInteger("times")).isEqualTo(12_345 / Revocations.PAGE + 1);
    }

    /** Whatever one transaction wrote: nothing is sorted, and nothing is looked at that is not on the page. */
    @Test
    void a_page_in_the_middle_of_a_large_transaction_costs_a_page() {
        writeAtOnce(60_000);
        var plan = await(db.database().inTransaction(connection -> connection
                .query("SET LOCAL plan_cache_mode = force_generic_plan")
                .execute()
                .compose(set ->
                        connection.query("PREPARE page AS " + Revocations.READ).execute())
                .compose(prepared -> connection
                        .query("SELECT at_xid::text AS xid, id FROM revocation ORDER BY id OFFSET 29999 LIMIT 1")
                        .execute())
                .map(rows -> rows.iterator().next())
                .compose(row -> connection
                        .query("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) EXECUTE page('" + row.getString("xid") + "', "
                                + row.getLong("id") + ", now())")
                        .execute())
                .map(RevocationsTest::text)));
        assertThat(plan)
                .doesNotContain("Sort", "Rows Removed", "Seq Scan")
                .containsPattern("Index Scan using revocation_in_order on revocation \\(actual rows=1000[.0]* ")
                .containsPattern("^Limit \\(actual rows=1000[.0]* ");
    }

    @Test
    void what_is_read_again_is_no_news() {
        var node = new Node().deaf();
        writeAtOnce(100);
        await(node.revocations.refresh());
        long changes = node.index.changes();
        await(node.revocations.refresh());
        node.revocations.learn(new Revocation.OfToken("jti-1", now.plusSeconds(900)));
        assertThat(node.index.changes())
                .as("so no token has to be looked up again")
                .isEqualTo(changes);
        node.revocations.learn(new Revocation.OfToken("jti-101", now.plusSeconds(900)));
        assertThat(node.index.changes()).isGreaterThan(changes);
    }

    private void writeAtOnce(int rows) {
        await(db.database()
                .query(
                        """
                INSERT INTO revocation (kind, value, expires_at)
                SELECT 'token', 'jti-' || n, $1 FROM generate_series(1, $2) n
                """,
                        Tuple.of(now.plusSeconds(900).atOffset(ZoneOffset.UTC), rows)));
    }

    private static String text(RowSet<Row> lines) {
        var text = new StringBuilder();
        for (Row line : lines) text.append(line.getString(0)).append('\n');
        return text.toString();
    }

    @Test
    void what_can_concern_no_living_token_is_neither_read_nor_kept() {
        var node = new Node().deaf();
        await(node.revocations.revoke(new Revocation.OfToken("short", now.plusSeconds(1))));
        await(node.revocations.revoke(new Revocation.OfSubject("short", now, now.plusSeconds(1))));
        await(node.revocations.revoke(new Revocation.OfToken("long", now.plusSeconds(900))));
        assertThat(node.revocations.size()).isEqualTo(3);
        now = now.plusSeconds(2);
        node.index.forget(now, 100);
        assertThat(node.revocations.size()).isEqualTo(1);
        assertThat(new Node().deaf().revocations.size()).isEqualTo(1);
    }

    @Test
    void signing_in_again_right_after_a_revocation_works_at_once() {
        var node = new Node().hearing();
        String before = node.minted();
        await(node.revocations.revoke(new Revocation.OfSubject("user-1", now, now.plusSeconds(900))));
        String after = node.minted();
        assertThat(node.accepts(before)).isFalse();
        assertThat(node.accepts(after)).isTrue();
        assertThat(new Node().deaf().accepts(after)).as("on another node").isTrue();
    }
}
