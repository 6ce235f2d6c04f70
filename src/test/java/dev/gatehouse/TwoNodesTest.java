package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.SignedJWT;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two nodes of one house, opened at the same moment on a database that had not a single table. */
final class TwoNodesTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Map<Gate, JsonObject> ISSUED = new ConcurrentHashMap<>();
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static CountingApi api;
    private static List<Gate> nodes;
    private static BackRoom backRoom;

    @BeforeAll
    static void open() throws Exception {
        api = new CountingApi();
        String yaml =
                """
                url: http://localhost:8080
                apis:
                  mine:
                    path: /mine
                    upstream: %s
                    routes:
                      GET /: login
                """
                        .formatted(api.origin());
        nodes = atOnce(List.of(() -> Gate.open(DATABASE, yaml), () -> Gate.open(DATABASE, yaml)));
        backRoom = BackRoom.behind(nodes.get(0), DATABASE);
    }

    @AfterAll
    static void close() {
        backRoom.close();
        nodes.forEach(Gate::close);
        api.close();
        THREADS.shutdownNow();
    }

    @Test
    void nodes_that_started_together_agree_on_keys_and_secrets() throws Exception {
        await().untilAsserted(() -> {
            assertThat(jwks(nodes.get(0))).isEqualTo(jwks(nodes.get(1)));
            assertThat(new JsonObject(jwks(nodes.get(0))).getJsonArray("keys")).hasSize(4);
        });
        JsonObject one = signedIn(nodes.get(0));
        JsonObject other = signedIn(nodes.get(1));
        assertThat(kid(one.getString("access_token"))).isEqualTo(kid(other.getString("access_token")));
        for (JsonObject tokens : List.of(one, other))
            for (Gate node : nodes)
                assertThat(node.getAs(tokens.getString("access_token"), "/mine").statusCode())
                        .isEqualTo(200);
        // The same secret makes successors: what one node gave, the other gives again.
        String successor = new JsonObject(
                        nodes.get(0).refresh(one.getString("refresh_token")).body())
                .getString("refresh_token");
        String again = new JsonObject(
                        nodes.get(1).refresh(one.getString("refresh_token")).body())
                .getString("refresh_token");
        assertThat(again).isEqualTo(successor);
    }

    @Test
    @DisplayName("1.09 I1 X2 fifty refreshes of one token at once over two nodes: one successor")
    void fifty_at_once_have_one_successor() throws Exception {
        JsonObject tokens = signedIn(nodes.get(0));
        var asking = new ArrayList<Callable<HttpResponse<String>>>();
        for (int i = 0; i < 50; i++) {
            Gate node = nodes.get(i % 2);
            asking.add(() -> node.refresh(tokens.getString("refresh_token")));
        }
        var successors = new HashSet<String>();
        for (HttpResponse<String> answer : atOnce(asking)) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            var body = new JsonObject(answer.body());
            successors.add(body.getString("refresh_token"));
            assertThat(nodes.get(1)
                            .getAs(body.getString("access_token"), "/mine")
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(successors).hasSize(1).doesNotContain(tokens.getString("refresh_token"));
        assertThat(liveFamiliesOf(tokens)).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "TK08 a token used again after its grace takes its family along, and the access tokens made from it, on both nodes")
    void reuse_after_the_grace_ends_the_family() {
        JsonObject first = signedIn(nodes.get(0));
        JsonObject second = new JsonObject(
                nodes.get(0).refresh(first.getString("refresh_token")).body());
        backRoom.sql(
                "UPDATE refresh_family SET turned_at = turned_at - interval '11 seconds' WHERE session_id = $1",
                claim(second, "sid"));
        HttpResponse<String> reuse = nodes.get(1).refresh(first.getString("refresh_token"));
        assertThat(reuse.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(reuse.body()).getString("error")).isEqualTo("invalid_grant");
        assertThat(nodes.get(1).getAs(second.getString("access_token"), "/mine").statusCode())
                .isEqualTo(401);
        Within.asserted(Duration.ofSeconds(1), () -> {
            assertThat(nodes.get(0)
                            .getAs(second.getString("access_token"), "/mine")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(nodes.get(0)
                            .getAs(first.getString("access_token"), "/mine")
                            .statusCode())
                    .isEqualTo(401);
        });
        assertThat(nodes.get(0).refresh(second.getString("refresh_token")).statusCode())
                .isEqualTo(400);
        assertThat(liveFamiliesOf(second)).isZero();
    }

    @Test
    @DisplayName("I6 X9 keys rotate five times while both nodes issue and verify: not one good token is refused")
    void rotation_under_load_refuses_nobody() throws Exception {
        var refused = new ArrayList<String>();
        var verified = new AtomicInteger();
        var stop = new AtomicBoolean();
        JsonObject old = signedIn(nodes.get(0));
        var load = new ArrayList<Future<?>>();
        for (int i = 0; i < 2; i++) {
            Gate issuer = nodes.get(i);
            Gate verifier = nodes.get(1 - i);
            JsonObject start = signedIn(issuer);
            load.add(THREADS.submit(() -> {
                String refresh = start.getString("refresh_token");
                while (!stop.get()) {
                    JsonObject fresh = new JsonObject(issuer.refresh(refresh).body());
                    refresh = fresh.getString("refresh_token");
                    for (String token : List.of(fresh.getString("access_token"), old.getString("access_token"))) {
                        HttpResponse<String> answer = verifier.getAs(token, "/mine");
                        verified.incrementAndGet();
                        if (answer.statusCode() != 200)
                            synchronized (refused) {
                                refused.add(kid(token) + ": " + answer.body());
                            }
                    }
                }
                return null;
            }));
        }
        var signers = new HashSet<String>();
        for (int rotation = 0; rotation < 5; rotation++) {
            String before = kid(issued(nodes.get(0)));
            signers.add(before);
            int seen = verified.get();
            backRoom.rotate();
            await().until(() -> !kid(issued(nodes.get(0))).equals(before) && verified.get() >= seen + 10);
        }
        stop.set(true);
        for (Future<?> each : load) each.get();
        assertThat(refused).isEmpty();
        assertThat(signers).hasSize(5);
        assertThat(verified.get()).isGreaterThan(50);
        await().untilAsserted(() -> assertThat(kid(issued(nodes.get(0)))).isEqualTo(kid(issued(nodes.get(1)))));
        assertThat(kids(nodes.get(0))).containsAll(signers);
    }

    private static JsonObject signedIn(Gate node) {
        String name = "person-" + NAMES.incrementAndGet();
        node.register(name);
        return node.login(name);
    }

    /** A token of this moment, without hashing a password for it. */
    private static String issued(Gate node) {
        JsonObject last = ISSUED.computeIfAbsent(node, TwoNodesTest::signedIn);
        JsonObject next =
                new JsonObject(node.refresh(last.getString("refresh_token")).body());
        ISSUED.put(node, next);
        return next.getString("access_token");
    }

    private static long liveFamiliesOf(JsonObject tokens) {
        return backRoom.sql(
                        """
                        SELECT count(*) AS live FROM refresh_family
                         WHERE session_id = $1 AND revoked_at IS NULL AND idle_until > now()
                        """,
                        claim(tokens, "sid"))
                .get(0)
                .getLong("live");
    }

    private static String jwks(Gate node) {
        return node.get("/oauth/jwks").body();
    }

    private static Set<String> kids(Gate node) {
        var kids = new HashSet<String>();
        new JsonObject(jwks(node)).getJsonArray("keys").forEach(key -> kids.add(((JsonObject) key).getString("kid")));
        return kids;
    }

    private static String kid(String token) throws ParseException {
        return SignedJWT.parse(token).getHeader().getKeyID();
    }

    private static String claim(JsonObject tokens, String name) {
        try {
            return SignedJWT.parse(tokens.getString("access_token"))
                    .getJWTClaimsSet()
                    .getStringClaim(name);
        } catch (ParseException broken) {
            throw new IllegalArgumentException(broken);
        }
    }

    /** Everybody begins at the same moment; what came of each, in their order. */
    private static <T> List<T> atOnce(List<Callable<T>> tasks) throws Exception {
        var start = new CountDownLatch(tasks.size());
        var running = new ArrayList<Future<T>>();
        for (Callable<T> task : tasks)
            running.add(THREADS.submit(() -> {
                start.countDown();
                start.await();
                return task.call();
            }));
        var done = new ArrayList<T>();
        for (Future<T> each : running) done.add(each.get());
        return done;
    }
}
