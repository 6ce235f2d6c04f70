package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeySet;
import dev.gatehouse.keys.TestKeys;
import dev.gatehouse.keys.VerificationKey;
import dev.gatehouse.vocabulary.Issuer;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("What one event loop proved no other computes again, and nothing but the arithmetic is taken for granted")
final class ProvenTokensTest {
    private final TestTokens house = new TestTokens();
    private final GatehouseJwtAuth auth = house.tokens.auth(TestTokens.PROFILE);
    private final String token = house.minted("user-1");

    @Test
    void a_token_that_one_thread_verified_is_known_to_every_other() {
        auth.verify(token);
        var there = elsewhere(() -> auth.remembered(token));
        assertThat(there.orElseThrow().subject()).isEqualTo("user-1");
        assertThat(house.tokens.counts().verified()).isEqualTo(1);
        assertThat(house.tokens.counts().known()).isEqualTo(1);
    }

    @Test
    void a_refused_token_is_proved_to_nobody() {
        auth.verify(token + "x");
        auth.verify(token.substring(0, token.length() - 1));
        auth.verify("nonsense");
        house.revocations.learn(new Revocation.OfSubject("user-1", house.now, house.now.plusSeconds(900)));
        auth.verify(token);
        assertThat(house.tokens.proven().size()).isZero();
    }

    @ParameterizedTest
    @MethodSource("dev.gatehouse.tokens.GatehouseJwtAuthTest#revocations")
    @DisplayName("I4 a revoked token comes back on no thread")
    void a_revoked_token_comes_back_from_nowhere(Revocation revocation) {
        auth.verify(token);
        house.revocations.learn(revocation);
        for (int round = 0; round < 3; round++) {
            assertThat(auth.remembered(token)).isEmpty();
            assertThat(auth.verify(token)).isEqualTo(Verdict.REVOKED);
            assertThat(elsewhere(() -> auth.remembered(token))).isEmpty();
            assertThat(elsewhere(() -> auth.verify(token))).isEqualTo(Verdict.REVOKED);
        }
    }

    @Test
    void a_proven_token_does_not_outlive_its_expiry_on_any_thread() {
        auth.verify(token);
        house.now = Instant.ofEpochSecond(house.now.getEpochSecond() + 600).minusMillis(1);
        assertThat(elsewhere(() -> auth.verify(token))).isInstanceOf(Verdict.Accepted.class);
        house.now = house.now.plusMillis(1);
        assertThat(elsewhere(() -> auth.remembered(token))).isEmpty();
        assertThat(elsewhere(() -> auth.verify(token))).isInstanceOf(Verdict.Rejected.class);
    }

    @Test
    @DisplayName("I6 a key that is gone takes its tokens along, wherever they were proved")
    void a_proven_token_leaves_with_its_key() {
        auth.verify(token);
        house.ring = TestKeys.rotated(house.ring);
        assertThat(elsewhere(() -> auth.remembered(token))).isPresent();
        house.ring = TestKeys.withoutRetired(house.ring);
        assertThat(elsewhere(() -> auth.remembered(token))).isEmpty();
        assertThat(elsewhere(() -> auth.verify(token))).isInstanceOf(Verdict.Rejected.class);
    }

    @Test
    @DisplayName("ED09 what one API accepted another does not inherit from another thread either")
    void a_proven_token_is_judged_anew_for_another_audience_or_other_issuers() {
        auth.verify(token);
        var orders = house.tokens.auth(new TokenProfile(Set.of(TestTokens.ISSUER), "https://orders.example"));
        var strangers =
                house.tokens.auth(new TokenProfile(Set.of(new Issuer("https://x.example")), TestTokens.AUDIENCE));
        assertThat(elsewhere(() -> orders.verify(token))).isInstanceOf(Verdict.Rejected.class);
        assertThat(elsewhere(() -> strangers.verify(token))).isInstanceOf(Verdict.Rejected.class);
    }

    /** The issuer's new key has the name of the one before it: the key counts, not what it is called. */
    @Test
    void a_key_that_takes_the_name_of_another_does_not_take_its_tokens() {
        var other = new Issuer("https://login.example.com");
        var theirs = TestKeys.ring(JwsAlgorithm.ES256);
        var both = new TokenProfile(Set.of(TestTokens.ISSUER, other), TestTokens.AUDIENCE);
        var api = house.tokens.auth(both);
        var mint = new TokenMint(
                () -> theirs,
                house.signatures,
                other,
                house.revocations,
                house.signatures.provider().random());
        house.tokens.trustOthers(
                List.of(new TrustedIssuer(other, EnumSet.of(JwsAlgorithm.ES256), TokenType.ACCESS_TOKEN, theirs)));
        String said = mint.mint(TestTokens.grant("user-1"), house.now).token();
        assertThat(api.verify(said)).isInstanceOf(Verdict.Accepted.class);
        house.tokens.trustOthers(List.of(new TrustedIssuer(
                other, EnumSet.of(JwsAlgorithm.ES256), TokenType.ACCESS_TOKEN, new SameNames(theirs))));
        assertThat(elsewhere(() -> api.remembered(said))).isEmpty();
        assertThat(elsewhere(() -> api.verify(said))).isInstanceOf(Verdict.Rejected.class);
    }

    /** Another key under every name. */
    private record SameNames(KeySet real) implements KeySet {
        private static final VerificationKey STRANGER = TestKeys.ring(JwsAlgorithm.ES256)
                .active(JwsAlgorithm.ES256)
                .orElseThrow()
                .verification();

        @Override
        public VerificationKey find(String kid, JwsAlgorithm algorithm) {
            return STRANGER;
        }

        @Override
        public Optional<VerificationKey> only(JwsAlgorithm algorithm) {
            return Optional.of(STRANGER);
        }

        @Override
        public boolean holds(VerificationKey key) {
            return key == STRANGER;
        }
    }

    @Test
    void it_never_knows_more_than_it_may_and_forgets_what_nobody_showed_for_longest() {
        var proven = new ProvenTokens(10);
        var key = key();
        for (int i = 0; i < 11; i++) {
            proven.note("token " + i, key);
            proven.keyOf("token 0");
            assertThat(proven.size()).isLessThanOrEqualTo(10);
        }
        assertThat(proven.keyOf("token 0")).as("in use").isSameAs(key);
        assertThat(proven.keyOf("token 10")).as("the last").isSameAs(key);
        assertThat(proven.keyOf("token 1")).as("unused for longest").isNull();
    }

    @Test
    void a_hundred_thousand_tokens_in_turn_are_known_all_at_once() {
        var proven = new ProvenTokens(ProvenTokens.MOST);
        for (int i = 0; i < 100_000; i++) proven.note("the token of " + i, key());
        for (int i = 0; i < 100_000; i++)
            assertThat(proven.keyOf("the token of " + i)).isNotNull();
    }

    @Test
    void tokens_that_end_alike_are_told_apart() {
        var proven = new ProvenTokens(10);
        String tail = "s".repeat(100);
        proven.note("one" + tail, key());
        assertThat(proven.keyOf("two" + tail)).isNull();
        assertThat(proven.keyOf("one" + tail)).isNotNull();
    }

    /** Against a map that forgets nothing: it may know less, never anything else. */
    @Property(tries = 300)
    void whatever_it_knows_was_told_to_it(@ForAll @Size(max = 80) List<@IntRange(max = 39) Integer> acts) {
        var proven = new ProvenTokens(8);
        var told = new HashMap<String, Object>();
        for (int act : acts) {
            String text = "token " + act % 20;
            if (act < 20) {
                var key = key();
                told.put(text, key);
                proven.note(text, key);
                assertThat(proven.keyOf(text)).isSameAs(key);
            } else {
                var found = proven.keyOf(text);
                if (found != null) assertThat(found).isSameAs(told.get(text));
            }
            assertThat(proven.size()).isLessThanOrEqualTo(8);
        }
    }

    @Test
    void many_threads_at_once_hear_of_no_key_that_did_not_sign() {
        var proven = new ProvenTokens(64);
        Map<String, Object> keys = new ConcurrentHashMap<>();
        for (int i = 0; i < 200; i++) keys.put("token " + i, key());
        var found = new AtomicInteger();
        IntStream.range(0, 8).parallel().forEach(thread -> {
            var random = new Random(thread);
            for (int step = 0; step < 20_000; step++) {
                String text = "token " + random.nextInt(200);
                if (step % 3 == 0) proven.note(text, (VerificationKey) keys.get(text));
                var key = proven.keyOf(text);
                if (key == null) continue;
                found.incrementAndGet();
                assertThat(key).isSameAs(keys.get(text));
            }
        });
        assertThat(found.get()).isPositive();
    }

    private VerificationKey key() {
        var real = house.ring.active(JwsAlgorithm.ES256).orElseThrow().verification();
        return new VerificationKey(real.kid(), EnumSet.of(JwsAlgorithm.ES256), real.publicKey());
    }

    private static <T> T elsewhere(Supplier<T> act) {
        return CompletableFuture.supplyAsync(act, work -> new Thread(work).start())
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
