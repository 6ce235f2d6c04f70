package dev.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class UserCommandsTest {
    private static final String PASSWORD = "two lanterns and a brass key";
    private static final String HOUSE =
            """
            url: http://localhost:8080
            accounts:
              default_roles: [customer]
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
    void somebody_who_is_added_is_shown_and_listed() {
        assertThat(house.type(PASSWORD, "user", "add", "Zoe", "--email", "zoe@example.com", "--stdin"))
                .as(house.err())
                .isEqualTo(Exit.OK);
        assertThat(house.run("user", "show", "zoe", "-o", "json")).isEqualTo(Exit.OK);
        var zoe = new JsonObject(house.out());
        assertThat(zoe.getString("username")).isEqualTo("Zoe");
        assertThat(zoe.getString("email")).isEqualTo("zoe@example.com");
        assertThat(zoe.getJsonArray("roles")).isEqualTo(new JsonArray().add("customer"));
        assertThat(house.run("user", "list")).isEqualTo(Exit.OK);
        assertThat(house.out())
                .containsPattern("USERNAME +ROLES +EMAIL")
                .containsPattern("Zoe +customer +zoe@example.com +- ");
    }

    @Test
    void options_may_stand_before_or_after_the_command() {
        assertThat(house.type(PASSWORD, "-o", "json", "user", "add", "zoe", "--stdin"))
                .isEqualTo(Exit.OK);
        assertThat(new JsonObject(house.out()).getString("username")).isEqualTo("zoe");
        assertThat(house.run("user", "-o", "json", "list")).isEqualTo(Exit.OK);
        assertThat(new JsonArray(house.out())).hasSize(1);
    }

    @Test
    void a_password_is_never_an_argument_and_never_shown() {
        assertThat(house.run("user", "add", "zoe", PASSWORD)).isEqualTo(Exit.USAGE);
        assertThat(house.type(PASSWORD, "user", "add", "zoe", "--stdin")).isEqualTo(Exit.OK);
        assertThat(house.out() + house.err()).doesNotContain(PASSWORD);
    }

    @Test
    void a_generated_password_is_shown_once() {
        assertThat(house.run("user", "add", "zoe", "--generate", "-o", "json")).isEqualTo(Exit.OK);
        assertThat(new JsonObject(house.out()).getString("password")).matches("[a-z2-9]{5}(-[a-z2-9]{5}){3}");
        house.run("user", "show", "zoe", "-o", "json");
        assertThat(new JsonObject(house.out()).getString("password")).isNull();
    }

    @Test
    void without_a_terminal_a_password_must_come_from_standard_input() {
        assertThat(house.run("user", "add", "zoe")).isEqualTo(Exit.USAGE);
        assertThat(house.err()).contains("--stdin");
    }

    @Test
    void a_poor_password_a_taken_name_and_a_bad_name_are_refused() {
        assertThat(house.type("short", "user", "add", "zoe", "--stdin")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("at least 8 characters");
        assertThat(house.type(PASSWORD, "user", "add", "zoe", "--stdin")).isEqualTo(Exit.OK);
        assertThat(house.type(PASSWORD, "user", "add", "ZOE", "--stdin")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("taken");
        assertThat(house.type(PASSWORD, "user", "add", "z o e", "--stdin")).isEqualTo(Exit.REFUSED);
    }

    @Test
    void roles_come_and_go() {
        add("zoe");
        assertThat(house.run("user", "role", "add", "zoe", "support")).isEqualTo(Exit.OK);
        assertThat(house.out()).contains("zoe has customer support");
        assertThat(house.run("user", "role", "remove", "zoe", "customer")).isEqualTo(Exit.OK);
        assertThat(house.out()).contains("zoe has support");
        assertThat(house.run("user", "role", "add", "zoe", "two words")).isEqualTo(Exit.USAGE);
    }

    @Test
    void groups_come_and_go() {
        add("zoe");
        assertThat(house.run("user", "group", "add", "zoe", "staff")).isEqualTo(Exit.OK);
        assertThat(house.out()).contains("zoe is in staff");
        assertThat(house.run("user", "group", "remove", "zoe", "staff")).isEqualTo(Exit.OK);
        assertThat(house.out()).contains("zoe is in no group");
        assertThat(house.run("user", "group", "add", "zoe", "two words")).isEqualTo(Exit.USAGE);
        assertThat(house.type(PASSWORD, "user", "add", "amy", "--stdin", "--group", "staff", "-o", "json"))
                .isEqualTo(Exit.OK);
        assertThat(new JsonObject(house.out()).getJsonArray("groups")).isEqualTo(new JsonArray().add("staff"));
    }

    @Test
    void attributes_are_set_shown_and_taken_back_within_bounds() {
        add("zoe");
        assertThat(house.run(
                        "user", "attribute", "zoe", "tenant=acme", "level:=3", "sites:=[\"a\",\"b\"]", "-o", "json"))
                .as(house.err())
                .isEqualTo(Exit.OK);
        assertThat(house.run("user", "attribute", "zoe", "-o", "json")).isEqualTo(Exit.OK);
        assertThat(new JsonObject(house.out()))
                .isEqualTo(new JsonObject("{\"tenant\":\"acme\",\"level\":3,\"sites\":[\"a\",\"b\"]}"));
        assertThat(house.run("user", "attribute", "zoe", "--unset", "level", "-o", "json"))
                .isEqualTo(Exit.OK);
        assertThat(new JsonObject(house.out()).containsKey("level")).isFalse();
        assertThat(house.run("user", "attribute", "zoe", "roles=admin")).isEqualTo(Exit.REFUSED);
        assertThat(house.run("user", "attribute", "zoe", "locale=de")).isEqualTo(Exit.REFUSED);
        assertThat(house.run("user", "attribute", "zoe", "x:={}")).isEqualTo(Exit.REFUSED);
        assertThat(house.run("user", "attribute", "zoe", "x:=[1]")).isEqualTo(Exit.REFUSED);
        assertThat(house.run("user", "attribute", "zoe", "x:=null")).isEqualTo(Exit.USAGE);
        assertThat(house.run("user", "attribute", "zoe", "x")).isEqualTo(Exit.USAGE);
        assertThat(house.run("user", "attribute", "zoe", "x=" + "y".repeat(2048)))
                .isEqualTo(Exit.REFUSED);
    }

    @Test
    void an_invitation_is_a_link_with_bounds() {
        add("zoe");
        assertThat(house.run("user", "invite", "--role", "editor", "--expires", "2d"))
                .isEqualTo(Exit.OK);
        assertThat(house.out()).containsPattern("/register\\?invitation=[A-Za-z0-9_-]{43}");
        assertThat(house.run("user", "invite", "--expires", "91d")).isEqualTo(Exit.USAGE);
        assertThat(house.run("user", "invite", "--expires", "soon")).isEqualTo(Exit.USAGE);
        assertThat(house.run("user", "invite", "--email", "nowhere")).isEqualTo(Exit.REFUSED);
    }

    @Test
    void what_apps_may_be_told_is_set_shown_and_taken_back() {
        add("zoe");
        assertThat(house.run(
                        "user",
                        "profile",
                        "zoe",
                        "--set",
                        "given_name=Zoe",
                        "--set",
                        "address.locality=Paris",
                        "--email",
                        "zoe@example.com",
                        "--verified",
                        "-o",
                        "json"))
                .as(house.err())
                .isEqualTo(Exit.OK);
        var told = new JsonObject(house.out());
        assertThat(told.getString("given_name")).isEqualTo("Zoe");
        assertThat(told.getJsonObject("address").getString("locality")).isEqualTo("Paris");
        assertThat(told.getBoolean("email_verified")).isTrue();
        assertThat(house.run("user", "profile", "zoe", "--unset", "given_name", "--email", "z@example.com"))
                .isEqualTo(Exit.OK);
        assertThat(house.run("user", "profile", "zoe", "-o", "json")).isEqualTo(Exit.OK);
        var later = new JsonObject(house.out());
        assertThat(later.containsKey("given_name")).isFalse();
        assertThat(later.getBoolean("email_verified")).as("a new address").isFalse();
    }

    @Test
    void a_claim_that_cannot_be_is_refused() {
        add("zoe");
        for (String wrong : new String[] {"birthdate=soon", "website=http://zoe.example", "roles=admin", "email=a@b.c"})
            assertThat(house.run("user", "profile", "zoe", "--set", wrong))
                    .as(wrong)
                    .isEqualTo(Exit.REFUSED);
    }

    @Test
    void a_locked_account_says_since_when() {
        add("zoe");
        assertThat(house.run("user", "lock", "zoe")).isEqualTo(Exit.OK);
        house.run("user", "show", "zoe", "-o", "json");
        assertThat(new JsonObject(house.out()).getString("locked_at")).isNotNull();
        assertThat(house.run("user", "unlock", "zoe")).isEqualTo(Exit.OK);
        house.run("user", "show", "zoe", "-o", "json");
        assertThat(new JsonObject(house.out()).getString("locked_at")).isNull();
    }

    @Test
    void revoking_somebody_and_a_new_password_are_written_to_the_log_of_revocations() {
        add("zoe");
        assertThat(house.run("user", "revoke", "zoe")).isEqualTo(Exit.OK);
        assertThat(count("SELECT count(*) FROM revocation WHERE kind = 'subject'"))
                .isEqualTo(1);
        assertThat(house.type(PASSWORD + "!", "user", "passwd", "zoe", "--stdin"))
                .isEqualTo(Exit.OK);
        assertThat(count("SELECT count(*) FROM revocation WHERE kind = 'subject'"))
                .isEqualTo(2);
    }

    @Test
    void every_change_leaves_a_line_in_the_trail() {
        add("zoe");
        house.run("user", "role", "add", "zoe", "support");
        house.run("user", "lock", "zoe");
        assertThat(count("SELECT count(*) FROM audit_event WHERE source = 'cli'"))
                .isEqualTo(3);
    }

    @Test
    void nobody_by_that_name_is_an_answer() {
        add("zoe");
        for (String command : new String[] {"show", "profile", "lock", "unlock", "revoke"}) {
            assertThat(house.run("user", command, "yann")).isEqualTo(Exit.REFUSED);
            assertThat(house.err()).contains("there is no user `yann`");
        }
    }

    @Test
    void a_database_nobody_lives_in_is_left_as_it_is() {
        assertThat(house.run("user", "list")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("nobody lives");
        assertThat(count("SELECT count(*) FROM house")).isZero();
    }

    @Test
    void a_database_that_does_not_answer_is_said_so() {
        house.terminal().given("DATABASE_URL", "postgres://u:p@127.0.0.1:1/none");
        assertThat(house.run("user", "list")).isEqualTo(Exit.UNREACHABLE);
        assertThat(house.err()).contains("does not answer");
    }

    private void add(String name) {
        assertThat(house.type(PASSWORD, "user", "add", name, "--stdin"))
                .as(house.err())
                .isEqualTo(Exit.OK);
    }

    private long count(String sql) {
        return TestDatabase.await(database.database().query(sql, Tuple.tuple()))
                .iterator()
                .next()
                .getLong(0);
    }
}
