package dev.gatehouse.identity;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.AuthenticatorApps.Enrolment;
import dev.gatehouse.keys.KeyWrapping;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class AuthenticatorAppsTest {
    static final UserId ADA = new UserId("ada-1");
    static final UserId BOB = new UserId("bob-1");
    static final UserId NOBODY = new UserId("nobody");
    private static final Accounts.By THEMSELVES = Accounts.By.themselves(Source.address("192.0.2.7"));

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private final SecureRandom random = new SecureRandom();
    private final KeyWrapping wrapping = new KeyWrapping(new byte[32], random);
    private final Instant now = Instant.ofEpochSecond(1_800_000_015);
    private AuthenticatorApps apps;
    private AuthenticatorApps elsewhere;

    @BeforeEach
    void open() {
        add(db.database(), ADA);
        add(db.database(), BOB);
        apps = apps(db.database());
        elsewhere = apps(db.another());
    }

    @Test
    void an_app_is_told_160_bits_in_the_form_that_apps_read() {
        Enrolment told = apps.begin(ADA, "Ada's Shop: Öl", "ada+x@example.com");
        assertThat(told.typed()).matches("([A-Z2-7]{4} ){7}[A-Z2-7]{4}");
        assertThat(told.uri())
                .isEqualTo("otpauth://totp/Ada%27s%20Shop%20%C3%96l:ada%2Bx%40example.com?secret="
                        + told.typed().replace(" ", "") + "&issuer=Ada%27s%20Shop%20%C3%96l");
        assertThat(told.picture("code")).startsWith("<svg ").endsWith("</svg>");
        assertThat(told).hasToString("Enrolment[…]");
        assertThat(apps.begin(ADA, "Shop", "ada").typed()).isNotEqualTo(told.typed());
    }

    @Test
    void what_waits_for_its_first_code_can_be_shown_again_to_its_account_alone() {
        Enrolment told = apps.begin(ADA, "Shop", "ada");
        assertThat(elsewhere.again(ADA, told.sealed(), "Shop", "ada")).contains(told);
        assertThat(apps.again(BOB, told.sealed(), "Shop", "ada")).isEmpty();
        assertThat(apps.again(ADA, told.sealed().substring(4), "Shop", "ada")).isEmpty();
        assertThat(apps.again(ADA, "?", "Shop", "ada")).isEmpty();
    }

    @Test
    void an_app_is_set_up_by_a_right_code_and_by_nothing_else() {
        Enrolment told = apps.begin(ADA, "Shop", "ada");
        assertThat(await(apps.confirm(ADA, told.sealed(), "000", now, THEMSELVES)))
                .isFalse();
        assertThat(await(apps.confirm(ADA, told.sealed(), code(told, 2), now, THEMSELVES)))
                .isFalse();
        assertThat(await(apps.confirm(BOB, told.sealed(), code(told, 0), now, THEMSELVES)))
                .isFalse();
        assertThat(await(apps.confirm(ADA, "x", code(told, 0), now, THEMSELVES)))
                .isFalse();
        assertThat(await(apps.since(ADA))).isEmpty();
        assertThat(await(apps.confirm(ADA, told.sealed(), code(told, 0), now, THEMSELVES)))
                .isTrue();
        assertThat(await(apps.since(ADA))).isPresent();
        assertThat(await(apps.since(BOB))).isEmpty();
        assertThat(trail()).containsExactly("second_factor_set ada-1 192.0.2.7 {\"factor\":\"totp\"}");
    }

    @Test
    void nobody_sets_one_up_for_an_account_that_is_gone_or_locked() {
        Enrolment gone = apps.begin(NOBODY, "Shop", "x");
        assertThat(await(apps.confirm(NOBODY, gone.sealed(), code(gone, 0), now, THEMSELVES)))
                .isFalse();
        await(db.database().query("UPDATE account SET locked_at = now() WHERE id = $1", Tuple.of(ADA.value())));
        Enrolment locked = apps.begin(ADA, "Shop", "ada");
        assertThat(await(apps.confirm(ADA, locked.sealed(), code(locked, 0), now, THEMSELVES)))
                .isFalse();
        assertThat(trail()).isEmpty();
    }

    @Test
    void the_secret_lies_in_the_database_under_the_master_key_and_opens_for_its_account_alone() {
        Enrolment told = setUp(ADA);
        Buffer wrapped = await(db.database().query("SELECT wrapped_seed FROM totp", Tuple.tuple()))
                .iterator()
                .next()
                .getBuffer("wrapped_seed");
        assertThat(wrapping.unwrap("totp-seed", ADA.value(), wrapped.getBytes()))
                .hasValueSatisfying(seed -> assertThat(Base32.encode(seed, Base32.RFC))
                        .isEqualTo(told.typed().replace(" ", "")));
        assertThat(wrapping.unwrap("totp-seed", BOB.value(), wrapped.getBytes()))
                .isEmpty();
    }

    @Test
    @DisplayName("LS11 a code is taken once, on whatever node, and the one that set the app up was taken")
    void a_code_is_taken_once() {
        Enrolment told = setUp(ADA);
        assertThat(await(apps.check(ADA, code(told, 0), now, Optional.empty()))).isFalse();
        assertThat(await(elsewhere.check(ADA, code(told, 1), now, Optional.empty())))
                .isTrue();
        assertThat(await(apps.check(ADA, code(told, 1), now, Optional.empty()))).isFalse();
        assertThat(await(elsewhere.check(ADA, code(told, 1), now.plusSeconds(30), Optional.empty())))
                .isFalse();
        assertThat(await(apps.check(ADA, code(told, 2), now.plusSeconds(30), Optional.empty())))
                .isTrue();
    }

    @Test
    @DisplayName("LS11 the code of the step before is refused after a newer one was used, and any two steps off")
    void an_older_code_is_refused_after_a_newer_one() {
        Enrolment told = setUp(ADA);
        Instant later = now.plus(Duration.ofMinutes(5));
        assertThat(await(apps.check(ADA, code(told, 10), later, Optional.empty())))
                .isTrue();
        assertThat(await(apps.check(ADA, code(told, 9), later, Optional.empty())))
                .isFalse();
        assertThat(await(apps.check(ADA, code(told, 12), later, Optional.empty())))
                .isFalse();
        assertThat(await(apps.check(ADA, code(told, 8), later, Optional.empty())))
                .isFalse();
        assertThat(await(apps.check(ADA, code(told, 11), later, Optional.empty())))
                .isTrue();
    }

    @Test
    @DisplayName("LS11 of forty who come with one code at once over two nodes, one gets in")
    void one_of_forty_gets_in() {
        Enrolment told = setUp(ADA);
        // Each of them is a try of its own: the bound on wrong codes is not what is asked here.
        for (int round = 1; round <= 5; round++) {
            Instant then = now.plus(Duration.ofMinutes(round));
            String code = code(told, 2 * round);
            List<Future<Boolean>> callers = new ArrayList<>();
            for (int i = 0; i < 40; i++)
                callers.add((i % 2 == 0 ? apps : elsewhere).check(ADA, code, then, Optional.empty()));
            List<Boolean> answers = callers.stream()
                    .map(caller -> await(caller.recover(AuthenticatorAppsTest::tooMany)))
                    .toList();
            assertThat(answers.stream().filter(right -> right)).hasSize(1);
            await(db.database().query("DELETE FROM login_failure", Tuple.tuple()));
        }
    }

    @Test
    @DisplayName("LS11 after ten wrong codes the right one is refused too, until a quarter of an hour is over")
    void guessing_is_held_up() {
        Enrolment told = setUp(ADA);
        for (int i = 0; i < 10; i++)
            assertThat(await((i % 2 == 0 ? apps : elsewhere).check(ADA, "12345", now, Optional.empty())))
                    .isFalse();
        assertTooMany(apps.check(ADA, code(told, 1), now, Optional.empty()));
        assertTooMany(elsewhere.check(ADA, code(told, 1), now, Optional.empty()));
        assertThat(await(apps.check(BOB, "123456", now, Optional.empty()))).isFalse();
        await(db.database().query("UPDATE login_failure SET expires_at = now() - interval '1 second'", Tuple.tuple()));
        assertThat(await(apps.check(ADA, code(told, 1), now, Optional.empty()))).isTrue();
    }

    @Test
    @DisplayName("LS11 whoever goes on guessing waits twice as long each time")
    void waits_grow() {
        setUp(ADA);
        var throttle = new CodeThrottle(db.database());
        for (int minutes : new int[] {15, 30, 60}) {
            for (int i = 0; i < CodeThrottle.MOST_WRONG; i++) await(throttle.begin(ADA, Optional.empty()));
            assertThatThrownBy(() -> await(throttle.begin(ADA, Optional.empty())))
                    .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(
                                    refusal.retryAfter().orElseThrow())
                            .isBetween(Duration.ofMinutes(minutes - 1), Duration.ofMinutes(minutes)));
            await(db.database()
                    .query("UPDATE login_failure SET expires_at = now() - interval '1 second'", Tuple.tuple()));
        }
    }

    @Test
    @DisplayName("LS11 a right code is no try, and forgives none that was wrong")
    void right_codes_neither_count_nor_forgive() {
        Enrolment told = setUp(ADA);
        for (int i = 0; i < 9; i++)
            assertThat(await(apps.check(ADA, "000", now, Optional.empty()))).isFalse();
        for (int step = 1; step <= 3; step++)
            assertThat(await(apps.check(ADA, code(told, step), now.plusSeconds(30L * step), Optional.empty())))
                    .isTrue();
        assertThat(await(apps.check(ADA, "000", now, Optional.empty()))).isFalse();
        assertTooMany(apps.check(ADA, code(told, 5), now.plusSeconds(150), Optional.empty()));
    }

    @Test
    @DisplayName("LS11 of sixty guesses at once over two nodes ten are judged")
    void guesses_at_once_get_no_further_than_guesses_in_a_row() {
        setUp(ADA);
        List<Future<String>> callers = IntStream.range(0, 60)
                .mapToObj(i -> (i % 2 == 0 ? apps : elsewhere)
                        .check(ADA, "%06d".formatted(i), now, Optional.empty())
                        .map(String::valueOf)
                        .otherwise(refused -> "refused"))
                .toList();
        List<String> answers = callers.stream().map(TestDatabase::await).toList();
        assertThat(answers.stream().filter("refused"::equals)).hasSize(50);
    }

    @Test
    @DisplayName("LS11 an account without an app, and one that nobody has, get the answers of one that has")
    void accounts_without_an_app_get_the_same_answers() {
        for (UserId account : List.of(BOB, NOBODY)) {
            for (int i = 0; i < 10; i++)
                assertThat(await(apps.check(account, "123456", now, Optional.empty())))
                        .isFalse();
            assertTooMany(apps.check(account, "123456", now, Optional.empty()));
        }
    }

    @Test
    void no_name_that_somebody_can_type_reaches_the_counter_of_codes() {
        assertThat(Username.find(CodeThrottle.key(ADA))).isEmpty();
    }

    @Test
    void a_new_app_takes_the_place_of_the_old_one() {
        Enrolment old = setUp(ADA);
        Enrolment told = setUp(ADA);
        assertThat(await(apps.check(ADA, code(old, 1), now, Optional.empty()))).isFalse();
        assertThat(await(apps.check(ADA, code(told, 1), now, Optional.empty()))).isTrue();
    }

    @Test
    void setting_up_again_brings_no_used_code_back() {
        Enrolment told = setUp(ADA);
        assertThat(await(apps.check(ADA, code(told, 1), now, Optional.empty()))).isTrue();
        assertThat(await(apps.confirm(ADA, told.sealed(), code(told, 0), now, THEMSELVES)))
                .isTrue();
        assertThat(await(apps.check(ADA, code(told, 1), now, Optional.empty()))).isFalse();
    }

    @Test
    void an_app_is_removed_once_and_its_codes_are_worth_nothing() {
        Enrolment told = setUp(ADA);
        assertThat(await(apps.remove(ADA, Accounts.By.CLI))).isTrue();
        assertThat(await(apps.remove(ADA, Accounts.By.CLI))).isFalse();
        assertThat(await(apps.since(ADA))).isEmpty();
        assertThat(await(apps.check(ADA, code(told, 1), now, Optional.empty()))).isFalse();
        assertThat(trail()).last().isEqualTo("second_factor_removed ada-1 cli {\"factor\":\"totp\"}");
        assertThat(trail()).hasSize(2);
    }

    private Enrolment setUp(UserId account) {
        Enrolment told = apps.begin(account, "Shop", "somebody");
        assertThat(await(apps.confirm(account, told.sealed(), code(told, 0), now, THEMSELVES)))
                .isTrue();
        return told;
    }

    /** What the app shows so many steps from {@link #now}. */
    private String code(Enrolment told, int steps) {
        byte[] seed = org.bouncycastle.util.encoders.Base32.decode(told.typed().replace(" ", ""));
        return Totp.code(seed, Totp.stepAt(now) + steps);
    }

    private AuthenticatorApps apps(Database database) {
        return new AuthenticatorApps(database, new AuditTrail(database), Owners.UNTOLD, wrapping, random);
    }

    private List<String> trail() {
        return trail(db.database());
    }

    static List<String> trail(Database database) {
        var lines = new ArrayList<String>();
        for (Row row : await(
                database.query("SELECT kind, target, source, detail FROM audit_event ORDER BY id", Tuple.tuple())))
            lines.add(row.getString("kind") + " " + row.getString("target") + " " + row.getString("source") + " "
                    + row.getJsonObject("detail").encode());
        return lines;
    }

    static void add(Database database, UserId account) {
        await(database.query(
                "INSERT INTO account (id, username, username_key, roles) VALUES ($1, $2, $2, '{}')",
                Tuple.of(account.value(), account.value())));
    }

    static void assertTooMany(Future<Boolean> tried) {
        assertThatThrownBy(() -> await(tried)).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.problem()).isEqualTo(Reason.TOO_MANY_ATTEMPTS);
            assertThat(refusal.retryAfter().orElseThrow()).isBetween(Duration.ofMinutes(13), Duration.ofMinutes(15));
        });
    }

    private static Future<Boolean> tooMany(Throwable failure) {
        return failure instanceof Refusal refusal && refusal.problem() == Reason.TOO_MANY_ATTEMPTS
                ? Future.succeededFuture(false)
                : Future.failedFuture(failure);
    }
}
