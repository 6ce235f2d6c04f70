package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.gatehouse.config.Overrides;
import dev.gatehouse.store.StartFailure;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A house that nobody administers yet, and how it comes to be administered by one person. */
final class FirstAdministratorTest {
    private static final String PASSWORD = "two lanterns and a brass key";
    private static final String YAML = "url: http://localhost:8080\n";
    private static final Pattern LINK = Pattern.compile("http://localhost:8080(/account/setup\\?key=[\\w-]{43})");

    @RegisterExtension
    final TestDatabase database = new TestDatabase();

    @TempDir
    Path folder;

    private final List<Gate> nodes = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    @BeforeEach
    void listen() {
        said.list = new CopyOnWriteArrayList<>();
        said.start();
        logger().addAppender(said);
    }

    @AfterEach
    void close() {
        logger().detachAppender(said);
        nodes.forEach(Gate::close);
    }

    @Test
    @DisplayName("the link that a start shows makes the first administrator, who is signed in; then it leads nowhere")
    void the_link_makes_the_first_administrator() {
        Gate node = node(Map.of());
        String link = links().get(0);
        Browser browser = Browser.at(node);
        Browser.Page page = browser.open(link);
        assertThat(page.header("Referrer-Policy")).contains("no-referrer");
        Browser.Page poor = page.form("setup")
                .with("username", "root")
                .with("password", "short")
                .submit();
        assertThat(poor.status()).isEqualTo(422);
        Browser.Page in = poor.form("setup").with("password", PASSWORD).submit();
        assertThat(in.status()).isEqualTo(200);
        assertThat(in.path()).isEqualTo("/account");
        assertThat(in.text()).contains("root");
        assertThat(roles("root")).containsExactly("admin");
        Browser.Page over = Browser.at(node).open(link);
        assertThat(over.status()).isEqualTo(400);
        assertThat(node.log()).doesNotContain(link.substring(link.indexOf("key=") + 4));
    }

    @Test
    @DisplayName("of thirty who use the links of two nodes at once, one becomes the administrator")
    void one_of_many() throws Exception {
        node(Map.of());
        node(Map.of());
        List<String> links = links();
        assertThat(links).hasSize(2);
        List<Callable<Integer>> racers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            var form = Browser.at(nodes.get(i % 2))
                    .open(links.get(i / 2 % 2))
                    .form("setup")
                    .with("username", "racer-" + i)
                    .with("password", PASSWORD);
            racers.add(() -> form.submit().status());
        }
        assertThat(atOnce(racers)).containsOnlyOnce(200);
        assertThat(administrators()).hasSize(1);
        assertThat(count("SELECT count(*) AS n FROM account")).isEqualTo(1);
    }

    @Test
    @DisplayName("a link is good for half an hour, and one that was never made leads nowhere")
    void a_link_ends() {
        Gate node = node(Map.of());
        String link = links().get(0);
        var form = Browser.at(node)
                .open(link)
                .form("setup")
                .with("username", "late")
                .with("password", PASSWORD);
        assertThat(count("SELECT count(*) AS n FROM setup_link WHERE expires_at > now() + interval '29 minutes'"))
                .isEqualTo(1);
        assertThat(count("SELECT count(*) AS n FROM setup_link WHERE expires_at > now() + interval '30 minutes'"))
                .isZero();
        sql("UPDATE setup_link SET expires_at = now() - interval '1 second'");
        assertThat(form.submit().status()).isEqualTo(400);
        assertThat(Browser.at(node).open("/account/setup?key=" + "A".repeat(43)).status())
                .isEqualTo(400);
        assertThat(Browser.at(node).open("/account/setup").status()).isEqualTo(400);
        assertThat(administrators()).isEmpty();
    }

    @Test
    @DisplayName("two nodes that start together with the same environment make one administrator and show no link")
    void the_environment_names_one() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        var environment =
                Map.of(FirstAdministrator.EMAIL, "ops@example.com", FirstAdministrator.PASSWORD_FILE, file.toString());
        List<Callable<Gate>> starts = List.of(() -> node(environment), () -> node(environment));
        for (Gate node : atOnce(starts)) {
            var body = new JsonObject().put("username", "ops@example.com").put("password", PASSWORD);
            assertThat(node.post("/login", body).statusCode()).isEqualTo(200);
        }
        assertThat(administrators()).containsExactly("ops@example.com");
        assertThat(links()).isEmpty();
        node(Map.of(FirstAdministrator.EMAIL, "other@example.com", FirstAdministrator.PASSWORD, PASSWORD));
        assertThat(administrators()).containsExactly("ops@example.com");
    }

    @Test
    @DisplayName("an environment that names half an administrator, or a poor password, stops the start with a sentence")
    void half_an_environment_is_refused() {
        assertThatThrownBy(() -> node(Map.of(FirstAdministrator.EMAIL, "ops@example.com")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(FirstAdministrator.PASSWORD_FILE);
        assertThatThrownBy(() -> node(Map.of(
                        FirstAdministrator.EMAIL,
                        "ops@example.com",
                        FirstAdministrator.PASSWORD,
                        PASSWORD,
                        FirstAdministrator.PASSWORD_FILE,
                        "/nowhere")))
                .isInstanceOf(StartFailure.class);
        assertThatThrownBy(() ->
                        node(Map.of(FirstAdministrator.EMAIL, "ops@example.com", FirstAdministrator.PASSWORD, "short")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("at least 8 characters");
        assertThat(administrators()).isEmpty();
    }

    private Gate node(Map<String, String> more) {
        try {
            var environment = new HashMap<>(more);
            environment.put("MASTER_KEY", Gate.MASTER_KEY);
            Path own = Files.createTempDirectory(folder, "node");
            var overrides = new Overrides(
                    Optional.of("127.0.0.1:0"),
                    Optional.of("127.0.0.1:0"),
                    Optional.empty(),
                    Optional.of(own.resolve("data").toString()),
                    Optional.of(Gate.postgresUrl(database.options())));
            Gate node = Gate.open(own, overrides, environment, YAML);
            nodes.add(node);
            return node;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** As starts have told them, from the path on. */
    private List<String> links() {
        String text = said.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.joining("\n"));
        Matcher found = LINK.matcher(text);
        var links = new ArrayList<String>();
        while (found.find()) links.add(found.group(1));
        return links;
    }

    private List<String> administrators() {
        var names = new ArrayList<String>();
        TestDatabase.await(database.database()
                        .query("SELECT username FROM account WHERE 'admin' = ANY (roles)", Tuple.tuple()))
                .forEach(row -> names.add(row.getString("username")));
        return names;
    }

    private List<String> roles(String name) {
        return List.of(TestDatabase.await(
                        database.database().query("SELECT roles FROM account WHERE username = $1", Tuple.of(name)))
                .iterator()
                .next()
                .getArrayOfStrings("roles"));
    }

    private long count(String sql) {
        return TestDatabase.await(database.database().query(sql, Tuple.tuple()))
                .iterator()
                .next()
                .getLong("n");
    }

    private void sql(String sql) {
        TestDatabase.await(database.database().query(sql, Tuple.tuple()));
    }

    private static <T> List<T> atOnce(List<Callable<T>> tasks) throws Exception {
        var pool = Executors.newFixedThreadPool(tasks.size());
        try {
            var done = new ArrayList<T>();
            for (Future<T> each : pool.invokeAll(tasks)) done.add(each.get());
            return done;
        } finally {
            pool.shutdownNow();
        }
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(Gatehouse.class);
    }
}
