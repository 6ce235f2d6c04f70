package dev.gatehouse;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.bus.IdentityEvent.Kind;
import dev.gatehouse.bus.TokenService;
import dev.gatehouse.store.TestDatabase;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The example of {@code src/docs/bus.md}, compiled and run in a house whose verticles are trusted; and what the page says there is. */
final class BusPageTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Path PAGE = Path.of("src/docs/bus.md");

    private static Gate gate;

    @BeforeAll
    static void open() {
        gate = Gate.open(
                DATABASE,
                """
                apis: {orders: {path: /orders, upstream: "eventbus:orders.http", routes: {GET /: login}}}
                scopes: {"reports:read": Read your company's reports}
                clients: {reporting-job: {type: service, secret: a-secret-that-is-long, scopes: [reports:read]}}
                bus: {trust: reporting-job}
                """);
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    @Test
    void the_example_greets_and_hears_who_leaves() {
        Queue<String> left = new ConcurrentLinkedQueue<>();
        gate.vertx().eventBus().<String>localConsumer("shop.left", message -> left.add(message.body()));
        await(gate.vertx().deployVerticle(new Greetings()));
        gate.register("ada");
        String token = gate.token("ada");
        assertThat(greeted(token)).isEqualTo("Hello, ada.");
        gate.ask("POST", "/logout", BodyPublishers.noBody(), "Authorization", "Bearer " + token);
        assertThat(greeted(token)).isEqualTo("401 invalid_token");
        Within.asserted(Duration.ofSeconds(1), () -> assertThat(left).hasSize(1));
        assertThat(greeted("garbage")).isEqualTo("401 invalid_token");
    }

    @Test
    void where_the_settings_trust_the_jvm_its_verticles_are_that_service() {
        var tokens = TokenService.on(gate.vertx());
        var minted = await(tokens.mint(List.of()));
        var caller = await(tokens.verify(minted.token())).caller();
        assertThat(caller.subject()).isEqualTo("reporting-job");
        assertThat(await(tokens.introspect(minted.token())).getString("client_id"))
                .isEqualTo("reporting-job");
        assertThat(await(tokens.as(minted::token).introspect(minted.token())).getBoolean("active"))
                .isTrue();
        await(tokens.revoke(minted.token()));
        assertThat(await(tokens.verify(minted.token())).isYes()).isFalse();
    }

    @Test
    void the_page_shows_the_code_that_runs() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/gatehouse/Greetings.java"));
        assertThat(words(between(Files.readString(PAGE), "```java\n", "```\n")))
                .isEqualTo(words(source.substring(source.indexOf("public final class"))));
    }

    @Test
    void the_page_names_every_address() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page).contains("`" + TokenService.ADDRESS + "`");
        for (Kind kind : Kind.values()) assertThat(page).contains("| `" + kind.address() + "` |");
    }

    private static String greeted(String token) {
        return await(gate.vertx().eventBus().<String>request("shop.greet", token))
                .body();
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(end, from));
    }

    /** Line breaks are the formatter's affair. */
    private static String words(String code) {
        return code.replaceAll("\\s+", "");
    }
}
