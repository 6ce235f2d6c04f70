package dev.gatehouse.store;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class OneTimeTest {
    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private static final JsonObject DATA = new JsonObject().put("for", "web");
    /** The one that is emptied now, and a time within it. */
    private static final String OVER = "((extract(epoch FROM now())::bigint / 900 + 6) % 8)::smallint";

    private OneTime things;
    private OneTime elsewhere;

    @BeforeEach
    void open() {
        things = new OneTime(db.database());
        elsewhere = new OneTime(db.another());
    }

    @Test
    void a_thing_is_taken_once_and_looked_at_before() {
        put("s", Duration.ofMinutes(1));
        assertThat(await(things.look(OneTime.Kind.CODE, "s"))).contains(DATA);
        assertThat(await(things.take(OneTime.Kind.PUSHED_REQUEST, "s", Optional.empty())))
                .isEmpty();
        assertThat(await(things.take(OneTime.Kind.CODE, "s", Optional.of("g")))).contains(DATA);
        assertThat(await(things.take(OneTime.Kind.CODE, "s", Optional.empty()))).isEmpty();
        assertThat(await(things.look(OneTime.Kind.CODE, "s"))).isEmpty();
    }

    @Test
    @DisplayName("I2 what is kept does not wait for the disk, and everything else still does, on every connection")
    void only_what_is_kept_does_not_wait_for_the_disk() {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(things.put(
                    OneTime.Kind.CODE, "kept " + i, DATA, Instant.now().plusSeconds(60)));
            all.add(db.database()
                    .query("SELECT current_setting('synchronous_commit') AS waits", Tuple.tuple())
                    .map(rows -> assertThat(rows.iterator().next().getString("waits"))
                            .isEqualTo("on")));
        }
        await(Future.all(all));
        assertThat(all).allSatisfy(done -> assertThat(done.failed()).isFalse());
    }

    @Test
    @DisplayName("I1 of 60 callers over two nodes one takes it")
    void of_many_one_takes_it() {
        put("raced", Duration.ofMinutes(5));
        List<Future<Optional<JsonObject>>> all = new ArrayList<>();
        for (int i = 0; i < 60; i++)
            all.add((i % 2 == 0 ? things : elsewhere).take(OneTime.Kind.CODE, "raced", Optional.empty()));
        await(Future.all(all));
        assertThat(all.stream().filter(taken -> taken.result().isPresent())).hasSize(1);
    }

    @Test
    @DisplayName("I1 of 60 who name a jti over two nodes one is first")
    void of_many_one_is_first() {
        Instant expires = Instant.now().plus(Duration.ofMinutes(65));
        List<Future<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 60; i++)
            all.add((i % 2 == 0 ? things : elsewhere).first(OneTime.Kind.PROOF, "jti", expires));
        await(Future.all(all));
        assertThat(all.stream().filter(Future::result)).hasSize(1);
        assertThat(await(things.first(OneTime.Kind.ASSERTION, "jti", expires))).isTrue();
    }

    @Test
    void what_would_outlive_the_ring_is_not_kept() {
        assertThatThrownBy(() -> put("s", OneTime.LONGEST_KEPT.plusMinutes(1))).hasMessageContaining("too long");
        Instant late = Instant.now().plus(OneTime.LONGEST).plusSeconds(60);
        assertThat(await(things.first(OneTime.Kind.PROOF, "late", late))).isFalse();
    }

    @Test
    void slots_that_are_over_are_emptied_and_others_stay() {
        put("living", Duration.ofMinutes(10));
        row("gone", "now() - interval '25 minutes'");
        assertThat(await(new Slots(db.database()).emptyOver())).isTrue();
        assertThat(rows()).isEqualTo(1);
        assertThat(await(new Slots(db.database()).emptyOver())).isFalse();
        assertThat(await(things.take(OneTime.Kind.CODE, "living", Optional.empty())))
                .isPresent();
    }

    @Test
    @DisplayName("I1 a clock that was set back makes nobody forget what was used")
    void what_has_not_expired_is_never_emptied() {
        row("from a time to come", "now() + interval '95 minutes'");
        assertThat(await(new Slots(db.database()).emptyOver())).isFalse();
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void a_slot_that_somebody_is_in_is_left_for_the_next_round() {
        row("gone", "now() - interval '25 minutes'");
        boolean emptied = await(db.database()
                .inTransaction(holding -> holding.query("SELECT 1 FROM one_time WHERE slot = " + OVER + " FOR UPDATE")
                        .execute()
                        .compose(held -> new Slots(db.another()).emptyOver())));
        assertThat(emptied).isFalse();
        assertThat(await(new Slots(db.database()).emptyOver())).isTrue();
    }

    @Test
    @DisplayName("I2 emptying loses nothing that is put meanwhile")
    void nothing_is_lost_while_slots_are_emptied() {
        List<Future<Void>> puts = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            row("gone " + round, "now() - interval '25 minutes'");
            for (int i = 0; i < 40; i++)
                puts.add(elsewhere.put(
                        OneTime.Kind.CODE, round + "/" + i, DATA, Instant.now().plus(Duration.ofMinutes(1))));
            await(new Slots(db.database()).emptyOver());
        }
        await(Future.all(puts));
        for (int round = 0; round < 5; round++)
            for (int i = 0; i < 40; i++)
                assertThat(await(things.take(OneTime.Kind.CODE, round + "/" + i, Optional.empty())))
                        .isPresent();
    }

    private void put(String secret, Duration lifetime) {
        await(things.put(OneTime.Kind.CODE, secret, DATA, Instant.now().plus(lifetime)));
    }

    private void row(String name, String expires) {
        await(db.database()
                .query(
                        "INSERT INTO one_time (slot, kind, hash, expires_at) VALUES (" + OVER + ", 'code', sha256('"
                                + name + "'), " + expires + ")",
                        Tuple.tuple()));
    }

    private long rows() {
        return await(db.database().query("SELECT count(*) FROM one_time", Tuple.tuple()))
                .iterator()
                .next()
                .getLong(0);
    }
}
