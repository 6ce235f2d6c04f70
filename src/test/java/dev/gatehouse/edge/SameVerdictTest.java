package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.tokens.GatehouseJwtAuth;
import dev.gatehouse.tokens.TestTokens;
import dev.gatehouse.tokens.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
@DisplayName("JWTAuthHandler and the verifier asked directly agree on every token")
final class SameVerdictTest {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/~ %\"\\";

    @Test
    @DisplayName(
            "the whole table of bad tokens, good ones, and good ones with one character changed, added or left out; cold and warm")
    void both_ways_give_the_same_verdict() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .route("GET /a: login", upstream.origin())
                        .open()) {
            var corpus = new ArrayList<String>();
            gate.tokens.badTokens().all().forEach(bad -> corpus.add(bad.token()));
            for (int i = 0; i < 20; i++) corpus.add(gate.tokens.minted("u_" + i));
            for (int i = 0; i < 300; i++) corpus.add(changed(gate.tokens.minted("u_x"), random));
            GatehouseJwtAuth direct = gate.tokens.tokens.auth(TestTokens.PROFILE);
            int accepted = 0;
            Wire wire = gate.call();
            try {
                for (String token : corpus) {
                    if (token.chars().anyMatch(c -> c < 0x20 || c > 0x7e) || token.length() > TestTokens.LONGEST)
                        continue;
                    for (String spelt : List.of(token, token)) {
                        boolean yes = direct.verify(spelt) instanceof Verdict.Accepted;
                        String answer = wire.send(
                                        "GET /a HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer " + spelt + "\r\n\r\n")
                                .answer();
                        boolean sent = !spelt.endsWith(" ");
                        if (sent)
                            assertThat(answer)
                                    .as("seed %s, token %s", seed, spelt)
                                    .startsWith(yes ? "HTTP/1.1 200 " : "HTTP/1.1 401 ");
                        if (yes) accepted++;
                    }
                }
            } finally {
                wire.close();
            }
            assertThat(accepted).isBetween(40, 60);
        }
    }

    private static String changed(String token, Random random) {
        int at = random.nextInt(token.length());
        char letter = LETTERS.charAt(random.nextInt(LETTERS.length()));
        return switch (random.nextInt(3)) {
            case 0 -> token.substring(0, at) + letter + token.substring(at + 1);
            case 1 -> token.substring(0, at) + letter + token.substring(at);
            default -> token.substring(0, at) + token.substring(at + 1);
        };
    }
}
