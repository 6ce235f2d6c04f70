package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.ClientDesk;
import dev.gatehouse.clients.registration.ClientUse;
import dev.gatehouse.config.OutboundSettings;
import dev.gatehouse.config.RegistrationSettings;
import dev.gatehouse.config.RegistrationSettings.Mode;
import dev.gatehouse.outbound.PublicClient;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Apps look after their registration (RFC 7592). */
final class ClientManagementTest {
    private static final List<String> MANAGEMENT =
            List.of("registration_access_token", "registration_client_uri", "client_id_issued_at");

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.config = TestConfig.registering(new RegistrationSettings(
                Mode.OPEN,
                List.of("openid", "profile", "offline_access", "data:read"),
                Duration.ofDays(30),
                1000,
                new RegistrationSettings.Documents.Off()));
    }

    @Test
    @DisplayName("RG06 RFC 7592 2.1 a client reads everything about itself but its secret")
    void a_client_reads_about_itself() {
        JsonObject client = registered(web());
        Reply reply = ask("GET", client, Buffer.buffer());
        assertThat(reply.status()).isEqualTo(200);
        JsonObject expected = client.copy();
        expected.remove("client_secret");
        expected.remove("client_secret_expires_at");
        assertThat(json(reply)).isEqualTo(expected);
    }

    @Test
    @DisplayName("RG05 RFC 7592 2 a wrong token, another client's and none are 401, for every method")
    void a_wrong_token_does_nothing() {
        JsonObject client = registered(web());
        JsonObject other = registered(web());
        for (String authorization : List.of(
                "Bearer wrong",
                "Bearer " + other.getString("registration_access_token"),
                "Bearer " + client.getString("client_secret"),
                "Basic " + client.getString("registration_access_token"),
                ""))
            for (String method : List.of("GET", "PUT", "DELETE"))
                assertThat(ask(method, client, authorization, update(client).toBuffer())
                                .status())
                        .as(method + " " + authorization)
                        .isEqualTo(401);
        JsonObject nobody = client.copy().put("client_id", "nobody");
        assertThat(ask("GET", nobody, Buffer.buffer()).status()).isEqualTo(401);
        assertThat(ask("GET", client, Buffer.buffer()).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("RG05 the token of a disabled client is 401, and nothing is enabled again (CVE-2026-9705)")
    void a_disabled_client_stays_disabled() {
        JsonObject client = registered(web());
        house.sql("UPDATE client SET disabled_at = now()");
        for (String method : List.of("GET", "PUT", "DELETE"))
            assertThat(ask(method, client, update(client).toBuffer()).status()).isEqualTo(401);
        assertThat(house.sql("SELECT FROM client WHERE disabled_at IS NOT NULL"))
                .hasSize(1);
    }

    @Test
    @DisplayName("RFC 7592 2.2 an update replaces everything")
    void an_update_replaces_everything() {
        JsonObject client = registered(web().put("client_name", "Old").put("policy_uri", "https://app.example/policy"));
        JsonObject changed = update(client).put("client_name", "New");
        changed.remove("policy_uri");
        Reply reply = ask("PUT", client, changed.toBuffer());
        assertThat(reply.status()).isEqualTo(200);
        assertThat(json(reply).getString("client_name")).isEqualTo("New");
        assertThat(json(reply).containsKey("policy_uri")).isFalse();
        assertThat(json(reply).containsKey("client_secret")).isFalse();
        assertThat(json(ask("GET", client, Buffer.buffer()))).isEqualTo(json(reply));
        assertThat(house.house
                        .clients()
                        .known(new ClientId(client.getString("client_id")))
                        .orElseThrow()
                        .displayName())
                .isEqualTo("New");
        assertThat(house.sql("SELECT FROM audit_event WHERE kind = 'client_changed'"))
                .hasSize(1);
    }

    @Test
    @DisplayName("RG04 an update follows the rules of registration, and names its own id and secret")
    void an_update_follows_the_rules_of_registration() {
        house.outbound = new PublicClient(db.vertx(), () -> OutboundSettings.PUBLIC_ONLY, InstantSource.system());
        JsonObject client = registered(web());
        JsonObject without = update(client);
        without.remove("client_id");
        for (JsonObject wrong : List.of(
                without,
                update(client).put("client_id", "another"),
                update(client).put("client_secret", "another"),
                update(client).put("scope", "openid data:write"),
                update(client).put("grant_types", new JsonArray().add("client_credentials")),
                update(client).put("redirect_uris", new JsonArray().add("javascript:alert(1)")),
                update(client).put("policy_uri", "javascript:alert(1)"),
                update(client).put("jwks_uri", "https://127.0.0.1/"),
                update(client).put("token_endpoint_auth_method", "client_secret_jwt")))
            assertThat(ask("PUT", client, wrong.toBuffer()).status())
                    .as(wrong.encode())
                    .isEqualTo(400);
        JsonObject same = update(client).put("client_secret", client.getString("client_secret"));
        assertThat(ask("PUT", client, same.toBuffer()).status()).isEqualTo(200);
    }

    @Test
    void a_client_that_begins_to_need_a_secret_gets_one_and_one_that_stops_loses_it() {
        JsonObject client = registered(web().put("token_endpoint_auth_method", "none"));
        JsonObject confidential = json(ask(
                "PUT",
                client,
                update(client)
                        .put("token_endpoint_auth_method", "client_secret_post")
                        .toBuffer()));
        assertThat(confidential.getString("client_secret")).hasSize(43);
        assertThat(confidential.getLong("client_secret_expires_at")).isZero();
        JsonObject again = json(ask(
                "PUT",
                client,
                update(client)
                        .put("token_endpoint_auth_method", "client_secret_post")
                        .toBuffer()));
        assertThat(again.containsKey("client_secret")).isFalse();
        ask("PUT", client, update(client).toBuffer());
        assertThat(house.sql("SELECT FROM client WHERE secret_hash IS NULL")).hasSize(1);
    }

    @Test
    void of_two_updates_at_once_one_is_in_force_as_a_whole() {
        JsonObject client = registered(web());
        JsonObject one = update(client).put("client_name", "one").put("client_uri", "https://app.example/one");
        JsonObject two = update(client).put("client_name", "two").put("client_uri", "https://app.example/two");
        Future<Reply> first = house.endpoints.answer(call("PUT", client, one.toBuffer()));
        Future<Reply> second = house.endpoints.answer(call("PUT", client, two.toBuffer()));
        await(Future.all(first, second));
        assertThat(first.result().status()).isEqualTo(200);
        assertThat(second.result().status()).isEqualTo(200);
        JsonObject now = json(ask("GET", client, Buffer.buffer()));
        assertThat(now.getString("client_uri")).isEqualTo("https://app.example/" + now.getString("client_name"));
    }

    @Test
    @DisplayName("RFC 7592 2.3 a client that deletes itself takes its tokens along")
    void a_client_deletes_itself() {
        JsonObject client = service();
        String accessToken = json(tokens(client)).getString("access_token");
        assertThat(house.accepts(accessToken)).isTrue();
        house.sql("INSERT INTO account (id, username, username_key) VALUES ('a', 'a', 'a')");
        house.sql(
                "INSERT INTO refresh_family (id, session_id, account_id, client_id, scopes, audience, expires_at, current_hash, idle_until) "
                        + "VALUES ('f', 's', 'a', $1, '{}', '{}', now() + interval '1 day', '', now() + interval '1 day')",
                client.getString("client_id"));
        house.sql(
                "INSERT INTO consent (account_id, client_id, scopes) VALUES ('a', $1, '{openid}')",
                client.getString("client_id"));
        assertThat(ask("DELETE", client, Buffer.buffer()).status()).isEqualTo(204);
        assertThat(house.accepts(accessToken)).isFalse();
        assertThat(tokens(client).status()).isEqualTo(401);
        assertThat(ask("GET", client, Buffer.buffer()).status()).isEqualTo(401);
        assertThat(ask("DELETE", client, Buffer.buffer()).status()).isEqualTo(401);
        assertThat(house.sql("SELECT FROM refresh_family WHERE revoked_at IS NULL"))
                .isEmpty();
        assertThat(house.sql("SELECT FROM consent")).isEmpty();
        assertThat(house.sql("SELECT FROM audit_event WHERE kind = 'client_deleted'"))
                .hasSize(1);
    }

    @Test
    @DisplayName("2.08 that an app is in use is written down once a day, and keeps it")
    void use_is_written_down_once_a_day() {
        JsonObject client = registered(web());
        house.sql("UPDATE client SET expires_at = now() + interval '1 minute'");
        var known = house.house
                .clients()
                .known(new ClientId(client.getString("client_id")))
                .orElseThrow();
        var use = new ClientUse(house.database, () -> house.config, InstantSource.system());
        use.used(known);
        Awaitility.await()
                .until(() -> house.sql(
                                        "SELECT FROM client WHERE used_at IS NOT NULL AND expires_at > now() + interval '29 days'")
                                .size()
                        == 1);
        house.sql("UPDATE client SET used_at = now() - interval '1 hour'");
        new ClientUse(house.database, () -> house.config, InstantSource.system()).used(known);
        assertThat(house.sql("SELECT FROM client WHERE used_at < now() - interval '30 minutes'"))
                .hasSize(1);
    }

    @Test
    void tokens_are_a_use() {
        JsonObject client = service();
        assertThat(tokens(client).status()).isEqualTo(200);
        Awaitility.await()
                .until(() -> house.sql("SELECT FROM client WHERE used_at IS NOT NULL")
                                .size()
                        == 1);
    }

    private Reply tokens(JsonObject client) {
        return house.form(
                "/oauth/token",
                Map.of(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        client.getString("client_id"),
                        "client_secret",
                        client.getString("client_secret"),
                        "scope",
                        "data:read"));
    }

    private JsonObject service() {
        var desk = new ClientDesk(
                house.database, house.house.trail(), new SecureRandom(), InstantSource.system(), Source.CLI);
        String token = await(desk.invite(1, Duration.ofHours(1))).token().reveal();
        return json(await(house.endpoints.answer(TestHouse.call(
                "POST",
                "/oauth/register",
                Map.of("Content-Type", "application/json", "Authorization", "Bearer " + token),
                new JsonObject()
                        .put("grant_types", new JsonArray().add("client_credentials"))
                        .put("scope", "data:read")
                        .toBuffer(),
                "127.0.0.1"))));
    }

    private static JsonObject web() {
        return new JsonObject().put("redirect_uris", new JsonArray().add("https://app.example/cb"));
    }

    private JsonObject registered(JsonObject metadata) {
        return json(house.post("/oauth/register", metadata));
    }

    /** What a client sends to change itself: all it was told, without what only we say. */
    private static JsonObject update(JsonObject client) {
        JsonObject update = client.copy();
        MANAGEMENT.forEach(update::remove);
        update.remove("client_secret");
        update.remove("client_secret_expires_at");
        return update;
    }

    private Reply ask(String method, JsonObject client, Buffer body) {
        return await(house.endpoints.answer(call(method, client, body)));
    }

    private static io.vertx.core.buffer.Buffer bodyOf(String method, Buffer body) {
        return method.equals("PUT") ? body : Buffer.buffer();
    }

    private Reply ask(String method, JsonObject client, String authorization, Buffer body) {
        return await(house.endpoints.answer(call(method, client, authorization, body)));
    }

    private static dev.gatehouse.web.Call call(String method, JsonObject client, Buffer body) {
        return call(method, client, "Bearer " + client.getString("registration_access_token"), body);
    }

    private static dev.gatehouse.web.Call call(String method, JsonObject client, String authorization, Buffer body) {
        Map<String, String> headers = authorization.isEmpty()
                ? Map.of("Content-Type", "application/json")
                : Map.of("Content-Type", "application/json", "Authorization", authorization);
        return TestHouse.call(
                method, "/oauth/register/" + client.getString("client_id"), headers, bodyOf(method, body), "127.0.0.1");
    }
}
