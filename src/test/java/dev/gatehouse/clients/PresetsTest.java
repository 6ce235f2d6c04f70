package dev.gatehouse.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.clients.registration.ClientMetadata;
import dev.gatehouse.config.AppDraft;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PresetsTest {
    private static final Optional<SecretHash> MADE = Optional.of(SecretHash.of(new Secret("made")));

    @ParameterizedTest
    @CsvSource({
        "spa,     false, authorization_code refresh_token",
        "native,  false, authorization_code refresh_token",
        "web,     true,  authorization_code refresh_token",
        "service, true,  client_credentials",
        "device,  false, urn:ietf:params:oauth:grant-type:device_code refresh_token"
    })
    @DisplayName("OAuth 2.1: a type settles grants, PKCE and authentication")
    void a_type_settles_grants_and_authentication(String type, boolean confidential, String grants) {
        Client client = client(type, new JsonObject());
        assertThat(client.confidential()).isEqualTo(confidential);
        assertThat(client.grants().stream().map(GrantType::wireName)).containsExactlyInAnyOrder(grants.split(" "));
        assertThat(client.demands().pkce()).isTrue();
        assertThat(client.proof().secret()).isEqualTo(confidential ? MADE : Optional.empty());
        assertThat(client.consent()).isEqualTo(Client.Consent.FIRST_PARTY);
        assertThat(client.signing().idToken()).isEqualTo(JwsAlgorithm.RS256);
    }

    @Test
    void a_client_that_signs_has_no_secret() {
        Client client = client(
                "service", new JsonObject().put("auth", "private_key_jwt").put("jwks_uri", "https://job.example/jwks"));
        assertThat(client.proof().methods()).containsExactly(AuthMethod.PRIVATE_KEY_JWT);
        assertThat(client.proof().secret()).isEmpty();
        assertThat(client.proof().keys()).isPresent();
    }

    @Test
    void everything_the_file_says_arrives() {
        Client client = client("web", full());
        assertThat(client.grants()).contains(GrantType.CLIENT_CREDENTIALS, GrantType.DEVICE_CODE);
        assertThat(client.demands()).isEqualTo(new Client.Demands(false, true, false, true));
        assertThat(client.subjects().sector()).contains("acme.example");
        assertThat(client.consent()).isEqualTo(Client.Consent.REMEMBERED);
        assertThat(client.logout().backChannel()).isPresent();
        assertThat(client.postLogoutRedirects()).containsExactly("https://acme.example/bye");
        assertThat(client.signing().userInfo()).contains(JwsAlgorithm.PS256);
        assertThat(client.defaults().acrValues()).isEmpty();
        assertThat(client.defaults().maxAge().orElseThrow()).hasHours(1);
    }

    @Test
    @DisplayName("RFC 7591 §2: what is kept of a client of the desk makes the same client again")
    void what_is_kept_makes_the_same_client_again() {
        for (String type : List.of("spa", "native", "web", "service", "device")) {
            Client client = client(type, type.equals("web") ? full() : new JsonObject());
            Client again = ClientMetadata.toClient(
                    client.id(),
                    DeskMetadata.of(client),
                    Client.Origin.DESK,
                    client.proof().secret());
            assertThat(again).isEqualTo(client);
        }
    }

    @Test
    void nothing_secret_is_kept_in_the_metadata() {
        assertThat(DeskMetadata.of(client("web", full())).encode()).doesNotContain("secret_hash", "client_secret\"");
    }

    private static JsonObject full() {
        return new JsonObject()
                .put("redirect", new JsonArray().add("https://acme.example/cb"))
                .put("logout", new JsonArray().add("https://acme.example/bye"))
                .put("backchannel_logout", "https://acme.example/ended")
                .put("grants", new JsonArray().add("client_credentials").add("device_code"))
                .put("pkce", "optional")
                .put("par", "required")
                .put("dpop", "required")
                .put("subject", "pairwise")
                .put("consent", "remembered")
                .put("userinfo", "PS256")
                .put("max_age", "1h")
                .put("logo", "https://acme.example/logo.png")
                .put("initiate_login", "https://acme.example/start")
                .put("scopes", new JsonArray().add("openid").add("read"));
    }

    private static Client client(String type, JsonObject more) {
        var section = new JsonObject().put("type", type);
        if (Set.of("spa", "web", "native").contains(type))
            section.put("redirect", new JsonArray().add("https://acme.example/cb"));
        return Presets.client(AppDraft.read("acme", section.mergeIn(more), Set.of("read")), Client.Origin.DESK, MADE);
    }
}
