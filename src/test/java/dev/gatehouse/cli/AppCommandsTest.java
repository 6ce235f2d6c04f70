package dev.gatehouse.cli;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.clients.SecretHash;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class AppCommandsTest {
    private static final String HOUSE =
            """
            url: http://localhost:8080
            scopes: {read: Read}
            clients:
              shop: {type: spa, redirect: [https://shop.example/cb], scopes: [openid, read]}
              partner: {type: web, redirect: [https://partner.example/cb], consent: remembered}
              job: {type: service, secret: "${JOB_SECRET:-open-sesame}"}
            """;

    @RegisterExtension
    final TestDatabase database = new TestDatabase();

    @TempDir
    Path folder;

    private TestHouse house;

    @BeforeEach
    void build() {
        house = new TestHouse(folder, HOUSE, database);
        assertThat(house.run("user", "add", "zoe", "--generate"))
                .as(house.err())
                .isEqualTo(Exit.OK);
    }

    @Test
    void an_app_is_added_and_its_secret_is_shown_once() {
        var added =
                one("app", "add", "acme", "--type", "web", "--redirect", "https://acme.example/cb", "--scope", "read");
        assertThat(added.getString("secret")).hasSize(43);
        assertThat(SecretHash.stored(rows("SELECT secret_hash FROM client WHERE id = 'acme'")
                        .get(0)
                        .getBuffer(0)))
                .isEqualTo(SecretHash.of(added.getString("secret")));
        var shown = one("app", "show", "acme");
        assertThat(shown.encode()).doesNotContain(added.getString("secret"));
        assertThat(shown.getString("managed_in")).isEqualTo("database, desk");
        assertThat(shown.getJsonArray("grant_types")).containsExactly("authorization_code", "refresh_token");
        assertThat(shown.getString("gatehouse_pkce")).isEqualTo("required");
        assertThat(shown.getString("scope")).isEqualTo("read");
        assertThat(events()).contains("client_made acme");
    }

    @Test
    void the_other_word_for_it_is_client() {
        assertThat(one("client", "show", "shop").getString("id")).isEqualTo("shop");
    }

    @Test
    void what_the_file_would_refuse_is_refused() {
        assertThat(house.run("app", "add", "acme", "--type", "spa", "--redirect", "http://acme.example/cb"))
                .isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("uses http");
        assertThat(house.run("app", "add", "acme", "--type", "web")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("`redirect` is missing");
        assertThat(house.run("app", "add", "acme", "--type", "device", "--scope", "nothing"))
                .isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("`nothing` is not defined");
        assertThat(house.run("app", "add", "acme", "--type", "device", "--set", "secret=x"))
                .isEqualTo(Exit.USAGE);
        assertThat(house.run("app", "add", "no good", "--type", "device")).isEqualTo(Exit.REFUSED);
        assertThat(house.run("app", "add", "acme")).isEqualTo(Exit.USAGE);
    }

    @Test
    void an_id_is_given_once() {
        one("app", "add", "tv", "--type", "device");
        assertThat(house.run("app", "add", "tv", "--type", "device")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("already");
        assertThat(house.run("app", "add", "shop", "--type", "device")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("gatehouse.yaml:4; change it there");
        assertThat(house.run("app", "add", "gatehouse", "--type", "native")).isEqualTo(Exit.REFUSED);
    }

    @Test
    void both_kinds_are_listed() {
        one("app", "add", "tv", "--type", "device");
        one(
                "app",
                "add",
                "acme",
                "--type",
                "service",
                "--set",
                "auth=private_key_jwt",
                "--set",
                "jwks_uri=https://a.example/jwks");
        var listed = list("app", "list");
        assertThat(listed)
                .extracting(app -> app.getString("id"))
                .containsExactly("shop", "partner", "job", "acme", "tv");
        assertThat(listed.get(0).getString("managed_in")).endsWith("gatehouse.yaml:4");
        assertThat(list("app", "list", "--after", "acme"))
                .extracting(app -> app.getString("id"))
                .containsExactly("tv");
        assertThat(house.run("app", "list", "--limit", "0")).isEqualTo(Exit.USAGE);
    }

    @Test
    void what_a_type_amounts_to_is_shown() {
        var partner = one("app", "show", "partner");
        assertThat(partner.getString("managed_in")).endsWith("gatehouse.yaml:5");
        assertThat(partner.getJsonArray("token_endpoint_auth_method"))
                .containsExactly("client_secret_basic", "client_secret_post");
        assertThat(partner.getString("gatehouse_consent")).isEqualTo("remembered");
        assertThat(partner.getString("id_token_signed_response_alg")).isEqualTo("RS256");
        assertThat(partner.getString("secret")).contains("next start");
        assertThat(one("app", "show", "job").encode()).doesNotContain("open-sesame");
    }

    @Test
    void a_secret_is_replaced_by_another_shown_once() {
        String first = one("app", "add", "acme", "--type", "service").getString("secret");
        String second = one("app", "rotate-secret", "acme").getString("secret");
        assertThat(second).isNotEqualTo(first);
        assertThat(SecretHash.stored(rows("SELECT secret_hash FROM client WHERE id = 'acme'")
                        .get(0)
                        .getBuffer(0)))
                .isEqualTo(SecretHash.of(second));
        String made = one("app", "rotate-secret", "partner").getString("secret");
        assertThat(SecretHash.stored(rows("SELECT secret_hash FROM client_secret WHERE client_id = 'partner'")
                        .get(0)
                        .getBuffer(0)))
                .isEqualTo(SecretHash.of(made));
        assertThat(one("app", "show", "partner").getString("secret")).contains("hash");
        assertThat(events()).contains("client_changed acme", "client_changed partner");
    }

    @Test
    void a_secret_that_is_elsewhere_or_nowhere_is_not_replaced() {
        assertThat(house.run("app", "rotate-secret", "job")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("gatehouse.yaml:6; change it there");
        assertThat(house.run("app", "rotate-secret", "shop")).isEqualTo(Exit.REFUSED);
        one("app", "add", "tv", "--type", "device");
        assertThat(house.run("app", "rotate-secret", "tv")).isEqualTo(Exit.REFUSED);
        assertThat(house.run("app", "rotate-secret", "nobody")).isEqualTo(Exit.REFUSED);
    }

    @Test
    void an_app_that_is_deleted_takes_along_what_was_granted_to_it() {
        one("app", "add", "tv", "--type", "device");
        rows(
                "INSERT INTO consent (account_id, client_id, scopes) SELECT id, 'tv', '{read}' FROM account RETURNING client_id");
        assertThat(house.run("app", "delete", "tv")).as(house.err()).isEqualTo(Exit.OK);
        assertThat(house.run("app", "show", "tv")).isEqualTo(Exit.REFUSED);
        assertThat(rows("SELECT 1 FROM consent")).isEmpty();
        assertThat(rows("SELECT 1 FROM revocation WHERE kind = 'client' AND value = 'tv'"))
                .hasSize(1);
        assertThat(events()).contains("client_deleted tv");
        assertThat(house.run("app", "delete", "shop")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("change it there");
    }

    @Test
    void an_invitation_is_kept_as_a_hash() {
        var invitation = one("app", "invite", "--uses", "3", "--expires", "1h");
        var kept =
                rows("SELECT token_hash, uses_left FROM initial_access_token").get(0);
        assertThat(SecretHash.stored(kept.getBuffer(0)))
                .isEqualTo(SecretHash.of(invitation.getString("initial_access_token")));
        assertThat(kept.getInteger(1)).isEqualTo(3);
        assertThat(house.run("app", "invite", "--expires", "soon")).isEqualTo(Exit.USAGE);
        assertThat(house.run("app", "invite", "--uses", "0")).isEqualTo(Exit.USAGE);
    }

    private JsonObject one(String... command) {
        assertThat(house.run(json(command))).as(house.err()).isEqualTo(Exit.OK);
        return new JsonObject(house.out());
    }

    private List<JsonObject> list(String... command) {
        assertThat(house.run(json(command))).as(house.err()).isEqualTo(Exit.OK);
        return new JsonArray(house.out()).stream().map(JsonObject.class::cast).toList();
    }

    private static String[] json(String... command) {
        var all = new ArrayList<>(List.of(command));
        all.addAll(List.of("-o", "json"));
        return all.toArray(String[]::new);
    }

    private List<String> events() {
        return rows("SELECT kind || ' ' || coalesce(target, '') FROM audit_event").stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private List<Row> rows(String sql) {
        var rows = new ArrayList<Row>();
        await(database.database().query(sql, Tuple.tuple())).forEach(rows::add);
        return rows;
    }
}
