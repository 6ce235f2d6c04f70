package dev.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** People who come from a file. */
final class UserImportTest {
    private static final String APR1 = "$apr1$xxxxxxxx$dxHfLAsjHkDRmG83UXe8K0";

    @RegisterExtension
    final TestDatabase database = new TestDatabase();

    @TempDir
    Path folder;

    private TestHouse house;

    @BeforeEach
    void build() {
        house = new TestHouse(folder, "url: http://localhost:8080\naccounts: {default_roles: [customer]}\n", database);
        house.run("user", "add", "taken", "--generate");
    }

    @Test
    @DisplayName(
            "a CSV file brings names, addresses, hashes, roles, groups, claims and times; roles that it leaves out are those of the file")
    void csv_is_read() throws IOException {
        int status = load(
                "people.csv",
                """
                username,email,email_verified,password_hash,roles,groups,name,address.locality,made_at
                zoe,zoe@people.example,true,%s,support editor,berlin paris,"Zoe ""Z"" Adams, MD","Paris
                Rive Gauche",2020-05-17T12:00:00Z
                yan,,,,,,,,
                """
                        .formatted(APR1));
        assertThat(status).as(house.out() + house.err()).isEqualTo(Exit.OK);
        house.run("user", "show", "zoe", "-o", "json");
        var zoe = new JsonObject(house.out());
        assertThat(zoe.getJsonArray("roles").getList()).isEqualTo(List.of("support", "editor"));
        assertThat(zoe.getJsonArray("groups").getList()).isEqualTo(List.of("berlin", "paris"));
        assertThat(zoe.getString("made_at")).isEqualTo("2020-05-17T12:00:00Z");
        house.run("user", "profile", "zoe", "-o", "json");
        var profile = new JsonObject(house.out());
        assertThat(profile.getString("name")).isEqualTo("Zoe \"Z\" Adams, MD");
        assertThat(profile.getJsonObject("address").getString("locality")).isEqualTo("Paris\nRive Gauche");
        house.run("user", "show", "yan", "-o", "json");
        assertThat(new JsonObject(house.out()).getJsonArray("roles").getList()).isEqualTo(List.of("customer"));
    }

    @Test
    @DisplayName("every line with a fault is told by its number, and everybody else comes in")
    void faults_are_told_by_line() throws IOException {
        int status = load(
                "people.csv",
                """
                username,email,password_hash,name
                one,one@people.example,%s,One
                two words,,,
                three,no address,,
                four,,md5-of-old,
                five,,
                TAKEN,,,
                one,,,
                eight,,,"Eight, of ""Nine\"""
                """
                        .formatted(APR1));
        assertThat(status).isEqualTo(Exit.REFUSED);
        assertThat(house.err())
                .contains(
                        "line 3: A name has",
                        "line 4: Write a mail",
                        "line 5: no hash of a kind",
                        "line 6: there are 3 fields")
                .contains("line 7: that name is taken", "line 8: that name stands above already")
                .doesNotContain("line 2:", "line 9:", "md5-of-old");
        assertThat(house.out()).contains("2 of 8 people were imported; 6 faults");
        assertThat(house.run("user", "show", "one", "-o", "json")).isEqualTo(Exit.OK);
        assertThat(new JsonObject(house.out()).getJsonArray("roles").getString(0))
                .isEqualTo("customer");
        house.run("user", "profile", "eight", "-o", "json");
        assertThat(new JsonObject(house.out()).getString("name")).isEqualTo("Eight, of \"Nine\"");
    }

    @Test
    @DisplayName("JSON comes as one array or as an object on each line, with lists and objects as they are")
    void json_is_read() throws IOException {
        String zoe =
                """
                {"username":"zoe%s","email":"zoe@people.example","email_verified":true,"roles":["support"],"groups":["Paris office"],
                 "address":{"locality":"Paris"},"birthdate":"1984-05-17","made_at":"2020-05-17T12:00:00Z"}
                """;
        assertThat(load("people.json", "[" + zoe.formatted("") + ",\n{\"username\":\"yan\"}]"))
                .as(house.err())
                .isEqualTo(Exit.OK);
        house.run("user", "show", "zoe", "-o", "json");
        var shown = new JsonObject(house.out());
        assertThat(shown.getJsonArray("groups").getString(0)).isEqualTo("Paris office");
        assertThat(shown.getString("made_at")).isEqualTo("2020-05-17T12:00:00Z");
        house.run("user", "profile", "zoe", "-o", "json");
        assertThat(new JsonObject(house.out()).getBoolean("email_verified")).isTrue();
        assertThat(load(
                        "people.ndjson",
                        zoe.formatted("2").replace("\n", "")
                                + "\n{\"username\":\"x\",\"username\":\"y\"}\n{\"username\":7}\n42\n"))
                .isEqualTo(Exit.REFUSED);
        assertThat(house.err())
                .contains(
                        "line 1: imported, but the address is verified by another account",
                        "line 2",
                        "line 3",
                        "line 4")
                .doesNotContain("line 5");
    }

    @Test
    @DisplayName("a dry run finds the same faults and imports nobody; htpasswd files are read as they are")
    void a_dry_run_imports_nobody() throws IOException {
        String file = "zoe:" + APR1 + "\n# nobody\n\ntaken:" + APR1 + "\n";
        assertThat(load("people.htpasswd", file, "--dry-run")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("line 4: that name is taken");
        assertThat(house.out()).contains("1 of 2 people could be imported");
        assertThat(count()).isEqualTo(1);
        load("people.htpasswd", file);
        assertThat(count()).isEqualTo(2);
    }

    @Test
    @DisplayName("what is no file, no UTF-8, no heading or of no known form is refused in a sentence")
    void other_files_are_refused() throws IOException {
        assertThat(house.run("user", "import", folder.resolve("none.csv").toString()))
                .isEqualTo(Exit.REFUSED);
        assertThat(load("people.txt", "username\nzoe\n")).isEqualTo(Exit.USAGE);
        Path latin = Files.write(folder.resolve("latin.csv"), new byte[] {'u', 's', 'e', 'r', '\n', (byte) 0xE9, '\n'});
        assertThat(house.run("user", "import", latin.toString())).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("not UTF-8");
        assertThat(load("twice.csv", "username,username\nzoe,zoe\n")).isEqualTo(Exit.REFUSED);
        assertThat(load("long.csv", "username,name\nzoe," + "x".repeat(70_000) + "\nyan,Yan\n"))
                .isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("line 2: a row has at most 65536 characters");
        assertThat(count()).isEqualTo(2);
    }

    @Test
    @DisplayName("more people than one statement takes come in, and of each a hundred groups of 128 characters at most")
    void bounds() throws IOException {
        String many = IntStream.range(0, 1001).mapToObj(i -> "many" + i + ",\n").collect(Collectors.joining());
        assertThat(load("many.csv", "username,groups\n" + many)).as(house.err()).isEqualTo(Exit.OK);
        assertThat(house.out()).contains("1001 of 1001 people were imported");
        assertThat(count()).isEqualTo(1002);
        String hundred = IntStream.range(0, 100).mapToObj(i -> "g" + i).collect(Collectors.joining(" "));
        String longest = "g".repeat(128);
        assertThat(load(
                        "groups.csv",
                        "username,groups\na1," + hundred + "\na2," + hundred + " more\na3," + longest + "\na4,"
                                + longest + "g\n"))
                .isEqualTo(Exit.REFUSED);
        assertThat(house.out()).contains("2 of 4 people were imported; 2 faults");
        assertThat(house.err())
                .contains(
                        "line 3: `groups` has at most 100 words", "line 5: `groups` is a list of words of at most 128");
    }

    private int load(String name, String text, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        var arguments = new ArrayList<>(List.of("user", "import", file.toString()));
        arguments.addAll(List.of(more));
        return house.run(arguments.toArray(String[]::new));
    }

    private long count() {
        return TestDatabase.await(database.database().query("SELECT count(*) AS n FROM account", Tuple.tuple()))
                .iterator()
                .next()
                .getLong("n");
    }
}
