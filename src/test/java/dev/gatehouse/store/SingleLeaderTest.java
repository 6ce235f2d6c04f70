package dev.gatehouse.store;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SingleLeaderTest {
    private static final Duration TAKEOVER = Duration.ofSeconds(15);

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private final List<SingleLeader> candidates = new ArrayList<>();

    @AfterEach
    void close() {
        candidates.forEach(candidate -> await(candidate.close()));
    }

    @Test
    void of_several_nodes_exactly_one_leads() {
        List<SingleLeader> nodes = List.of(candidate(), candidate(), candidate());
        await().atMost(TAKEOVER).until(() -> leading(nodes) == 1);
        await().during(Duration.ofMillis(1_500)).until(() -> leading(nodes) == 1);
    }

    @Test
    void tasks_have_leaders_of_their_own() {
        var sweep = candidate();
        var rotation = stands(SingleLeader.of(db.another(), "rotation"));
        await().atMost(TAKEOVER).until(() -> sweep.leads() && rotation.leads());
    }

    @Test
    void another_takes_over_when_the_leader_is_cut_off() {
        try (var wire = Wire.to(db.options(), db.vertx())) {
            var lost = new AtomicInteger();
            var first = stands(SingleLeader.of(db.reached(wire.options(), InstantSource.system()), "sweep")
                    .onLost(lost::incrementAndGet));
            await().atMost(TAKEOVER).until(first::leads);
            var second = candidate();
            wire.cut();
            await().atMost(TAKEOVER).until(second::leads);
            assertThat(first.leads()).isFalse();
            assertThat(lost).hasValue(1);
        }
    }

    @Test
    void another_takes_over_when_the_leader_leaves() {
        var begun = new AtomicInteger();
        var first = candidate();
        await().atMost(TAKEOVER).until(first::leads);
        var second = stands(SingleLeader.of(db.another(), "sweep").onLeading(begun::incrementAndGet));
        await(first.close());
        await().atMost(TAKEOVER).until(second::leads);
        assertThat(begun).hasValue(1);
    }

    @Test
    void a_job_runs_on_the_leader_alone_and_one_round_at_a_time() {
        var rounds = new AtomicInteger();
        var idle = new AtomicInteger();
        Promise<Void> endless = Promise.promise();
        var first = stands(SingleLeader.of(db.another(), "sweep").every(Duration.ofMillis(20), () -> {
            rounds.incrementAndGet();
            return endless.future();
        }));
        await().atMost(TAKEOVER).until(() -> first.leads() && rounds.get() == 1);
        stands(SingleLeader.of(db.another(), "sweep")
                .every(Duration.ofMillis(20), () -> Future.succeededFuture(idle.incrementAndGet())));
        await().during(Duration.ofMillis(300)).until(() -> rounds.get() == 1 && idle.get() == 0);
        endless.complete();
        await().until(() -> rounds.get() > 3);
    }

    private SingleLeader candidate() {
        return stands(SingleLeader.of(db.another(), "sweep"));
    }

    private SingleLeader stands(SingleLeader candidate) {
        candidates.add(candidate);
        return candidate.start();
    }

    private static long leading(List<SingleLeader> nodes) {
        return nodes.stream().filter(SingleLeader::leads).count();
    }
}
