package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class BoundedWorkerTest {
    @Test
    void whoever_finds_the_queue_full_is_told_to_come_back_and_the_others_get_their_turn() {
        Vertx vertx = Vertx.vertx();
        var worker = new BoundedWorker(vertx, "bounded", 1, 3);
        var gate = new CountDownLatch(1);
        List<Future<String>> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++)
            callers.add(worker.inTurn(() -> {
                gate.await();
                return Thread.currentThread().getName();
            }));
        assertThat(worker.underWay()).isEqualTo(4);
        assertThatThrownBy(() -> worker.inTurn(() -> "too many").await())
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.problem()).isEqualTo(Reason.BUSY);
                    assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(2));
                });
        gate.countDown();
        for (Future<String> caller : callers) assertThat(caller.await()).startsWith("bounded");
        assertThat(worker.inTurn(() -> "room again").await()).isEqualTo("room again");
        assertThat(worker.underWay()).isZero();
        vertx.close().await();
    }
}
