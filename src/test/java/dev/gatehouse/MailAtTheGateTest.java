package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import jakarta.mail.internet.MimeMultipart;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two gates of one house and a real mail server: what people get, and what becomes of the links in it. */
final class MailAtTheGateTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final String OLD = "zebra lamp forty";
    private static final String NEW = "anchor violin seventy";
    private static GreenMail mails;
    private static List<Gate> nodes;

    @BeforeAll
    static void open() {
        mails = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
        mails.start();
        String yaml =
                """
                url: http://localhost:8080
                email:
                  from: Example Shop <no-reply@example.com>
                  smtp: smtp://127.0.0.1:%d
                """
                        .formatted(mails.getSmtp().getPort());
        nodes = List.of(Gate.open(DATABASE, yaml), Gate.open(DATABASE, yaml));
    }

    @AfterAll
    static void close() {
        nodes.forEach(Gate::close);
        mails.stop();
    }

    @Test
    void a_password_is_forgotten_and_found_again_on_another_node() throws Exception {
        register("alice");
        Browser laptop = Browser.at(nodes.get(0));
        laptop.open("/forgot")
                .form("forgot")
                .with("name", "alice@people.example")
                .submit();
        String link = link("alice", "reset");
        Browser phone = Browser.at(nodes.get(1));
        Browser.Page done = phone.open(link)
                .form("reset")
                .with("name", "alice")
                .with("password", NEW)
                .submit();
        assertThat(done.text()).contains("Your password is new");
        assertThat(login(0, "alice", OLD)).isEqualTo(401);
        assertThat(login(1, "alice", NEW)).isEqualTo(200);
        for (Gate node : nodes) assertThat(node.log()).doesNotContain(link.substring(link.indexOf("key=") + 4));
    }

    @Test
    @DisplayName("LS12 of forty who use one link at once, over two gates, one has")
    void of_many_one_wins() throws Exception {
        register("bob");
        Browser asking = Browser.at(nodes.get(0));
        asking.open("/forgot").form("forgot").with("name", "bob").submit();
        String link = link("bob", "reset");
        String cookie = asking.cookie("gh").orElseThrow();
        var pool = Executors.newFixedThreadPool(40);
        try {
            List<Callable<String>> racers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String password = NEW + " " + i;
                var form = Browser.at(nodes.get(i % 2))
                        .holding("gh", cookie)
                        .open(link)
                        .form("reset")
                        .with("password", password);
                racers.add(() -> form.submit().status() == 200 ? password : "");
            }
            var winners = new ArrayList<String>();
            for (Future<String> racer : pool.invokeAll(racers)) if (!racer.get().isEmpty()) winners.add(racer.get());
            assertThat(winners).hasSize(1);
            assertThat(login(1, "bob", winners.get(0))).isEqualTo(200);
        } finally {
            pool.shutdownNow();
        }
    }

    private static void register(String name) {
        var body = new JsonObject().put("username", name).put("password", OLD).put("email", name + "@people.example");
        assertThat(nodes.get(0).post("/register", body).statusCode()).isEqualTo(201);
    }

    private static int login(int node, String name, String password) {
        var body = new JsonObject().put("username", name).put("password", password);
        return nodes.get(node).post("/login", body).statusCode();
    }

    /** As it stands in the mail that has arrived, from the path on. */
    private static String link(String name, String page) throws Exception {
        Pattern link = Pattern.compile("http://localhost:8080(/" + page + "\\?key=[A-Za-z0-9_-]{43})");
        return await().until(
                        () -> {
                            for (var mail : mails.getReceivedMessagesForDomain(name + "@people.example")) {
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
