package dev.gatehouse.store;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class MigrationsTest {
    private static final Migration FIRST = new Migration(1, "first", "CREATE TABLE one (id int)", 1);
    private static final Migration SECOND = new Migration(2, "second", "ALTER TABLE one ADD COLUMN two int", 1);
    private static final Migration BREAKING = new Migration(3, "breaking", "DROP TABLE one", 3);

    @RegisterExtension
    final TestDatabase db = TestDatabase.empty();

    @Test
    void nodes_that_start_together_migrate_once() {
        var slow = new Migration(1, "slow", "CREATE TABLE one (id int); SELECT pg_sleep(0.2)", 1);
        List<Future<Void>> nodes = IntStream.range(0, 3)
                .mapToObj(node -> new Migrations(db.another(), List.of(slow, SECOND)).migrate())
                .toList();
        await(Future.join(nodes));
        assertThat(versions()).containsExactly(1, 2);
    }

    @Test
    void a_script_that_fails_leaves_nothing_of_itself_and_everything_before_it() {
        var broken = new Migration(2, "broken", "CREATE TABLE two (id int); SELECT nonsense", 1);
        assertThatThrownBy(() -> migrate(FIRST, broken))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("broken");
        assertThat(versions()).containsExactly(1);
        assertThat(exists("two")).isFalse();
        migrate(FIRST, SECOND);
        assertThat(versions()).containsExactly(1, 2);
    }

    @Test
    void a_second_run_changes_nothing() {
        migrate(FIRST, SECOND);
        migrate(FIRST, SECOND);
        assertThat(versions()).containsExactly(1, 2);
    }

    @Test
    @DisplayName("X11 a schema that needs a newer binary is refused and untouched")
    void a_schema_that_needs_a_newer_binary_is_refused_and_untouched() {
        migrate(FIRST, SECOND, BREAKING);
        var mine = new Migration(2, "second", "CREATE TABLE mine (id int)", 1);
        assertThatThrownBy(() -> migrate(FIRST, mine))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("needs a Gatehouse of schema 3")
                .hasMessageContaining("Nothing was changed");
        assertThat(versions()).containsExactly(1, 2, 3);
        assertThat(exists("mine")).isFalse();
    }

    @Test
    @DisplayName("X11 an old binary works on a newer schema that does not shut it out")
    void an_old_binary_works_on_a_newer_schema_that_does_not_shut_it_out() {
        migrate(FIRST, SECOND);
        migrate(FIRST);
        assertThat(versions()).containsExactly(1, 2);
    }

    @Test
    @DisplayName("X11 a script that was changed after it ran is refused")
    void a_script_that_was_changed_after_it_ran_is_refused() {
        migrate(FIRST);
        var changed = new Migration(1, "first", "CREATE TABLE other (id int)", 1);
        assertThatThrownBy(() -> migrate(changed, SECOND))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("differs");
        assertThat(versions()).containsExactly(1);
    }

    @Test
    @DisplayName("X11 a missing migration is refused")
    void a_row_that_is_missing_in_between_is_refused() {
        migrate(FIRST, SECOND);
        sql("DELETE FROM schema_version WHERE version = 1");
        assertThatThrownBy(() -> migrate(FIRST, SECOND))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("not schema 1");
        assertThat(versions()).containsExactly(2);
    }

    @Test
    @DisplayName("X11 a corrupt row is refused")
    void a_table_of_versions_that_is_not_ours_is_refused() {
        sql("CREATE TABLE schema_version (version text)");
        assertThatThrownBy(() -> migrate(FIRST))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("schema_version");
        assertThat(exists("one")).isFalse();
    }

    @Test
    void the_scripts_of_this_binary_are_numbered_without_a_gap_and_all_listed() throws Exception {
        List<Migration> all = Migration.all();
        assertThat(all.stream().map(Migration::version))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, all.size()).boxed().toList());
        assertThat(all).allMatch(script -> script.minBinary() <= script.version());
        var folder = Path.of("src/main/resources/dev/gatehouse/store/migrations");
        try (var files = Files.list(folder)) {
            assertThat(files.count()).isEqualTo(all.size());
        }
    }

    private void migrate(Migration... scripts) {
        await(new Migrations(db.database(), List.of(scripts)).migrate());
    }

    private void sql(String statement) {
        await(db.database().query(statement, Tuple.tuple()));
    }

    private List<Integer> versions() {
        var versions = new ArrayList<Integer>();
        await(db.database().query("SELECT version FROM schema_version ORDER BY version", Tuple.tuple()))
                .forEach(row -> versions.add(row.getInteger("version")));
        return versions;
    }

    private boolean exists(String table) {
        return await(db.database().query("SELECT to_regclass($1) IS NOT NULL AS yes", Tuple.of(table)))
                .iterator()
                .next()
                .getBoolean("yes");
    }
}
