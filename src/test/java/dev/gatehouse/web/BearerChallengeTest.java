package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class BearerChallengeTest {
    @Test
    void challenges_follow_rfc_6750_and_rfc_9470() {
        assertThat(BearerChallenge.SIGN_IN).isEqualTo("Bearer realm=\"gatehouse\"");
        assertThat(BearerChallenge.invalidToken("the token has expired"))
                .isEqualTo(
                        "Bearer realm=\"gatehouse\", error=\"invalid_token\", error_description=\"the token has expired\"");
        assertThat(BearerChallenge.insufficientScope("a:read b"))
                .isEqualTo("Bearer realm=\"gatehouse\", error=\"insufficient_scope\", scope=\"a:read b\"");
        assertThat(BearerChallenge.stepUp(Optional.of(Duration.ofMinutes(15)), List.of()))
                .endsWith(", max_age=\"900\"")
                .contains("error=\"insufficient_user_authentication\"");
        assertThat(BearerChallenge.stepUp(Optional.empty(), List.of())).doesNotContain("max_age");
    }

    @Property
    boolean nothing_that_is_told_breaks_out_of_its_quotes(@ForAll String text) {
        String challenge = BearerChallenge.invalidToken(text);
        return challenge.chars().allMatch(c -> c >= 0x20 && c < 0x7f)
                && challenge.chars().filter(c -> c == '"').count() == 6
                && challenge.indexOf('\\') < 0;
    }
}
