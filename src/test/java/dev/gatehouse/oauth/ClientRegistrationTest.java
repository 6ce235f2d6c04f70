package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client.Origin;
import dev.gatehouse.clients.ClientDesk;
import dev.gatehouse.config.OutboundSettings;
import dev.gatehouse.config.RegistrationSettings;
import dev.gatehouse.config.RegistrationSettings.Mode;
import dev.gatehouse.outbound.PublicClient;
import dev.gatehouse.outbound.TestSite;
import dev.gatehouse.outbound.ToldOutbound;
import dev.gatehouse.store.Sweep;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Apps that register themselves (RFC 7591). */
final class ClientRegistrationTest {
    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        mode(Mode.OPEN);
    }

    @Test
    @DisplayName("RFC 7591 3.2.1 an app registers itself and gets an id, a secret and everything as it is in force")
    void an_app_registers_itself() {
        Reply reply = register(web().put("client_name", "Shop").put("color", "blue"));
        assertThat(reply.status()).isEqualTo(201);
        JsonObject client = json(reply);
        assertThat(client.getString("client_id")).hasSize(22);
        assertThat(client.getString("client_secret")).hasSize(43);
        assertThat(client.getLong("client_secret_expires_at")).isZero();
        assertThat(client.getLong("client_id_issued_at")).isPositive();
        assertThat(client.getString("registration_access_token")).hasSize(43);
        assertThat(client.getString("registration_client_uri"))
                .isEqualTo(TestHouse.URL + "/oauth/register/" + client.getString("client_id"));
        assertThat(client.getString("token_endpoint_auth_method")).isEqualTo("client_secret_basic");
        assertThat(client.getString("client_name")).isEqualTo("Shop");
        assertThat(client.containsKey("color")).isFalse();
        assertThat(audited("client_made")).isEqualTo(1);
        var known = house.house
                .clients()
                .known(new ClientId(client.getString("client_id")))
                .orElseThrow();
        assertThat(known.origin()).isEqualTo(Origin.OPEN);
        assertThat(known.demands().pkce()).as("openid and a secret").isFalse();
    }

    @Test
    void a_public_app_gets_no_secret() {
        JsonObject client = json(register(web().put("token_endpoint_auth_method", "none")));
        assertThat(client.containsKey("client_secret")).isFalse();
        assertThat(client.containsKey("client_secret_expires_at")).isFalse();
    }

    @Test
    @DisplayName("RG06 secrets and registration access tokens are kept as hashes")
    void secrets_are_kept_as_hashes() {
        JsonObject client = json(register(web()));
        String rows = house.sql("SELECT client::text AS row FROM client").get(0).getString("row");
        assertThat(rows)
                .doesNotContain(client.getString("client_secret"))
                .doesNotContain(client.getString("registration_access_token"));
        String trail = house.sql("SELECT string_agg(audit_event::text, '') AS all FROM audit_event")
                .get(0)
                .getString("all");
        assertThat(trail)
                .doesNotContain(client.getString("client_secret"))
                .doesNotContain(client.getString("registration_access_token"));
    }

    @Test
    @DisplayName("RG01 where registration is closed a stranger is 403, where it takes tokens 401 with a challenge")
    void strangers_do_not_register_where_they_may_not() {
        mode(Mode.CLOSED);
        for (String path : List.of("/oauth/register", "/register_client")) {
            assertThat(house.post(path, web()).status()).isEqualTo(403);
        }
        mode(Mode.TOKEN);
        Reply reply = register(web());
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.headers()).contains(Map.entry("WWW-Authenticate", "Bearer realm=\"gatehouse\""));
        assertThat(count()).isZero();
    }

    @ParameterizedTest
    @DisplayName("RG01 a token that is none lets nobody in, wherever")
    @CsvSource({
        "CLOSED,Bearer wrong",
        "TOKEN,Bearer wrong",
        "OPEN,Bearer wrong",
        "TOKEN,Basic d3Jvbmc6d3Jvbmc=",
        "OPEN,Bearer"
    })
    void wrong_tokens_let_nobody_in(Mode mode, String authorization) {
        mode(mode);
        Reply reply = post("/oauth/register", web(), authorization);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(json(reply).getString("error")).isEqualTo("invalid_token");
        assertThat(reply.headers().toString()).contains("error=\"invalid_token\"");
        assertThat(count()).isZero();
    }

    @Test
    @DisplayName("RFC 7591 3.1 an initial access token lets so many in as it says, also where registration is closed")
    void an_invited_app_registers_itself() {
        mode(Mode.CLOSED);
        String token = invitation(2);
        for (int i = 0; i < 2; i++) {
            JsonObject client = json(invited(web(), token));
            assertThat(house.house
                            .clients()
                            .known(new ClientId(client.getString("client_id")))
                            .orElseThrow()
                            .origin())
                    .isEqualTo(Origin.REGISTERED);
        }
        assertThat(invited(web(), token).status()).isEqualTo(401);
        assertThat(house.sql("SELECT FROM client WHERE expires_at IS NOT NULL")).isEmpty();
    }

    @Test
    @DisplayName("after 50 wrong tokens from one place a right one is not looked at either: 429 with Retry-After")
    void tokens_are_not_guessed_here() {
        house.stopTheClock();
        String token = invitation(2);
        for (int i = 0; i < 50; i++)
            assertThat(invited(web(), "guess-" + i).status()).isEqualTo(401);
        Reply late = invited(web(), token);
        assertThat(late.status()).isEqualTo(429);
        assertThat(late.headers().toString()).contains("Retry-After=18");
        assertThat(count()).isZero();
    }

    @Test
    void an_expired_invitation_lets_nobody_in() {
        String token = invitation(1);
        house.sql("UPDATE initial_access_token SET expires_at = now() - interval '1 second'");
        assertThat(invited(web(), token).status()).isEqualTo(401);
    }

    @Test
    void what_was_not_in_order_uses_nothing_up() {
        String token = invitation(1);
        assertThat(invited(new JsonObject(), token).status()).isEqualTo(400);
        assertThat(invited(web(), token).status()).isEqualTo(201);
    }

    @Test
    @DisplayName("RFC 7591 3.1 of 50 callers with the last use of an invitation one gets in")
    void of_many_callers_with_one_use_one_gets_in() {
        String token = invitation(1);
        var replies = new ArrayList<Future<Reply>>();
        for (int i = 0; i < 50; i++)
            replies.add(house.endpoints.answer(TestHouse.call(
                    "POST", "/oauth/register", headers("Bearer " + token), web().toBuffer(), "127.0.0.1")));
        await(Future.all(replies));
        assertThat(replies.stream().map(reply -> reply.result().status()).filter(status -> status == 201))
                .hasSize(1);
        assertThat(replies.stream().map(reply -> reply.result().status()).filter(status -> status == 401))
                .hasSize(49);
        assertThat(count()).isEqualTo(1);
        assertThat(audited("client_made")).isEqualTo(1);
    }

    @Test
    @DisplayName("RG04 ids, scopes and grants are not for the app to choose")
    void nothing_beyond_what_registration_gives() {
        for (JsonObject greedy : List.of(
                web().put("client_id", "gatehouse"),
                web().put("client_id", "mine"),
                web().put("scope", "openid data:write"),
                web().put("grant_types", new JsonArray().add("password")),
                web().put("grant_types", new JsonArray().add("client_credentials")),
                web().put("grant_types", new JsonArray().add("urn:ietf:params:oauth:grant-type:token-exchange")))) {
            Reply reply = register(greedy);
            assertThat(reply.status()).as(greedy.encode()).isEqualTo(400);
            assertThat(json(reply).getString("error")).isEqualTo("invalid_client_metadata");
        }
        assertThat(count()).isZero();
    }

    @ParameterizedTest
    @DisplayName("RG02 redirect_uris: none, fragment, javascript:, wildcard, http elsewhere: 400 invalid_redirect_uri")
    @ValueSource(
            strings = {
                "",
                "https://app.example/#x",
                "javascript:alert(1)",
                "https://*.app.example/",
                "http://app.example/"
            })
    void wrong_redirects_are_refused(String uri) {
        var uris = new JsonArray();
        if (!uri.isEmpty()) uris.add(uri);
        Reply reply = register(new JsonObject().put("redirect_uris", uris));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(json(reply).getString("error")).isEqualTo("invalid_redirect_uri");
    }

    @ParameterizedTest
    @DisplayName(
            "RG03 addresses that lead to this machine, to private networks or to odd notations are refused, and nothing is fetched")
    @CsvSource({
        "jwks_uri,https://127.0.0.1:%d/",
        "jwks_uri,https://localhost:%d/",
        "jwks_uri,https://[::1]:%d/",
        "jwks_uri,https://2130706433:%d/",
        "jwks_uri,https://0x7f.1:%d/",
        "jwks_uri,https://127.1:%d/",
        "jwks_uri,http://127.0.0.1:%d/",
        "jwks_uri,https://10.0.0.1/",
        "jwks_uri,https://[fd00::1]/",
        "jwks_uri,https://[::ffff:10.0.0.1]/",
        "sector_identifier_uri,https://127.0.0.1:%d/",
        "sector_identifier_uri,https://169.254.169.254/latest/meta-data",
        "logo_uri,https://127.0.0.1:%d/logo.png",
        "client_uri,https://localhost:%d/",
        "policy_uri,https://192.168.1.1/",
        "tos_uri,https://172.16.0.1/",
        "tos_uri#de,https://172.16.0.1/",
        "initiate_login_uri,https://127.0.0.1:%d/",
        "backchannel_logout_uri,https://127.0.0.1:%d/",
        "backchannel_logout_uri,https://user:password@1.1.1.1/"
    })
    void private_addresses_are_refused_and_nothing_is_fetched(String member, String address) {
        house.outbound = new PublicClient(db.vertx(), () -> OutboundSettings.PUBLIC_ONLY, InstantSource.system());
        try (TestSite site =
                TestSite.https(db.vertx(), request -> request.response().end("[]"))) {
            Reply reply = register(web().put(member, address.replace("%d", Integer.toString(site.port()))));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(json(reply).getString("error")).isEqualTo("invalid_client_metadata");
            assertThat(site.requests).isEmpty();
        }
        assertThat(count()).isZero();
    }

    @Test
    @DisplayName("OpenID Connect Registration 5: a sector identifier names every redirect URI")
    void a_sector_identifier_names_every_redirect_uri() {
        String sector = "https://sector.example/uris.json";
        JsonObject sent = web().put("sector_identifier_uri", sector).put("subject_type", "pairwise");
        var world = new ToldOutbound();
        house.outbound = world;
        assertThat(register(sent).status()).as("nobody is there").isEqualTo(400);
        for (String wrong :
                List.of("[]", "[\"https://other.example/\"]", "{}", "garbage", "[[\"https://app.example/cb\"]]")) {
            world.json(sector, wrong);
            assertThat(json(register(sent)).getString("error")).as(wrong).isEqualTo("invalid_client_metadata");
        }
        world.answer(sector, 404, Map.of(), "[\"https://app.example/cb\"]");
        assertThat(register(sent).status()).isEqualTo(400);
        world.json(sector, "[\"https://other.example/\", \"https://app.example/cb\"]");
        assertThat(register(sent).status()).isEqualTo(201);
    }

    @Test
    @DisplayName(
            "S11 the tutorials' name: id and secret may be suggested by who is invited, and the secret is made where it is left out")
    void the_tutorials_name_registers_a_service() {
        String token = invitation(10);
        JsonObject made = json(post("/register_client", new JsonObject(), "Bearer " + token));
        assertThat(made.getString("client_secret")).hasSize(43);
        assertThat(made.getJsonArray("grant_types")).containsExactly("client_credentials");
        String secret = "f81d4fae7dec11d0a76500a0c91e6bf6f81d4fae7dec11d0";
        Reply reply = post(
                "/register_client",
                new JsonObject()
                        .put("client_id", "my-service")
                        .put("client_secret", secret)
                        .put("scope", "data:read"),
                "Bearer " + token);
        assertThat(reply.status()).isEqualTo(201);
        assertThat(json(reply).getString("client_id")).isEqualTo("my-service");
        Reply tokens = house.form(
                "/oauth/token",
                Map.of(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        "my-service",
                        "client_secret",
                        secret,
                        "scope",
                        "data:read"));
        assertThat(tokens.status()).isEqualTo(200);
        for (JsonObject wrong : List.of(
                new JsonObject().put("client_id", "my-service"),
                new JsonObject().put("client_id", "gatehouse"),
                new JsonObject().put("client_id", "web-shop"),
                new JsonObject().put("client_id", "https://app.example/client"),
                new JsonObject().put("client_id", "../../x"),
                new JsonObject().put("client_secret", "password123")))
            assertThat(post("/register_client", wrong, "Bearer " + token).status())
                    .as(wrong.encode())
                    .isEqualTo(400);
        assertThat(house.sql("SELECT uses_left FROM initial_access_token")
                        .get(0)
                        .getInteger("uses_left"))
                .as("what failed used nothing up")
                .isEqualTo(8);
    }

    @Test
    @DisplayName("RG04 a stranger chooses no id at the tutorials' name either")
    void a_stranger_chooses_no_id() {
        assertThat(house.post("/register_client", web().put("client_id", "mine"))
                        .status())
                .isEqualTo(400);
        Reply reply = house.post("/register_client", web());
        assertThat(reply.status()).isEqualTo(201);
        assertThat(json(house.post("/register_client", new JsonObject())).getString("error"))
                .isEqualTo("invalid_redirect_uri");
    }

    @Test
    void a_network_registers_so_many_apps_an_hour() {
        house.stopTheClock();
        for (int i = 0; i < 100; i++)
            assertThat(house.post("/oauth/register", web(), "192.0.2.1").status())
                    .isEqualTo(201);
        Reply reply = house.post("/oauth/register", web(), "192.0.2.1");
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.headers().toString()).contains("Retry-After");
        assertThat(house.post("/oauth/register", web(), "198.51.100.1").status())
                .isEqualTo(201);
        house.ahead = Duration.ofHours(1);
        assertThat(house.post("/oauth/register", web(), "192.0.2.1").status()).isEqualTo(201);
    }

    @Test
    void there_are_so_many_uninvited_apps_and_not_one_more() {
        house.config = TestConfig.registering(settings(Mode.OPEN, Duration.ofDays(30), 2));
        assertThat(register(web()).status()).isEqualTo(201);
        assertThat(register(web()).status()).isEqualTo(201);
        assertThat(register(web()).status()).isEqualTo(429);
        assertThat(invited(web(), invitation(1)).status())
                .as("who is invited has a place")
                .isEqualTo(201);
        house.sql("UPDATE client SET expires_at = now() - interval '1 second' WHERE expires_at IS NOT NULL");
        assertThat(register(web()).status()).isEqualTo(201);
    }

    @Test
    @DisplayName(
            "2.08 an uninvited app that nobody uses goes away, one that is used stays, and so do those that were invited")
    void unused_apps_go_away() {
        String unused = json(register(web())).getString("client_id");
        String used = json(register(web())).getString("client_id");
        String invited = json(invited(web(), invitation(1))).getString("client_id");
        house.sql("UPDATE client SET expires_at = now() - interval '2 hours' WHERE id = $1", unused);
        assertThat(await(new Sweep(house.database).round())).isEqualTo(1);
        assertThat(house.sql("SELECT id FROM client").stream().map(row -> row.getString("id")))
                .containsExactlyInAnyOrder(used, invited);
    }

    @Test
    void expired_invitations_go_away() {
        invitation(1);
        invitation(1);
        house.sql("UPDATE initial_access_token SET expires_at = now() - interval '2 hours' WHERE token_hash = "
                + "(SELECT token_hash FROM initial_access_token LIMIT 1)");
        assertThat(await(new Sweep(house.database).round())).isEqualTo(1);
        assertThat(house.sql("SELECT FROM initial_access_token")).hasSize(1);
    }

    @Test
    void what_is_no_json_is_refused() {
        assertThat(house.form("/oauth/register", Map.of("redirect_uris", "x")).status())
                .isEqualTo(415);
        Reply reply = await(house.endpoints.answer(TestHouse.call(
                "POST",
                "/oauth/register",
                Map.of("Content-Type", "application/json"),
                io.vertx.core.buffer.Buffer.buffer("{\"redirect_uris\":[],\"redirect_uris\":[]}"),
                "127.0.0.1")));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(json(reply).getString("error")).isEqualTo("invalid_client_metadata");
    }

    private void mode(Mode mode) {
        house.config = TestConfig.registering(settings(mode, Duration.ofDays(30), 10_000));
    }

    private static RegistrationSettings settings(Mode mode, Duration unused, int most) {
        return new RegistrationSettings(
                mode,
                List.of("openid", "profile", "offline_access", "data:read"),
                unused,
                most,
                new RegistrationSettings.Documents.Off());
    }

    private String invitation(int uses) {
        var desk = new ClientDesk(
                house.database, house.house.trail(), new SecureRandom(), InstantSource.system(), Source.CLI);
        return await(desk.invite(uses, Duration.ofHours(1))).token().reveal();
    }

    private static JsonObject web() {
        return new JsonObject().put("redirect_uris", new JsonArray().add("https://app.example/cb"));
    }

    private Reply register(JsonObject metadata) {
        return house.post("/oauth/register", metadata);
    }

    private Reply invited(JsonObject metadata, String token) {
        return post("/oauth/register", metadata, "Bearer " + token);
    }

    private Reply post(String path, JsonObject body, String authorization) {
        return await(house.endpoints.answer(
                TestHouse.call("POST", path, headers(authorization), body.toBuffer(), "127.0.0.1")));
    }

    private static Map<String, String> headers(String authorization) {
        return Map.of("Content-Type", "application/json", "Authorization", authorization);
    }

    private long count() {
        return house.sql("SELECT count(*) AS n FROM client").get(0).getLong("n");
    }

    private long audited(String kind) {
        return house.sql("SELECT count(*) AS n FROM audit_event WHERE kind = $1", kind)
                .get(0)
                .getLong("n");
    }
}
