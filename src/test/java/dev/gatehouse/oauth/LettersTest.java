package dev.gatehouse.oauth;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.Letters;
import dev.gatehouse.identity.Mails.Mail;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.Username;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.UserAgent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people are written when something happens to their account. */
final class LettersTest {
    private static final String PASSWORD = "zebra lamp forty";
    private static final String MAIL = "alice@people.example";
    private static final UserAgent FIREFOX = UserAgent.of("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Firefox/140.0");
    private static final String NOT_YOU = TestHouse.URL + "/account";

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private TestMailbox mailbox;
    private Letters letters;
    private UserId alice;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        mailbox = new TestMailbox(house);
        letters = house.house.letters();
        alice = await(house.accounts.add(
                        new Username("alice"),
                        Password.typed(PASSWORD),
                        Optional.of(new EmailAddress(MAIL)),
                        List.of(),
                        Accounts.By.SYSTEM))
                .id();
    }

    private Map<String, Function<SqlConnection, Future<Void>>> notices() {
        var notices = new LinkedHashMap<String, Function<SqlConnection, Future<Void>>>();
        notices.put("new-device", in -> letters.newDevice(in, alice, FIREFOX, "192.0.2.7"));
        notices.put("password-changed", in -> letters.passwordChanged(in, alice));
        notices.put("password-set", in -> letters.passwordSet(in, alice));
        notices.put("mail-changed", in -> letters.mailChanged(in, alice, Optional.empty()));
        notices.put("second-factor-added", in -> letters.secondFactorAdded(in, alice));
        notices.put("second-factor-removed", in -> letters.secondFactorRemoved(in, alice));
        notices.put("passkey-added", in -> letters.passkeyAdded(in, alice, "my phone"));
        notices.put("passkey-removed", in -> letters.passkeyRemoved(in, alice, "my phone"));
        notices.put("recovery-code-used", in -> letters.recoveryCodeUsed(in, alice, 9));
        notices.put("recovery-codes-made", in -> letters.recoveryCodesMade(in, alice));
        return notices;
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de", "fr", "es"})
    @DisplayName("LS13 of every change its owner is told, in their language, with one way to act")
    void every_notice_has_its_words(String language) {
        house.sql("UPDATE account SET language = $1", language);
        notices().values().forEach(letter -> await(house.database.inTransaction(letter::apply)));
        List<Mail> mails = mailbox.to(MAIL);
        assertThat(mails)
                .extracting(Mail::kind)
                .containsExactlyElementsOf(notices().keySet());
        for (Mail mail : mails) {
            assertThat(mail.subject()).startsWith("Gatehouse").doesNotContain("{");
            assertThat(mail.text()).doesNotContain("{").contains(NOT_YOU);
            assertThat(Pattern.compile("https?://\\S+").matcher(mail.text()).results())
                    .as("no other link")
                    .allMatch(link -> link.group().equals(NOT_YOU));
        }
        assertThat(mails.get(0).text()).contains("Firefox", "Windows", "192.0.2.7");
    }

    @Test
    void nothing_is_written_of_what_did_not_happen() {
        await(house.database
                .inTransaction(in -> letters.passwordChanged(in, alice)
                        .compose(written -> Future.<Void>failedFuture("no after all")))
                .otherwiseEmpty());
        assertThat(mailbox.all()).isEmpty();
    }

    @Test
    void nobody_leads_readers_astray_by_what_they_call_themselves() {
        String evil = "http://evil.example/x\r\nBcc: eve@evil.example www.evil.example " + "x".repeat(300);
        await(house.database.inTransaction(
                in -> letters.newDevice(in, alice, UserAgent.of(evil), "192.0.2.7\nX: {0}")));
        await(house.database.inTransaction(in -> letters.passkeyAdded(in, alice, evil)));
        for (Mail mail : mailbox.to(MAIL))
            assertThat(mail.text())
                    .doesNotContain("evil.example")
                    .doesNotContain("http://evil")
                    .doesNotContain("Bcc:")
                    .doesNotContain("x".repeat(61));
    }

    @Test
    void both_addresses_hear_of_a_change() {
        await(house.database.inTransaction(
                in -> letters.mailChanged(in, alice, Optional.of(new EmailAddress("old@people.example")))));
        assertThat(mailbox.kindsTo("old@people.example")).containsExactly("mail-changed");
        assertThat(mailbox.kindsTo(MAIL)).containsExactly("mail-changed");
    }

    @Test
    void a_house_without_mail_writes_nothing_and_nobody_without_an_address_is_written_to() {
        house.config = TestConfig.withoutMail();
        await(house.database.inTransaction(in -> letters.passwordChanged(in, alice)));
        house.config = TestConfig.standard();
        house.sql("UPDATE account SET email = NULL");
        await(house.database.inTransaction(in -> letters.passwordChanged(in, alice)));
        assertThat(house.sql("SELECT 1 FROM mail")).isEmpty();
    }

    @Test
    void a_sign_in_from_a_new_place_is_told_once_and_the_first_of_all_is_not() {
        assertThat(house.login("alice", PASSWORD, "192.0.2.1").status()).isEqualTo(200);
        told("192.0.2.1");
        assertThat(mailbox.all()).isEmpty();
        for (int i = 0; i < 3; i++)
            assertThat(house.login("alice", PASSWORD, "198.51.100.7").status()).isEqualTo(200);
        told("198.51.100.7");
        Awaitility.await().untilAsserted(() -> assertThat(mailbox.kindsTo(MAIL)).containsExactly("new-device"));
        assertThat(mailbox.to(MAIL).get(0).text()).contains("198.51.100.7");
        house.login("alice", PASSWORD, "192.0.2.1");
        assertThat(mailbox.kindsTo(MAIL)).hasSize(1);
    }

    private void told(String network) {
        Awaitility.await()
                .until(() -> !house.sql("SELECT 1 FROM known_address WHERE told AND address LIKE $1", network + "%")
                        .isEmpty());
    }
}
