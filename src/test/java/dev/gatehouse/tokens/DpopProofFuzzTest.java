package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.Signatures;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Whatever is sent as a proof of possession is refused with a sentence; nothing is thrown. */
final class DpopProofFuzzTest {
    private static final Signatures SIGNATURES = new Signatures(CryptoProvider.fastest());
    private static final DpopProof.Wanted WANTED = new DpopProof.Wanted("GET", "https://gate.example/a");

    @FuzzTest
    void any_text_is_no_proof(FuzzedDataProvider data) {
        ask(data.consumeRemainingAsString());
    }

    @FuzzTest
    void any_key_and_claims_that_nobody_signed_are_no_proof(FuzzedDataProvider data) {
        String key = data.consumeString(300);
        String header = "{\"typ\":\"dpop+jwt\",\"alg\":\"" + (data.consumeBoolean() ? "ES256" : "RS256")
                + "\",\"jwk\":{" + key + "}}";
        ask(encoded(header) + '.' + encoded(data.consumeRemainingAsString()) + '.' + Base64Url.encode(new byte[64]));
    }

    private static void ask(String proof) {
        var finding = DpopProof.check(proof, WANTED, SIGNATURES, Instant.EPOCH);
        assertThat(finding).isInstanceOf(DpopProof.Finding.Fails.class);
        assertThat(((DpopProof.Finding.Fails) finding).why()).isNotBlank();
    }

    private static String encoded(String json) {
        return Base64Url.encode(json.getBytes(StandardCharsets.UTF_8));
    }
}
