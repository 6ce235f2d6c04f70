package dev.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on the embedded PostgreSQL of a data folder: started where it does not run, joined where it does. */
final class EmbeddedDeskTest {
    @TempDir
    Path folder;

    @Test
    void commands_start_the_database_stop_it_and_join_the_one_that_runs() {
        var house = new TestHouse(folder, "accounts:\n  default_roles: [customer]\n");
        assertThat(house.run("user", "list")).isEqualTo(Exit.REFUSED);
        assertThat(Files.exists(folder.resolve("data"))).isFalse();

        assertThat(house.run("user", "add", "zoe", "--generate"))
                .as(house.err())
                .isEqualTo(Exit.OK);
        assertThat(EmbeddedPostgres.join(folder.resolve("data"))).isEmpty();

        try (var beside = EmbeddedPostgres.start(folder.resolve("data"))) {
            assertThat(house.run("user", "list")).as(house.err()).isEqualTo(Exit.OK);
            assertThat(house.out()).contains("zoe");
            assertThat(EmbeddedPostgres.join(folder.resolve("data"))).hasValueSatisfying(EmbeddedPostgres::close);
        }
    }
}
