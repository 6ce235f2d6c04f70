package dev.gatehouse.identity;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class AccountsTest {
    private static final Username ALICE = new Username("Alice");
    private static final Password PASSWORD = Password.typed("zebra lamp forty");

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private final ConcurrentLinkedQueue<Revocation> learned = new ConcurrentLinkedQueue<>();
    private Database database;
    private PasswordHasher hasher;
    private Accounts accounts;

    @BeforeEach
    void open() {
        database = db.database();
        var random = new SecureRandom();
        hasher = new PasswordHasher(db.vertx(), random, new Argon2Hash.Cost(1024, 1, 1));
        accounts = new Accounts(database, new AuditTrail(database), hasher, learned::add, random);
    }

    @Test
    void an_account_is_made_found_and_listed_in_pages() {
        for (String name : List.of("dave", "Alice", "carol", "Bob")) add(name);
        assertThat(await(accounts.find(new Username("ALICE")))
                        .orElseThrow()
                        .username()
                        .value())
                .isEqualTo("Alice");
        assertThat(await(accounts.find(new Username("eve")))).isEmpty();
        List<Account> page = await(accounts.list(Optional.empty(), 3));
        assertThat(page).extracting(account -> account.username().value()).containsExactly("Alice", "Bob", "carol");
        assertThat(await(accounts.list(Optional.of(page.get(2).username()), 3)))
                .extracting(account -> account.username().value())
                .containsExactly("dave");
        assertThatThrownBy(() -> add("ALICE"))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(Reason.USERNAME_TAKEN));
    }

    @Test
    void roles_are_a_set_that_grows_and_shrinks() {
        add("alice");
        await(accounts.addRole(ALICE, "support", Accounts.By.CLI));
        await(accounts.addRole(ALICE, "support", Accounts.By.CLI));
        assertThat(await(accounts.find(ALICE)).orElseThrow().roles()).containsExactly("customer", "support");
        await(accounts.removeRole(ALICE, "customer", Accounts.By.CLI));
        assertThat(await(accounts.find(ALICE)).orElseThrow().roles()).containsExactly("support");
        assertThat(await(accounts.addRole(new Username("nobody"), "x", Accounts.By.CLI)))
                .isEmpty();
    }

    @Test
    void a_start_finds_hashes_from_elsewhere_and_does_not_wait_until_they_are_computed() {
        add("alice");
        await(database.query(
                "UPDATE account SET password_hash = '$2b$14$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'",
                Tuple.tuple()));
        await(accounts.meetHashes());
        assertThat(hasher.underWay()).isEqualTo(1);
    }

    @Test
    void locking_is_told_to_this_node_and_written_for_the_others() {
        var account = add("alice");
        assertThat(await(accounts.lock(ALICE, Accounts.By.CLI)).orElseThrow().lockedAt())
                .isPresent();
        assertThat(learned).hasSize(1).first().isInstanceOfSatisfying(Revocation.OfSubject.class, subject -> assertThat(
                        subject.subject())
                .isEqualTo(account.id().value()));
        assertThat(await(database.query("SELECT kind FROM revocation", Tuple.tuple()))
                        .size())
                .isEqualTo(1);
        assertThat(await(accounts.unlock(ALICE, Accounts.By.CLI)).orElseThrow().lockedAt())
                .isEmpty();
        assertThat(await(accounts.lock(new Username("nobody"), Accounts.By.CLI)))
                .isEmpty();
    }

    @Test
    void a_new_password_forgives_what_was_wrong_wherever_it_was_counted() {
        String id = add("alice").id().value();
        for (String sql : List.of(
                "INSERT INTO known_address (account_id, address, expires_at) VALUES ('" + id
                        + "', '192.0.2.7', now() + interval '1 day')",
                "INSERT INTO known_device (account_id, device_hash, expires_at) VALUES ('" + id
                        + "', '\\xab01', now() + interval '1 day')",
                "INSERT INTO login_failure (username_key, failures, expires_at) SELECT key, 10, now() + interval '1 day'"
                        + " FROM unnest(ARRAY['alice', 'alice from 192.0.2.7', 'alice in ab01', 'bob', 'bob from 192.0.2.7']) key"))
            await(database.query(sql, Tuple.tuple()));
        await(accounts.setPassword(ALICE, Password.typed("zebra lamp fifty"), Accounts.By.CLI));
        var left = new ArrayList<String>();
        await(database.query("SELECT username_key FROM login_failure ORDER BY 1", Tuple.tuple()))
                .forEach(row -> left.add(row.getString(0)));
        assertThat(left).containsExactly("bob", "bob from 192.0.2.7");
    }

    @Test
    void every_change_has_its_line_in_the_trail_and_no_line_has_a_password() {
        add("alice");
        await(accounts.setPassword(ALICE, Password.typed("zebra lamp fifty"), Accounts.By.CLI));
        await(accounts.addRole(ALICE, "support", Accounts.By.CLI));
        await(accounts.lock(ALICE, Accounts.By.CLI));
        await(accounts.unlock(ALICE, Accounts.By.CLI));
        await(accounts.revoke(ALICE, Accounts.By.CLI));
        var lines = new ArrayList<String>();
        await(database.query(
                        "SELECT kind, source, detail->>'what' AS what, row_to_json(e)::text AS line FROM audit_event e ORDER BY id",
                        Tuple.tuple()))
                .forEach(row -> {
                    assertThat(row.getString("line")).doesNotContain("zebra", "argon2");
                    lines.add(row.getString("kind") + " " + row.getString("what") + " " + row.getString("source"));
                });
        assertThat(lines)
                .containsExactly(
                        "account_made null cli",
                        "account_changed password cli",
                        "account_changed roles cli",
                        "account_changed locked cli",
                        "account_changed unlocked cli",
                        "revoked subject cli");
    }

    @Test
    void generated_passwords_pass_the_policy_and_differ() {
        var random = new SecureRandom();
        Password one = Password.generated(random);
        new PasswordPolicy(15).check(one, ALICE);
        assertThat(one.nfc().reveal()).matches("([a-z2-9]{5}-){3}[a-z2-9]{5}");
        assertThat(Password.generated(random)).isNotEqualTo(one);
    }

    private Account add(String name) {
        return await(
                accounts.add(new Username(name), PASSWORD, Optional.empty(), List.of("customer"), Accounts.By.CLI));
    }
}
