package dev.gatehouse.tokens;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatehouse.keys.Base64Url;
import java.nio.charset.StandardCharsets;

/** Whatever a stranger sends is refused with a sentence; nothing is thrown, and nothing that was not signed is accepted. */
final class CompactTokenFuzzTest {
    private static final TestTokens HOUSE = new TestTokens();

    @FuzzTest(maxDuration = "60s")
    void any_text_is_refused(FuzzedDataProvider data) {
        ask(data.consumeRemainingAsString());
    }

    @FuzzTest(maxDuration = "60s")
    void any_header_and_payload_are_refused(FuzzedDataProvider data) {
        String header = data.consumeString(200);
        ask(encoded(header) + '.' + encoded(data.consumeRemainingAsString()) + '.' + Base64Url.encode(new byte[64]));
    }

    private static void ask(String token) {
        var verdict = HOUSE.tokens.auth(TestTokens.PROFILE).verify(token);
        if (!(verdict instanceof Verdict.Rejected)) throw new AssertionError("accepted: " + token);
        HOUSE.tokens.inspect(token);
    }

    private static String encoded(String json) {
        return Base64Url.encode(json.getBytes(StandardCharsets.UTF_8));
    }
}
