package dev.gatehouse.signin;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Config.Session;
import dev.gatehouse.identity.Dues;
import dev.gatehouse.identity.Person;
import dev.gatehouse.oauth.TestConfig;
import dev.gatehouse.signin.BrowserSignIns.Entered;
import dev.gatehouse.signin.BrowserSignIns.Entering;
import dev.gatehouse.signin.SignInFlow.State;
import dev.gatehouse.signin.SignInFlow.Wanted;
import dev.gatehouse.signin.SignInStep.Done;
import dev.gatehouse.signin.SignInsUnderWay.At;
import dev.gatehouse.signin.SignInsUnderWay.Found;
import dev.gatehouse.signin.SignInsUnderWay.Kept;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.Sweep;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sign-ins of several steps, on the server, as two nodes see them. */
final class SignInsUnderWayTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final UserId ALICE = new UserId("alice");
    private static final Done DONE = new Done(Level.TWO.acr(), List.of("pwd", "otp", "mfa"), Optional.of(NOW), true);
    private static final Session LIFETIMES = new Session(Duration.ofHours(12), Duration.ofHours(1));

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private final SecureRandom random = new SecureRandom();
    private final BrowserCookie browser = BrowserCookie.fresh(random);
    private SignInsUnderWay here;
    private SignInsUnderWay there;
    private Database other;

    @BeforeEach
    void open() {
        other = db.another();
        here = new SignInsUnderWay(db.database(), new Dues(TestConfig::standard), random);
        there = new SignInsUnderWay(other, new Dues(TestConfig::standard), random);
        sql(
                "INSERT INTO account (id, username, username_key) VALUES ('alice', 'alice', 'alice'), ('bob', 'bob', 'bob')");
    }

    @Test
    void of_many_callers_at_two_nodes_one_signs_in() {
        for (int round = 0; round < 5; round++) {
            sql("DELETE FROM session");
            At at = begun();
            var all = new ArrayList<Future<Optional<Entered>>>();
            for (int i = 0; i < 10; i++) {
                all.add(entered(db.database(), at));
                all.add(entered(other, at));
            }
            await(Future.all(all));
            assertThat(all.stream().filter(one -> one.result().isPresent())).hasSize(1);
            assertThat(count("SELECT count(*) FROM session")).isEqualTo(1);
            assertThat(count("SELECT count(*) FROM sign_in")).isZero();
        }
        assertThat(
                        count(
                                "SELECT count(*) FROM session WHERE second_factor_at = '2026-11-26T12:00:00Z' AND acr = 'urn:gatehouse:acr:2'"))
                .isEqualTo(1);
    }

    @Test
    void of_many_callers_at_two_nodes_one_does_a_step() {
        At at = begun();
        var all = new ArrayList<Future<Optional<At>>>();
        for (int i = 0; i < 10; i++) {
            all.add(here.move(at, browser, ALICE, kept()));
            all.add(there.move(at, browser, ALICE, kept()));
        }
        await(Future.all(all));
        assertThat(all.stream().filter(one -> one.result().isPresent())).hasSize(1);
        assertThat(await(entered(db.database(), at)))
                .as("what was thought out before is not so any more")
                .isEmpty();
        assertThat(await(entered(db.database(), new At(at.handle(), 1)))).isPresent();
    }

    @Test
    void it_is_of_one_browser_one_account_and_ten_minutes() {
        At at = begun();
        var stranger = BrowserCookie.fresh(random);
        assertThat(await(here.find(at.handle(), stranger))).isEmpty();
        assertThat(await(here.find(at.handle().replace(at.handle().charAt(0), '!'), browser)))
                .isEmpty();
        assertThat(await(here.move(at, stranger, ALICE, kept()))).isEmpty();
        assertThat(await(enter(db.database(), at, stranger, "alice"))).isEmpty();
        Found found = await(there.find(at.handle(), browser)).orElseThrow();
        assertThat(found.kept()).isEqualTo(kept());
        assertThat(found.standing().authenticator()).isFalse();
        sql("INSERT INTO totp (account_id, wrapped_seed, last_step) VALUES ('alice', '', 0)");
        assertThat(await(there.find(at.handle(), browser))
                        .orElseThrow()
                        .standing()
                        .authenticator())
                .as("as it stands now")
                .isTrue();
        assertThat(
                        count(
                                "SELECT count(*) FROM sign_in WHERE expires_at BETWEEN now() + interval '9 minutes' AND now() + interval '10 minutes'"))
                .isEqualTo(1);
        sql("UPDATE sign_in SET expires_at = now()");
        assertThat(await(here.find(at.handle(), browser))).isEmpty();
        assertThat(await(here.move(at, browser, ALICE, kept()))).isEmpty();
        assertThat(await(enter(db.database(), at, browser, "alice"))).isEmpty();
    }

    @Test
    void nobody_comes_in_by_the_row_of_somebody_else_or_with_a_password_of_before() {
        assertThat(await(enter(db.database(), begun(), browser, "bob"))).isEmpty();
        At at = begun();
        sql("UPDATE account SET password_changed_at = now()");
        assertThat(await(enter(db.database(), at, browser, "alice"))).isEmpty();
        assertThat(count("SELECT count(*) FROM session")).isZero();
    }

    @Test
    void what_is_over_is_swept_an_hour_later() {
        begun();
        begun();
        sql("UPDATE sign_in SET expires_at = now() - interval '59 minutes'");
        begun();
        await(new Sweep(db.database()).round());
        assertThat(count("SELECT count(*) FROM sign_in")).isEqualTo(3);
        sql("UPDATE sign_in SET expires_at = now() - interval '61 minutes' WHERE expires_at < now()");
        await(new Sweep(db.database()).round());
        assertThat(count("SELECT count(*) FROM sign_in")).isEqualTo(1);
    }

    private At begun() {
        return new At(await(here.begin(browser, ALICE, kept())), 0);
    }

    private static Kept kept() {
        return new Kept(
                new State(
                        Wanted.ANYTHING,
                        Optional.of(ALICE),
                        Optional.empty(),
                        List.of(new SignInFlow.Proof(ProofKind.PASSWORD, NOW))),
                null);
    }

    private Future<Optional<Entered>> entered(Database node, At at) {
        return enter(node, at, browser, "alice");
    }

    private Future<Optional<Entered>> enter(Database node, At at, BrowserCookie from, String account) {
        var person = new Person(new UserId(account), account, List.of(), List.of());
        var call = new Call(
                "POST",
                "/login",
                "",
                MultiMap.caseInsensitiveMultiMap(),
                Buffer.buffer(),
                InetAddress.getLoopbackAddress(),
                "test");
        return new BrowserSignIns(node, random)
                .enter(
                        new Entering(person, null, DONE, Optional.of(at)),
                        from,
                        Optional.of(DeviceCookie.fresh(random)),
                        Optional.empty(),
                        call,
                        LIFETIMES);
    }

    private void sql(String statement) {
        await(db.database().query(statement, Tuple.tuple()));
    }

    private long count(String sql) {
        return await(db.database().query(sql, Tuple.tuple())).iterator().next().getLong(0);
    }
}
