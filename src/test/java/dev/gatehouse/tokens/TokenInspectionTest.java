package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.keys.JwsAlgorithm;
import org.junit.jupiter.api.Test;

final class TokenInspectionTest {
    private final TestTokens house = new TestTokens();

    @Test
    void a_token_is_read_whoever_it_is_meant_for() {
        var inspection = house.tokens.inspect(house.minted("user-1"));
        assertThat(inspection.verdict()).isInstanceOf(Verdict.Accepted.class);
        assertThat(inspection.kid())
                .contains(house.ring.active(JwsAlgorithm.ES256).orElseThrow().kid());
        assertThat(inspection.payload()).containsEntry("sub", "user-1");
    }

    @Test
    void a_token_that_no_longer_holds_is_still_read() {
        String token = house.minted("user-1");
        house.revocations.learn(new Revocation.OfSubject("user-1", house.now, house.now.plusSeconds(900)));
        assertThat(house.tokens.inspect(token).verdict()).isEqualTo(Verdict.REVOKED);
        house.now = house.now.plusSeconds(601);
        var inspection = house.tokens.inspect(token);
        assertThat(((Verdict.Rejected) inspection.verdict()).detail()).isEqualTo("the token has expired");
        assertThat(inspection.payload()).containsEntry("sub", "user-1");
    }

    @Test
    void nonsense_has_nothing_to_say() {
        var inspection = house.tokens.inspect("nonsense");
        assertThat(inspection.payload()).isEmpty();
        assertThat(inspection.verdict()).isInstanceOf(Verdict.Rejected.class);
    }
}
