package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** People who come to a gate with browsers, and what its database says of them. */
final class People {
    private final Gate gate;
    private final TestDatabase database;
    private int people;

    People(Gate gate, TestDatabase database) {
        this.gate = gate;
        this.database = database;
    }

    /** Somebody new. */
    String somebody() {
        String name = "person" + ++people;
        gate.register(name);
        return name;
    }

    /** Somebody new with an address, {@link #mail}. */
    String somebodyWithMail() {
        String name = "reader" + ++people;
        var body = new JsonObject()
                .put("username", name)
                .put("password", Door.PASSWORD)
                .put("email", mail(name));
        assertThat(gate.post("/register", body).statusCode()).isEqualTo(201);
        return name;
    }

    static String mail(String name) {
        return name + "@people.example";
    }

    /** In a browser of their own. */
    Browser signedIn(String name) {
        Browser browser = Browser.at(gate);
        signIn(browser, "/login", name);
        return browser;
    }

    /** With the password, on whatever page asks for it there. */
    static Page signIn(Browser browser, String path, String name) {
        return browser.open(path)
                .form("login")
                .with("username", name)
                .with("password", Door.PASSWORD)
                .submit();
    }

    static boolean isIn(Browser browser) {
        return browser.open("/").text().contains("Sign out");
    }

    static String cookie(Browser browser) {
        return browser.cookie("gh").orElseThrow();
    }

    List<Row> sql(String statement, Object... values) {
        var rows = new ArrayList<Row>();
        TestDatabase.await(database.database().query(statement, Tuple.from(values)))
                .forEach(rows::add);
        return rows;
    }

    /** Of all sessions of theirs. */
    void aQuarterOfAnHourPasses(String name) {
        sql(
                """
                UPDATE session SET auth_time = auth_time - interval '15 minutes'
                 WHERE account_id = (SELECT id FROM account WHERE username = $1)
                """,
                name);
    }

    /** The kinds of mails to an address, the oldest first. */
    List<String> told(String address) {
        return sql("SELECT kind FROM mail WHERE recipient = $1 ORDER BY id", address).stream()
                .map(row -> row.getString(0))
                .toList();
    }

    /** How many lines of that kind the trail has of what they did; {@code what} is empty or says what changed. */
    long recorded(String name, String kind, String what) {
        return sql(
                        """
                        SELECT count(*) FROM audit_event e JOIN account a ON a.id = e.actor
                         WHERE a.username = $1 AND e.kind = $2 AND ($3 = '' OR e.detail ->> 'what' = $3)
                        """,
                        name,
                        kind,
                        what)
                .get(0)
                .getLong(0);
    }

    static int gzipped(String text) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.size();
    }
}
