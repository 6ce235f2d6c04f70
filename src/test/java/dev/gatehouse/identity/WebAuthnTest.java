package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.identity.SoftPasskey.Kind;
import dev.gatehouse.identity.SoftPasskey.Says;
import dev.gatehouse.keys.Base64Url;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of WebAuthn Level 3 (Candidate Recommendation) §7.1 and §7.2 that need no database, each with one thing wrong. */
final class WebAuthnTest {
    private static final String ORIGIN = "https://shop.example.com";
    private static final WebAuthn CEREMONIES = new WebAuthn(ORIGIN, "shop.example.com");
    private static final JsonObject CREATION = new JsonObject()
            .put("rp", new JsonObject().put("id", "shop.example.com"))
            .put("user", new JsonObject().put("id", "YWRh"))
            .put("challenge", "A".repeat(43));
    private static final JsonObject REQUEST =
            new JsonObject().put("rpId", "shop.example.com").put("challenge", "B".repeat(42) + "A");

    private final SoftPasskey passkey = SoftPasskey.of(Kind.ES256, ORIGIN);

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"ES256", "EDDSA", "RS256"})
    void a_passkey_of_each_algorithm_is_made_and_proves_itself(Kind kind) throws Unfit {
        var each = SoftPasskey.of(kind, ORIGIN).counting();
        WebAuthn.Made made = CEREMONIES.made(PasskeyAnswer.New.read(each.create(CREATION)));
        assertThat(made.signCount()).isEqualTo(1);
        assertThat(made.backedUp()).isFalse();
        assertThat(made.key().backupEligible()).isFalse();
        assertThat(made.model()).isEqualTo("00000000-0000-0000-0000-000000000000");
        assertThat(CEREMONIES.proved(PasskeyAnswer.Proof.read(each.get(REQUEST)), made.key(), true))
                .isEqualTo(new WebAuthn.Said(true, 2, false));
    }

    @Test
    void one_that_is_synced_and_attests_itself_is_taken_too() throws Unfit {
        WebAuthn.Made made =
                CEREMONIES.made(PasskeyAnswer.New.read(passkey.create(CREATION, says -> says.format = "packed")));
        assertThat(made.key().backupEligible()).isTrue();
        assertThat(made.backedUp()).isTrue();
    }

    @Test
    @DisplayName("§7.1 step 7: of another type")
    void new_type() {
        refusedNew("InconsistentClientDataTypeException", says -> says.type = "webauthn.get");
    }

    @ParameterizedTest
    @DisplayName("LS15 §7.1 step 9: from another origin")
    @ValueSource(
            strings = {
                "https://evil.example",
                "http://shop.example.com",
                "https://shop.example.com:8443",
                "https://shop.example.com.evil.example",
                "https://sub.shop.example.com",
                "android:apk-key-hash:x"
            })
    void new_origin(String origin) {
        refusedNew("BadOriginException", says -> says.origin = origin);
    }

    @Test
    @DisplayName("§7.1 steps 10 and 11: in a frame of another origin")
    void new_frames() {
        String why = "it was asked for in a frame of another origin";
        refusedNew(why, says -> says.moreClientData.put("crossOrigin", true));
        refusedNew(why, says -> says.moreClientData.put("crossOrigin", "true"));
        refusedNew(why, says -> says.moreClientData.put("topOrigin", "https://evil.example"));
        refusedNew(why, says -> says.moreClientData.put("topOrigin", ORIGIN));
    }

    @Test
    @DisplayName("§7.1 step 13: an attestation that is no CBOR, or of a format that nobody knows")
    void new_attestation() {
        refusedNew(
                "DataConversionException",
                says -> says.after = json -> json.getJsonObject("response").put("attestationObject", "AAAA"));
        refusedNew("DataConversionException", says -> says.format = "strange");
    }

    @Test
    @DisplayName("LS15 §7.1 step 14: for another host")
    void new_host() {
        refusedNew("BadRpIdException", says -> says.rpId = "evil.example");
    }

    @Test
    @DisplayName("§7.1 step 15: nobody was there")
    void new_presence() {
        refusedNew("UserNotPresentException", says -> says.flags &= ~SoftPasskey.UP);
    }

    @Test
    @DisplayName("§7.1 step 17: backed up, though it cannot be")
    void new_backup() {
        refusedNew("IllegalBackupStateException", says -> says.flags &= ~SoftPasskey.BE);
    }

    @Test
    @DisplayName("§7.1 step 20: of an algorithm that was not offered")
    void new_algorithm() {
        var other = SoftPasskey.of(Kind.ES384, ORIGIN);
        assertThatThrownBy(() -> CEREMONIES.made(PasskeyAnswer.New.read(other.create(CREATION))))
                .isInstanceOf(Unfit.class)
                .hasMessage("NotAllowedAlgorithmException");
        refusedNew("NotAllowedAlgorithmException", says -> says.cose.put(3, -35));
    }

    @Test
    @DisplayName("§7.1 step 20: with a key that is not on its curve, on another, too short, or too slow to check")
    void new_keys() {
        refusedNew("its key is of no use: the point is not on the curve", says -> says.cose.put(-2, new byte[32]));
        refusedNew("its key is of no use: the point is not on the curve", says -> {
            var other = SoftPasskey.of(Kind.ES384, ORIGIN).cose();
            other.put(3, -7);
            says.cose = other;
        });
        for (int bytes : new int[] {128, 2048})
            refusedNew(
                    "its key is of no use: the modulus has " + (bytes < 256 ? "fewer than 2048" : "more than 8192")
                            + " bits",
                    says -> {
                        byte[] modulus = new byte[bytes];
                        Arrays.fill(modulus, (byte) 0xff);
                        says.cose = new java.util.LinkedHashMap<>(
                                Map.of(1, 3, 3, -257, -1, modulus, -2, new byte[] {1, 0, 1}));
                    });
    }

    @Test
    @DisplayName("§7.1 step 26: with an id of more than 1023 bytes, or two ids")
    void new_ids() {
        refusedNew("its id is longer than 1023 bytes", says -> says.id = new byte[1024]);
        refusedNew("it has two ids", says -> says.after = json -> json.put("id", "AAAA"));
        refusedNew(
                "it has two ids",
                says -> says.after = json -> json.put("id", "AAAA").put("rawId", "AAAA"));
    }

    @Test
    @DisplayName("§7.2 step 10: of another type")
    void proof_type() {
        refusedProof("InconsistentClientDataTypeException", says -> says.type = "webauthn.create");
        refusedProof("InconsistentClientDataTypeException", says -> says.type = "payment.get");
    }

    @ParameterizedTest
    @DisplayName("LS15 §7.2 step 12: from another origin")
    @ValueSource(strings = {"https://evil.example", "http://shop.example.com", "https://shop.example.com:444", "null"})
    void proof_origin(String origin) {
        refusedProof("BadOriginException", says -> says.origin = origin);
    }

    @Test
    @DisplayName("§7.2 steps 13 and 14: in a frame of another origin")
    void proof_frames() {
        String why = "it was asked for in a frame of another origin";
        refusedProof(why, says -> says.moreClientData.put("crossOrigin", true));
        refusedProof(why, says -> says.moreClientData.put("topOrigin", "https://evil.example"));
    }

    @Test
    @DisplayName("LS15 §7.2 step 15: for another host")
    void proof_host() {
        refusedProof("BadRpIdException", says -> says.rpId = "evil.example");
    }

    @Test
    @DisplayName("§7.2 step 16: nobody was there")
    void proof_presence() {
        refusedProof("UserNotPresentException", says -> says.flags &= ~SoftPasskey.UP);
    }

    @Test
    @DisplayName("LS15 §7.2 step 17: the device did not see its owner, where it must")
    void proof_verification() throws Unfit {
        Consumer<Says> unseen = says -> says.flags &= ~SoftPasskey.UV;
        refusedProof("UserNotVerifiedException", unseen);
        WebAuthn.Key key = CEREMONIES
                .made(PasskeyAnswer.New.read(passkey.create(CREATION)))
                .key();
        assertThat(CEREMONIES
                        .proved(PasskeyAnswer.Proof.read(passkey.get(REQUEST, unseen)), key, false)
                        .userVerified())
                .isFalse();
    }

    @Test
    @DisplayName("§7.2 steps 18 and 19: backed up, though it cannot be, or could not be before")
    void proof_backup() {
        refusedProof("IllegalBackupStateException", says -> says.flags &= ~SoftPasskey.BE);
        refusedProof("BadBackupEligibleFlagException", says -> says.flags &= ~(SoftPasskey.BE | SoftPasskey.BS));
    }

    @Test
    @DisplayName("LS15 §7.2 step 22: with a signature by another key, a broken one, or over other data")
    void proof_signature() {
        refusedProof("BadSignatureException", says -> says.breakSignature = true);
        refusedProof(
                "BadSignatureException",
                says -> says.after = json -> json.getJsonObject("response").put("signature", "AAAA"));
        refusedProof(
                "BadSignatureException",
                says -> says.after = json -> {
                    var response = json.getJsonObject("response");
                    byte[] data = Base64Url.decode(response.getString("authenticatorData"));
                    data[36]++;
                    response.put("authenticatorData", Base64Url.encode(data));
                });
    }

    @Test
    void what_is_no_answer_is_refused_before_anything_is_checked() {
        refusedProof(
                "it is of another type than public-key", says -> says.after = json -> json.put("type", "password"));
        refusedProof("it has no response", says -> says.after = json -> json.put("response", "x"));
        refusedProof(
                "signature is missing",
                says -> says.after = json -> json.getJsonObject("response").remove("signature"));
        refusedProof(
                "signature is not base64url",
                says -> says.after = json -> json.getJsonObject("response").put("signature", "AA=="));
        refusedProof("challenge is missing", says -> says.challenge = null);
        refusedProof(
                "it is longer than 16 KiB",
                says -> says.after = json -> json.put("more", "x".repeat(PasskeyAnswer.LONGEST)));
        for (String odd : new String[] {"", "[]", "{", "{}", "nonsense", "{\"type\":\"public-key\",\"type\":\"x\"}"})
            assertThatThrownBy(() -> PasskeyAnswer.Proof.read(odd)).isInstanceOf(Unfit.class);
    }

    private void refusedNew(String why, Consumer<Says> wrong) {
        assertThatThrownBy(() -> CEREMONIES.made(PasskeyAnswer.New.read(passkey.create(CREATION, wrong))))
                .isInstanceOf(Unfit.class)
                .hasMessage(why);
    }

    private void refusedProof(String why, Consumer<Says> wrong) {
        try {
            WebAuthn.Key key = CEREMONIES
                    .made(PasskeyAnswer.New.read(passkey.create(CREATION)))
                    .key();
            assertThatThrownBy(
                            () -> CEREMONIES.proved(PasskeyAnswer.Proof.read(passkey.get(REQUEST, wrong)), key, true))
                    .isInstanceOf(Unfit.class)
                    .hasMessage(why);
        } catch (Unfit unexpected) {
            throw new AssertionError(unexpected);
        }
    }
}
