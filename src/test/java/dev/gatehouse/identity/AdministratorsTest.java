package dev.gatehouse.identity;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Once somebody administers a house, somebody does. */
final class AdministratorsTest {
    private static final Password PASSWORD = Password.typed("zebra lamp forty");
    private static final Username ADA = new Username("ada");
    private static final Username BEN = new Username("ben");

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private Accounts here;
    private Accounts there;

    @BeforeEach
    void open() {
        here = accounts(db.database());
        there = accounts(db.another());
    }

    private Accounts accounts(Database node) {
        var random = new SecureRandom();
        var hasher = new PasswordHasher(db.vertx(), random, new Argon2Hash.Cost(1024, 1, 1));
        return new Accounts(node, new AuditTrail(node), hasher, told -> {}, random);
    }

    @Test
    @DisplayName("the last administrator is neither deleted, nor locked, nor stripped of the role, nor does it leave")
    void the_last_one_stays() {
        add(ADA, "admin");
        add(BEN, "customer");
        for (Future<?> removal : List.of(
                here.delete(ADA, By.CLI),
                here.lock(ADA, By.CLI),
                here.removeRole(ADA, "admin", By.CLI),
                db.database().query("UPDATE account SET leaves_at = now() WHERE username = 'ada'", Tuple.tuple()),
                db.database().query("DELETE FROM account", Tuple.tuple())))
            assertThatThrownBy(() -> await(removal))
                    .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.problem())
                            .isEqualTo(Reason.LAST_ADMINISTRATOR));
        assertThat(await(here.find(ADA)).orElseThrow().roles()).containsExactly("admin");
        assertThat(await(here.delete(BEN, By.CLI))).isPresent();
    }

    @Test
    @DisplayName("a locked administrator does not count as one who stays, and may go")
    void a_locked_one_does_not_count() {
        add(ADA, "admin");
        add(BEN, "admin");
        await(here.lock(BEN, By.CLI));
        assertThatThrownBy(() -> await(here.delete(ADA, By.CLI))).isInstanceOf(Refusal.class);
        assertThat(await(here.delete(BEN, By.CLI))).isPresent();
        await(here.addRole(ADA, "customer", By.CLI));
    }

    @Test
    @DisplayName("of two administrators who are removed at the same moment at two nodes, one always stays")
    void of_two_at_once_one_stays() {
        List<BiFunction<Accounts, Username, Future<Optional<Account>>>> ways = List.of(
                (node, name) -> node.delete(name, By.CLI),
                (node, name) -> node.lock(name, By.CLI),
                (node, name) -> node.removeRole(name, "admin", By.CLI));
        for (int round = 0; round < 45; round++) {
            var one = new Username("one-" + round);
            var two = new Username("two-" + round);
            add(one, "admin");
            add(two, "admin");
            await(db.database()
                    .query(
                            "UPDATE account SET roles = '{}' WHERE 'admin' = ANY (roles) AND username NOT IN ($1, $2)",
                            Tuple.of(one.value(), two.value())));
            var first = ways.get(round % 3).apply(here, one);
            var second = ways.get(round / 3 % 3).apply(there, two);
            await(Future.join(first, second).otherwiseEmpty());
            assertThat(first.succeeded()).as("round %d", round).isNotEqualTo(second.succeeded());
            assertThat(standing()).as("round %d", round).hasSize(1);
        }
    }

    @Test
    @DisplayName("a link to a new password works once, unlocks, gives the role back, and is in the trail")
    void a_link_recovers() {
        var ada = add(ADA, "customer");
        add(BEN, "admin");
        await(here.lock(ADA, By.CLI));
        var administrators = administrators(db.database(), here);
        var elsewhere = administrators(db.another(), there);
        String link = await(administrators.recoveryLink(ada.id(), Source.CLI));
        String key = link.substring(link.indexOf('=') + 1);
        assertThat(await(administrators.look(key)).orElseThrow().username()).contains("ada");
        var racers = new ArrayList<Future<Optional<Account>>>();
        for (int i = 0; i < 20; i++)
            racers.add((i % 2 == 0 ? administrators : elsewhere)
                    .recover(
                            key,
                            Password.typed("anchor violin " + i),
                            By.CLI,
                            (transaction, account) -> Future.succeededFuture()));
        await(Future.join(racers));
        assertThat(racers.stream().filter(racer -> racer.result().isPresent())).hasSize(1);
        Account after = await(here.find(ADA)).orElseThrow();
        assertThat(after.roles()).containsExactly("customer", "admin");
        assertThat(after.lockedAt()).isEmpty();
        assertThat(await(administrators.look(key))).isEmpty();
        assertThat(await(db.database()
                                .query(
                                        "SELECT count(*) AS n FROM audit_event WHERE kind = 'setup_link_made' AND target = $1",
                                        Tuple.of(ada.id().value())))
                        .iterator()
                        .next()
                        .getLong("n"))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("who is deleted is out everywhere, and only the trail knows the name")
    void who_is_deleted_is_out() {
        var ada = add(ADA, "customer");
        assertThat(await(here.delete(ADA, By.CLI))).isPresent();
        assertThat(await(here.find(ADA))).isEmpty();
        assertThat(await(here.delete(ADA, By.CLI))).isEmpty();
        assertThat(await(db.database().query("SELECT value FROM revocation WHERE kind = 'subject'", Tuple.tuple()))
                        .iterator()
                        .next()
                        .getString("value"))
                .isEqualTo(ada.id().value());
        assertThat(await(db.database()
                                .query("SELECT detail FROM audit_event WHERE kind = 'account_deleted'", Tuple.tuple()))
                        .iterator()
                        .next()
                        .getJsonObject("detail")
                        .getString("username"))
                .isEqualTo("ada");
    }

    private Administrators administrators(Database node, Accounts accounts) {
        return new Administrators(node, accounts, new AuditTrail(node), "http://localhost", new SecureRandom());
    }

    private List<String> standing() {
        var names = new ArrayList<String>();
        await(db.database()
                        .query(
                                "SELECT username FROM account WHERE 'admin' = ANY (roles) AND locked_at IS NULL",
                                Tuple.tuple()))
                .forEach(row -> names.add(row.getString("username")));
        return names;
    }

    private Account add(Username name, String role) {
        return await(here.add(name, PASSWORD, Optional.empty(), List.of(role), By.CLI));
    }
}
