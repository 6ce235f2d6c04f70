package dev.gatehouse.keys;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.store.StartFailure;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class HousesTest {
    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private static final KeyWrapping RIGHT = new KeyWrapping(new byte[32], new SecureRandom());
    private static final KeyWrapping WRONG =
            new KeyWrapping("another-key-of-exactly-32-bytes!".getBytes(), new SecureRandom());

    @Test
    void an_empty_database_becomes_what_it_is_opened_as_and_stays_so() {
        assertThat(enter(RIGHT, HouseKind.HOUSE)).isEqualTo(HouseKind.HOUSE);
        assertThat(enter(RIGHT, HouseKind.HOUSE)).isEqualTo(HouseKind.HOUSE);
    }

    @Test
    void a_wrong_master_key_is_refused_and_nothing_is_written() {
        enter(RIGHT, HouseKind.HOUSE);
        var before = row();
        assertThatThrownBy(() -> enter(WRONG, HouseKind.HOUSE))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("master key is not the one");
        assertThat(row()).isEqualTo(before);
        assertThat(enter(RIGHT, HouseKind.HOUSE)).isEqualTo(HouseKind.HOUSE);
    }

    @Test
    void dev_refuses_a_database_that_is_not_a_demo() {
        enter(RIGHT, HouseKind.HOUSE);
        assertThatThrownBy(() -> enter(RIGHT, HouseKind.DEMO))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("not a demo");
    }

    @Test
    void run_opens_a_demo_and_says_so() {
        enter(RIGHT, HouseKind.DEMO);
        assertThat(enter(RIGHT, HouseKind.HOUSE)).isEqualTo(HouseKind.DEMO);
    }

    @Test
    void of_two_keys_that_claim_an_empty_database_at_once_one_wins() {
        var one = new Houses(db.database(), RIGHT).enter(HouseKind.HOUSE);
        var other = new Houses(db.another(), WRONG).enter(HouseKind.HOUSE);
        await(Future.join(one, other).otherwiseEmpty());
        assertThat(one.succeeded()).isNotEqualTo(other.succeeded());
    }

    private HouseKind enter(KeyWrapping wrapping, HouseKind kind) {
        return await(new Houses(db.database(), wrapping).enter(kind));
    }

    private String row() {
        return await(db.database()
                .query("SELECT kind, master_check, made_at, xmin::text AS xmin FROM house", Tuple.tuple())
                .map(rows -> rows.iterator().next().toJson().encode()));
    }
}
