package dev.gatehouse.signin.social;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.LoginProvider;
import dev.gatehouse.config.OutboundSettings;
import dev.gatehouse.config.Overrides;
import dev.gatehouse.identity.ForeignPerson;
import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.KeyWrapping;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.outbound.PublicClient;
import dev.gatehouse.signin.social.Providers.Manner;
import dev.gatehouse.tokens.RemoteJwks;
import dev.gatehouse.vocabulary.Cidr;
import dev.gatehouse.vocabulary.Issuer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Google, Facebook and GitHub, as their documents say they answer, on a loopback port")
final class KnownProvidersTest {
    private static final Manner FIRST = new Manner(false, Optional.empty(), "en");
    private static final Manner AGAIN = new Manner(true, Optional.of("ada@example.com"), "fr");

    @TempDir
    Path folder;

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, String> forms = new ConcurrentHashMap<>();
    private Vertx vertx;
    private String url;
    private Providers providers;

    @BeforeEach
    void open() throws Exception {
        vertx = Vertx.vertx();
        HttpServer server = vertx.createHttpServer().requestHandler(this::answer);
        url = "http://127.0.0.1:" + await(server.listen(0, "127.0.0.1")).actualPort();
        Path file = Files.writeString(
                folder.resolve("gatehouse.yaml"),
                """
                login:
                  google: {client_id: g, client_secret: "${SECRET}"}
                  facebook: {client_id: f, client_secret: "${SECRET}"}
                  github: {client_id: h, client_secret: "${SECRET}", keep_tokens: on}
                """);
        Config config =
                ConfigFile.read(file, Map.of("SECRET", "s"), Overrides.NONE).config();
        var clock = InstantSource.system();
        var random = new SecureRandom();
        var outbound = new PublicClient(
                vertx, () -> new OutboundSettings(List.of(Cidr.parse("127.0.0.0/8")), Optional.empty()), clock);
        providers = new Providers(
                () -> config,
                "https://house.example",
                new WellKnown(
                        new Issuer(url),
                        there(WellKnown.IN_THE_WORLD.facebook(), "/facebook", "/me?fields=id,name,email"),
                        there(WellKnown.IN_THE_WORLD.github(), "/github", "/user"),
                        URI.create(url + "/user/emails")),
                outbound,
                new RemoteJwks(outbound, clock),
                new Signatures(CryptoProvider.fastest()),
                new KeyWrapping(new byte[32], random),
                clock,
                random);
    }

    /** The real one but for its addresses. */
    private ProviderMetadata there(ProviderMetadata real, String token, String info) {
        return new ProviderMetadata(
                real.issuer(),
                real.authorize(),
                URI.create(url + token),
                Optional.of(URI.create(url + info)),
                real.keys(),
                real.saysIssuer(),
                real.secretInForm());
    }

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private void answer(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            if (body.length() > 0) forms.put(request.path(), body.toString());
            String answer = answers.get(request.path());
            if (answer == null) request.response().setStatusCode(404).end();
            else
                request.response()
                        .putHeader("Content-Type", "application/json; charset=utf-8")
                        .end(answer);
        });
    }

    private LoginProvider named(String name) {
        return providers.named(name).orElseThrow();
    }

    private ForeignPerson person(String name) {
        var question = await(providers.question(named(name), FIRST));
        return await(providers.person(named(name), question.asked(), "the-code"));
    }

    @Test
    @DisplayName(
            "GitHub: the number is who somebody is, the primary address counts, and only its own word makes it verified")
    void github() {
        var question = await(providers.question(named("github"), AGAIN));
        assertThat(question.address().toString())
                .startsWith("https://github.com/login/oauth/authorize?response_type=code&client_id=h&")
                .contains("redirect_uri=https%3A%2F%2Fhouse.example%2Flogin%2Fcallback%2Fgithub")
                .contains("scope=read%3Auser+user%3Aemail", "code_challenge_method=S256")
                .doesNotContain("nonce", "prompt", "max_age", "login_hint", "ui_locales");
        answers.put(
                "/github",
                new JsonObject()
                        .put("access_token", "gho_x")
                        .put("token_type", "bearer")
                        .encode());
        answers.put(
                "/user",
                new JsonObject()
                        .put("id", 583231)
                        .put("login", "octocat")
                        .put("email", "public@example.com")
                        .encode());
        answers.put(
                "/user/emails",
                new JsonArray()
                        .add(new JsonObject()
                                .put("email", "old@example.com")
                                .put("primary", false)
                                .put("verified", true))
                        .add(new JsonObject()
                                .put("email", "octo@example.com")
                                .put("primary", true)
                                .put("verified", true))
                        .encode());
        ForeignPerson who = person("github");
        assertThat(forms.get("/github")).contains("client_id=h", "client_secret=s", "code=the-code", "code_verifier=");
        assertThat(who.issuer()).isEqualTo("https://github.com");
        assertThat(who.subject()).isEqualTo("583231");
        assertThat(who.email().orElseThrow().value()).isEqualTo("octo@example.com");
        assertThat(who.emailVerified()).isTrue();
        assertThat(who.nickname()).contains("octocat");
        assertThat(who.sealedTokens().orElseThrow()).doesNotContain("gho_x");
        answers.put(
                "/user/emails",
                new JsonArray()
                        .add(new JsonObject()
                                .put("email", "octo@example.com")
                                .put("primary", true)
                                .put("verified", false))
                        .encode());
        assertThat(person("github").emailVerified()).isFalse();
        answers.put("/user/emails", "[]");
        assertThat(person("github").email())
                .as("not the one that anybody may write on a profile")
                .isEmpty();
        answers.put("/user", new JsonObject().put("login", "octocat").encode());
        assertThatThrownBy(() -> person("github")).hasMessageContaining("(id)");
        answers.put(
                "/github",
                new JsonObject().put("error", "bad_verification_code").encode());
        assertThatThrownBy(() -> person("github")).hasMessageContaining("does not take the code");
    }

    @Test
    @DisplayName("Facebook: an address is never verified")
    void facebook() {
        assertThat(await(providers.question(named("facebook"), AGAIN)).address().toString())
                .startsWith("https://www.facebook.com/v23.0/dialog/oauth?")
                .doesNotContain("nonce", "prompt", "max_age", "login_hint", "ui_locales");
        answers.put(
                "/facebook",
                new JsonObject()
                        .put("access_token", "x")
                        .put("expires_in", 5000)
                        .encode());
        answers.put(
                "/me",
                new JsonObject()
                        .put("id", "10221")
                        .put("name", "Zoë Smith")
                        .put("email", "zoe@example.com")
                        .encode());
        ForeignPerson who = person("facebook");
        assertThat(who.subject()).isEqualTo("10221");
        assertThat(who.email()).isPresent();
        assertThat(who.emailVerified()).isFalse();
        assertThat(who.sealedTokens()).isEmpty();
    }

    @Test
    @DisplayName(
            "Google: by discovery and ID token, as any OpenID provider; it does not say when somebody signed in there")
    void google() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        answers.put(
                "/.well-known/openid-configuration",
                new JsonObject()
                        .put("issuer", url)
                        .put("authorization_endpoint", url + "/authorize")
                        .put("token_endpoint", url + "/token")
                        .put("jwks_uri", url + "/keys")
                        .encode());
        answers.put("/keys", new JWKSet(key.toPublicJWK()).toString());
        var question = await(providers.question(named("google"), AGAIN));
        assertThat(question.address().toString())
                .startsWith(url + "/authorize?")
                .contains("scope=openid+profile+email", "nonce=", "prompt=select_account", "max_age=0")
                .contains("login_hint=ada%40example.com", "ui_locales=fr");
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k").build(),
                new JWTClaimsSet.Builder()
                        .issuer(url)
                        .audience("g")
                        .subject("1076")
                        .issueTime(new Date())
                        .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                        .claim("nonce", question.asked().nonce())
                        .claim("email", "ada@gmail.example")
                        .claim("email_verified", true)
                        .build());
        token.sign(new ECDSASigner(key));
        answers.put(
                "/token",
                new JsonObject()
                        .put("access_token", "x")
                        .put("id_token", token.serialize())
                        .encode());
        ForeignPerson who = await(providers.person(named("google"), question.asked(), "the-code"));
        assertThat(who.subject()).isEqualTo("1076");
        assertThat(who.emailVerified()).isTrue();
    }
}
