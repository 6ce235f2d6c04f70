package dev.gatehouse.store;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class NoticesTest {
    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private final AtomicInteger heard = new AtomicInteger();
    private Wire wire;
    private Notices notices;

    @BeforeEach
    void a_listener_on_a_wire_of_its_own() {
        wire = Wire.to(db.options(), db.vertx());
        notices = Notices.open(db.reached(wire.options(), InstantSource.system()));
    }

    @AfterEach
    void is_closed() {
        await(notices.close());
        wire.close();
    }

    @Test
    void a_listener_is_asked_to_look_once_it_listens_and_at_every_notice() {
        notices.listen("gatehouse_revocation", heard::incrementAndGet);
        hears(1);
        revoke();
        hears(2);
        revoke();
        hears(3);
    }

    @Test
    void other_channels_are_not_heard() {
        var other = new AtomicInteger();
        notices.listen("gatehouse_revocation", heard::incrementAndGet);
        notices.listen("gatehouse_signing_key", other::incrementAndGet);
        hears(1);
        await().until(() -> other.get() == 1);
        revoke();
        hears(2);
        await().during(Duration.ofMillis(100)).until(() -> other.get() == 1);
    }

    @Test
    void what_was_missed_while_the_line_was_cut_is_made_good() {
        notices.listen("gatehouse_revocation", heard::incrementAndGet);
        hears(1);
        wire.cut();
        revoke();
        wire.mend();
        hears(2);
        revoke();
        hears(3);
    }

    @Test
    void a_line_that_fell_silent_is_replaced() {
        notices.listen("gatehouse_revocation", heard::incrementAndGet);
        hears(1);
        wire.silence();
        revoke();
        // The node's next question stays without an answer, and it takes a new line.
        await().atMost(Duration.ofSeconds(15))
                .pollDelay(Duration.ofMillis(1_500))
                .until(() -> {
                    wire.mend();
                    return heard.get() >= 2;
                });
    }

    @Test
    void a_listener_that_fails_does_not_deafen_the_others() {
        notices.listen("gatehouse_revocation", () -> {
            throw new IllegalStateException("a bug");
        });
        notices.listen("gatehouse_revocation", heard::incrementAndGet);
        hears(1);
        revoke();
        await().atMost(Duration.ofSeconds(10)).until(() -> heard.get() >= 2);
    }

    @Test
    void a_channel_is_a_plain_word() {
        assertThatThrownBy(() -> notices.listen("x; DROP TABLE account", heard::incrementAndGet))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void hears(int times) {
        await().atMost(Duration.ofSeconds(10)).until(() -> heard.get() >= times);
    }

    private void revoke() {
        await(db.database()
                .query("INSERT INTO revocation (kind, value, expires_at) VALUES ('token', 'x', now())", Tuple.tuple()));
    }
}
