package dev.gatehouse.clients;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
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
import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.outbound.NoWayOut;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.RemoteJwks;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientAuthenticationTest {
    private static final String ISSUER = "https://auth.example";
    private static final String SECRET = "p@rtner: 100% / +";
    private static final ECKey KEY = key();

    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    @TempDir
    static Path folder;

    private static Config config;
    private volatile Duration ahead = Duration.ZERO;
    private final InstantSource clock = () -> Instant.now().plus(ahead);
    private ClientAuthentication authentication;

    @BeforeAll
    static void write() throws IOException {
        Files.writeString(folder.resolve("bank.json"), new JWKSet(KEY.toPublicJWK()).toString());
        config = TestApps.config(
                folder,
                """
                clients:
                  web-shop: {type: spa, redirect: [https://shop.example/cb]}
                  partner: {type: web, redirect: [https://partner.example/cb], secret: '%s'}
                  basic: {type: service, secret: '%s', auth: client_secret_basic}
                  bank: {type: service, auth: private_key_jwt, jwks: file:bank.json}
                  unborn: {type: service}
                """
                        .formatted(SECRET, SECRET));
    }

    @BeforeEach
    void anew() {
        authentication = node(DB.database());
    }

    @Test
    @DisplayName("RFC 6749 §2.3.1: a secret in the header or in the form, a public client by its name alone")
    void clients_authenticate_in_their_ways() {
        assertThat(accepted(basic("partner", SECRET), Map.of())).isEqualTo("partner");
        assertThat(accepted("", Map.of("client_id", "partner", "client_secret", SECRET)))
                .isEqualTo("partner");
        assertThat(accepted("", Map.of("client_id", "web-shop"))).isEqualTo("web-shop");
        assertThat(accepted(basic("partner", SECRET), Map.of("client_id", "partner")))
                .isEqualTo("partner");
        assertThat(accepted("", assertion(claims -> {}))).isEqualTo("bank");
    }

    @Test
    @DisplayName("TK12: a bad secret, an unknown client and a missing proof are the same invalid_client")
    void a_bad_secret_is_invalid_client() {
        var refusals = List.of(
                refused(basic("partner", "wrong"), Map.of()),
                refused(basic("nobody", SECRET), Map.of()),
                refused("", Map.of("client_id", "partner")),
                refused("", Map.of("client_id", "partner", "client_secret", "wrong")),
                refused("", Map.of("client_id", "nobody")),
                refused("", Map.of("client_id", "unborn", "client_secret", "anything")),
                refused("", Map.of()),
                refused("Basic !", Map.of()),
                refused(basic("partner", ""), Map.of()));
        assertThat(refusals).extracting(Refusal::problem).containsOnly(OAuthError.INVALID_CLIENT);
        assertThat(refusals)
                .extracting(Refusal::detail)
                .hasSameElementsAs(List.of(refusals.get(0).detail()));
        assertThat(OAuthError.INVALID_CLIENT.status()).isEqualTo(401);
    }

    @Test
    @DisplayName("TK12: guessing is slowed down by client and place; others are not locked out")
    void guessing_is_slowed_down() {
        for (int i = 0; i < 30; i++) refused(basic("partner", "wrong" + i), Map.of());
        Refusal late = refused(basic("partner", SECRET), Map.of());
        assertThat(late.problem()).isEqualTo(Reason.TOO_MANY_ATTEMPTS);
        assertThat(late.retryAfter()).isPresent();
        assertThat(accepted(basic("basic", SECRET), Map.of())).isEqualTo("basic");
        assertThat(await(of("192.0.2.9", basic("partner", SECRET), "", Map.of()))
                        .id()
                        .value())
                .isEqualTo("partner");
        ahead = Duration.ofMinutes(1);
        assertThat(accepted(basic("partner", SECRET), Map.of())).isEqualTo("partner");
    }

    @Test
    @DisplayName("TK13: two ways at once, and a secret in the address, are refused")
    void two_ways_at_once_are_refused() {
        var both = new LinkedHashMap<>(assertion(claims -> {}));
        both.put("client_secret", SECRET);
        for (Refusal refusal : List.of(
                refused(basic("partner", SECRET), Map.of("client_id", "partner", "client_secret", SECRET)),
                refused(basic("partner", SECRET), assertion(claims -> {})),
                refused("", both),
                refused(basic("partner", SECRET), Map.of("client_id", "basic")),
                refusal(() -> of("192.0.2.1", "", "client_secret=x", Map.of("client_id", "web-shop"))),
                refusal(() -> of("192.0.2.1", "", "a=b&client_assertion=x", Map.of("client_id", "web-shop")))))
            assertThat(refusal.problem()).isEqualTo(OAuthError.INVALID_REQUEST);
    }

    @Test
    @DisplayName("TK14: a way that is not the client's own is invalid_client")
    void another_way_than_the_registered_is_refused() {
        assertThat(refused("", Map.of("client_id", "basic", "client_secret", SECRET))
                        .problem())
                .isEqualTo(OAuthError.INVALID_CLIENT);
        assertThat(refused(basic("bank", "anything"), Map.of()).problem()).isEqualTo(OAuthError.INVALID_CLIENT);
        assertThat(refused("", Map.of("client_id", "bank")).problem()).isEqualTo(OAuthError.INVALID_CLIENT);
        var shop = assertion(claims -> claims.issuer("web-shop").subject("web-shop"));
        assertThat(refused("", shop).problem()).isEqualTo(OAuthError.INVALID_CLIENT);
        assertThat(refused(basic("web-shop", "anything"), Map.of()).problem()).isEqualTo(OAuthError.INVALID_CLIENT);
    }

    @ParameterizedTest
    @DisplayName("TK15: an assertion for anybody but the issuer, by its exact name, is invalid_client")
    @ValueSource(
            strings = {
                "https://auth.example/",
                "https://auth.example/oauth/token",
                "https://auth.example/oauth/par",
                "https://other.example",
                "https://auth.example https://other.example"
            })
    void an_assertion_for_another_audience_is_refused(String audiences) {
        var assertion = assertion(claims -> claims.audience(List.of(audiences.split(" "))));
        assertThat(refused("", assertion).problem()).isEqualTo(OAuthError.INVALID_CLIENT);
    }

    @Test
    @DisplayName("RFC 7523 §3: an assertion says who, for how long, and which it is; nothing of it may be wrong")
    void what_an_assertion_must_say() {
        Instant now = Instant.now();
        List<Consumer<JWTClaimsSet.Builder>> wrong = List.of(
                claims -> claims.expirationTime(null),
                claims -> claims.expirationTime(Date.from(now.minusSeconds(40))),
                claims -> claims.expirationTime(Date.from(now.plus(Duration.ofMinutes(61)))),
                claims -> claims.issueTime(Date.from(now.plusSeconds(90))),
                claims -> claims.notBeforeTime(Date.from(now.plusSeconds(90))),
                claims -> claims.claim("iat", "yesterday"),
                claims -> claims.jwtID(null),
                claims -> claims.jwtID("x".repeat(257)),
                claims -> claims.issuer("partner"),
                claims -> claims.subject("partner"),
                claims -> claims.subject(null),
                claims -> claims.audience((String) null));
        for (var change : wrong)
            assertThat(refused("", assertion(change)).problem()).isEqualTo(OAuthError.INVALID_CLIENT);
        var other = new LinkedHashMap<>(assertion(claims -> {}));
        other.put("client_id", "partner");
        assertThat(refused("", other).problem()).isEqualTo(OAuthError.INVALID_REQUEST);
        var type = new LinkedHashMap<>(assertion(claims -> {}));
        type.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer");
        assertThat(refused("", type).problem()).isEqualTo(OAuthError.INVALID_CLIENT);
        type.remove("client_assertion_type");
        assertThat(refused("", type).problem()).isEqualTo(OAuthError.INVALID_CLIENT);
    }

    @Test
    @DisplayName(
            "RFC 8725 §3: signed by another key, by none, or a token of another kind, an assertion is invalid_client")
    void who_signed_an_assertion_counts() {
        String forged = signed(key(), "JWT", claims -> {});
        String kind = signed(KEY, "at+jwt", claims -> {});
        String unsigned = "eyJhbGciOiJub25lIn0." + forged.split("\\.")[1] + ".";
        String mac = "eyJhbGciOiJIUzI1NiJ9." + forged.split("\\.")[1] + ".AAAA";
        for (String text : List.of(forged, kind, unsigned, mac, "x", forged + ".x"))
            assertThat(refused("", with(text)).problem()).isEqualTo(OAuthError.INVALID_CLIENT);
    }

    @Test
    @DisplayName("TK16: an assertion counts once, on this node, on another and after a restart")
    void an_assertion_counts_once_over_all_nodes() {
        var assertion = assertion(claims -> {});
        assertThat(accepted("", assertion)).isEqualTo("bank");
        assertThat(refused("", assertion).problem()).isEqualTo(OAuthError.INVALID_CLIENT);
        authentication = node(DB.another());
        assertThat(refused("", assertion).problem()).isEqualTo(OAuthError.INVALID_CLIENT);
        ahead = Duration.ofMinutes(2);
        assertThat(refused("", assertion).problem()).isEqualTo(OAuthError.INVALID_CLIENT);
    }

    @Test
    @DisplayName("TK16: of many callers with one assertion, one comes in")
    void of_many_callers_with_one_assertion_one_comes_in() {
        var assertion = assertion(claims -> {});
        var nodes = List.of(authentication, node(DB.another()));
        var racing = new ArrayList<Future<Boolean>>();
        for (int i = 0; i < 40; i++) {
            var node = nodes.get(i % 2);
            racing.add(node.of(call("192.0.2.1", "", ""), form(assertion), Optional.empty())
                    .map(true)
                    .otherwise(false));
        }
        await(Future.all(racing));
        assertThat(racing.stream().filter(Future::result).count()).isEqualTo(1);
    }

    private ClientAuthentication node(Database database) {
        return new ClientAuthentication(
                new Clients(DB.vertx(), database, () -> config, clock),
                new RemoteJwks(new NoWayOut(), clock),
                new OneTime(database),
                new Signatures(CryptoProvider.fastest()),
                ISSUER,
                clock);
    }

    private String accepted(String authorization, Map<String, String> fields) {
        return await(of("192.0.2.1", authorization, "", fields)).id().value();
    }

    private Refusal refused(String authorization, Map<String, String> fields) {
        return refusal(() -> of("192.0.2.1", authorization, "", fields));
    }

    private static Refusal refusal(Supplier<Future<Client>> asked) {
        return catchThrowableOfType(Refusal.class, () -> await(asked.get()));
    }

    private Future<Client> of(String from, String authorization, String query, Map<String, String> fields) {
        return authentication.of(call(from, authorization, query), form(fields), Optional.empty());
    }

    private static FormBody form(Map<String, String> fields) {
        return new FormBody(
                fields.entrySet().stream()
                        .filter(field -> !field.getValue().isEmpty())
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                Map.of(),
                Set.of());
    }

    private static Call call(String from, String authorization, String query) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        if (!authorization.isEmpty()) headers.add("Authorization", authorization);
        try {
            return new Call(
                    "POST", "/oauth/token", query, headers, Buffer.buffer(), InetAddress.getByName(from), "test");
        } catch (IOException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    private static String basic(String id, String secret) {
        String pair = encoded(id) + ":" + encoded(secret);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Map<String, String> assertion(Consumer<JWTClaimsSet.Builder> change) {
        return with(signed(KEY, "JWT", change));
    }

    private static Map<String, String> with(String assertion) {
        return Map.of("client_assertion_type", ClientAssertion.TYPE, "client_assertion", assertion);
    }

    private static String signed(ECKey key, String typ, Consumer<JWTClaimsSet.Builder> change) {
        var claims = new JWTClaimsSet.Builder()
                .issuer("bank")
                .subject("bank")
                .audience(ISSUER)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(300)));
        change.accept(claims);
        try {
            var header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .type(new JOSEObjectType(typ))
                    .keyID(key.getKeyID())
                    .build();
            var jwt = new SignedJWT(header, claims.build());
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
