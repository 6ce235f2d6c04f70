package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.gatehouse.store.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** UX 32: an operator says on pages and in mails what they want to say, and nobody forks a template. */
final class OwnTextsAtTheGateTest {
    /** CONTRACT: live within 2 s of a save. */
    private static final Duration LIVE = Duration.ofSeconds(2);

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static GreenMail mails;

    @TempDir
    Path folder;

    @BeforeAll
    static void openMails() {
        mails = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
        mails.start();
    }

    @AfterAll
    static void closeMails() {
        mails.stop();
    }

    @Test
    @DisplayName("pages and mails say what the files say, each in its language, and all else as before")
    void pages_and_mails() throws IOException {
        write("en.properties", "login.title = Welcome back\nmail.verify.subject = {0} wants to know you\n");
        write("de.properties", "login.title = Schön, dass Sie da sind\n");
        try (var gate = open()) {
            assertThat(gate.get("/login", "Accept-Language", "en").body()).contains("<h1>Welcome back</h1>");
            assertThat(gate.get("/login", "Accept-Language", "de").body()).contains("<h1>Schön, dass Sie da sind</h1>");
            assertThat(gate.get("/login", "Accept-Language", "fr").body()).doesNotContain("Welcome back");
            assertThat(gate.get("/register", "Accept-Language", "en").body()).contains("Create an account");
            Browser.at(gate)
                    .open("/register")
                    .form("register")
                    .with("username", "ada")
                    .with("email", "ada@people.example")
                    .with("password", "zebra lamp forty")
                    .submit();
            await().untilAsserted(() -> assertThat(mails.getReceivedMessages())
                    .extracting(mail -> mail.getSubject())
                    .containsExactly("Example Shop wants to know you"));
        }
    }

    @Test
    @DisplayName(
            "above and below what a page is about stands what the operator put there, as text and nothing but text")
    void slots() throws IOException {
        write("en.properties", "layout.above = Staff only\nlayout.below = Example <b>Ltd</b>, 1 High Street\n");
        try (var gate = open()) {
            String page = gate.get("/login", "Accept-Language", "en").body();
            assertThat(page.substring(page.indexOf("<header>"), page.indexOf("</header>")))
                    .contains("Staff only");
            assertThat(page.substring(page.indexOf("<footer>")))
                    .contains("Example &lt;b&gt;Ltd&lt;/b&gt;, 1 High Street");
        }
    }

    @Test
    @DisplayName(
            "whoever changes a text sees it within two seconds; what cannot be shown is refused, and the page stays")
    void live() throws IOException {
        write("en.properties", "login.title = First\n");
        try (var log = LogLines.of("dev.gatehouse.Reload");
                var gate = open()) {
            write("en.properties", "login.title = Second\n");
            Within.holds(LIVE, () -> title(gate).contains("Second"));
            write("en.properties", "login.title = Third {7}\n");
            Within.holds(LIVE, () -> log.lines().toString().contains("has {7}, which nothing is put into"));
            assertThat(title(gate)).contains("Second");
        }
    }

    private static String title(Gate gate) {
        return gate.get("/login", "Accept-Language", "en").body();
    }

    private Gate open() throws IOException {
        String files =
                Files.exists(folder.resolve("de.properties")) ? "[en.properties, de.properties]" : "[en.properties]";
        return Gate.open(
                folder,
                Gate.postgresUrl(DATABASE.options()),
                "branding: {name: Example Shop, texts: " + files
                        + "}\naccounts: {registration: open}\n"
                        + "email: {from: no-reply@example.com, smtp: \"smtp://127.0.0.1:"
                        + mails.getSmtp().getPort() + "\"}\n");
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }
}
