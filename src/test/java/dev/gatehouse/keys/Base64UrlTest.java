package dev.gatehouse.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Base64UrlTest {
    @Property
    void what_was_encoded_is_decoded_and_agrees_with_the_jdk(@ForAll byte[] bytes) {
        String text = Base64Url.encode(bytes);
        assertThat(Base64Url.decode(text)).isEqualTo(bytes);
        assertThat(Base64.getUrlDecoder().decode(text)).isEqualTo(bytes);
    }

    @Property
    void whatever_is_decoded_is_spelled_that_way_only(
            @ForAll
                    @CharRange(from = 'A', to = 'Z')
                    @CharRange(from = '0', to = '9')
                    @Chars({'-', '_', '=', '+', '/', 'a', 'z', ' '})
                    String text) {
        byte[] bytes = Base64Url.decode(text);
        if (bytes != null) assertThat(Base64Url.encode(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "AA==", "AB", "AAB", "A+A", "A/A", "AA\n", " AA", "\u0660\u0660", "AAAAA"})
    void other_spellings_are_refused(String text) {
        assertThat(Base64Url.decode(text)).isNull();
    }
}
