package dev.gatehouse.identity;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Overrides;
import dev.gatehouse.identity.Mails.Mail;
import dev.gatehouse.keys.KeyWrapping;
import dev.gatehouse.outbound.ScriptedSmtp;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.Sweep;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From a transaction to a mail server. */
final class MailDeliveryTest {
    private static final String URL = "https://shop.example";
    private static final UserId ALICE = new UserId("alice-id");
    private static final Duration DAY = Duration.ofDays(1);

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) each.close();
    }

    @Test
    void what_is_committed_is_delivered_and_what_is_not_is_not() throws Exception {
        GreenMail real = real();
        var delivery = delivery(db.database(), smtp(real.getSmtp().getPort()));
        put(mail("alice@people.example"));
        await(db.database()
                .inTransaction(transaction -> mails(db.database())
                        .put(transaction, mail("bob@people.example"), DAY)
                        .compose(put -> Future.<Void>failedFuture("no after all")))
                .otherwiseEmpty());
        await(delivery.round());
        assertThat(real.getReceivedMessages()).hasSize(1);
        var arrived = real.getReceivedMessages()[0];
        assertThat(arrived.getSubject()).isEqualTo("Grüße");
        assertThat(arrived.getFrom()[0].toString()).isEqualTo("Gatehouse <no-reply@shop.example>");
        assertThat(arrived.getAllRecipients()[0]).hasToString("alice@people.example");
        Row row = one("SELECT * FROM mail");
        assertThat(row.getValue("done_at")).isNotNull();
        assertThat(row.getBuffer("wrapped").length()).as("its text is gone").isZero();
        await(delivery.round());
        assertThat(real.getReceivedMessages()).as("and it is sent once").hasSize(1);
    }

    @Test
    void nothing_of_a_mail_can_be_read_at_rest() {
        put(mail("alice@people.example"));
        String stored = one("SELECT wrapped FROM mail").getBuffer(0).toString(StandardCharsets.ISO_8859_1);
        assertThat(stored).doesNotContain("sesame").doesNotContain("https");
    }

    @Test
    void what_the_server_refuses_for_good_is_given_up_and_the_trail_says_so() throws Exception {
        var server = scripted().answering("RCPT", Optional.of("550 5.1.1 no such person"));
        put(mail("alice@people.example"));
        var delivery = delivery(db.database(), smtp(server.port()));
        await(delivery.round());
        Row event = one("SELECT target, detail FROM audit_event WHERE kind = 'mail_unsent'");
        assertThat(event.getString(0)).isEqualTo("alice-id");
        assertThat(event.getJsonObject(1).getString("mail")).isEqualTo("reset");
        assertThat(event.getJsonObject(1).getString("why")).contains("550");
        assertThat(event.getJsonObject(1).encode()).doesNotContain("sesame");
        assertThat(one("SELECT wrapped FROM mail WHERE done_at IS NOT NULL")
                        .getBuffer(0)
                        .length())
                .isZero();
    }

    @Test
    void what_it_does_not_take_now_waits_ever_longer_and_arrives() throws Exception {
        var server = scripted().answering("RCPT", Optional.of("450 4.2.1 busy"));
        put(mail("alice@people.example"));
        var delivery = delivery(db.database(), smtp(server.port()));
        for (int seconds : List.of(30, 90, 270, 810, 2430, 7200, 7200)) {
            await(delivery.round());
            assertThat(one("SELECT round(extract(epoch FROM due_at - now()) / 10)::int FROM mail")
                            .getInteger(0))
                    .isEqualTo(seconds / 10);
            due();
        }
        server.usually("RCPT");
        await(delivery.round());
        assertThat(server.letters).hasSize(1);
    }

    @Test
    void a_mail_whose_time_is_over_is_given_up() throws Exception {
        var server = scripted();
        put(mail("alice@people.example"));
        run("UPDATE mail SET expires_at = now() - interval '1 second'");
        await(delivery(db.database(), smtp(server.port())).round());
        assertThat(server.letters).isEmpty();
        assertThat(one("SELECT detail FROM audit_event").getJsonObject(0).getString("why"))
                .isEqualTo("too late");
    }

    @Test
    void an_address_that_no_mail_can_be_sent_to_is_given_up_without_asking() throws Exception {
        var server = scripted();
        put(mail("a,b@people.example"));
        put(mail("ä@people.example"));
        await(delivery(db.database(), smtp(server.port())).round());
        assertThat(server.heard).isEmpty();
        assertThat(run("SELECT 1 FROM audit_event WHERE kind = 'mail_unsent'")).hasSize(2);
    }

    @Test
    void what_another_master_key_wrapped_is_given_up() throws Exception {
        var other = new Mails(db.database(), new KeyWrapping(otherKey(), new SecureRandom()));
        await(db.database().inTransaction(transaction -> other.put(transaction, mail("alice@people.example"), DAY)));
        await(delivery(db.database(), smtp(scripted().port())).round());
        assertThat(one("SELECT detail FROM audit_event").getJsonObject(0).getString("why"))
                .contains("master key");
    }

    @Test
    void two_nodes_at_once_send_each_mail_once() throws Exception {
        GreenMail real = real();
        for (int i = 0; i < 12; i++) put(mail("person" + i + "@people.example"));
        var one = delivery(db.database(), smtp(real.getSmtp().getPort()));
        var other = delivery(db.another(), smtp(real.getSmtp().getPort()));
        await(Future.all(one.round(), other.round()));
        await(Future.all(one.round(), other.round()));
        assertThat(real.getReceivedMessages()).hasSize(12);
    }

    @Test
    void a_mailbox_keeps_the_newest_two_hundred_for_a_week() throws Exception {
        for (int i = 0; i < Mails.MOST_KEPT + 1; i++) put(mail("person" + i + "@people.example"));
        await(delivery(db.database(), "email: {smtp: mailbox}").round());
        assertThat(run("SELECT 1 FROM mail")).hasSize(Mails.MOST_KEPT);
        assertThat(run("SELECT 1 FROM mail WHERE recipient = 'person0@people.example'"))
                .isEmpty();
        assertThat(one("SELECT min(expires_at) > now() + interval '167 hours' FROM mail")
                        .getBoolean(0))
                .isTrue();
        var mails = mails(db.database());
        var newest = await(mails.list(1)).get(0);
        assertThat(newest.state()).isEqualTo("kept");
        assertThat(await(mails.show(newest.id())).orElseThrow().mail().text()).contains("sesame");
    }

    @Test
    void what_waits_to_be_sent_is_shown_to_nobody() {
        put(mail("alice@people.example"));
        var listed = await(mails(db.database()).list(10)).get(0);
        assertThat(listed.state()).isEqualTo("waiting");
        assertThat(await(mails(db.database()).show(listed.id()))).isEmpty();
    }

    @Test
    void a_house_without_mail_sends_none() throws Exception {
        put(mail("alice@people.example"));
        await(delivery(db.database(), "").round());
        assertThat(one("SELECT attempts FROM mail").getInteger(0)).isZero();
    }

    @Test
    void mails_leave_late_and_only_then() {
        put(mail("alice@people.example"));
        put(mail("bob@people.example"));
        run("UPDATE mail SET expires_at = now() - interval '61 minutes' WHERE recipient LIKE 'bob%'");
        await(new Sweep(db.database()).round());
        assertThat(one("SELECT recipient FROM mail").getString(0)).startsWith("alice");
    }

    private static Mail mail(String to) {
        return new Mail(ALICE, to, "reset", "Grüße", "Open this:\n\nhttps://shop.example/reset?key=sesame\n");
    }

    private static byte[] otherKey() {
        byte[] key = new byte[32];
        key[0] = 1;
        return key;
    }

    private static Mails mails(Database database) {
        return new Mails(database, new KeyWrapping(new byte[32], new SecureRandom()));
    }

    private void put(Mail mail) {
        await(db.database().inTransaction(transaction -> mails(db.database()).put(transaction, mail, DAY)));
    }

    private void due() {
        run("UPDATE mail SET due_at = now()");
    }

    private MailDelivery delivery(Database database, String yaml) throws IOException {
        Config config = ConfigFile.read(
                        Files.writeString(folder.resolve("gatehouse.yaml"), yaml), Map.of(), Overrides.NONE)
                .config();
        var delivery = new MailDelivery(db.vertx(), mails(database), () -> config, URL, new AuditTrail(database));
        opened.add(0, () -> await(delivery.close()));
        return delivery;
    }

    private static String smtp(int port) {
        return "email: {smtp: \"smtp://127.0.0.1:" + port + "\"}\n";
    }

    private GreenMail real() {
        var real = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
        real.start();
        opened.add(real::stop);
        return real;
    }

    private ScriptedSmtp scripted() {
        var server = new ScriptedSmtp(db.vertx(), Optional.empty());
        opened.add(server);
        return server;
    }

    private Row one(String sql) {
        var rows = run(sql);
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    private List<Row> run(String sql) {
        var rows = new ArrayList<Row>();
        await(db.database().query(sql, Tuple.tuple())).forEach(rows::add);
        return rows;
    }
}
