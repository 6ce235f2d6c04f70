package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.oauth.conformance.Browser;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes in processes of their own on one database; one of them dies again and again amid redemptions, refreshes and revocations. */
final class IssuerKillMinusNineIT {
    /** {@code -Dgatehouse.rounds=50} is the long form. */
    private static final int ROUNDS = Integer.getInteger("gatehouse.rounds", 8);

    private static final int CONTESTED = 6;
    private static final int OWN = 24;
    private static final int CALLERS = 8;
    private static final int LONGEST_LIFE_MILLIS = 400;
    private static final String URL = "http://localhost:8080";

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    /** A process of a house whose address is not where this node of it listens. */
    private record Node(GateProcess process, int port) implements Door, AutoCloseable {
        void kill() {
            process.kill();
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /** What callers were told, as a checker wants to know it. */
    private record History(Map<String, AtomicInteger> successes, Queue<JsonObject> issued, Queue<JsonObject> revoked) {
        History() {
            this(new ConcurrentHashMap<>(), new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
        }
    }

    @Test
    @DisplayName(
            "X3 I1 I2 I3 kill -9 of a node amid X1: codes succeed once, what was issued is there, what was revoked stays revoked")
    void nothing_acknowledged_is_lost_and_nothing_happens_twice() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        Premises mortal = premises("mortal");
        try (Backend backend = Backend.named("api");
                Node survivor = open(premises("survivor"), backend)) {
            survivor.register("ada");
            Browser browser = new App(URL, "app").browser(survivor, "ada");
            for (int round = 0; round < ROUNDS; round++) {
                String when = "round " + round + " of seed " + seed;
                History history = new History();
                App racer = new App(URL, "app-" + (1 + round % 3));
                App owner = new App(URL, "app-" + (4 + round % 4));
                try (Node victim = open(mortal, backend)) {
                    List<String> contested = codes(racer, browser, CONTESTED);
                    List<String> own = codes(owner, browser, OWN);
                    List<Future<?>> callers =
                            callers(List.of(victim, survivor), racer, contested, owner, own, history, random);
                    CompletableFuture.runAsync(
                                    victim::kill,
                                    CompletableFuture.delayedExecutor(
                                            random.nextInt(LONGEST_LIFE_MILLIS), TimeUnit.MILLISECONDS))
                            .join();
                    for (Future<?> caller : callers) caller.get();
                }
                try (Node again = open(mortal, backend)) {
                    check(history, owner, List.of(again, survivor), when);
                    again.kill();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<String> codes(App app, Browser browser, int number) {
        var codes = new ArrayList<String>();
        for (int i = 0; i < number; i++) codes.add(app.code(browser));
        return codes;
    }

    /** Every caller tries the contested codes in an order of its own, and in between redeems those that nobody else has. */
    private List<Future<?>> callers(
            List<Node> doors,
            App racer,
            List<String> contested,
            App owner,
            List<String> own,
            History history,
            Random random) {
        var callers = new ArrayList<Future<?>>();
        for (int caller = 0; caller < CALLERS; caller++) {
            Node door = doors.get(caller % 2);
            var shuffled = new ArrayList<>(contested);
            Collections.shuffle(shuffled, new Random(random.nextLong()));
            var mine = new ArrayDeque<>(own.subList(caller * OWN / CALLERS, (caller + 1) * OWN / CALLERS));
            callers.add(threads.submit(() -> {
                for (String code : shuffled) {
                    redeemed(racer, door, code, history);
                    if (!mine.isEmpty()) used(owner, door, mine.pop(), mine.size() % 2 == 0, history);
                }
            }));
        }
        return callers;
    }

    private static Optional<JsonObject> redeemed(App app, Node door, String code, History history) {
        Optional<HttpResponse<String>> answer = asked(() -> app.redeem(door, code));
        if (answer.isEmpty() || answer.get().statusCode() != 200) return Optional.empty();
        history.successes().computeIfAbsent(code, each -> new AtomicInteger()).incrementAndGet();
        return Optional.of(new JsonObject(answer.get().body()));
    }

    private static void used(App owner, Node door, String code, boolean revokes, History history) {
        Optional<JsonObject> tokens = redeemed(owner, door, code, history);
        if (tokens.isEmpty()) return;
        if (!revokes) {
            history.issued().add(tokens.get());
            return;
        }
        Optional<HttpResponse<String>> gone =
                asked(() -> owner.revoke(door, tokens.get().getString("refresh_token")));
        if (gone.isPresent() && gone.get().statusCode() == 200)
            history.revoked().add(tokens.get());
    }

    /** Empty when the node died over it. */
    private static Optional<HttpResponse<String>> asked(Supplier<HttpResponse<String>> question) {
        try {
            return Optional.of(question.get());
        } catch (UncheckedIOException died) {
            return Optional.empty();
        }
    }

    private static void check(History history, App owner, List<Node> doors, String when) {
        history.successes()
                .forEach((code, times) -> assertThat(times).as("I1 " + when).hasValue(1));
        for (JsonObject tokens : history.revoked())
            for (Node door : doors) {
                assertThat(door.getAs(tokens.getString("access_token"), "/who").statusCode())
                        .as("I3 " + when)
                        .isEqualTo(401);
                assertThat(owner.refresh(door, tokens.getString("refresh_token"))
                                .statusCode())
                        .as("I3 " + when)
                        .isEqualTo(400);
            }
        for (JsonObject tokens : history.issued())
            assertThat(owner.refresh(doors.get(0), tokens.getString("refresh_token"))
                            .statusCode())
                    .as("I2 " + when)
                    .isEqualTo(200);
        long grants = TestDatabase.await(
                        DATABASE.database().query("SELECT count(*) AS n FROM refresh_family", Tuple.tuple()))
                .iterator()
                .next()
                .getLong("n");
        assertThat(grants)
                .as("I2 " + when)
                .isGreaterThanOrEqualTo(history.successes().size());
    }

    private Premises premises(String name) throws Exception {
        return Premises.in(Files.createDirectory(folder.resolve(name)), "")
                .with("DATABASE_URL", Gate.postgresUrl(DATABASE.options()))
                .with("MASTER_KEY", Gate.MASTER_KEY);
    }

    private static Node open(Premises premises, Backend backend) {
        int port = Ports.free();
        premises.write(
                """
                listen: 127.0.0.1:%d
                admin: 127.0.0.1:0
                url: %s
                apis:
                  api:
                    path: /
                    upstream: %s
                    routes:
                      GET /who: login
                """
                                .formatted(port, URL, backend.url())
                        + App.CLIENTS);
        return new Node(premises.open("run"), port);
    }
}
