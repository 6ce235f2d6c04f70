package dev.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRotation;
import dev.gatehouse.keys.KeyWrapping;
import dev.gatehouse.keys.Keys;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.tokens.RevocationIndex;
import dev.gatehouse.tokens.TokenMint;
import dev.gatehouse.tokens.Tokens;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class TokenCommandsTest {
    private static final String URL = "http://localhost:8080";
    private static final String HOUSE = "url: " + URL + "\nkeys:\n  algorithms: [ES256]\n";

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
        assertThat(house.run("key", "rotate")).as(house.err()).isEqualTo(Exit.OK);
    }

    @Test
    void a_good_token_is_told_in_full() {
        assertThat(house.type(token(Instant.now()).token(), "token", "inspect", "--stdin", "-o", "json"))
                .isEqualTo(Exit.OK);
        var told = new JsonObject(house.out());
        assertThat(told.getBoolean("counts")).isTrue();
        assertThat(told.getJsonObject("claims").getString("preferred_username")).isEqualTo("zoe");
        assertThat(told.getJsonObject("header").getString("typ")).isEqualTo("at+jwt");
    }

    @Test
    void an_expired_token_is_told_with_the_reason() {
        var old = token(Instant.now().minusSeconds(7200));
        assertThat(house.type(old.token(), "token", "inspect", "--stdin")).isEqualTo(Exit.REFUSED);
        assertThat(house.out()).containsPattern("counts +false").contains("expired");
    }

    @Test
    void what_is_no_token_is_an_answer_too() {
        assertThat(house.type("hello", "token", "inspect", "--stdin")).isEqualTo(Exit.REFUSED);
        assertThat(house.out()).containsPattern("counts +false");
    }

    @Test
    void a_revoked_token_no_longer_counts_and_the_trail_knows() {
        var minted = token(Instant.now());
        assertThat(house.type(minted.token(), "token", "revoke", "--stdin"))
                .as(house.err())
                .isEqualTo(Exit.OK);
        assertThat(house.out()).contains(minted.jti()).doesNotContain(minted.token());
        assertThat(house.type(minted.token(), "token", "inspect", "--stdin")).isEqualTo(Exit.REFUSED);
        assertThat(house.out()).contains("revoked");
        var events = TestDatabase.await(database.database()
                .query("SELECT target FROM audit_event WHERE kind = 'revoked' AND source = 'cli'", Tuple.tuple()));
        assertThat(events.iterator().next().getString("target")).isEqualTo(minted.jti());
    }

    @Test
    void a_token_that_does_not_count_cannot_be_revoked() {
        assertThat(house.type("hello", "token", "revoke", "--stdin")).isEqualTo(Exit.REFUSED);
        assertThat(house.err()).contains("does not count anyway");
    }

    @Test
    void a_token_is_never_an_argument() {
        assertThat(house.run("token", "inspect", "eyJhbGciOi")).isEqualTo(Exit.USAGE);
        assertThat(house.run("token", "inspect")).isEqualTo(Exit.USAGE);
        assertThat(house.err()).contains("--stdin");
    }

    /** As a gate on the same database mints it. */
    private TokenMint.Minted token(Instant at) {
        var random = new SecureRandom();
        var signatures = new Signatures(CryptoProvider.fastest());
        var rotation =
                new KeyRotation(List.of(JwsAlgorithm.ES256), Optional.empty(), Duration.ofDays(1), Duration.ofHours(1));
        var keys = new Keys(
                database.vertx(),
                database.database(),
                new KeyWrapping(new byte[32], random),
                signatures,
                rotation,
                InstantSource.system());
        TestDatabase.await(keys.refresh());
        var issuer = new Issuer(URL);
        var tokens = new Tokens(
                issuer, keys::ring, signatures, new RevocationIndex(issuer), InstantSource.system(), 16_384, 1);
        return tokens.mint().mint(grant(), at);
    }

    private static AccessGrant grant() {
        return new AccessGrant(
                "u_zoe",
                new ClientId("gatehouse"),
                Optional.empty(),
                Optional.of("zoe"),
                List.of(URL),
                Scopes.parse("orders:read"),
                List.of("customer"),
                List.of(),
                Map.of(),
                Duration.ofMinutes(10));
    }
}
