package dev.gatehouse.identity;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatehouse.identity.SoftPasskey.Kind;
import dev.gatehouse.keys.Base64Url;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever a browser hands over as a passkey's answer, it is taken or {@link Unfit}: never another exception, and never taken when a byte of what is signed differs. */
final class PasskeyFuzzTest {
    private static final String ORIGIN = "https://shop.example.com";
    private static final WebAuthn CEREMONIES = new WebAuthn(ORIGIN, "shop.example.com");
    private static final String CHALLENGE = "A".repeat(43);
    private static final SoftPasskey PASSKEY = SoftPasskey.of(Kind.ES256, ORIGIN);
    private static final String NEW = PASSKEY.create(new JsonObject()
            .put("rp", new JsonObject().put("id", "shop.example.com"))
            .put("user", new JsonObject().put("id", "YWRh"))
            .put("challenge", CHALLENGE));
    private static final String PROOF =
            PASSKEY.get(new JsonObject().put("rpId", "shop.example.com").put("challenge", CHALLENGE));
    private static final WebAuthn.Key KEY = key();

    @FuzzTest(maxDuration = "60s")
    void any_text_as_a_new_passkey(byte[] bytes) {
        make(new String(bytes, StandardCharsets.UTF_8));
    }

    @FuzzTest(maxDuration = "60s")
    void any_text_as_a_proof(byte[] bytes) {
        prove(new String(bytes, StandardCharsets.UTF_8));
    }

    @FuzzTest(maxDuration = "60s")
    void any_bytes_as_an_attestation(byte[] bytes) {
        if (bytes.length > 0) make(with(NEW, "attestationObject", bytes));
    }

    @FuzzTest(maxDuration = "60s")
    void any_bytes_as_authenticator_data(byte[] bytes) {
        if (bytes.length > 0) prove(with(PROOF, "authenticatorData", bytes));
    }

    @Property(tries = 1_000)
    void an_attestation_with_bytes_changed_cut_or_added(
            @ForAll @IntRange(max = 400) int at, @ForAll byte to, @ForAll @IntRange(max = 3) int how) {
        make(with(NEW, "attestationObject", changed(bytes(NEW, "attestationObject"), at, to, how)));
    }

    @Property(tries = 1_000)
    boolean a_proof_with_a_byte_changed_is_refused(
            @ForAll @IntRange(max = 400) int at, @ForAll byte to, @ForAll @IntRange(max = 2) int which) {
        String name = new String[] {"authenticatorData", "clientDataJSON", "signature"}[which];
        byte[] before = bytes(PROOF, name);
        byte[] after = changed(before, at, to, 0);
        return Arrays.equals(before, after) || !prove(with(PROOF, name, after));
    }

    @Property(tries = 300)
    void client_data_of_any_bytes(@ForAll @Size(min = 1, max = 300) byte[] bytes) {
        make(with(NEW, "clientDataJSON", bytes));
        prove(with(PROOF, "clientDataJSON", bytes));
    }

    private static boolean make(String json) {
        try {
            CEREMONIES.made(PasskeyAnswer.New.read(json));
            return true;
        } catch (Unfit refused) {
            return false;
        }
    }

    private static boolean prove(String json) {
        try {
            CEREMONIES.proved(PasskeyAnswer.Proof.read(json), KEY, true);
            return true;
        } catch (Unfit refused) {
            return false;
        }
    }

    /** Changed, cut, with one more, or with one less in the middle. */
    private static byte[] changed(byte[] bytes, int at, byte to, int how) {
        int place = at % bytes.length;
        byte[] other = bytes.clone();
        switch (how) {
            case 0 -> other[place] = to;
            case 1 -> other = Arrays.copyOf(bytes, Math.max(1, place));
            case 2 -> {
                other = Arrays.copyOf(bytes, bytes.length + 1);
                System.arraycopy(bytes, place, other, place + 1, bytes.length - place);
                other[place] = to;
            }
            default -> {
                other = Arrays.copyOf(bytes, bytes.length - 1);
                System.arraycopy(bytes, place + 1, other, place, bytes.length - place - 1);
            }
        }
        return other;
    }

    private static byte[] bytes(String json, String name) {
        return Base64Url.decode(new JsonObject(json).getJsonObject("response").getString(name));
    }

    private static String with(String json, String name, byte[] bytes) {
        var changed = new JsonObject(json);
        changed.getJsonObject("response").put(name, Base64Url.encode(bytes));
        return changed.encode();
    }

    private static WebAuthn.Key key() {
        try {
            return CEREMONIES.made(PasskeyAnswer.New.read(NEW)).key();
        } catch (Unfit impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
