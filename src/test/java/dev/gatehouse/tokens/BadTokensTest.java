package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.TestKeys;
import dev.gatehouse.tokens.BadTokens.BadToken;
import dev.gatehouse.vocabulary.Reason;
import java.util.HashSet;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of bad tokens, asked cold, warm and after rotation: always the same refusal, never an exception. */
@DisplayName("classes 1-10: bad tokens")
final class BadTokensTest {
    static Stream<TestTokens> houses() {
        var ring = TestKeys.ring(JwsAlgorithm.ES256, JwsAlgorithm.RS256);
        return Stream.of(
                new TestTokens(ring, CryptoProvider.fastest()), new TestTokens(ring, CryptoProvider.ofTheJdk()));
    }

    @Test
    void the_table_has_at_least_a_hundred_and_ten_different_tokens() {
        var bad = new TestTokens().badTokens().all();
        assertThat(bad).hasSizeGreaterThanOrEqualTo(110);
        assertThat(bad).extracting(BadToken::name).doesNotHaveDuplicates();
        assertThat(new HashSet<>(bad.stream().map(BadToken::token).toList())).hasSize(bad.size());
    }

    @ParameterizedTest
    @MethodSource("houses")
    void what_the_recipes_start_from_is_accepted(TestTokens house) {
        assertThat(house.tokens
                        .auth(TestTokens.PROFILE)
                        .verify(house.badTokens().good()))
                .isInstanceOf(Verdict.Accepted.class);
    }

    @ParameterizedTest
    @MethodSource("houses")
    void each_is_refused_cold_warm_and_after_rotation(TestTokens house) {
        var auth = house.tokens.auth(TestTokens.PROFILE);
        var bad = house.badTokens().all();
        auth.verify(house.badTokens().good());
        var softly = new SoftAssertions();
        for (var token : bad) softly.check(() -> assertRefused(token, auth.verify(token.token()), "cold"));
        for (var token : bad) softly.check(() -> assertRefused(token, auth.verify(token.token()), "warm"));
        house.ring = TestKeys.rotated(house.ring);
        for (var token : bad) softly.check(() -> assertRefused(token, auth.verify(token.token()), "after rotation"));
        house.ring = TestKeys.withoutRetired(house.ring);
        for (var token : bad) {
            softly.check(() ->
                    assertThat(auth.verify(token.token())).as(token.name()).isInstanceOf(Verdict.Rejected.class));
        }
        softly.assertAll();
    }

    private static void assertRefused(BadToken bad, Verdict verdict, String when) {
        assertThat(verdict).as("%s, %s", bad.name(), when).isInstanceOf(Verdict.Rejected.class);
        var no = (Verdict.Rejected) verdict;
        assertThat(no.reason()).as(bad.name()).isEqualTo(Reason.INVALID_TOKEN);
        assertThat(no.detail()).as(bad.name()).startsWith("the token").contains(bad.why());
    }
}
