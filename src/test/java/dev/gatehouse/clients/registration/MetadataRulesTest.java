package dev.gatehouse.clients.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatehouse.clients.AuthMethod;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Client.Origin;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.clients.OAuthError;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MetadataRulesTest {
    private static final Set<String> SCOPES =
            new LinkedHashSet<>(List.of("openid", "profile", "email", "offline_access", "data:read"));
    private static final Set<String> SIGNING = new LinkedHashSet<>(List.of("ES256", "RS256"));
    private static final Allowed INVITED = new Allowed(
            SCOPES,
            Set.of(
                    GrantType.AUTHORIZATION_CODE,
                    GrantType.REFRESH_TOKEN,
                    GrantType.DEVICE_CODE,
                    GrantType.CLIENT_CREDENTIALS),
            SIGNING,
            false);
    private static final String WEB = "{'redirect_uris':['https://app.example/cb']}";
    private static final String RSA_KEYS = "{'keys':[{'kty':'EC','crv':'P-256','kid':'1',"
            + "'x':'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU','y':'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'}]}";

    @Test
    @DisplayName("RFC 7591 3.2.1 what is left out is written down as it is in force")
    void defaults_are_written_down() {
        assertThat(kept(WEB))
                .isEqualTo(
                        json("{'token_endpoint_auth_method':'client_secret_basic','grant_types':['authorization_code'],"
                                + "'response_types':['code'],'application_type':'web','redirect_uris':['https://app.example/cb'],"
                                + "'scope':'openid profile email offline_access data:read','id_token_signed_response_alg':'RS256',"
                                + "'subject_type':'public'}"));
    }

    @Test
    @DisplayName("RFC 7591 2 unknown members are ignored, whatever they hold")
    void unknown_members_are_ignored() {
        JsonObject sent = json(WEB)
                .put("color", new JsonObject().put("deep", new JsonArray().add(1)))
                .put("frontchannel_logout_uri", "javascript:alert(1)")
                .put("gatehouse_consent", "first_party")
                .put("gatehouse_pkce", "optional")
                .put("client_name#", "no tag")
                .put("client_name#not a tag", "no tag");
        assertThat(kept(sent)).isEqualTo(kept(WEB));
    }

    @ParameterizedTest
    @DisplayName("RG02 redirect URIs that lead nowhere or anywhere are refused")
    @ValueSource(
            strings = {
                "https://app.example/cb#here",
                "https://app.example/cb#",
                "javascript:alert(1)",
                "JavaScript:alert(1)",
                "data:text/html,hello",
                "vbscript:x",
                "file:///etc/passwd",
                "blob:https://app.example/1",
                "https://*.example/cb",
                "https://app.example/*",
                "http://app.example/cb",
                "http://10.0.0.1/cb",
                "http://localhost.app.example/cb",
                "https://user@app.example/cb",
                "app.example/cb",
                "/cb",
                "https:///cb",
                "https://app example/cb",
                "app:/cb",
                "com.example.app:/cb"
            })
    void these_redirects_are_refused(String uri) {
        JsonObject sent = new JsonObject()
                .put(
                        "redirect_uris",
                        new JsonArray().add("https://app.example/ok").add(uri));
        assertThat(refused(sent)).isEqualTo(OAuthError.INVALID_REDIRECT_URI);
        JsonObject after = json(WEB).put("post_logout_redirect_uris", new JsonArray().add(uri));
        assertThat(refused(after)).isEqualTo(OAuthError.INVALID_CLIENT_METADATA);
    }

    @ParameterizedTest
    @DisplayName("RG02 a client that sends people somewhere says where")
    @ValueSource(strings = {"{}", "{'redirect_uris':[]}", "{'redirect_uris':null}"})
    void no_redirect_is_refused(String sent) {
        assertThat(refused(json(sent))).isEqualTo(OAuthError.INVALID_REDIRECT_URI);
    }

    @ParameterizedTest
    @DisplayName("RFC 8252 7 loopback addresses and reversed domain names are for apps on devices")
    @ValueSource(
            strings = {
                "http://localhost:8123/cb",
                "http://127.0.0.1/cb",
                "http://[::1]:1/cb",
                "com.example.app:/cb",
                "com.example.app://cb",
                "https://app.example/cb?a=b"
            })
    void native_redirects_are_taken(String uri) {
        JsonObject sent = new JsonObject()
                .put("redirect_uris", new JsonArray().add(uri))
                .put("token_endpoint_auth_method", "none");
        assertThat(kept(sent).getJsonArray("redirect_uris")).containsExactly(uri);
        boolean ownScheme = uri.startsWith("com.");
        assertThat(kept(sent).getString("application_type")).isEqualTo(ownScheme ? "native" : "web");
        sent.put("application_type", "web");
        if (ownScheme) assertThat(refused(sent)).isEqualTo(OAuthError.INVALID_REDIRECT_URI);
        else assertThat(kept(sent).getString("application_type")).isEqualTo("web");
    }

    @ParameterizedTest
    @DisplayName("RG04 scopes and grants beyond what registration gives, and what does not go together, are refused")
    @ValueSource(
            strings = {
                "'scope':'openid admin'",
                "'scope':'data:write'",
                "'scope':'\\u0022'",
                "'grant_types':['password']",
                "'grant_types':['implicit']",
                "'grant_types':['authorization_code','urn:ietf:params:oauth:grant-type:token-exchange']",
                "'grant_types':[]",
                "'grant_types':['refresh_token']",
                "'grant_types':'authorization_code'",
                "'grant_types':['client_credentials'],'token_endpoint_auth_method':'none'",
                "'response_types':['token']",
                "'response_types':['code','id_token']",
                "'response_types':[]",
                "'grant_types':['client_credentials'],'response_types':['code']",
                "'token_endpoint_auth_method':'client_secret_jwt'",
                "'token_endpoint_auth_method':'tls_client_auth'",
                "'token_endpoint_auth_method':'private_key_jwt'",
                "'require_signed_request_object':true",
                "'application_type':'desktop'",
                "'subject_type':'random'",
                "'id_token_signed_response_alg':'none'",
                "'id_token_signed_response_alg':'HS256'",
                "'id_token_signed_response_alg':'PS256'",
                "'userinfo_signed_response_alg':'none'",
                "'request_object_signing_alg':'none'",
                "'token_endpoint_auth_signing_alg':'HS256'",
                "'id_token_encrypted_response_alg':'RSA-OAEP'",
                "'userinfo_encrypted_response_enc':'A128GCM'",
                "'request_object_encryption_alg':'RSA-OAEP'",
                "'tls_client_certificate_bound_access_tokens':true",
                "'jwks':{'keys':[]},'jwks_uri':'https://app.example/jwks'",
                "'jwks':[]",
                "'jwks':{'keys':[{'kty':'EC','d':'x'}]}",
                "'jwks':{'keys':[{'kty':'oct','k':'x'}]}",
                "'jwks':{'keys':[]},'token_endpoint_auth_method':'private_key_jwt'",
                "'default_max_age':-1",
                "'default_max_age':'1'",
                "'require_auth_time':'yes'",
                "'dpop_bound_access_tokens':1",
                "'default_acr_values':'1'",
                "'contacts':[1]",
                "'client_name':''",
                "'client_name':'a\\u0000b'",
                "'client_name':{'de':'x'}",
                "'backchannel_logout_session_required':true"
            })
    void these_are_refused(String members) {
        String body = "{'redirect_uris':['https://app.example/cb']," + members + "}";
        assertThat(refused(json(body))).isEqualTo(OAuthError.INVALID_CLIENT_METADATA);
    }

    @ParameterizedTest
    @DisplayName("RG04 a link that would run in a browser is no link (GHSA-6rx5-m2rc-hmf7)")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "logo_uri",
                "client_uri",
                "policy_uri",
                "tos_uri",
                "policy_uri#de",
                "jwks_uri",
                "sector_identifier_uri",
                "initiate_login_uri",
                "backchannel_logout_uri"
            })
    void links_are_web_addresses(String name) {
        for (String uri : List.of(
                "javascript:alert(1)",
                "data:text/html,x",
                "/relative",
                "https:nowhere",
                "ftp://app.example/",
                "ht tp://x"))
            assertThat(refused(json(WEB).put(name, uri))).as(uri).isEqualTo(OAuthError.INVALID_CLIENT_METADATA);
        assertThat(kept(json(WEB).put(name, "https://app.example/x")).getString(name))
                .isEqualTo("https://app.example/x");
    }

    @Test
    void lists_and_texts_have_bounds() {
        var uris = new JsonArray();
        for (int i = 0; i < Submitted.MOST_OF_A_LIST; i++) uris.add("https://app.example/" + i);
        kept(new JsonObject().put("redirect_uris", uris));
        assertThat(refused(new JsonObject().put("redirect_uris", uris.copy().add("https://app.example/more"))))
                .isEqualTo(OAuthError.INVALID_CLIENT_METADATA);
        kept(json(WEB).put("client_name", "x".repeat(200)));
        assertThat(refused(json(WEB).put("client_name", "x".repeat(201))))
                .isEqualTo(OAuthError.INVALID_CLIENT_METADATA);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{}{}", "{'a':1,'a':2}", "null", "{'a':\u0001}"})
    void what_is_not_one_json_object_is_refused(String body) {
        var refusal = catchThrowableOfType(Refusal.class, () -> Submitted.of(Buffer.buffer(body.replace('\'', '"'))));
        assertThat(refusal.problem()).isEqualTo(OAuthError.INVALID_CLIENT_METADATA);
    }

    @Test
    @DisplayName("RFC 7591 2.3 software statements are not approved")
    void software_statements_are_not_approved() {
        assertThat(refused(json(WEB).put("software_statement", "a.b.c")))
                .isEqualTo(OAuthError.UNAPPROVED_SOFTWARE_STATEMENT);
    }

    @Test
    @DisplayName("OpenID Connect Core 8.1 pairwise subjects need one host or a sector identifier")
    void pairwise_needs_a_sector() {
        JsonObject two = json(WEB).put("subject_type", "pairwise");
        assertThat(client(two, Origin.REGISTERED).subjects().sector()).contains("app.example");
        two.getJsonArray("redirect_uris").add("https://other.example/cb");
        assertThat(refused(two)).isEqualTo(OAuthError.INVALID_CLIENT_METADATA);
        two.put("sector_identifier_uri", "https://sector.example/uris.json");
        assertThat(client(two, Origin.REGISTERED).subjects().sector()).contains("sector.example");
    }

    @Test
    void everything_that_was_registered_is_in_the_client() {
        JsonObject sent = json(WEB)
                .put("client_name", "Shop")
                .put("client_name#de", "Laden")
                .put("logo_uri", "https://app.example/logo.png")
                .put("policy_uri", "https://app.example/policy")
                .put("grant_types", new JsonArray().add("authorization_code").add("refresh_token"))
                .put("token_endpoint_auth_method", "private_key_jwt")
                .put("jwks", json(RSA_KEYS))
                .put("scope", "openid data:read")
                .put("id_token_signed_response_alg", "ES256")
                .put("userinfo_signed_response_alg", "RS256")
                .put("request_object_signing_alg", "EdDSA")
                .put("token_endpoint_auth_signing_alg", "ES256")
                .put("require_pushed_authorization_requests", true)
                .put("require_signed_request_object", true)
                .put("dpop_bound_access_tokens", true)
                .put("default_max_age", 600)
                .put("require_auth_time", true)
                .put("default_acr_values", new JsonArray().add("urn:gatehouse:acr:1"))
                .put("initiate_login_uri", "https://app.example/login")
                .put("post_logout_redirect_uris", new JsonArray().add("https://app.example/bye"))
                .put("backchannel_logout_uri", "https://app.example/logout")
                .put("backchannel_logout_session_required", true);
        Client client = client(sent, Origin.REGISTERED);
        assertThat(client.displayName()).isEqualTo("Shop");
        assertThat(client.redirects()).containsExactly("https://app.example/cb");
        assertThat(client.postLogoutRedirects()).containsExactly("https://app.example/bye");
        assertThat(client.grants()).containsExactlyInAnyOrder(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN);
        assertThat(client.proof().methods()).containsExactly(AuthMethod.PRIVATE_KEY_JWT);
        assertThat(client.proof().keys().orElseThrow()).isInstanceOf(Client.Keys.ByValue.class);
        assertThat(client.scopes().toString()).isEqualTo("openid data:read");
        assertThat(client.demands()).isEqualTo(new Client.Demands(false, true, true, true));
        assertThat(client.signing())
                .isEqualTo(new Client.Signing(
                        JwsAlgorithm.ES256,
                        Optional.empty(),
                        Optional.of(JwsAlgorithm.RS256),
                        Optional.of(JwsAlgorithm.EDDSA),
                        Optional.of(JwsAlgorithm.ES256)));
        assertThat(client.defaults().maxAge()).contains(java.time.Duration.ofMinutes(10));
        assertThat(client.defaults().requireAuthTime()).isTrue();
        assertThat(client.defaults().initiateLogin()).isPresent();
        assertThat(client.logout().sessionRequired()).isTrue();
        assertThat(client.consent()).isEqualTo(Client.Consent.REMEMBERED);
    }

    @Test
    @DisplayName(
            "PKCE is optional for confidential clients with openid that registered themselves, and for nobody else")
    void pkce_is_optional_for_openid_clients_with_a_secret() {
        assertThat(client(json(WEB), Origin.REGISTERED).demands().pkce()).isFalse();
        assertThat(client(json(WEB), Origin.OPEN).demands().pkce()).isFalse();
        assertThat(client(json(WEB).put("scope", "data:read"), Origin.OPEN)
                        .demands()
                        .pkce())
                .isTrue();
        assertThat(client(json(WEB).put("token_endpoint_auth_method", "none"), Origin.OPEN)
                        .demands()
                        .pkce())
                .isTrue();
        assertThat(client(json(WEB), Origin.DOCUMENT).demands().pkce()).isTrue();
    }

    @Test
    void a_document_speaks_to_many_issuers_so_what_we_do_not_have_is_left_out() {
        var allowed = new Allowed(SCOPES, Set.of(GrantType.AUTHORIZATION_CODE), SIGNING, true);
        JsonObject sent = json(WEB)
                .put("token_endpoint_auth_method", "none")
                .put("grant_types", new JsonArray().add("authorization_code").add("urn:example:magic"))
                .put("response_types", new JsonArray().add("code").add("token"))
                .put("scope", "openid everything");
        JsonObject kept = new MetadataRules(allowed).kept(Submitted.of(sent.toBuffer()));
        assertThat(kept.getJsonArray("grant_types")).containsExactly("authorization_code");
        assertThat(kept.getJsonArray("response_types")).containsExactly("code");
        assertThat(kept.getString("scope")).isEqualTo("openid");
    }

    private static Client client(JsonObject sent, Origin origin) {
        return ClientMetadata.toClient(new ClientId("c"), kept(sent), origin, Optional.empty());
    }

    private static JsonObject kept(String sent) {
        return kept(json(sent));
    }

    private static JsonObject kept(JsonObject sent) {
        return new JsonObject(
                new MetadataRules(INVITED).kept(Submitted.of(sent.toBuffer())).encode());
    }

    private static OAuthError refused(JsonObject sent) {
        var refusal = catchThrowableOfType(Refusal.class, () -> kept(sent));
        assertThat(refusal).as(sent.encode()).isNotNull();
        return (OAuthError) refusal.problem();
    }

    private static JsonObject json(String text) {
        return new JsonObject(text.replace('\'', '"'));
    }
}
