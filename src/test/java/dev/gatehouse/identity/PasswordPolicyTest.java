package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.nulabinc.zxcvbn.StandardDictionaries;
import dev.gatehouse.vocabulary.Problem;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PasswordPolicyTest {
    private static final Username ALICE = new Username("Alice");
    private final PasswordPolicy policy = new PasswordPolicy(8);

    @Test
    @DisplayName("LS07 length is counted in code points after NFC, from min_length to 256, and nothing is cut off")
    void length_counts_code_points() {
        assertThat(verdict(policy, "kq7 zb3")).contains(Reason.PASSWORD_TOO_SHORT);
        assertThat(verdict(policy, "kq7 zb3w")).isEmpty();
        assertThat(verdict(new PasswordPolicy(15), "kq7 zb3w9x mvd")).contains(Reason.PASSWORD_TOO_SHORT);
        assertThat(verdict(new PasswordPolicy(15), "kq7 zb3w9x mvdp")).isEmpty();
        assertThat(verdict(policy, varied(64))).isEmpty();
        assertThat(verdict(policy, varied(65))).isEmpty();
        assertThat(verdict(policy, varied(256))).isEmpty();
        assertThat(verdict(policy, varied(257))).contains(Reason.PASSWORD_TOO_LONG);
        assertThat(verdict(policy, "🦊🐙🌵🚲🎻🧀🪐"))
                .as("seven emoji are seven, not fourteen")
                .contains(Reason.PASSWORD_TOO_SHORT);
        assertThat(verdict(policy, "🦊🐙🌵🚲🎻🧀🪐🛶")).isEmpty();
        assertThat(verdict(policy, "ke\u0301e\u0301e\u0301wzq"))
                .as("combining marks join their letter in NFC")
                .contains(Reason.PASSWORD_TOO_SHORT);
    }

    @Test
    @DisplayName("LS07 NFC and NFD are one password")
    void both_normal_forms_are_one_password() {
        assertThat(Password.typed("cafe\u0301 crème")).isEqualTo(Password.typed("café cre\u0300me"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "correct horse battery",
                "        x        y        z",
                "zebra lamp forty",
                "käsebrot am see",
                "0f9a8b7c6d5e"
            })
    @DisplayName("LS07 no rule of composition")
    void anything_else_goes(String password) {
        assertThat(verdict(policy, password)).isEmpty();
    }

    @Test
    @DisplayName("LS08 every one of the 3000 most common passwords is refused")
    void the_top_3000_are_refused() throws IOException {
        var top = StandardDictionaries.PASSWORDS_LOADER.load().getFrequencies().subList(0, 3000);
        for (String password : top) {
            assertThat(verdict(new PasswordPolicy(1), password)).as(password).contains(Reason.PASSWORD_COMMON);
            assertThat(verdict(new PasswordPolicy(1), password.toUpperCase(java.util.Locale.ROOT)))
                    .as(password)
                    .isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password",
                "Password",
                "PASSWORD1",
                "password2026",
                "password!!!",
                "  password  ",
                "!!password2026!!",
                "passwordpassword",
                "password1password1",
                "passwordpasswo",
                "passwordxxxxxxx",
                "xxxxpassword",
                "qwertyqwerty12345",
                "aaaaaaaa",
                "abababab",
                "abcabcabcabc",
                "1234567890123456",
                "gatehouse",
                "Gatehouse2026!",
                "monkey99999999",
                "----------------",
                "дддддддддддд",
                "🦊🦊🦊🦊🦊🦊🦊🦊"
            })
    @DisplayName("LS08 common ones are refused also when repeated, padded or followed by digits")
    void common_ones_in_disguise_are_refused(String password) {
        assertThat(verdict(policy, password)).contains(Reason.PASSWORD_COMMON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"margareth", "MARGARETH", "margareth1987", "!margareth!", "margarethmargareth", "xxxmargarethxxx"
            })
    @DisplayName("LS08 the person's own name is refused in the same disguises")
    void the_name_is_refused(String password) {
        assertThat(verdict(policy, password, new Username("Margareth"))).contains(Reason.PASSWORD_IS_NAME);
        assertThat(verdict(policy, password, new Username("margareth@example.com")))
                .contains(Reason.PASSWORD_IS_NAME);
        assertThat(verdict(policy, "margareth@example.com", new Username("margareth@example.com")))
                .contains(Reason.PASSWORD_IS_NAME);
    }

    @Test
    void a_password_prints_nothing_of_itself() {
        assertThat(Password.typed("hunter2hunter2").toString()).doesNotContain("hunter");
    }

    private static String varied(int length) {
        var text = new StringBuilder();
        for (int i = 0; text.length() < length; i++)
            text.append(Integer.toString(i * 7919, 36)).append(' ');
        return text.substring(0, length - 1) + "q";
    }

    private static Optional<Problem> verdict(PasswordPolicy policy, String password) {
        return verdict(policy, password, ALICE);
    }

    private static Optional<Problem> verdict(PasswordPolicy policy, String password, Username name) {
        try {
            policy.check(Password.typed(password), name);
            return Optional.empty();
        } catch (Refusal refusal) {
            assertThatCode(refusal::detail).doesNotThrowAnyException();
            return Optional.of(refusal.problem());
        }
    }
}
