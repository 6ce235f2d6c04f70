package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gate dies without a word, and its database with it: whatever it had acknowledged is there when it opens again. */
final class KillMinusNineIT {
    /** {@code -Dgatehouse.rounds=50} is the long form. */
    private static final int ROUNDS = Integer.getInteger("gatehouse.rounds", 8);

    /** How long a token may be presented again after its first use, less what the restart's own clock may differ by. */
    private static final Duration SURELY_IN_GRACE = Duration.ofSeconds(9);

    @TempDir
    Path folder;

    private static Backend backend;

    @BeforeAll
    static void openBackend() {
        backend = Backend.named("api");
    }

    @AfterAll
    static void closeBackend() {
        backend.close();
    }

    @AfterEach
    void leaveNoOrphan() {
        var postgres = new OwnPostgres(folder.resolve("data"));
        if (postgres.postmaster().isPresent()) postgres.killAll();
    }

    @Test
    @DisplayName("kill -9 and restart: accounts, keys and revocations; the orphan PostgreSQL is adopted")
    void whatever_was_acknowledged_is_there_when_the_gate_opens_again() {
        Premises premises = premises();
        String kept;
        String signedOut;
        String refresh;
        String keys;
        ProcessHandle orphan;
        try (GateProcess gate = premises.open("run")) {
            gate.register("ada");
            JsonObject ada = gate.login("ada");
            kept = ada.getString("access_token");
            refresh = ada.getString("refresh_token");
            signedOut = gate.token("ada");
            assertThat(gate.post("/logout", new JsonObject(), "Authorization", "Bearer " + signedOut)
                            .statusCode())
                    .isEqualTo(200);
            gate.register("last");
            keys = gate.get("/oauth/jwks").body();
            orphan = premises.postgres().postmaster().orElseThrow();
            gate.kill();
            assertThat(OwnPostgres.lives(orphan))
                    .as("PostgreSQL outlives the gate")
                    .isTrue();
        }
        try (GateProcess again = premises.open("run")) {
            assertThat(premises.postgres().postmaster()).as("adopted").contains(orphan);
            assertEverythingIsThere(again, kept, signedOut, keys);
            refresh = new JsonObject(again.refresh(refresh).body()).getString("refresh_token");
            assertThat(refresh).isNotNull();
            again.kill();
            premises.postgres().killAll();
        }
        try (GateProcess afterPowerCut = premises.open("run")) {
            assertEverythingIsThere(afterPowerCut, kept, signedOut, keys);
            assertThat(afterPowerCut.refresh(refresh).statusCode()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("X3 kill -9 at random points of a chain of refreshes")
    void a_chain_of_refreshes_goes_on_after_each_kill_with_one_live_token() throws Exception {
        Premises premises = premises();
        long seed = System.nanoTime();
        var random = new Random(seed);
        Chain chain = null;
        for (int round = 0; round < ROUNDS; round++) {
            try (GateProcess gate = premises.open("run")) {
                if (chain == null) {
                    gate.register("ada");
                    chain = new Chain(gate.login("ada"));
                } else {
                    chain.goesOn(gate, premises.postgres(), "round " + round + " of seed " + seed);
                }
                killAfter(gate, Duration.ofMillis(100 + random.nextInt(500)), chain);
            }
        }
        try (GateProcess gate = premises.open("run")) {
            chain.goesOn(gate, premises.postgres(), "the end of seed " + seed);
        }
        assertThat(chain.refreshes).as("kills fell among many refreshes").isGreaterThan(5 * ROUNDS);
    }

    /** What a client knows: the token it presents next, and every access token it was ever given. */
    private static final class Chain {
        private final List<String> acknowledged = new ArrayList<>();
        private String refresh;
        private long killed;
        private int refreshes;

        Chain(JsonObject answer) {
            refresh = answer.getString("refresh_token");
            acknowledged.add(answer.getString("access_token"));
        }

        /** Refreshes until the gate is gone. */
        void refreshUntilItFails(GateProcess gate) {
            try {
                while (true) take(gate.refresh(refresh));
            } catch (UncheckedIOException gone) {
                killed = System.nanoTime();
            }
        }

        void goesOn(GateProcess gate, OwnPostgres postgres, String when) {
            var answer = gate.refresh(refresh);
            boolean inGrace = System.nanoTime() - killed < SURELY_IN_GRACE.toNanos();
            if (answer.statusCode() != 200 && !inGrace) {
                // The machine was too slow: the answer that was lost had used the token up, and presenting it again
                // ended the family.
                answer = gate.post(
                        "/login", new JsonObject().put("username", "ada").put("password", Door.PASSWORD));
                acknowledged.clear();
            }
            take(answer);
            for (String token : acknowledged)
                assertThat(gate.getAs(token, "/who").statusCode()).as(when).isEqualTo(200);
            acknowledged.subList(0, acknowledged.size() - 1).clear();
            assertThat(postgres.number(
                            "SELECT count(*) FROM refresh_family WHERE current_hash = sha256('" + refresh + "')"))
                    .as("the token that was given is the one that is alive, " + when)
                    .isEqualTo(1);
        }

        private void take(HttpResponse<String> answer) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            refreshes++;
            var tokens = new JsonObject(answer.body());
            refresh = tokens.getString("refresh_token");
            acknowledged.add(tokens.getString("access_token"));
        }
    }

    private static void killAfter(GateProcess gate, Duration delay, Chain chain) throws Exception {
        var refreshing =
                CompletableFuture.runAsync(() -> chain.refreshUntilItFails(gate), work -> new Thread(work).start());
        var timer = Executors.newSingleThreadScheduledExecutor();
        try {
            timer.schedule(gate::kill, delay.toMillis(), TimeUnit.MILLISECONDS).get();
        } finally {
            timer.shutdownNow();
        }
        refreshing.get(40, TimeUnit.SECONDS);
    }

    private static void assertEverythingIsThere(GateProcess gate, String kept, String signedOut, String keys) {
        assertThat(gate.get("/oauth/jwks").body()).isEqualTo(keys);
        assertThat(gate.getAs(kept, "/who").body()).isEqualTo("api /who ada");
        assertThat(gate.getAs(signedOut, "/who").statusCode()).isEqualTo(401);
        assertThat(gate.token("last")).isNotEmpty();
    }

    private Premises premises() {
        return Premises.in(
                folder,
                """
                listen: 127.0.0.1:%d
                admin: 127.0.0.1:0
                apis:
                  api:
                    path: /
                    upstream: %s
                    routes:
                      GET /who: login
                """
                        .formatted(Ports.free(), backend.url()));
    }
}
