package dev.gatehouse.tokens;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.gatehouse.config.ForeignIssuer;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.outbound.GuardedClient.Fetched;
import dev.gatehouse.outbound.ToldOutbound;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Position;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("the keys that another issuer publishes")
final class IssuerKeysTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final String JWKS = "https://login.example/keys";
    private static final String OIDC = "https://login.example/realm/.well-known/openid-configuration";
    private static final String RFC_8414 = "https://login.example/.well-known/oauth-authorization-server/realm";

    private final ToldOutbound world = new ToldOutbound();
    private final AtomicInteger changes = new AtomicInteger();
    private final List<IssuerKeys> made = new ArrayList<>();
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");

    @AfterEach
    void closeMade() {
        made.forEach(IssuerKeys::close);
    }

    @AfterAll
    static void close() {
        await(VERTX.close());
    }

    private IssuerKeys at(String url) {
        return of("https://login.example/realm", Optional.of(new ForeignIssuer.Keys.AtUrl(URI.create(url))));
    }

    private IssuerKeys discovered(String name) {
        return of(name, Optional.empty());
    }

    private IssuerKeys of(String name, Optional<ForeignIssuer.Keys> jwks) {
        var settings = new ForeignIssuer(
                new Issuer(name),
                jwks,
                Set.of("ES256"),
                Optional.empty(),
                Optional.empty(),
                new Position("gatehouse.yaml", 1, 1));
        var keys = new IssuerKeys(VERTX, world, settings, () -> now, changes::incrementAndGet);
        made.add(keys);
        return keys;
    }

    private static boolean has(IssuerKeys keys, String kid) {
        return keys.keys().find(kid, JwsAlgorithm.ES256) != null;
    }

    private static String set(String... kids) {
        try {
            var keys = new ArrayList<JWK>();
            for (String kid : kids)
                keys.add(new ECKeyGenerator(Curve.P_256).keyID(kid).generate().toPublicJWK());
            return new JWKSet(keys).toString();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String document(String issuer) {
        return "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + JWKS + "\"}";
    }

    @Test
    void they_are_there_before_anybody_asks() {
        world.json(JWKS, set("one"));
        var keys = at(JWKS);
        keys.start();
        assertThat(has(keys, "one")).isTrue();
        assertThat(changes).hasValue(1);
        assertThat(world.asked).containsExactly(JWKS);
    }

    @Test
    @DisplayName("a flood of tokens with made-up kids is one fetch per cool-down")
    void a_forged_kid_costs_one_fetch_a_minute() {
        world.json(JWKS, set("one"));
        var keys = at(JWKS);
        keys.start();
        for (int i = 0; i < 1000; i++) await(keys.wanted());
        assertThat(world.asked).hasSize(2);
        now = now.plus(RemoteJwks.COOL_DOWN).minusSeconds(1);
        await(keys.wanted());
        assertThat(world.asked).hasSize(2);
        now = now.plusSeconds(1);
        for (int i = 0; i < 1000; i++) await(keys.wanted());
        assertThat(world.asked).hasSize(3);
        assertThat(changes).as("nothing new came").hasValue(1);
    }

    @Test
    @DisplayName("however many fetches tokens caused, there is one in the background when it is time")
    void one_timer() {
        world.away(JWKS);
        var keys = at(JWKS);
        keys.start();
        for (int i = 0; i < 10; i++) {
            now = now.plus(IssuerKeys.RETRY);
            await(keys.wanted());
        }
        assertThat(world.asked).hasSize(11);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .during(Duration.ofSeconds(1))
                .until(() -> world.asked.size() == 12);
    }

    @Test
    void a_key_that_is_new_is_found_at_once() {
        world.json(JWKS, set("one"));
        var keys = at(JWKS);
        keys.start();
        world.json(JWKS, set("two"));
        await(keys.wanted());
        assertThat(has(keys, "two")).isTrue();
        assertThat(has(keys, "one")).isFalse();
        assertThat(changes).hasValue(2);
    }

    @Test
    @DisplayName("whoever comes while they are fetched waits for the same answer, up to a bound")
    void one_flight_for_all() {
        Promise<Fetched> answer = Promise.promise();
        world.tells(JWKS, answer::future);
        var keys = at(JWKS);
        keys.start();
        var all = new ArrayList<Future<Void>>();
        for (int i = 0; i < IssuerKeys.MOST_WAITING + 10; i++) all.add(keys.wanted());
        assertThat(all.stream().filter(Future::isComplete))
                .as("who may not wait")
                .hasSize(10);
        answer.complete(new Fetched(200, Map.of(), Buffer.buffer(set("one"))));
        all.forEach(one -> await(one));
        assertThat(has(keys, "one")).isTrue();
        assertThat(world.asked).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}"})
    @DisplayName("ED05 garbage later on: the last good keys serve, for a day and no longer")
    void the_last_good_keys_are_kept(String garbage) {
        world.json(JWKS, set("one"));
        var keys = at(JWKS);
        keys.start();
        var good = keys.keys();
        world.json(JWKS, garbage);
        now = now.plus(Duration.ofHours(20));
        await(keys.wanted());
        assertThat(keys.keys()).isSameAs(good);
        now = now.plus(Duration.ofHours(6));
        await(keys.wanted());
        assertThat(keys.keys()).isSameAs(NoKeys.YET);
        world.json(JWKS, set("one"));
        now = now.plus(IssuerKeys.RETRY);
        await(keys.wanted());
        assertThat(has(keys, "one")).isTrue();
    }

    @Test
    @DisplayName("ED05 down at the start: there are none, and it is tried again, though not by every token")
    void down_at_the_start() {
        world.away(JWKS);
        var keys = at(JWKS);
        keys.start();
        assertThat(keys.keys()).isSameAs(NoKeys.YET);
        for (int i = 0; i < 100; i++) await(keys.wanted());
        assertThat(world.asked).hasSize(1);
        world.json(JWKS, set("one"));
        now = now.plus(IssuerKeys.RETRY);
        await(keys.wanted());
        assertThat(has(keys, "one")).isTrue();
    }

    @Test
    @DisplayName("OpenID Connect Discovery 4: the document at the issuer's own address names the keys")
    void discovery_of_openid_connect() {
        world.json(OIDC, document("https://login.example/realm")).json(JWKS, set("one"));
        var keys = discovered("https://login.example/realm");
        keys.start();
        assertThat(has(keys, "one")).isTrue();
        assertThat(world.asked).containsExactly(OIDC, JWKS);
    }

    @Test
    @DisplayName("RFC 8414 3.1: else the one between host and path")
    void discovery_of_oauth() {
        world.answer(OIDC, 404, Map.of(), "").json(RFC_8414, document("https://login.example/realm"));
        world.json(JWKS, set("one"));
        var keys = discovered("https://login.example/realm");
        keys.start();
        assertThat(has(keys, "one")).isTrue();
        assertThat(world.asked).containsExactly(OIDC, RFC_8414, JWKS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://login.example/realm/",
                "https://login.example/Realm",
                "https://login.example",
                "https://evil.example/realm"
            })
    @DisplayName("RFC 8414 3.3: a document of another issuer, by one character, names no keys of this one")
    void a_document_speaks_for_its_own_issuer(String other) {
        world.json(OIDC, document(other)).json(JWKS, set("one"));
        var keys = discovered("https://login.example/realm");
        keys.start();
        assertThat(keys.keys()).isSameAs(NoKeys.YET);
        assertThat(world.asked).containsExactly(OIDC);
    }

    @Test
    void a_document_without_keys_is_none() {
        for (String broken : List.of(
                "[]",
                "{\"issuer\":\"https://login.example/realm\"}",
                "{\"issuer\":\"https://login.example/realm\",\"jwks_uri\":\"a b\"}",
                "{\"issuer\":\"https://evil.example\",\"issuer\":\"https://login.example/realm\",\"jwks_uri\":\"" + JWKS
                        + "\"}")) {
            world.json(OIDC, broken);
            var keys = discovered("https://login.example/realm");
            keys.start();
            assertThat(keys.keys()).as(broken).isSameAs(NoKeys.YET);
        }
    }
}
