package dev.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class AdminCommandsTest {
    private static final String PASSWORD = "two lanterns and a brass key";
    private static final String HOUSE =
            """
            url: https://shop.example
            email:
              from: Shop <no-reply@shop.example>
              smtp: mailbox
            """;

    @RegisterExtension
    final TestDatabase database = new TestDatabase();

    @TempDir
    Path folder;

    private TestHouse house;

    @BeforeEach
    void build() {
        house = new TestHouse(folder, HOUSE, database);
    }

    @Test
    @DisplayName("`admin create` makes an administrator once, and says so the second time")
    void an_administrator_is_made_once() {
        assertThat(house.type(PASSWORD, "admin", "create", "root", "--email", "root@shop.example", "--stdin"))
                .as(house.err())
                .isEqualTo(Exit.OK);
        assertThat(house.run("admin", "create", "ROOT")).isEqualTo(Exit.OK);
        assertThat(house.err()).contains("nothing was changed");
        assertThat(house.type(PASSWORD, "user", "add", "zoe", "--stdin")).isEqualTo(Exit.OK);
        assertThat(house.run("admin", "create", "zoe")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("gatehouse user role add zoe admin");
        assertThat(house.run("admin", "list", "-o", "json")).isEqualTo(Exit.OK);
        assertThat(new JsonArray(house.out())).hasSize(1);
        assertThat(new JsonArray(house.out()).getJsonObject(0).getString("username"))
                .isEqualTo("root");
    }

    @Test
    @DisplayName("`admin recover` gives a link whether there is an administrator, none, or several")
    void recover_always_works() {
        assertThat(house.run("admin", "recover")).isEqualTo(Exit.OK);
        assertThat(house.out()).matches("https://shop.example/account/setup\\?key=[\\w-]{43}\\R");
        house.type(PASSWORD, "admin", "create", "root", "--stdin");
        assertThat(house.run("admin", "recover")).isEqualTo(Exit.OK);
        assertThat(house.err()).contains("root");
        house.type(PASSWORD, "admin", "create", "ruth", "--stdin");
        assertThat(house.run("admin", "recover")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("root ruth");
        assertThat(house.run("admin", "recover", "ruth")).isEqualTo(Exit.OK);
        assertThat(house.run("admin", "recover", "nobody")).isEqualTo(Exit.REFUSED);
    }

    @Test
    @DisplayName("the last administrator is refused to `user delete`, `user lock` and `user role remove`")
    void the_last_one_stays() {
        house.type(PASSWORD, "admin", "create", "root", "--stdin");
        assertThat(house.run("user", "delete", "root")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("Nobody else administers this house");
        assertThat(house.run("user", "lock", "root")).isEqualTo(Exit.REFUSED);
        assertThat(house.run("user", "role", "remove", "root", "admin")).isEqualTo(Exit.REFUSED);
        house.type(PASSWORD, "admin", "create", "ruth", "--stdin");
        assertThat(house.run("user", "delete", "root")).isEqualTo(Exit.OK);
        assertThat(house.run("user", "show", "root")).isEqualTo(Exit.REFUSED);
    }

    @Test
    @DisplayName("`user passwd` and `user reset-mfa` write to the owner")
    void owners_are_told() {
        house.type(PASSWORD, "user", "add", "zoe", "--email", "zoe@people.example", "--stdin");
        TestDatabase.await(database.database()
                .query(
                        "INSERT INTO totp (account_id, wrapped_seed, last_step) SELECT id, '\\x00', 0 FROM account",
                        Tuple.tuple()));
        assertThat(house.type("another brass key for zoe", "user", "passwd", "zoe", "--stdin"))
                .as(house.err())
                .isEqualTo(Exit.OK);
        assertThat(house.run("user", "reset-mfa", "zoe")).as(house.err()).isEqualTo(Exit.OK);
        assertThat(TestDatabase.await(database.database().query("SELECT FROM totp", Tuple.tuple()))
                        .size())
                .isZero();
        assertThat(house.run("mail", "list", "-o", "json")).isEqualTo(Exit.OK);
        assertThat(new JsonArray(house.out()).stream().map(mail -> ((JsonObject) mail).getString("kind")))
                .containsExactlyInAnyOrder("password-changed", "second-factor-removed");
    }
}
