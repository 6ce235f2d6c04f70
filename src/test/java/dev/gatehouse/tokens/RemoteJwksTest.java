package dev.gatehouse.tokens;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.outbound.GuardedClient.Fetched;
import dev.gatehouse.outbound.ToldOutbound;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RemoteJwksTest {
    private static final URI URL = URI.create("https://client.example/jwks");

    private final ToldOutbound world = new ToldOutbound();
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private final RemoteJwks jwks = new RemoteJwks(world, () -> now);

    @Test
    void keys_are_fetched_once_and_kept_for_an_hour() {
        publish("one");
        for (int i = 0; i < 3; i++) assertThat(has("one")).isTrue();
        assertThat(world.asked).hasSize(1);
        publish("two");
        now = now.plus(Duration.ofHours(1));
        assertThat(has("two")).isTrue();
        assertThat(world.asked).hasSize(2);
    }

    @Test
    void the_answer_says_for_how_long_it_holds_within_bounds_of_ours() {
        assertKeptFor("max-age=7200", Duration.ofHours(2));
        assertKeptFor("public, max-age=1", Duration.ofMinutes(5));
        assertKeptFor("no-store", Duration.ofMinutes(5));
        assertKeptFor("max-age=31536000, immutable", Duration.ofHours(24));
        assertKeptFor("s-maxage=9", Duration.ofHours(1));
    }

    @Test
    @DisplayName("JW an unknown kid fetches the set again, once a minute and not oftener")
    void an_unknown_kid_fetches_again_once_per_cool_down() {
        publish("one");
        assertThat(has("one")).isTrue();
        publish("two");
        assertThat(found(await(jwks.refreshed(URL)), "two")).isTrue();
        for (int i = 0; i < 20; i++)
            assertThat(found(await(jwks.refreshed(URL)), "three")).isFalse();
        assertThat(world.asked).hasSize(2);
        publish("three");
        now = now.plus(RemoteJwks.COOL_DOWN);
        assertThat(found(await(jwks.refreshed(URL)), "three")).isTrue();
        assertThat(world.asked).hasSize(3);
    }

    @Test
    void many_who_ask_at_once_cause_one_request() {
        Promise<Fetched> answer = Promise.promise();
        world.tells(URL.toString(), answer::future);
        var all = new ArrayList<Future<ForeignKeys>>();
        for (int i = 0; i < 100; i++) all.add(i % 2 == 0 ? jwks.keys(URL) : jwks.refreshed(URL));
        answer.complete(new Fetched(200, Map.of(), Buffer.buffer(set("one"))));
        all.forEach(one -> assertThat(found(await(one), "one")).isTrue());
        assertThat(world.asked).hasSize(1);
    }

    @Test
    void what_was_good_stays_for_a_day_while_nothing_better_can_be_had() {
        publish("one");
        assertThat(has("one")).isTrue();
        world.away(URL.toString());
        now = now.plus(Duration.ofHours(2));
        assertThat(has("one")).isTrue();
        assertThat(has("one")).isTrue();
        assertThat(world.asked).as("not asked for again at every request").hasSize(2);
        now = now.plus(Duration.ofHours(24));
        assertThatThrownBy(() -> await(jwks.keys(URL))).isInstanceOf(Failure.class);
    }

    @ParameterizedTest
    @DisplayName("SECURITY class 8: a set without usable keys is a failure, never a set that needs no signature")
    @ValueSource(
            strings = {
                "",
                "not json",
                "[]",
                "{}",
                "{\"keys\":[]}",
                "{\"keys\":{}}",
                "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}",
                "{\"keys\":[],\"keys\":[]}",
                "<html>Sign in</html>"
            })
    void garbage_is_refused_and_not_asked_for_at_once_again(String body) {
        world.json(URL.toString(), body);
        for (int i = 0; i < 3; i++)
            assertThatThrownBy(() -> await(jwks.keys(URL))).isInstanceOf(Failure.class);
        assertThat(world.asked).hasSize(1);
        publish("one");
        now = now.plus(RemoteJwks.COOL_DOWN);
        assertThat(has("one")).isTrue();
    }

    @Test
    void garbage_does_not_replace_what_was_good() {
        publish("one");
        assertThat(has("one")).isTrue();
        world.json(URL.toString(), "{\"keys\":[]}");
        assertThat(found(await(jwks.refreshed(URL)), "one")).isTrue();
        world.answer(URL.toString(), 500, Map.of(), set("two"));
        now = now.plus(Duration.ofHours(2));
        assertThat(has("one")).isTrue();
    }

    @Test
    void so_many_sets_are_remembered_and_not_one_more() {
        String set = set("one");
        for (int i = 0; i <= RemoteJwks.MOST_SETS; i++) {
            String url = "https://client.example/" + i;
            world.json(url, set);
            await(jwks.keys(URI.create(url)));
        }
        int before = world.asked.size();
        await(jwks.keys(URI.create("https://client.example/" + RemoteJwks.MOST_SETS)));
        assertThat(world.asked).hasSize(before);
        await(jwks.keys(URI.create("https://client.example/0")));
        assertThat(world.asked).hasSize(before + 1);
    }

    private void assertKeptFor(String cacheControl, Duration fresh) {
        URI url = URI.create("https://client.example/" + cacheControl.hashCode());
        world.answer(url.toString(), 200, Map.of("cache-control", cacheControl), set("one"));
        await(jwks.keys(url));
        int before = world.asked.size();
        now = now.plus(fresh).minusSeconds(1);
        await(jwks.keys(url));
        assertThat(world.asked).as(cacheControl).hasSize(before);
        now = now.plusSeconds(1);
        await(jwks.keys(url));
        assertThat(world.asked).as(cacheControl).hasSize(before + 1);
    }

    private void publish(String kid) {
        world.json(URL.toString(), set(kid));
    }

    private boolean has(String kid) {
        return found(await(jwks.keys(URL)), kid);
    }

    private static boolean found(ForeignKeys keys, String kid) {
        return keys.find(kid, JwsAlgorithm.ES256) != null;
    }

    private static String set(String kid) {
        try {
            return new JWKSet(new ECKeyGenerator(Curve.P_256)
                            .keyID(kid)
                            .generate()
                            .toPublicJWK())
                    .toString();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
