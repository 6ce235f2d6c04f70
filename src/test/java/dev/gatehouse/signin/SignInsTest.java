package dev.gatehouse.signin;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.config.Config.Refresh;
import dev.gatehouse.config.Config.Session;
import dev.gatehouse.config.Config.TokenSettings;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Dues;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.PasswordHasher;
import dev.gatehouse.identity.Username;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.oauth.TestConfig;
import dev.gatehouse.signin.SignIns.Candidate;
import dev.gatehouse.signin.SignIns.Wanted;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signing in against somebody who changes the account at the same time. */
final class SignInsTest {
    private static final Username ALICE = new Username("alice");
    private static final SourceNetwork HERE = SourceNetwork.of(InetAddress.getLoopbackAddress());
    private static final Wanted WANTED =
            new Wanted(new ClientId("gatehouse"), Scopes.NONE, List.of("http://localhost:8080"));
    private static final TokenSettings LIFETIMES = new TokenSettings(
            Duration.ofMinutes(10),
            new Refresh(Duration.ofDays(30), Duration.ofDays(90)),
            new Session(Duration.ofHours(12), Duration.ofHours(1)));

    private static final SignInStep.Done DONE =
            new SignInStep.Done(Level.ONE.acr(), List.of("pwd"), Optional.empty(), true);

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private Accounts accounts;
    private SignIns signIns;
    private Candidate candidate;

    @BeforeEach
    void open() {
        var random = new SecureRandom();
        accounts = new Accounts(
                db.database(),
                new AuditTrail(db.database()),
                new PasswordHasher(db.vertx(), random),
                revoked -> {},
                random);
        await(accounts.add(ALICE, Password.typed("zebra lamp forty"), Optional.empty(), List.of(), Accounts.By.SYSTEM));
        signIns = new SignIns(
                db.database(), new Dues(TestConfig::standard), random, new RefreshMint(new byte[32], random));
        candidate =
                await(signIns.ask("alice", HERE, Optional.empty())).candidate().orElseThrow();
    }

    @Test
    void a_password_changed_since_it_was_read_wins() {
        await(accounts.setPassword(ALICE, Password.typed("another lamp"), Accounts.By.CLI));
        assertThat(await(signIns.begin(candidate, DONE, new JsonObject(), HERE, WANTED, LIFETIMES)))
                .isEmpty();
        assertThat(count("SELECT count(*) FROM session")).isZero();
    }

    @Test
    void a_lock_and_a_sign_in_at_once_leave_no_session_alive() {
        for (int round = 0; round < 10; round++) {
            var begun = signIns.begin(candidate, DONE, new JsonObject(), HERE, WANTED, LIFETIMES);
            var locked = accounts.lock(ALICE, Accounts.By.CLI);
            await(Future.all(begun, locked));
            assertThat(count("SELECT count(*) FROM session WHERE ended_at IS NULL"))
                    .isZero();
            assertThat(count("SELECT count(*) FROM refresh_family WHERE revoked_at IS NULL"))
                    .isZero();
            begun.result().ifPresent(made -> assertThat(
                            count("SELECT count(*) FROM revocation WHERE kind = 'session' AND value = '"
                                    + made.session() + "'"))
                    .isEqualTo(1));
            await(accounts.unlock(ALICE, Accounts.By.CLI));
        }
    }

    @Test
    void failures_are_counted_in_a_window_that_the_first_one_opens() {
        var lockout = new dev.gatehouse.config.Lockout(10, Duration.ofMinutes(15));
        await(Future.all(
                signIns.countFailure("alice", lockout),
                signIns.countFailure("alice", lockout),
                signIns.countFailure("alice", lockout)));
        assertThat(await(signIns.ask("alice", HERE, Optional.empty())).failures())
                .isEqualTo(3);
        assertThat(await(signIns.ask("alice", HERE, Optional.empty())).untilForgotten())
                .isBetween(Duration.ofMinutes(14), Duration.ofMinutes(15));
        await(db.database().query("UPDATE login_failure SET expires_at = now()", Tuple.tuple()));
        assertThat(await(signIns.ask("alice", HERE, Optional.empty())).failures())
                .isZero();
        await(signIns.countFailure("alice", lockout));
        assertThat(await(signIns.ask("alice", HERE, Optional.empty())).failures())
                .isEqualTo(1);
    }

    @Test
    @DisplayName(
            "LS02 whoever goes on guessing waits twice as long each time, up to a day; a day of rest or the owner begins anew")
    void waits_grow() {
        var lockout = new dev.gatehouse.config.Lockout(10, Duration.ofMinutes(15));
        for (int minutes : new int[] {15, 30, 60, 120, 240, 480, 960, 1440, 1440}) {
            for (int i = 0; i < 10; i++) await(signIns.countFailure("alice", lockout));
            var known = await(signIns.ask("alice", HERE, Optional.empty()));
            assertThat(known.failures()).isEqualTo(10);
            assertThat(known.untilForgotten()).isBetween(Duration.ofMinutes(minutes - 1), Duration.ofMinutes(minutes));
            windowIsOver("1 second");
        }
        windowIsOver("25 hours");
        await(signIns.countFailure("alice", lockout));
        assertThat(await(signIns.ask("alice", HERE, Optional.empty())).untilForgotten())
                .isLessThanOrEqualTo(Duration.ofMinutes(15));
        for (int i = 0; i < 10; i++) await(signIns.countFailure("alice", lockout));
        assertThat(await(signIns.begin(candidate, DONE, new JsonObject(), HERE, WANTED, LIFETIMES)))
                .isPresent();
        await(signIns.countFailure("alice", lockout));
        assertThat(await(signIns.ask("alice", HERE, Optional.empty())).untilForgotten())
                .isLessThanOrEqualTo(Duration.ofMinutes(15));
    }

    @Test
    @DisplayName("LS02 nor does it help to stop before a window is full")
    void waits_grow_for_the_patient_too() {
        var lockout = new dev.gatehouse.config.Lockout(10, Duration.ofMinutes(15));
        for (int window = 0; window < 8; window++) {
            for (int i = 0; i < 9; i++) await(signIns.countFailure("alice", lockout));
            windowIsOver("1 second");
        }
        await(signIns.countFailure("alice", lockout));
        assertThat(await(signIns.ask("alice", HERE, Optional.empty())).untilForgotten())
                .as("after 72 in a row")
                .isGreaterThan(Duration.ofHours(23));
    }

    private void windowIsOver(String since) {
        await(db.database()
                .query("UPDATE login_failure SET expires_at = now() - interval '" + since + "'", Tuple.tuple()));
    }

    private long count(String sql) {
        return await(db.database().query(sql, Tuple.tuple())).iterator().next().getLong(0);
    }
}
