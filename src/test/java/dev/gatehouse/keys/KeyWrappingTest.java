package dev.gatehouse.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class KeyWrappingTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] SECRET = {1, 2, 3};

    private final KeyWrapping wrapping = new KeyWrapping(new byte[32], RANDOM);

    @Property(tries = 100)
    void what_was_wrapped_opens_again(@ForAll byte[] secret, @ForAll String purpose, @ForAll String name) {
        assertThat(wrapping.unwrap(purpose, name, wrapping.wrap(purpose, name, secret)))
                .contains(secret);
    }

    @Test
    void the_same_secret_is_never_wrapped_to_the_same_bytes() {
        assertThat(wrapping.wrap("p", "n", SECRET)).isNotEqualTo(wrapping.wrap("p", "n", SECRET));
    }

    @Test
    void another_master_key_purpose_or_name_does_not_open_it() {
        byte[] wrapped = wrapping.wrap("p", "n", SECRET);
        byte[] other = new byte[32];
        other[0] = 1;
        assertThat(new KeyWrapping(other, RANDOM).unwrap("p", "n", wrapped)).isEmpty();
        assertThat(wrapping.unwrap("q", "n", wrapped)).isEmpty();
        assertThat(wrapping.unwrap("p", "m", wrapped)).isEmpty();
    }

    @Test
    void a_changed_byte_anywhere_is_seen() {
        byte[] wrapped = wrapping.wrap("p", "n", SECRET);
        for (int i = 0; i < wrapped.length; i++) {
            byte[] changed = wrapped.clone();
            changed[i] ^= 1;
            assertThat(wrapping.unwrap("p", "n", changed)).as("byte %d", i).isEmpty();
        }
        assertThat(wrapping.unwrap("p", "n", new byte[0])).isEmpty();
    }
}
