package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.TestKeys;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Scopes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("ED09 what is remembered of a token is its own, and never more than would be found out again")
final class NoCrossTalkTest {
    private static final Issuer OTHER = new Issuer("https://login.example.com");
    private static final List<String> AUDIENCES = List.of("https://gate.example", "https://api.example", "orders");

    private final TestTokens house = new TestTokens();
    private final TestTokens elsewhere = new TestTokens();
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private record Known(String token, String subject) {}

    @Test
    @DisplayName("tokens of two issuers for three APIs, in any order, while time passes, keys change and sessions end")
    void a_remembered_verdict_is_the_verdict() {
        var mint = new TokenMint(
                () -> elsewhere.ring,
                elsewhere.signatures,
                OTHER,
                elsewhere.revocations,
                elsewhere.signatures.provider().random());
        trustOther();
        var apis = new ArrayList<GatehouseJwtAuth>();
        for (String audience : AUDIENCES)
            for (Set<Issuer> issuers :
                    List.of(Set.of(TestTokens.ISSUER), Set.of(OTHER), Set.of(TestTokens.ISSUER, OTHER)))
                apis.add(house.tokens.auth(new TokenProfile(issuers, audience)));
        var tokens = new ArrayList<Known>();
        int accepted = 0;
        for (int step = 0; step < 20_000; step++) {
            int what = random.nextInt(1000);
            if (tokens.size() < 50 || what < 40) {
                String subject = "u_" + step;
                var minting = random.nextBoolean() ? house.tokens.mint() : mint;
                tokens.add(new Known(minting.mint(grant(subject), house.now).token(), subject));
                if (tokens.size() > 80) tokens.remove(random.nextInt(tokens.size()));
            } else if (what < 44) {
                house.now = house.now.plusSeconds(random.nextInt(60));
                elsewhere.now = house.now;
            } else if (what == 44) {
                elsewhere.ring = TestKeys.ring(JwsAlgorithm.ES256);
                trustOther();
            }
            var known = tokens.get(random.nextInt(tokens.size()));
            var api = apis.get(random.nextInt(apis.size()));
            Verdict remembered = api.verify(known.token());
            Verdict fresh = house.tokens.verifier().verify(known.token(), api.profile(), house.now);
            assertThat(remembered.getClass()).as("seed %s, step %s", seed, step).isEqualTo(fresh.getClass());
            if (remembered instanceof Verdict.Accepted yes) {
                accepted++;
                assertThat(yes.claims().subject())
                        .as("seed %s, step %s", seed, step)
                        .isEqualTo(known.subject());
                assertThat(api.profile().issuers()).contains(yes.claims().issuer());
                assertThat(yes.claims().audience()).contains(api.profile().audience());
            }
        }
        assertThat(accepted).as("enough was let through to say something").isGreaterThan(500);
    }

    private void trustOther() {
        house.tokens.trustOthers(List.of(
                new TrustedIssuer(OTHER, EnumSet.of(JwsAlgorithm.ES256), TokenType.ACCESS_TOKEN, elsewhere.ring)));
    }

    private AccessGrant grant(String subject) {
        return new AccessGrant(
                subject,
                new ClientId("app"),
                Optional.empty(),
                Optional.empty(),
                List.of(AUDIENCES.get(random.nextInt(AUDIENCES.size()))),
                Scopes.NONE,
                List.of(),
                List.of(),
                Map.of(),
                Duration.ofSeconds(30 + random.nextInt(600)));
    }
}
