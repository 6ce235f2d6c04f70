package dev.gatehouse.clients.registration;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.clients.AuthMethod;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Client.Origin;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.OutboundSettings;
import dev.gatehouse.config.RegistrationSettings;
import dev.gatehouse.config.RegistrationSettings.Documents;
import dev.gatehouse.config.RegistrationSettings.Mode;
import dev.gatehouse.oauth.TestConfig;
import dev.gatehouse.outbound.GuardedClient.Fetched;
import dev.gatehouse.outbound.PublicClient;
import dev.gatehouse.outbound.TestSite;
import dev.gatehouse.outbound.ToldOutbound;
import dev.gatehouse.vocabulary.ClientId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are a document (draft-ietf-oauth-client-id-metadata-document). */
final class ClientDocumentsTest {
    private static final String ID = "https://app.example/client.json";

    private final ToldOutbound world = new ToldOutbound();
    private Config config = believing(new Documents.Anywhere());
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private final MetadataDocuments documents = new MetadataDocuments(world, () -> config, () -> now);

    @Test
    void a_document_is_a_client() {
        world.json(ID, document().put("client_name", "An App").encode());
        Client client = find(ID).orElseThrow();
        assertThat(client.id()).isEqualTo(new ClientId(ID));
        assertThat(client.origin()).isEqualTo(Origin.DOCUMENT);
        assertThat(client.displayName()).isEqualTo("An App");
        assertThat(client.redirects()).containsExactly("https://app.example/cb");
        assertThat(client.proof().methods()).containsExactly(AuthMethod.NONE);
        assertThat(client.demands().pkce()).isTrue();
        assertThat(client.consent()).isEqualTo(Client.Consent.REMEMBERED);
    }

    @Test
    void a_document_may_prove_itself_by_keys_it_publishes() {
        world.json(
                ID,
                document()
                        .put("token_endpoint_auth_method", "private_key_jwt")
                        .put("jwks_uri", "https://app.example/jwks")
                        .encode());
        assertThat(find(ID).orElseThrow().proof().methods()).containsExactly(AuthMethod.PRIVATE_KEY_JWT);
    }

    @Test
    void documents_are_believed_only_where_the_settings_say_so() {
        world.json(ID, document().encode());
        config = believing(new Documents.Off());
        assertThat(find(ID)).isEmpty();
        config = believing(new Documents.Hosts(Set.of("other.example", "example")));
        assertThat(find(ID)).isEmpty();
        assertThat(world.asked).isEmpty();
        config = believing(new Documents.Hosts(Set.of("app.example")));
        assertThat(find(ID)).isPresent();
        config = believing(new Documents.Off());
        assertThat(find(ID)).as("not from memory either").isEmpty();
    }

    @ParameterizedTest
    @DisplayName("CIMD 3: https, a path, no fragment, no credentials, no dot segments, one way to write it")
    @ValueSource(
            strings = {
                "http://app.example/client.json",
                "https://app.example",
                "https://app.example/",
                "https://app.example/client.json#x",
                "https://user@app.example/client.json",
                "https://user:password@app.example/client.json",
                "https://app.example/a/../client.json",
                "https://app.example/./client.json",
                "https://app.example/%2e%2E/client.json",
                "https://app.example/a/..",
                "https://App.example/client.json",
                "HTTPS://app.example/client.json",
                "https://app.example:443/client.json",
                "https:///client.json",
                "https://app example/client.json",
                "urn:example:client",
                "my-client"
            })
    void these_are_no_addresses_of_documents(String id) {
        assertThat(find(id)).isEmpty();
        assertThat(world.asked).isEmpty();
    }

    @Test
    @DisplayName("CIMD 4: the document says of itself the very address it was fetched from")
    void the_id_in_the_document_is_its_address() {
        for (Object wrong :
                new Object[] {"https://app.example/other.json", "https://APP.example/client.json", ID + "/", 1}) {
            world.json(ID, document().put("client_id", wrong).encode());
            assertNotBelieved(wrong.toString());
        }
        var without = document();
        without.remove("client_id");
        world.json(ID, without.encode());
        assertNotBelieved("no client_id");
    }

    @Test
    @DisplayName("CIMD 4.1: no secrets, no authentication by secrets")
    void a_document_has_no_secret() {
        for (String method : List.of("client_secret_basic", "client_secret_post", "client_secret_jwt")) {
            world.json(ID, document().put("token_endpoint_auth_method", method).encode());
            assertNotBelieved(method);
        }
        world.json(ID, document().put("client_secret", "public").encode());
        assertNotBelieved("client_secret");
        world.json(ID, document().put("client_secret_expires_at", 0).encode());
        assertNotBelieved("client_secret_expires_at");
    }

    @Test
    void a_document_that_is_not_in_order_is_not_believed() {
        for (String body : List.of(
                "",
                "[]",
                "<html>",
                "{}",
                document().put("redirect_uris", new JsonArray()).encode(),
                document()
                        .put("redirect_uris", new JsonArray().add("javascript:alert(1)"))
                        .encode(),
                document().put("policy_uri", "javascript:alert(1)").encode())) {
            world.json(ID, body);
            assertNotBelieved(body);
        }
        for (int status : List.of(201, 204, 301, 302, 404, 500)) {
            world.answer(
                    ID,
                    status,
                    Map.of("content-type", "application/json"),
                    document().encode());
            assertNotBelieved("status " + status);
        }
        for (String type : List.of("text/html", "text/plain", "application/octet-stream", "image/svg+xml")) {
            world.answer(ID, 200, Map.of("content-type", type), document().encode());
            assertNotBelieved(type);
        }
        world.answer(
                ID,
                200,
                Map.of("content-type", "application/json; charset=utf-8"),
                document().encode());
        assertThat(find(ID)).isPresent();
    }

    @Test
    void a_document_is_kept_as_long_as_it_says() {
        world.answer(
                ID,
                200,
                Map.of("content-type", "application/json", "cache-control", "max-age=600"),
                document().encode());
        find(ID);
        world.json(ID, document().put("client_name", "Changed").encode());
        now = now.plusSeconds(599);
        assertThat(find(ID).orElseThrow().shown().name()).isEmpty();
        now = now.plusSeconds(1);
        assertThat(find(ID).orElseThrow().displayName()).isEqualTo("Changed");
        assertThat(world.asked).hasSize(2);
    }

    @Test
    void what_was_wrong_is_not_fetched_again_for_a_minute() {
        world.json(ID, "garbage");
        for (int i = 0; i < 5; i++) assertThat(find(ID)).isEmpty();
        assertThat(world.asked).hasSize(1);
        world.json(ID, document().encode());
        now = now.plus(MetadataDocuments.WRONG_FOR);
        assertThat(find(ID)).isPresent();
    }

    @Test
    void a_host_that_is_away_for_an_hour_takes_nothing_back_and_a_document_that_is_gone_does() {
        world.json(ID, document().encode());
        find(ID);
        world.away(ID);
        now = now.plus(Duration.ofMinutes(90));
        assertThat(find(ID)).isPresent();
        now = now.plus(Duration.ofHours(1));
        assertThat(find(ID)).isEmpty();
        now = now.plus(MetadataDocuments.WRONG_FOR);
        world.json(ID, document().encode());
        assertThat(find(ID)).isPresent();
        world.answer(ID, 404, Map.of(), "");
        now = now.plus(Duration.ofMinutes(61));
        assertThat(find(ID)).isEmpty();
    }

    @Test
    void many_who_ask_at_once_cause_one_request() {
        Promise<Fetched> answer = Promise.promise();
        world.tells(ID, answer::future);
        var all = new ArrayList<Future<Optional<Client>>>();
        for (int i = 0; i < 50; i++) all.add(documents.find(new ClientId(ID)));
        answer.complete(new Fetched(
                200,
                Map.of("content-type", "application/json"),
                Buffer.buffer(document().encode())));
        all.forEach(one -> assertThat(await(one)).isPresent());
        assertThat(world.asked).hasSize(1);
    }

    @Test
    @DisplayName("SECURITY class 31: names nobody has make us call a host so often and not oftener")
    void a_host_is_not_flooded_through_us() {
        for (int i = 0; i < 200; i++) find("https://app.example/" + i);
        assertThat(world.asked).hasSize(60);
    }

    @Test
    @DisplayName("RG03 a document on this machine is not fetched")
    void the_document_comes_through_the_guarded_client() {
        Vertx vertx = Vertx.vertx();
        try (TestSite site = TestSite.http(vertx, request -> request.response().end())) {
            var guarded = new MetadataDocuments(
                    new PublicClient(vertx, () -> OutboundSettings.PUBLIC_ONLY, () -> now), () -> config, () -> now);
            for (String id : List.of("https://127.0.0.1:%d/c", "https://localhost:%d/c", "https://2130706433:%d/c"))
                assertThat(await(guarded.find(new ClientId(id.formatted(site.port())))))
                        .isEmpty();
            assertThat(site.requests).isEmpty();
        } finally {
            await(vertx.close());
        }
    }

    private void assertNotBelieved(String why) {
        assertThat(find(ID)).as(why).isEmpty();
        now = now.plus(MetadataDocuments.WRONG_FOR);
    }

    private Optional<Client> find(String id) {
        return await(documents.find(new ClientId(id)));
    }

    private static JsonObject document() {
        return new JsonObject()
                .put("client_id", ID)
                .put("redirect_uris", new JsonArray().add("https://app.example/cb"));
    }

    private static Config believing(Documents documents) {
        return TestConfig.registering(new RegistrationSettings(
                Mode.CLOSED, List.of("openid", "data:read"), Duration.ofDays(30), 10, documents));
    }
}
