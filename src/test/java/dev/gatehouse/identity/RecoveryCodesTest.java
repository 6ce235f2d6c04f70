package dev.gatehouse.identity;

import static dev.gatehouse.identity.AuthenticatorAppsTest.ADA;
import static dev.gatehouse.identity.AuthenticatorAppsTest.BOB;
import static dev.gatehouse.identity.AuthenticatorAppsTest.NOBODY;
import static dev.gatehouse.identity.AuthenticatorAppsTest.add;
import static dev.gatehouse.identity.AuthenticatorAppsTest.assertTooMany;
import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.keys.KeyWrapping;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RecoveryCodesTest {
    private static final Source HERE = Source.address("192.0.2.7");
    private static final Accounts.By THEMSELVES = Accounts.By.themselves(HERE);

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private final SecureRandom random = new SecureRandom();
    private RecoveryCodes codes;
    private RecoveryCodes elsewhere;

    @BeforeEach
    void open() {
        add(db.database(), ADA);
        add(db.database(), BOB);
        codes = codes(db.database());
        elsewhere = codes(db.another());
    }

    @Test
    void there_are_ten_of_eighty_bits_in_groups_that_can_be_read_out() {
        List<String> made = make();
        assertThat(made)
                .hasSize(10)
                .doesNotHaveDuplicates()
                .allMatch(code -> code.matches("([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}"));
        var letters = new HashSet<Integer>();
        for (int i = 0; i < 20; i++) make().forEach(code -> code.chars().forEach(letters::add));
        assertThat(letters).hasSize(33);
    }

    @Test
    void nothing_in_the_database_can_be_typed() {
        List<String> made = make();
        for (Row row : await(db.database().query("SELECT code_hash FROM recovery_code", Tuple.tuple()))) {
            String kept = row.getBuffer("code_hash").toString(StandardCharsets.ISO_8859_1);
            assertThat(kept).hasSize(32);
            assertThat(made).noneMatch(code -> kept.contains(code.replace("-", "")));
        }
    }

    @Test
    void a_code_is_good_once_for_its_account_and_is_counted_off() {
        List<String> made = make();
        assertThat(await(codes.remaining(ADA))).isEqualTo(10);
        assertThat(await(codes.use(BOB, made.get(0), HERE, Optional.empty()))).isFalse();
        assertThat(await(codes.use(ADA, made.get(0), HERE, Optional.empty()))).isTrue();
        assertThat(await(elsewhere.use(ADA, made.get(0), HERE, Optional.empty())))
                .isFalse();
        assertThat(await(elsewhere.use(ADA, made.get(9), HERE, Optional.empty())))
                .isTrue();
        assertThat(await(codes.remaining(ADA))).isEqualTo(8);
        assertThat(await(codes.remaining(BOB))).isZero();
        assertThat(AuthenticatorAppsTest.trail(db.database()))
                .containsExactly(
                        "recovery_codes_made ada-1 192.0.2.7 {\"count\":10}",
                        "recovery_code_used ada-1 192.0.2.7 {\"remaining\":9}",
                        "recovery_code_used ada-1 192.0.2.7 {\"remaining\":8}");
    }

    @Test
    void it_may_be_typed_in_any_case_with_any_spaces_and_dashes_and_letters_that_look_alike() {
        List<String> made = make();
        List<String> typed = List.of(
                made.get(0).toLowerCase(Locale.ROOT),
                made.get(1).replace("-", ""),
                "  " + made.get(2).replace("-", " – ") + "\n",
                made.get(3).replace("-", "").replaceAll("(.)", "$1 "),
                made.get(4).replace('0', 'o').replace('1', 'l'),
                made.get(5).replace('0', 'O').replace('1', 'I'));
        for (String each : typed)
            assertThat(await(codes.use(ADA, each, HERE, Optional.empty())))
                    .as(each)
                    .isTrue();
    }

    @Test
    void anything_else_is_wrong() {
        String made = make().get(0);
        for (String typed : List.of("", "-", made.substring(1), made + "0", made.replace('-', 'U'), "x".repeat(5_000)))
            assertThat(await(codes.use(ADA, typed, HERE, Optional.empty()))).isFalse();
        assertThat(await(codes.use(ADA, made, HERE, Optional.empty()))).isTrue();
    }

    @Test
    void of_forty_who_come_with_one_code_at_once_over_two_nodes_one_gets_in() {
        for (String code : make()) {
            List<Future<String>> callers = new ArrayList<>();
            for (int i = 0; i < 40; i++)
                callers.add((i % 2 == 0 ? codes : elsewhere)
                        .use(ADA, code, HERE, Optional.empty())
                        .map(String::valueOf)
                        .otherwise(failure -> ((Refusal) failure).problem().code()));
            assertThat(callers.stream().map(TestDatabase::await).filter("true"::equals))
                    .hasSize(1);
            await(db.database().query("DELETE FROM login_failure", Tuple.tuple()));
        }
        assertThat(await(codes.remaining(ADA))).isZero();
    }

    @Test
    void new_ones_make_all_old_ones_worthless() {
        List<String> old = make();
        List<String> made = make();
        assertThat(await(codes.remaining(ADA))).isEqualTo(10);
        assertThat(await(codes.use(ADA, old.get(3), HERE, Optional.empty()))).isFalse();
        assertThat(await(codes.use(ADA, made.get(3), HERE, Optional.empty()))).isTrue();
    }

    @Test
    void of_those_who_renew_at_once_over_two_nodes_one_has_the_ten_that_are_good() {
        List<Future<List<String>>> callers = new ArrayList<>();
        for (int i = 0; i < 12; i++) callers.add((i % 2 == 0 ? codes : elsewhere).make(ADA, THEMSELVES));
        List<List<String>> all = callers.stream().map(TestDatabase::await).toList();
        assertThat(await(codes.remaining(ADA))).isEqualTo(10);
        int good = 0;
        for (List<String> made : all) {
            if (await(codes.use(ADA, made.get(0), HERE, Optional.empty()))) good++;
            await(db.database().query("DELETE FROM login_failure", Tuple.tuple()));
        }
        assertThat(good).isEqualTo(1);
    }

    @Test
    void wrong_ones_count_together_with_those_of_authenticator_apps() {
        String made = make().get(0);
        var database = db.database();
        var apps = new AuthenticatorApps(
                database, new AuditTrail(database), Owners.UNTOLD, new KeyWrapping(new byte[32], random), random);
        for (int i = 0; i < 5; i++) {
            assertThat(await(codes.use(ADA, "no", HERE, Optional.empty()))).isFalse();
            assertThat(await(apps.check(ADA, "123456", Instant.EPOCH, Optional.empty())))
                    .isFalse();
        }
        assertTooMany(codes.use(ADA, made, HERE, Optional.empty()));
        assertTooMany(apps.check(ADA, "123456", Instant.EPOCH, Optional.empty()));
        assertThat(await(codes.remaining(ADA))).isEqualTo(10);
    }

    @Test
    void an_account_that_is_gone_or_locked_gets_none_and_those_of_one_that_needs_none_are_forgotten() {
        assertThatThrownBy(() -> await(codes.make(NOBODY, THEMSELVES)))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(Reason.LOGIN_REQUIRED));
        String made = make().get(0);
        await(db.database().inTransaction(transaction -> RecoveryCodes.forget(transaction, ADA)));
        assertThat(await(codes.use(ADA, made, HERE, Optional.empty()))).isFalse();
    }

    private List<String> make() {
        return await(codes.make(ADA, THEMSELVES));
    }

    private RecoveryCodes codes(Database database) {
        return new RecoveryCodes(database, new AuditTrail(database), Owners.UNTOLD, random);
    }
}
