package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class FormProofTest {
    private static final FormProof PROOF = new FormProof(new byte[32], "https://id.example.com");
    private static final Secret BROWSER = new Secret("browser");

    @Test
    @DisplayName("LS19 a proof is for one browser and one purpose")
    void a_proof_is_for_one_browser_and_one_purpose() {
        String proof = PROOF.of(BROWSER, "login flow");
        check(proof, BROWSER, "login flow", Map.of());
        refused(proof, new Secret("another"), "login flow", Map.of());
        refused(proof, BROWSER, "consent flow", Map.of());
        refused(proof.substring(1), BROWSER, "login flow", Map.of());
        refused("", BROWSER, "login flow", Map.of());
        assertThat(new FormProof(new byte[] {1}, "https://id.example.com").of(BROWSER, "login flow"))
                .isNotEqualTo(proof);
    }

    @Test
    @DisplayName("LS19 a form that the browser says is another site's is refused, whatever it carries")
    void what_browsers_say_is_heard() {
        String proof = PROOF.of(BROWSER, "login flow");
        check(proof, BROWSER, "login flow", Map.of("Sec-Fetch-Site", "same-origin", "Origin", "null"));
        check(proof, BROWSER, "login flow", Map.of("Origin", "https://id.example.com"));
        refused(proof, BROWSER, "login flow", Map.of("Sec-Fetch-Site", "cross-site", "Origin", "null"));
        refused(proof, BROWSER, "login flow", Map.of("Sec-Fetch-Site", "same-site"));
        refused(proof, BROWSER, "login flow", Map.of("Sec-Fetch-Site", "none"));
        refused(proof, BROWSER, "login flow", Map.of("Origin", "https://evil.example"));
        refused(proof, BROWSER, "login flow", Map.of("Origin", "https://id.example.com:8443"));
        refused(proof, BROWSER, "login flow", Map.of("Origin", "http://id.example.com"));
    }

    private static void check(String proof, Secret browser, String purpose, Map<String, String> headers) {
        var call = new Call(
                "POST",
                "/login",
                "",
                MultiMap.caseInsensitiveMultiMap().addAll(headers),
                Buffer.buffer("proof=" + proof),
                InetAddress.getLoopbackAddress(),
                "r");
        PROOF.check(call, FormBody.of(call), browser, purpose);
    }

    private static void refused(String proof, Secret browser, String purpose, Map<String, String> headers) {
        assertThatThrownBy(() -> check(proof, browser, purpose, headers))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(Reason.FOREIGN_FORM));
    }
}
