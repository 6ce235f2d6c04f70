package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.store.Wire;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The database goes away, in several manners, and comes back: tokens that count go on, what needs it says so, nothing acknowledged is lost. */
final class DatabaseAwayTest {
    /** Issue: the first login succeeds at most 5 s after PostgreSQL accepts connections again. */
    private static final Duration RECOVERY = Duration.ofSeconds(5);

    private static final Duration GRACE = Duration.ofSeconds(6);

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    @TempDir
    Path folder;

    private static Backend backend;

    @BeforeAll
    static void open() {
        backend = Backend.named("api");
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    @Test
    @DisplayName("X4, I2, I3, I5: kill -9 of PostgreSQL")
    void a_killed_server_is_started_again_and_the_first_login_comes_within_five_seconds() {
        try (Gate gate = Gate.embedded(folder, yaml("10m"))) {
            var postgres = new OwnPostgres(folder.resolve("data"));
            gate.register("ada");
            JsonObject ada = gate.login("ada");
            String token = ada.getString("access_token");
            String signedOut = gate.token("ada");
            assertThat(gate.post("/logout", new JsonObject(), "Authorization", "Bearer " + signedOut)
                            .statusCode())
                    .isEqualTo(200);
            ProcessHandle killed = postgres.postmaster().orElseThrow();

            postgres.killAll();
            var refused = CompletableFuture.supplyAsync(() -> login(gate));
            int passed = 0;
            HttpResponse<String> unavailable = null;
            while (!postgres.answers()) {
                assertThat(gate.getAs(token, "/who").statusCode())
                        .as("a valid token, database away")
                        .isEqualTo(200);
                assertThat(gate.getAs(signedOut, "/who").statusCode())
                        .as("a revoked token, database away")
                        .isEqualTo(401);
                passed++;
                var answer = login(gate);
                if (answer.statusCode() != 200) unavailable = answer;
            }
            Within.holds(RECOVERY, () -> login(gate).statusCode() == 200);

            assertThat(passed).isPositive();
            assertUnavailable(unavailable == null ? refused.join() : unavailable);
            assertThat(postgres.postmaster()).isPresent().get().isNotEqualTo(killed);
            assertThat(gate.getAs(token, "/who").body()).isEqualTo("api /who ada");
            assertThat(gate.getAs(signedOut, "/who").statusCode()).isEqualTo(401);
            assertThat(gate.refresh(ada.getString("refresh_token")).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("X4: pg_terminate_backend on all")
    void sessions_that_the_server_ends_are_replaced_within_five_seconds() {
        try (Gate gate = Gate.open(DATABASE, yaml("10m"))) {
            gate.register("grace");
            TestDatabase.on(
                    DATABASE.options(),
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            Within.holds(RECOVERY, () -> {
                var answer = gate.post("/login", credentials("grace"));
                if (answer.statusCode() != 200) assertUnavailable(answer);
                return answer.statusCode() == 200;
            });
        }
    }

    @Test
    @DisplayName("I5: cut off")
    void what_needs_the_database_says_so_and_what_does_not_goes_on_until_the_grace_is_over() {
        try (Wire wire = Wire.to(DATABASE.options(), DATABASE.vertx());
                Gate gate = Gate.open(postgresUrl(wire), yaml("6s"))) {
            gate.register("joan");
            JsonObject joan = gate.login("joan");
            String token = joan.getString("access_token");

            long away = System.nanoTime();
            wire.cut();
            await().until(() -> login(gate).statusCode() == 503);
            assertThat(gate.getAs(token, "/who").statusCode()).isEqualTo(200);
            assertUnavailable(gate.post("/login", credentials("joan")));
            assertUnavailable(gate.post("/register", credentials("newcomer")));
            assertUnavailable(gate.post("/logout", new JsonObject(), "Authorization", "Bearer " + token));
            var refresh = gate.refresh(joan.getString("refresh_token"));
            assertThat(refresh.statusCode()).isEqualTo(503);
            assertThat(refresh.headers().firstValue("Retry-After")).isPresent();
            assertThat(new JsonObject(refresh.body()).getString("error")).isEqualTo("temporarily_unavailable");

            await().atMost(GRACE.plusSeconds(20))
                    .until(() -> gate.getAs(token, "/who").statusCode() == 503);
            assertThat(Duration.ofNanos(System.nanoTime() - away))
                    .as("the whole grace")
                    .isGreaterThan(GRACE);
            assertUnavailable(gate.getAs(token, "/who"));
            assertThat(gate.get("/open").statusCode())
                    .as("public, after the grace")
                    .isEqualTo(200);

            wire.mend();
            Within.holds(
                    RECOVERY, () -> gate.post("/login", credentials("joan")).statusCode() == 200);
            assertThat(gate.getAs(token, "/who").statusCode()).isEqualTo(200);
            assertThat(gate.refresh(joan.getString("refresh_token")).statusCode())
                    .isEqualTo(200);
            assertThat(gate.post("/register", credentials("newcomer")).statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    @DisplayName("I5: a server that no longer answers, on connections that stay open")
    void a_silent_server_holds_nobody_up_for_long_and_stops_no_valid_token() {
        try (Wire wire = Wire.to(DATABASE.options(), DATABASE.vertx());
                Gate gate = Gate.open(postgresUrl(wire), yaml("10m"))) {
            gate.register("hedy");
            String token = gate.token("hedy");

            wire.silence();
            var waiting = CompletableFuture.supplyAsync(() -> gate.post("/login", credentials("hedy")));
            assertThat(gate.getAs(token, "/who").statusCode()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(20)).until(waiting::isDone);
            assertUnavailable(waiting.join());
            long asked = System.nanoTime();
            assertUnavailable(gate.post("/login", credentials("hedy")));
            assertThat(Duration.ofNanos(System.nanoTime() - asked))
                    .as("refused at once from now on")
                    .isLessThan(Duration.ofSeconds(4));

            wire.mend();
            Within.holds(
                    RECOVERY, () -> gate.post("/login", credentials("hedy")).statusCode() == 200);
        }
    }

    @Test
    void a_gate_that_starts_while_the_database_is_away_waits_and_says_so() {
        try (LogLines log = LogLines.of("dev.gatehouse.store.Waiting");
                Wire wire = Wire.to(DATABASE.options(), DATABASE.vertx())) {
            wire.cut();
            var opening = CompletableFuture.supplyAsync(() -> Gate.open(postgresUrl(wire), yaml("10m")));
            await().until(() -> !log.lines().isEmpty());
            assertThat(log.lines().get(0)).startsWith("WARN waiting for the database at 127.0.0.1");
            assertThat(opening).isNotDone();

            wire.mend();
            try (Gate gate =
                    opening.orTimeout(20, java.util.concurrent.TimeUnit.SECONDS).join()) {
                gate.register("late");
                assertThat(gate.getAs(gate.token("late"), "/who").statusCode()).isEqualTo(200);
            }
        }
    }

    private static HttpResponse<String> login(Gate gate) {
        return gate.post("/login", credentials("ada"));
    }

    private static JsonObject credentials(String name) {
        return new JsonObject().put("username", name).put("password", Gate.PASSWORD);
    }

    private static void assertUnavailable(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(new JsonObject(answer.body()).getString("reason")).isEqualTo("database_unavailable");
    }

    private static String postgresUrl(Wire wire) {
        var way = wire.options();
        return "postgres://%s:%s@127.0.0.1:%d/%s"
                .formatted(way.getUser(), way.getPassword(), way.getPort(), way.getDatabase());
    }

    private static String yaml(String grace) {
        return """
                database_grace: %s
                apis:
                  demo:
                    path: /
                    upstream: %s
                    routes:
                      GET /who: login
                      GET /open: public
                """
                .formatted(grace, backend.url());
    }
}
