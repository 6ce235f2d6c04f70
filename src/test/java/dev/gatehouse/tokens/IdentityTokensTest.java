package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.TestKeys;
import dev.gatehouse.vocabulary.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("what an API is shown of a caller")
final class IdentityTokensTest {
    private final TestTokens house = new TestTokens();
    private final GatehouseJwtAuth auth = house.tokens.auth(TestTokens.PROFILE);

    private Claims caller(String subject) {
        return caller(TestTokens.grant(subject));
    }

    private Claims caller(AccessGrant grant) {
        String token = house.tokens.mint().mint(grant, house.now).token();
        return ((Verdict.Accepted) auth.verify(token)).claims();
    }

    private String shown(Claims caller, String api) {
        return auth.identity(caller, api).result();
    }

    private static Map<String, Object> claims(String jwt) throws SignedJwt.Malformed {
        return SignedJwt.read(jwt).claims();
    }

    @Test
    void it_says_who_calls_for_one_api_and_one_minute() throws Exception {
        String jwt = shown(caller("u_1"), "orders");

        assertThat(house.tokens.own(jwt, "gatehouse-identity+jwt")).isPresent();
        assertThat(claims(jwt))
                .containsEntry("iss", TestTokens.ISSUER.value())
                .containsEntry("issuer", TestTokens.ISSUER.value())
                .containsEntry("sub", "u_1")
                .containsEntry("aud", "orders")
                .containsEntry("user", "name-of-u_1")
                .containsEntry("client", "gatehouse")
                .containsEntry("scopes", List.of("data:read", "data:write"))
                .containsEntry("roles", List.of("staff"))
                .containsEntry("iat", house.now.getEpochSecond())
                .containsEntry("exp", house.now.getEpochSecond() + 60)
                .containsKey("jti");
    }

    @Test
    @DisplayName("CONTRACT: it is refused as a bearer token, whoever it is meant for")
    void it_is_no_bearer_token() {
        for (String audience : List.of("orders", TestTokens.AUDIENCE)) {
            assertThat(auth.verify(shown(caller("u_1"), audience)))
                    .isInstanceOfSatisfying(Verdict.Rejected.class, no -> assertThat(no.reason())
                            .isEqualTo(Reason.INVALID_TOKEN));
        }
    }

    @Test
    void it_is_made_once_for_a_token_and_an_api() {
        Claims one = caller("u_1");
        Claims again = caller("u_1");

        assertThat(shown(one, "orders")).isSameAs(shown(one, "orders")).isNotEqualTo(shown(one, "catalog"));
        assertThat(shown(again, "orders")).isNotEqualTo(shown(one, "orders"));
    }

    @Test
    void an_api_never_gets_one_that_is_nearly_over() throws Exception {
        Claims caller = caller("u_1");
        var seen = new ArrayList<String>();
        for (int second = 0; second < 180; second++) {
            String jwt = shown(caller, "orders");
            if (!seen.contains(jwt)) seen.add(jwt);
            long left = (long) claims(jwt).get("exp") - house.now.getEpochSecond();
            assertThat(left).isBetween(15L, 60L);
            house.now = house.now.plusSeconds(1);
        }
        assertThat(seen).hasSizeBetween(4, 7);
    }

    @Test
    void it_does_not_outlive_the_callers_own_token() throws Exception {
        var usual = TestTokens.grant("u_1");
        var brief = new AccessGrant(
                usual.subject(),
                usual.client(),
                usual.session(),
                usual.username(),
                usual.audience(),
                usual.scopes(),
                usual.roles(),
                usual.groups(),
                usual.more(),
                Duration.ofSeconds(20));
        Claims caller = caller(brief);
        for (int second = 0; second < 20; second++) {
            assertThat(claims(shown(caller, "orders")))
                    .containsEntry("exp", caller.expiresAt().getEpochSecond());
            house.now = house.now.plusSeconds(1);
        }
    }

    @Test
    void another_key_of_ours_makes_another() {
        Claims caller = caller("u_1");
        String before = shown(caller, "orders");
        house.ring = TestKeys.ring(JwsAlgorithm.ES256);
        String after = shown(caller, "orders");

        assertThat(after).isNotEqualTo(before);
        assertThat(house.tokens.own(after, IdentityTokens.TYPE)).isPresent();
    }

    @Test
    void so_many_are_kept_and_no_more() {
        var few = new IdentityTokens(
                () -> house.ring,
                house.tokens.mint(),
                house.signatures.provider().random(),
                house.clock(),
                10,
                1 << 20);
        var small = new IdentityTokens(
                () -> house.ring,
                house.tokens.mint(),
                house.signatures.provider().random(),
                house.clock(),
                1000,
                4096);
        var made = new AtomicInteger();
        for (int i = 0; i < 50; i++) {
            Claims caller = caller("u_" + made.incrementAndGet());
            assertThat(few.of(caller, "orders").succeeded()).isTrue();
            assertThat(small.of(caller, "orders").succeeded()).isTrue();
        }
        assertThat(few.entries()).isEqualTo(10);
        assertThat(small.entries()).isBetween(1, 4);
    }
}
