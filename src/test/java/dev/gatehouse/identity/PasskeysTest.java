package dev.gatehouse.identity;

import static dev.gatehouse.identity.AuthenticatorAppsTest.ADA;
import static dev.gatehouse.identity.AuthenticatorAppsTest.BOB;
import static dev.gatehouse.identity.AuthenticatorAppsTest.NOBODY;
import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.Passkeys.Proven;
import dev.gatehouse.identity.Passkeys.Purpose;
import dev.gatehouse.identity.Passkeys.Question;
import dev.gatehouse.identity.SoftPasskey.Kind;
import dev.gatehouse.identity.SoftPasskey.Says;
import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passkeys of people, as pages use them; what a single answer may say is told in {@link WebAuthnTest}. */
final class PasskeysTest {
    private static final String ORIGIN = "https://shop.example.com";
    private static final Buffer BROWSER = Buffer.buffer("the hash of a browser");
    private static final Buffer ANOTHER_BROWSER = Buffer.buffer("the hash of another");
    private static final Source HERE = Source.address("192.0.2.7");
    private static final Accounts.By THEMSELVES = Accounts.By.themselves(HERE);
    private static final WaysIn ALL = new WaysIn(true, true, List.of("company"));
    private static final Question ANYBODY = new Question(Purpose.SIGN_IN, Optional.empty(), true, BROWSER);
    private static final Question OF_ADA = new Question(Purpose.SECOND_FACTOR, Optional.of(ADA), false, BROWSER);

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private final SoftPasskey phone = SoftPasskey.of(Kind.ES256, ORIGIN);
    private final SoftPasskey key = SoftPasskey.of(Kind.EDDSA, ORIGIN).counting();
    private Passkeys passkeys;
    private Passkeys elsewhere;

    @BeforeEach
    void open() {
        AuthenticatorAppsTest.add(db.database(), ADA);
        AuthenticatorAppsTest.add(db.database(), BOB);
        passkeys = passkeys(db.database());
        elsewhere = passkeys(db.another());
    }

    @AfterEach
    void close() {
        await(passkeys.close());
        await(elsewhere.close());
    }

    @Test
    void the_browser_is_told_to_make_one_that_is_found_by_itself_for_this_host_and_account() {
        Passkey known = add(ADA, phone, "phone");
        JsonObject options = await(passkeys.newOptions(ADA, "Shop", "ada", BROWSER));
        String challenge = options.getString("challenge");
        assertThat(Base64Url.decode(challenge)).hasSize(32);
        assertThat(options)
                .isEqualTo(new JsonObject(
                                """
                                {"rp":{"id":"shop.example.com","name":"Shop"},
                                 "user":{"id":"YWRhLTE","name":"ada","displayName":"ada"},
                                 "pubKeyCredParams":[{"type":"public-key","alg":-7},{"type":"public-key","alg":-8},{"type":"public-key","alg":-257}],
                                 "timeout":600000,
                                 "authenticatorSelection":{"residentKey":"required","requireResidentKey":true,"userVerification":"preferred"},
                                 "attestation":"none"}
                                """)
                        .put("challenge", challenge)
                        .put("timeout", 600_000L)
                        .put("excludeCredentials", new JsonArray().add(descriptor(known))));
        assertThat(await(passkeys.newOptions(ADA, "Shop", "ada", BROWSER)).getString("challenge"))
                .isNotEqualTo(challenge);
    }

    @Test
    void the_browser_is_told_to_ask_for_any_passkey_or_for_those_of_one_account() {
        Passkey known = add(ADA, phone, "phone");
        add(BOB, key, "key");
        JsonObject any = await(passkeys.options(ANYBODY));
        assertThat(any)
                .isEqualTo(new JsonObject()
                        .put("challenge", any.getString("challenge"))
                        .put("timeout", 600_000L)
                        .put("rpId", "shop.example.com")
                        .put("allowCredentials", new JsonArray())
                        .put("userVerification", "required"));
        JsonObject hers = await(passkeys.options(OF_ADA));
        assertThat(hers.getJsonArray("allowCredentials")).isEqualTo(new JsonArray().add(descriptor(known)));
        assertThat(hers.getString("userVerification")).isEqualTo("preferred");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"ES256", "EDDSA", "RS256"})
    void a_passkey_signs_somebody_in_on_another_node_without_a_name(Kind kind) {
        var each = SoftPasskey.of(kind, ORIGIN);
        Passkey made = add(ADA, each, " My phone 👩‍💻 ");
        assertThat(made.name()).isEqualTo("My phone 👩‍💻");
        assertThat(made.id()).isEqualTo(each.id());
        assertThat(made.transports()).containsExactly("hybrid", "internal");
        assertThat(made.usedAt()).isEmpty();
        JsonObject options = await(elsewhere.options(ANYBODY));
        assertThat(await(passkeys.check(ANYBODY, each.get(options), HERE)))
                .isEqualTo(new Proven(ADA, each.id(), true, true));
        assertThat(await(passkeys.of(ADA)).get(0).usedAt()).isPresent();
        assertThat(AuthenticatorAppsTest.trail(db.database()))
                .containsExactly("passkey_added ada-1 192.0.2.7 {\"name\":\"My phone 👩‍💻\",\"passkey\":\"" + each.id()
                        + "\"}");
    }

    @Test
    void as_a_second_factor_it_need_not_see_its_owner_and_says_so() {
        add(ADA, key.withoutUserVerification(), "key");
        assertThat(await(passkeys.check(OF_ADA, key.get(await(passkeys.options(OF_ADA))), HERE)))
                .isEqualTo(new Proven(ADA, key.id(), false, false));
    }

    @Test
    @DisplayName("LS15 §7.1 step 8, §7.2 step 11: a challenge is taken once, whatever came of it")
    void a_challenge_is_taken_once() {
        JsonObject making = await(passkeys.newOptions(ADA, "Shop", "ada", BROWSER));
        refused(passkeys.add(
                ADA, BROWSER, phone.create(making, says -> says.origin = "https://evil.example"), "x", THEMSELVES));
        refused(elsewhere.add(ADA, BROWSER, phone.create(making), "x", THEMSELVES));
        add(ADA, phone, "phone");
        JsonObject asking = await(passkeys.options(ANYBODY));
        String answer = phone.get(asking);
        assertThat(await(elsewhere.check(ANYBODY, answer, HERE)).account()).isEqualTo(ADA);
        refused(passkeys.check(ANYBODY, answer, HERE));
        refused(passkeys.check(ANYBODY, phone.get(asking), HERE));
    }

    @Test
    @DisplayName("LS15 of forty who come with answers to one challenge at once over two nodes, one gets in")
    void one_of_forty_gets_in() {
        add(ADA, phone, "phone");
        JsonObject asking = await(passkeys.options(ANYBODY));
        List<Future<String>> callers = new ArrayList<>();
        for (int i = 0; i < 40; i++)
            callers.add((i % 2 == 0 ? passkeys : elsewhere)
                    .check(ANYBODY, phone.get(asking), HERE)
                    .map(proven -> proven.account().value())
                    .otherwise(failure -> ((Refusal) failure).problem().code()));
        assertThat(callers.stream().map(TestDatabase::await).filter("ada-1"::equals))
                .hasSize(1);
    }

    @Test
    @DisplayName("LS15 §7.1 step 8: a challenge is good for its browser, its account and its purpose")
    void a_challenge_to_make_one_is_bound() {
        refused(passkeys.add(ADA, ANOTHER_BROWSER, phone.create(making(ADA)), "x", THEMSELVES));
        refused(passkeys.add(BOB, BROWSER, phone.create(making(ADA)), "x", THEMSELVES));
        refused(passkeys.add(
                ADA, BROWSER, phone.create(making(ADA), says -> says.challenge = "A".repeat(43)), "x", THEMSELVES));
        JsonObject asked = await(passkeys.options(OF_ADA));
        refused(passkeys.add(
                ADA,
                BROWSER,
                phone.create(making(ADA), says -> says.challenge = asked.getString("challenge")),
                "x",
                THEMSELVES));
        assertThat(await(passkeys.of(ADA))).isEmpty();
    }

    @Test
    @DisplayName(
            "LS15 §7.2 step 11: a challenge is good for its browser, its account, its purpose and how strict it was")
    void a_challenge_to_prove_one_is_bound() {
        add(ADA, phone, "phone");
        for (Question other : List.of(
                new Question(Purpose.SIGN_IN, Optional.empty(), true, ANOTHER_BROWSER),
                new Question(Purpose.FRESH_PROOF, Optional.empty(), true, BROWSER),
                new Question(Purpose.SIGN_IN, Optional.of(ADA), true, BROWSER),
                new Question(Purpose.SIGN_IN, Optional.empty(), false, BROWSER))) {
            refused(passkeys.check(other, phone.get(await(passkeys.options(ANYBODY))), HERE));
            refused(passkeys.check(ANYBODY, phone.get(await(passkeys.options(other))), HERE));
        }
        refused(passkeys.check(
                ANYBODY,
                phone.get(
                        await(passkeys.options(ANYBODY)),
                        says -> says.challenge = making(ADA).getString("challenge")),
                HERE));
        refused(passkeys.check(
                ANYBODY, phone.get(await(passkeys.options(ANYBODY)), says -> says.challenge = "A".repeat(43)), HERE));
    }

    @Test
    @DisplayName("§7.1 step 8: a challenge that waited for too long is none")
    void a_challenge_that_waited_for_too_long_is_none() {
        add(ADA, phone, "phone");
        JsonObject asking = await(passkeys.options(ANYBODY));
        await(db.database().query("UPDATE one_time SET expires_at = now() - interval '1 second'", Tuple.tuple()));
        refused(passkeys.check(ANYBODY, phone.get(asking), HERE));
    }

    @Test
    @DisplayName("LS15 §7.2 step 5: a passkey of somebody else is none of the account's that was asked")
    void a_foreign_passkey_is_refused() {
        add(ADA, phone, "phone");
        add(BOB, key, "key");
        refused(passkeys.check(OF_ADA, key.get(await(passkeys.options(OF_ADA))), HERE));
        refused(passkeys.check(
                OF_ADA, key.get(await(passkeys.options(OF_ADA)), says -> says.userHandle = handle(ADA)), HERE));
    }

    @Test
    @DisplayName("LS15 §7.2 step 6: it says whose it is when nobody was named, and never says somebody else")
    void it_says_whose_it_is() {
        add(ADA, phone, "phone");
        refusedProof(ANYBODY, says -> says.userHandle = null);
        refusedProof(ANYBODY, says -> says.userHandle = handle(BOB));
        refusedProof(OF_ADA, says -> says.userHandle = handle(BOB));
        var unnamed = phone.get(await(passkeys.options(OF_ADA)), says -> says.userHandle = null);
        assertThat(await(passkeys.check(OF_ADA, unnamed, HERE)).account()).isEqualTo(ADA);
    }

    @Test
    @DisplayName("LS15 §7.2 step 6: one that nobody has, was removed, or is of a locked account")
    void unknown_ones_are_refused() {
        withPassword(ADA);
        refusedProof(ANYBODY, says -> says.userHandle = handle(ADA));
        add(ADA, phone, "phone");
        assertThat(await(passkeys.remove(ADA, phone.id(), ALL, THEMSELVES))).isTrue();
        refusedProof(ANYBODY, says -> {});
        add(ADA, phone, "phone");
        lock(ADA);
        refusedProof(ANYBODY, says -> {});
        refusedProof(OF_ADA, says -> {});
    }

    @Test
    @DisplayName("LS15 §7.2 steps 12 to 22 reach the caller as one sentence: origin, host, owner not seen, signature")
    void whatever_is_wrong_the_caller_hears_one_sentence() {
        add(ADA, phone, "phone");
        refusedProof(ANYBODY, says -> says.origin = "https://evil.example");
        refusedProof(ANYBODY, says -> says.rpId = "evil.example");
        refusedProof(ANYBODY, says -> says.moreClientData.put("crossOrigin", true));
        refusedProof(ANYBODY, says -> says.flags &= ~SoftPasskey.UV);
        refusedProof(ANYBODY, says -> says.breakSignature = true);
        refused(passkeys.check(ANYBODY, "{", HERE));
        refused(passkeys.add(ADA, BROWSER, "x".repeat(20_000), "x", THEMSELVES));
    }

    @Test
    @DisplayName("LS15 §7.2 step 23: a counter that stands still or goes back is refused, and told in the trail")
    void a_counter_never_goes_back() {
        add(ADA, key, "key");
        assertThat(await(prove(key, says -> says.count = 7)).account()).isEqualTo(ADA);
        refused(prove(key, says -> says.count = 7));
        refused(prove(key, says -> says.count = 3));
        refused(prove(key, says -> says.count = 0));
        assertThat(await(prove(key, says -> says.count = 4_000_000_000L)).account())
                .isEqualTo(ADA);
        refused(prove(key, says -> says.count = 8));
        assertThat(AuthenticatorAppsTest.trail(db.database()).stream()
                        .filter(line -> line.startsWith("passkey_counted_back")))
                .containsExactly(countedBack(7), countedBack(3), countedBack(0), countedBack(8));
    }

    @Test
    @DisplayName("§7.2 step 23: one that never counted may begin to, and cannot stop again")
    void one_that_never_counted_may_begin_to() {
        add(ADA, phone, "phone");
        for (int i = 0; i < 3; i++) await(prove(phone, says -> {}));
        await(prove(phone, says -> says.count = 1));
        refused(prove(phone, says -> {}));
    }

    @Test
    @DisplayName("LS15 of forty answers with one count, each to a challenge of its own, over two nodes, one gets in")
    void one_of_forty_with_the_same_count_gets_in() {
        add(ADA, key, "key");
        List<Future<String>> callers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Passkeys node = i % 2 == 0 ? passkeys : elsewhere;
            callers.add(node.options(OF_ADA)
                    .compose(options -> node.check(OF_ADA, key.get(options, says -> says.count = 50), HERE))
                    .map(proven -> "in")
                    .otherwise(failure -> ((Refusal) failure).problem().code()));
        }
        assertThat(callers.stream().map(TestDatabase::await).filter("in"::equals))
                .hasSize(1);
    }

    @Test
    @DisplayName("§7.2 step 24: whether it is on other devices too is kept as it says now")
    void the_backup_state_is_kept() {
        add(ADA, phone, "phone");
        assertThat(await(passkeys.of(ADA)).get(0).backedUp()).isTrue();
        assertThat(await(prove(phone, says -> says.flags &= ~SoftPasskey.BS)).backedUp())
                .isFalse();
        assertThat(await(passkeys.of(ADA)).get(0).backedUp()).isFalse();
    }

    @Test
    @DisplayName("§7.1 step 27: one that somebody has already is refused, whoever it is")
    void one_that_somebody_has_already_is_refused() {
        add(ADA, phone, "phone");
        refused(passkeys.add(BOB, BROWSER, phone.create(making(BOB)), "x", THEMSELVES));
        refused(passkeys.add(ADA, BROWSER, phone.create(making(ADA)), "x", THEMSELVES));
        assertThat(await(passkeys.of(ADA))).hasSize(1);
        assertThat(await(passkeys.of(BOB))).isEmpty();
    }

    @Test
    void an_account_has_twenty_at_most_also_when_two_come_at_once() {
        for (int i = 0; i < Passkeys.MOST - 1; i++) add(ADA, SoftPasskey.of(Kind.ES256, ORIGIN), "key " + i);
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 6; i++)
            answers.add(SoftPasskey.of(Kind.ES256, ORIGIN).create(making(ADA)));
        List<Future<String>> callers = new ArrayList<>();
        for (String answer : answers) {
            callers.add((callers.size() % 2 == 0 ? passkeys : elsewhere)
                    .add(ADA, BROWSER, answer, "one more", THEMSELVES)
                    .map(Passkey::name)
                    .otherwise(failure -> ((Refusal) failure).problem().code()));
        }
        assertThat(callers.stream().map(TestDatabase::await))
                .containsOnlyOnce("one more")
                .contains("too_many_passkeys");
        assertThat(await(passkeys.of(ADA))).hasSize(Passkeys.MOST);
        refused(Reason.TOO_MANY_PASSKEYS, passkeys.newOptions(ADA, "Shop", "ada", BROWSER));
    }

    @Test
    void an_account_that_is_gone_or_locked_gets_none() {
        refused(Reason.LOGIN_REQUIRED, passkeys.add(NOBODY, BROWSER, phone.create(making(NOBODY)), "x", THEMSELVES));
        lock(ADA);
        refused(Reason.LOGIN_REQUIRED, passkeys.add(ADA, BROWSER, phone.create(making(ADA)), "x", THEMSELVES));
    }

    @Test
    void it_is_renamed_and_removed_by_its_owner_alone() {
        withPassword(ADA);
        add(ADA, phone, "phone");
        assertThat(await(passkeys.rename(BOB, phone.id(), "mine"))).isFalse();
        assertThat(await(passkeys.remove(BOB, phone.id(), ALL, THEMSELVES))).isFalse();
        assertThat(await(passkeys.rename(ADA, "?", "x"))).isFalse();
        assertThat(await(passkeys.remove(ADA, "?", ALL, THEMSELVES))).isFalse();
        assertThat(await(passkeys.rename(ADA, phone.id(), "old phone"))).isTrue();
        assertThat(await(passkeys.of(ADA)).get(0).name()).isEqualTo("old phone");
        assertThat(await(passkeys.remove(ADA, phone.id(), ALL, THEMSELVES))).isTrue();
        assertThat(await(passkeys.remove(ADA, phone.id(), ALL, THEMSELVES))).isFalse();
        assertThat(AuthenticatorAppsTest.trail(db.database()))
                .last()
                .isEqualTo(
                        "passkey_removed ada-1 192.0.2.7 {\"name\":\"old phone\",\"passkey\":\"" + phone.id() + "\"}");
    }

    @Test
    @DisplayName("the last one of an account stays where nothing of the file is left to come in by")
    void the_last_way_in_stays() {
        add(ADA, phone, "phone");
        add(BOB, key, "key");
        refused(Reason.LAST_WAY_IN, passkeys.remove(ADA, phone.id(), ALL, THEMSELVES));
        withLogin(ADA, "company-of-old");
        refused(Reason.LAST_WAY_IN, passkeys.remove(ADA, phone.id(), ALL, THEMSELVES));
        withPassword(ADA);
        refused(Reason.LAST_WAY_IN, passkeys.remove(ADA, phone.id(), new WaysIn(false, true, List.of()), THEMSELVES));
        assertThat(await(passkeys.of(ADA))).hasSize(1);
        assertThat(await(passkeys.remove(ADA, phone.id(), ALL, THEMSELVES))).isTrue();
        withLogin(BOB, "company");
        assertThat(await(passkeys.remove(BOB, key.id(), ALL, THEMSELVES))).isTrue();
        assertThat(await(logins(db.database())
                        .unlink(BOB, login(BOB), ALL, THEMSELVES)
                        .map("gone")
                        .otherwise(failure -> ((Refusal) failure).problem().code())))
                .isEqualTo("last_way_in");
        assertThat(AuthenticatorAppsTest.trail(db.database()))
                .filteredOn(line -> line.startsWith("passkey_removed"))
                .hasSize(2);
    }

    @Test
    @DisplayName("of two passkeys, or a passkey and a login, that are removed at once at two nodes, one stays")
    void of_two_ways_that_go_at_once_one_stays() {
        for (int round = 0; round < 20; round++) {
            var one = SoftPasskey.of(Kind.ES256, ORIGIN);
            var other = SoftPasskey.of(Kind.ES256, ORIGIN);
            add(ADA, one, "one");
            add(ADA, other, "other");
            add(BOB, SoftPasskey.of(Kind.ES256, ORIGIN), "one");
            withLogin(BOB, "company");
            assertThat(outcomes(
                            passkeys.remove(ADA, one.id(), ALL, THEMSELVES),
                            elsewhere.remove(ADA, other.id(), ALL, THEMSELVES)))
                    .containsExactlyInAnyOrder("gone", "last_way_in");
            String bobs = await(passkeys.of(BOB)).get(0).id();
            assertThat(outcomes(
                            passkeys.remove(BOB, bobs, ALL, THEMSELVES),
                            logins(db.another()).unlink(BOB, login(BOB), ALL, THEMSELVES)))
                    .containsExactlyInAnyOrder("gone", "last_way_in");
            await(db.database().query("DELETE FROM passkey", Tuple.tuple()));
            await(db.database().query("DELETE FROM foreign_identity", Tuple.tuple()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a\nb", "a\u0000b", "a\u202eb"})
    void a_name_has_something_in_it_that_can_be_seen_and_nothing_that_cannot(String name) {
        assertThatThrownBy(() -> passkeys.rename(ADA, phone.id(), name))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(Reason.PASSKEY_NAME_INVALID));
    }

    @Test
    void a_name_has_sixty_four_characters_at_most() {
        add(ADA, phone, "🔑".repeat(64));
        assertThatThrownBy(() -> passkeys.rename(ADA, phone.id(), "x".repeat(65)))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void where_browsers_take_no_passkeys_it_is_known() {
        assertThat(at("https://shop.example.com").possible()).isTrue();
        assertThat(at("http://localhost:8080").possible()).isTrue();
        assertThat(at("http://127.0.0.1:8080").possible()).isFalse();
        assertThat(at("https://[2001:db8::1]").possible()).isFalse();
    }

    @Test
    void more_answers_at_once_than_can_wait_are_told_to_come_back() {
        add(ADA, phone, "phone");
        List<Future<String>> callers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            var options = await(passkeys.options(ANYBODY));
            callers.add(passkeys.check(ANYBODY, phone.get(options), HERE)
                    .map(proven -> "in")
                    .otherwise(failure -> ((Refusal) failure).problem().code()));
        }
        assertThat(callers.stream().map(TestDatabase::await))
                .isSubsetOf("in", "busy")
                .contains("in");
        assertThat(passkeys.underWay()).isZero();
    }

    private Passkey add(UserId account, SoftPasskey passkey, String name) {
        return await(passkeys.add(account, BROWSER, passkey.create(making(account)), name, THEMSELVES));
    }

    private JsonObject making(UserId account) {
        return await(passkeys.newOptions(account, "Shop", account.value(), BROWSER));
    }

    private Future<Proven> prove(SoftPasskey passkey, Consumer<Says> wrong) {
        return passkeys.check(OF_ADA, passkey.get(await(passkeys.options(OF_ADA)), wrong), HERE);
    }

    private void refusedProof(Question question, Consumer<Says> wrong) {
        refused(passkeys.check(question, phone.get(await(passkeys.options(question)), wrong), HERE));
    }

    private static void refused(Future<?> answer) {
        assertThatThrownBy(() -> await(answer))
                .isInstanceOf(Refusal.class)
                .hasMessage("The passkey was not accepted. Try again, or use another way.");
        refused(Reason.PASSKEY_REFUSED, answer);
    }

    private static void refused(Reason reason, Future<?> answer) {
        assertThatThrownBy(() -> await(answer))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(reason));
    }

    private static List<String> outcomes(Future<Boolean> one, Future<Boolean> other) {
        return List.of(await(outcome(one)), await(outcome(other)));
    }

    private static Future<String> outcome(Future<Boolean> removal) {
        return removal.map(gone -> gone ? "gone" : "not there")
                .otherwise(failure -> ((Refusal) failure).problem().code());
    }

    private void withPassword(UserId account) {
        await(db.database().query("UPDATE account SET password_hash = 'x' WHERE id = $1", Tuple.of(account.value())));
    }

    private void withLogin(UserId account, String provider) {
        await(db.database()
                .query(
                        "INSERT INTO foreign_identity (issuer, subject, account_id, provider) VALUES ('https://' || $2, $1, $1, $2)",
                        Tuple.of(account.value(), provider)));
    }

    private String login(UserId account) {
        return await(logins(db.database()).of(account)).get(0).id();
    }

    private static ForeignIdentities logins(Database database) {
        return new ForeignIdentities(database, new AuditTrail(database), Owners.UNTOLD);
    }

    private void lock(UserId account) {
        await(db.database().query("UPDATE account SET locked_at = now() WHERE id = $1", Tuple.of(account.value())));
    }

    private String countedBack(long said) {
        return "passkey_counted_back ada-1 192.0.2.7 {\"said\":" + said + ",\"passkey\":\"" + key.id() + "\"}";
    }

    private static String handle(UserId account) {
        return Base64Url.encode(account.value().getBytes(StandardCharsets.UTF_8));
    }

    private static JsonObject descriptor(Passkey passkey) {
        return new JsonObject()
                .put("type", "public-key")
                .put("id", passkey.id())
                .put("transports", new JsonArray(List.of("hybrid", "internal")));
    }

    private Passkeys passkeys(Database database) {
        return new Passkeys(
                db.vertx(),
                database,
                new AuditTrail(database),
                Owners.UNTOLD,
                ORIGIN,
                InstantSource.system(),
                new SecureRandom());
    }

    private Passkeys at(String url) {
        var database = db.database();
        return new Passkeys(
                db.vertx(),
                database,
                new AuditTrail(database),
                Owners.UNTOLD,
                url,
                InstantSource.system(),
                new SecureRandom());
    }
}
