package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import jakarta.mail.internet.MimeMultipart;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("LS08 a password that is known from a breach is set nowhere, and each page says why")
final class BreachedAtTheGateTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final String BREACHED = "known from many breaches";
    private static final String SAID = "This password is known from a data breach. Please choose another one.";

    @TempDir
    static Path folder;

    private static GreenMail mails;
    private static Gate gate;

    @BeforeAll
    static void open() throws Exception {
        mails = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
        mails.start();
        Path list = Files.writeString(
                folder.resolve("pwned.txt"),
                Stream.of("one", BREACHED, "two", "three")
                        .map(BreachedAtTheGateTest::line)
                        .sorted()
                        .collect(Collectors.joining("\r\n", "", "\r\n")));
        gate = Gate.open(
                DATABASE,
                """
                accounts: {registration: open}
                login: {password: {breached: %s}}
                email: {from: Shop <no-reply@example.com>, smtp: "smtp://127.0.0.1:%d"}
                """
                        .formatted(list, mails.getSmtp().getPort()));
    }

    @AfterAll
    static void close() {
        gate.close();
        mails.stop();
    }

    private static String line(String password) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(password.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().withUpperCase().formatHex(hash) + ":7";
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void at_registration() {
        var body = new JsonObject().put("username", "ada").put("password", BREACHED);
        var answer = gate.post("/register", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("reason")).isEqualTo("password_breached");
        Page page = Browser.at(gate)
                .open("/register")
                .form("register")
                .with("username", "ada")
                .with("email", "ada@people.example")
                .with("password", BREACHED)
                .submit();
        refused(page);
        assertThat(page.form("register").fields()).containsEntry("username", "ada");
        assertThat(gate.post("/register", body.put("password", Door.PASSWORD)).statusCode())
                .as("the name is free still")
                .isEqualTo(201);
    }

    @Test
    void where_there_was_none() {
        registered("eve");
        Browser browser = Browser.at(gate);
        People.signIn(browser, "/login", "eve");
        TestDatabase.on(
                DATABASE.options(),
                "UPDATE account SET password_hash = NULL, password_changed_at = NULL WHERE username = 'eve'");
        refused(browser.open("/account/password")
                .form("change")
                .with("new", BREACHED)
                .submit());
        assertThat(login("eve", BREACHED)).isEqualTo(401);
    }

    @Test
    void at_a_change() {
        registered("bob");
        Browser browser = Browser.at(gate);
        People.signIn(browser, "/login", "bob");
        refused(browser.open("/account/password")
                .form("change")
                .with("current", Door.PASSWORD)
                .with("new", BREACHED)
                .submit());
        assertThat(login("bob", BREACHED)).isEqualTo(401);
        assertThat(login("bob", Door.PASSWORD)).isEqualTo(200);
    }

    @Test
    @DisplayName("by the link of a mail, which is good still for another password")
    void by_a_link() {
        registered("carol");
        Browser browser = Browser.at(gate);
        browser.open("/forgot").form("forgot").with("name", "carol").submit();
        Page page = browser.open(link("carol@people.example"))
                .form("reset")
                .with("password", BREACHED)
                .submit();
        refused(page);
        assertThat(login("carol", Door.PASSWORD)).isEqualTo(200);
        assertThat(page.form("reset")
                        .with("password", "anchor violin seventy")
                        .submit()
                        .text())
                .contains("Your password is new");
        assertThat(login("carol", "anchor violin seventy")).isEqualTo(200);
    }

    private static void refused(Page page) {
        assertThat(page.status()).as(page.text()).isEqualTo(422);
        assertThat(page.text()).contains(SAID);
        assertThat(page.html()).doesNotContain(BREACHED);
    }

    private static void registered(String name) {
        var body = new JsonObject()
                .put("username", name)
                .put("password", Door.PASSWORD)
                .put("email", name + "@people.example");
        assertThat(gate.post("/register", body).statusCode()).isEqualTo(201);
    }

    private static int login(String name, String password) {
        return gate.post("/login", new JsonObject().put("username", name).put("password", password))
                .statusCode();
    }

    /** From the path on, as it stands in the mail that has arrived. */
    private static String link(String address) {
        Pattern link = Pattern.compile("(/reset\\?key=[A-Za-z0-9_-]{43})");
        return await().until(
                        () -> {
                            for (var mail : mails.getReceivedMessagesForDomain(address)) {
                                var parts = (MimeMultipart) mail.getContent();
                                Matcher found = link.matcher(
                                        parts.getBodyPart(0).getContent().toString());
                                if (found.find()) return found.group(1);
                            }
                            return "";
                        },
                        found -> !found.isEmpty());
    }
}
