package dev.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.ConfigFile;
import io.vertx.core.json.JsonArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check}, {@code config show}, and what {@code dev} and {@code run} do before the door takes over. */
final class CheckCommandTest {
    private static final String GOOD =
            """
            listen: ":8099"
            apis:
              orders:
                path: /api/orders
                upstream: http://127.0.0.1:9002
                routes:
                  GET /: public
            """;
    private static final String BAD =
            """
            lisen: ":8099"
            apis:
              orders:
                path: /api/orders
                upstream: http://127.0.0.1:9002
                routes:
                  GET /: pubic
            """;

    @TempDir
    Path folder;

    @Test
    void a_good_file_is_said_to_be_good_and_counted() {
        var house = new TestHouse(folder, GOOD);
        assertThat(house.run("check")).as(house.err()).isEqualTo(Exit.OK);
        assertThat(house.out()).contains("is good: 1 API, 1 route, 0 warnings");
    }

    @Test
    void every_fault_is_told_at_once_on_standard_error() {
        var house = new TestHouse(folder, BAD);
        assertThat(house.run("check")).isEqualTo(Exit.FAULTS);
        assertThat(house.out()).isEmpty();
        assertThat(house.err())
                .contains("gatehouse.yaml:1:1", "gatehouse.yaml:7:14", "listen", "public", "2 errors, 0 warnings");
    }

    @Test
    void programs_get_an_array_on_standard_output() {
        var house = new TestHouse(folder, BAD);
        assertThat(house.run("check", "-o", "json")).isEqualTo(Exit.FAULTS);
        var faults = new JsonArray(house.out());
        assertThat(faults).hasSize(2);
        assertThat(faults.getJsonObject(0).fieldNames())
                .containsExactlyInAnyOrder("code", "file", "line", "col", "message", "help");
    }

    @Test
    void a_good_file_is_an_empty_array_for_programs() {
        var house = new TestHouse(folder, GOOD);
        assertThat(house.run("check", "-o", "json")).isEqualTo(Exit.OK);
        assertThat(new JsonArray(house.out())).isEmpty();
    }

    @Test
    void a_missing_file_is_a_fault_with_a_sentence() {
        var terminal = new TestTerminal();
        assertThat(terminal.run("check", "-c", folder.resolve("none.yaml").toString()))
                .isEqualTo(Exit.FAULTS);
        assertThat(terminal.err()).contains("none.yaml");
    }

    @Test
    void config_show_says_where_each_value_came_from() {
        var house = new TestHouse(folder, GOOD);
        assertThat(house.run("config", "show", "--origin")).isEqualTo(Exit.OK);
        assertThat(house.out())
                .containsPattern("KEY +VALUE +ORIGIN")
                .containsPattern("listen +\\S+ +\\S*gatehouse.yaml:1:9");
        assertThat(house.run("config", "show", "--origin", "--listen", ":7000")).isEqualTo(Exit.OK);
        assertThat(house.out()).containsPattern("listen +:7000 +--listen");
    }

    @Test
    void dev_and_run_hand_a_good_file_to_the_door() {
        var opened = new ArrayList<ConfigFile.Mode>();
        var house = new TestHouse(folder, GOOD);
        house.terminal().starting(opening -> {
            opened.add(opening.mode());
            assertThat(opening.overrides().admin()).hasValue(":9999");
            assertThat(opening.file().config().apis()).containsKey("orders");
            return 7;
        });
        assertThat(house.run("dev", "--admin", ":9999")).isEqualTo(7);
        assertThat(house.run("--admin", ":9999", "run")).isEqualTo(7);
        assertThat(opened).isEqualTo(List.of(ConfigFile.Mode.DEV, ConfigFile.Mode.RUN));
    }

    @Test
    void a_bad_file_never_reaches_the_door() {
        var house = new TestHouse(folder, BAD);
        house.terminal().starting(opening -> {
            throw new AssertionError("opened");
        });
        assertThat(house.run("dev")).isEqualTo(Exit.FAULTS);
        assertThat(house.err()).contains("gatehouse.yaml:1:1");
    }

    @Test
    void a_door_that_refuses_says_why() {
        var house = new TestHouse(folder, GOOD);
        house.terminal().starting(opening -> {
            throw CommandRefused.because("Cannot listen on :8099: it is taken.");
        });
        assertThat(house.run("dev")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("Cannot listen on :8099: it is taken.");
    }
}
