package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever stands in a request line is refused or read, and what is read is read the same way again. */
final class RequestTargetFuzzTest {
    @FuzzTest
    void any_text_is_refused_or_has_one_reading(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        if (!(RequestTarget.parse("GET", text, 8192) instanceof RequestTarget.Canonical once)) return;
        var twice = (RequestTarget.Canonical) RequestTarget.parse("GET", once.uri(), 8192);
        assertThat(twice.uri()).isEqualTo(once.uri());
        String path = once.routed().substring(0, once.routedLength());
        assertThat(path).startsWith("/").doesNotContain("//", "\\", "\0", "/../", "/./");
    }
}
