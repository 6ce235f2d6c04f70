package dev.gatehouse.clients.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HexFormat;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretStrengthTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "my-client-secret",
                "correct horse battery staple",
                "correcthorsebatterystaplecorrecthorsebatterystaple",
                "passwordpasswordpasswordpasswordpassword",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "0123456789012345678901234567890123456789",
                "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
                "Gq7x-2Lm9_pTz4Rk"
            })
    void what_can_be_guessed_is_not_enough(String secret) {
        assertThat(SecretStrength.isEnough(secret)).isFalse();
    }

    @Example
    void what_is_too_long_or_not_printable_is_not_enough() {
        String good = "x7Qp2mV9kLs4TzRb6NwYcA3Eh8UfJ5DgXo1KiP0q";
        assertThat(SecretStrength.isEnough(good)).isTrue();
        assertThat(SecretStrength.isEnough(good + "ü")).isFalse();
        assertThat(SecretStrength.isEnough(good + " ")).isFalse();
        assertThat(SecretStrength.isEnough(good.repeat(13))).isFalse();
    }

    @Property(tries = 300)
    boolean what_a_machine_draws_is_enough(@ForAll int seed) {
        var random = new SecureRandom();
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        bytes[0] = (byte) seed;
        String base64 = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return SecretStrength.isEnough(HexFormat.of().formatHex(bytes)) && SecretStrength.isEnough(base64);
    }
}
