package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatehouse.TestCertificate;
import dev.gatehouse.vocabulary.CertifiedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;

/** The names by which callers ask for this house: in TLS (RFC 6066 §3) and in {@code Host} (RFC 9110 §7.2). */
final class NamesFuzzTest {
    private static final CertifiedKey FIRST = read(TestCertificate.of("dns:first.example"));
    private static final CertifiedKey WILD = read(TestCertificate.of("dns:second.example", "dns:*.wild.example"));
    private static final ServerNames NAMES = new ServerNames(List.of(FIRST, WILD));

    @FuzzTest
    void whoever_is_asked_for_the_certificate_is_one_of_that_name_or_the_first(byte[] input) {
        String name = new String(input, StandardCharsets.UTF_8);
        String lower = name.toLowerCase(Locale.ROOT);
        String rest = ".wild.example";
        boolean one = lower.endsWith(rest)
                && lower.length() > rest.length()
                && lower.indexOf('.') == lower.length() - rest.length();
        assertThat(NAMES.shown(name, "EC")).isSameAs(one || lower.equals("second.example") ? WILD : FIRST);
    }

    @FuzzTest
    void a_host_has_nothing_in_it_that_ends_a_host(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        if (!Framing.isHost(text)) return;
        assertThat(text).hasSizeBetween(1, 300).matches("[!-~]+").doesNotContainPattern("[/?#@\\\\\"<>^`{|}]");
        String port = text.substring(text.lastIndexOf(']') + 1);
        if (port.indexOf(':') >= 0) assertThat(port).matches("[^:]*:[0-9]{1,5}");
    }

    private static CertifiedKey read(TestCertificate files) {
        try {
            return CertifiedKey.read(files.cert(), files.key());
        } catch (IOException | GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
