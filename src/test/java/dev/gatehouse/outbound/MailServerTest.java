package dev.gatehouse.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.gatehouse.TestCertificate;
import dev.gatehouse.config.MailSettings.Login;
import dev.gatehouse.config.MailSettings.Sender;
import dev.gatehouse.config.MailSettings.Smtp;
import dev.gatehouse.config.MailSettings.Tls;
import dev.gatehouse.outbound.MailServer.Outcome;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Letters over real sockets: to a real server, and to ones that misbehave line by line. */
final class MailServerTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Sender SHOP = new Sender(Optional.of("Läden, \"Söhne\" & Co"), "no-reply@shop.example");
    private static final Letter LETTER = new Letter(
            "alice@people.example",
            "Grüße aus dem Laden – neues Passwort",
            "Guten Tag <Alice>,\n\nhier ist der Link:\nhttps://shop.example/reset?a=1&b=2\n\n.\n\nTschüss");

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) each.close();
    }

    @AfterAll
    static void leave() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_letter_arrives_as_text_and_as_html() throws Exception {
        GreenMail real = real("smtp");
        assertThat(hand(server(port(real), Tls.OFF, Optional.empty()), LETTER)).isInstanceOf(Outcome.Taken.class);
        MimeMessage arrived = real.getReceivedMessages()[0];
        assertThat(arrived.getSubject()).isEqualTo(LETTER.subject());
        var from = (InternetAddress) arrived.getFrom()[0];
        assertThat(arrived.getFrom()).hasSize(1);
        assertThat(from.getPersonal()).isEqualTo("Läden, \"Söhne\" & Co");
        assertThat(from.getAddress()).isEqualTo("no-reply@shop.example");
        assertThat(arrived.getAllRecipients()).containsExactly(new InternetAddress("alice@people.example"));
        assertThat(arrived.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(arrived.getHeader("Message-ID")).hasSize(1);
        assertThat(arrived.getMessageID()).matches("<[^<>@ ]+@gate\\.shop\\.example>");
        var parts = (MimeMultipart) arrived.getContent();
        assertThat(parts.getContentType()).startsWith("multipart/alternative");
        assertThat(parts.getBodyPart(0)
                        .getContent()
                        .toString()
                        .replace("\r\n", "\n")
                        .strip())
                .isEqualTo(LETTER.text());
        assertThat(parts.getBodyPart(1).getContent().toString())
                .contains("Guten Tag &lt;Alice&gt;,")
                .contains("<a href=\"https://shop.example/reset?a=1&amp;b=2\">")
                .doesNotContain("<Alice>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b.example\r\nBcc: eve@example.com",
                "a@b.example>\r\nRCPT TO:<eve@example.com",
                "a,eve@example.com",
                "\"a b\"@example.com",
                "a@b@example.com",
                "a@exa mple.com",
                "ä@example.com",
                ".a@example.com",
                "a..b@example.com",
                "a@-example.com",
                "a@[127.0.0.1]",
                "(x)a@example.com",
                "a@example.com\u0000"
            })
    void no_letter_has_room_for_a_second_address_or_field(String address) {
        assertThat(Letter.route(address)).isEmpty();
        assertThatThrownBy(() -> new Letter(address, "Hello", "Text")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Hello\r\nBcc: eve@example.com", "Hello\nX: y", "a\u0000b"})
    void no_subject_has_a_second_line(String subject) {
        assertThatThrownBy(() -> new Letter("a@example.com", subject, "Text"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_letter_has_bounds() {
        new Letter("a@example.com", "x".repeat(200), "x".repeat(32 * 1024));
        assertThatThrownBy(() -> new Letter("a@example.com", "x".repeat(201), ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Letter("a@example.com", "", "x".repeat(32 * 1024 + 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Letter.route("x".repeat(64) + "@example.com")).isPresent();
        assertThat(Letter.route("x".repeat(65) + "@example.com")).isEmpty();
    }

    @Test
    void a_domain_of_another_alphabet_is_written_as_servers_know_it() {
        assertThat(Letter.route("alice@bücher.example")).contains("alice@xn--bcher-kva.example");
    }

    @Test
    void a_long_name_becomes_several_words() {
        String name = "Ä".repeat(100);
        assertThat(MailServer.phrase(name).split(" ")).allMatch(word -> word.length() <= 75);
        assertThat(MailServer.phrase("Example Shop 2")).isEqualTo("Example Shop 2");
    }

    @Test
    void over_tls_the_server_must_be_who_it_says() throws Exception {
        GreenMail real = real("smtps");
        assertThat(hand(server(port(real), Tls.IMPLICIT, Optional.empty()), LETTER))
                .isInstanceOf(Outcome.NotNow.class);
        assertThat(real.getReceivedMessages()).isEmpty();
    }

    @Test
    void a_trusted_server_is_spoken_to_over_tls_from_the_beginning() throws Exception {
        var certificate = TestCertificate.of("dns:localhost");
        var scripted = new ScriptedSmtp(VERTX, Optional.of(certificate)).tlsFromTheBeginning();
        opened.add(scripted);
        assertThat(hand(
                        server(
                                "localhost",
                                scripted.port(),
                                Tls.IMPLICIT,
                                Optional.empty(),
                                Optional.of(certificate.cert())),
                        LETTER))
                .isInstanceOf(Outcome.Taken.class);
        assertThat(scripted.letters).hasSize(1);
    }

    @Test
    void nothing_is_said_before_tls_and_the_password_only_after() {
        var certificate = TestCertificate.of("dns:localhost");
        var scripted = new ScriptedSmtp(VERTX, Optional.of(certificate));
        opened.add(scripted);
        var login = Optional.of(new Login("shop", new Secret("sesame")));
        assertThat(hand(
                        server("localhost", scripted.port(), Tls.STARTTLS, login, Optional.of(certificate.cert())),
                        LETTER))
                .isInstanceOf(Outcome.Taken.class);
        assertThat(scripted.heard.get(1)).isEqualTo("STARTTLS");
        assertThat(scripted.heard.subList(2, scripted.heard.size())).anyMatch(line -> line.startsWith("AUTH PLAIN"));
        assertThat(scripted.letters).hasSize(1);
    }

    @Test
    void a_server_that_hides_starttls_gets_neither_password_nor_letter() {
        var scripted = new ScriptedSmtp(VERTX, Optional.empty());
        opened.add(scripted);
        var login = Optional.of(new Login("shop", new Secret("sesame")));
        var outcome = hand(server("localhost", scripted.port(), Tls.STARTTLS, login, Optional.empty()), LETTER);
        assertThat(outcome).isInstanceOf(Outcome.NotNow.class);
        assertThat(scripted.heard).noneMatch(line -> line.matches("(?i)(AUTH|MAIL|RCPT|DATA).*"));
        assertThat(outcome.toString()).doesNotContain("sesame");
    }

    @ParameterizedTest
    @CsvSource({
        "RCPT,550 5.1.1 no such person,Refused",
        "RCPT,450 4.2.1 mailbox busy,NotNow",
        "RCPT,421 4.3.0 closing,NotNow",
        "MAIL,550 5.7.1 you may not send as that,NotNow",
        "MAIL,451 4.3.0 later,NotNow",
        "DATA,554 5.7.1 looks like spam,Refused",
        "DATA,452 4.3.1 no room,NotNow",
        ".,552 5.3.4 too large,Refused",
        ".,451 4.3.0 local error,NotNow",
        "EHLO,,NotNow"
    })
    void a_no_is_final_where_it_is_about_the_letter_and_the_server_says_so(String verb, String reply, String outcome) {
        var scripted = new ScriptedSmtp(VERTX, Optional.empty()).answering(verb, Optional.ofNullable(reply));
        opened.add(scripted);
        var answer = hand(server("127.0.0.1", scripted.port(), Tls.OFF, Optional.empty(), Optional.empty()), LETTER);
        assertThat(answer.getClass().getSimpleName()).as(answer.toString()).isEqualTo(outcome);
        assertThat(answer.toString()).doesNotContain("alice");
    }

    @Test
    void a_wrong_password_is_for_the_operator_to_put_right() {
        var scripted = new ScriptedSmtp(VERTX, Optional.empty()).answering("AUTH", Optional.of("535 5.7.8 no"));
        opened.add(scripted);
        var login = Optional.of(new Login("shop", new Secret("sesame")));
        var answer = hand(server("127.0.0.1", scripted.port(), Tls.OFF, login, Optional.empty()), LETTER);
        assertThat(answer).isInstanceOf(Outcome.NotNow.class);
        assertThat(answer.toString()).doesNotContain("sesame");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GREETING", "EHLO", "RCPT", "."})
    void a_server_that_falls_silent_is_not_waited_for(String verb) {
        var scripted = new ScriptedSmtp(VERTX, Optional.empty()).silentAt(verb);
        opened.add(scripted);
        var server = server(
                "127.0.0.1", scripted.port(), Tls.OFF, Optional.empty(), Optional.empty(), Duration.ofMillis(500));
        assertThat(hand(server, LETTER)).isInstanceOf(Outcome.NotNow.class);
    }

    @Test
    void where_nobody_listens_it_is_worth_another_try() throws Exception {
        int port = port(real("smtp"));
        close();
        opened.clear();
        assertThat(hand(server(port, Tls.OFF, Optional.empty()), LETTER)).isInstanceOf(Outcome.NotNow.class);
    }

    @Test
    void two_connections_are_enough_for_everybody() throws Exception {
        var scripted = new ScriptedSmtp(VERTX, Optional.empty());
        opened.add(scripted);
        var server = server("127.0.0.1", scripted.port(), Tls.OFF, Optional.empty(), Optional.empty());
        List<Future<Outcome>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) all.add(server.hand(LETTER));
        for (Future<Outcome> each : all)
            assertThat(each.toCompletionStage().toCompletableFuture().get(40, TimeUnit.SECONDS))
                    .isInstanceOf(Outcome.Taken.class);
        assertThat(scripted.mostAtOnce()).isLessThanOrEqualTo(2);
        assertThat(scripted.letters).hasSize(20);
    }

    private GreenMail real(String protocol) {
        var real = new GreenMail(new ServerSetup(0, "127.0.0.1", protocol));
        real.start();
        opened.add(real::stop);
        return real;
    }

    private static int port(GreenMail real) {
        return (real.getSmtps() != null ? real.getSmtps() : real.getSmtp()).getPort();
    }

    private MailServer server(int port, Tls tls, Optional<Login> login) {
        return server("127.0.0.1", port, tls, login, Optional.empty());
    }

    private MailServer server(String host, int port, Tls tls, Optional<Login> login, Optional<Path> trusted) {
        return server(host, port, tls, login, trusted, Duration.ofSeconds(20));
    }

    private MailServer server(
            String host, int port, Tls tls, Optional<Login> login, Optional<Path> trusted, Duration silence) {
        var limits = new MailServer.Limits(silence, Duration.ofSeconds(20));
        var server = new MailServer(
                VERTX, new Smtp.Server(host, port, tls, login), SHOP, "gate.shop.example", trusted, limits);
        opened.add(
                0,
                () -> server.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS));
        return server;
    }

    private static Outcome hand(MailServer server, Letter letter) {
        return server.hand(letter)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(40, TimeUnit.SECONDS)
                .join();
    }
}
