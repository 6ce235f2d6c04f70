package dev.gatehouse.signin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.RandomText;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;

final class RefreshMintTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final GrantId FAMILY = new GrantId(RandomText.of(RANDOM, 16));

    private final RefreshMint mint = new RefreshMint(new byte[32], RANDOM);

    @Test
    void a_token_tells_its_mint_the_family_and_nobody_else() {
        RefreshToken token = mint.first(FAMILY);
        assertThat(mint.presented(token.value().reveal())).contains(token);
        assertThat(new RefreshMint(new byte[] {1}, RANDOM)
                        .presented(token.value().reveal()))
                .isEmpty();
        assertThat(Base64.getUrlDecoder().decode(token.value().reveal())).hasSize(48);
        assertThat(token.value().reveal()).doesNotContain(FAMILY.value().substring(0, 21));
    }

    @Test
    void a_token_has_one_successor_on_every_node() {
        RefreshToken token = mint.first(FAMILY);
        RefreshToken successor = mint.successor(token);
        assertThat(new RefreshMint(new byte[32], RANDOM).successor(token)).isEqualTo(successor);
        assertThat(successor.family()).isEqualTo(FAMILY);
        assertThat(successor.value()).isNotEqualTo(token.value());
        assertThat(mint.presented(successor.value().reveal())).contains(successor);
    }

    @Test
    void text_of_another_length_or_alphabet_is_no_token() {
        String token = mint.first(FAMILY).value().reveal();
        assertThat(mint.presented("")).isEmpty();
        assertThat(mint.presented(token.substring(1))).isEmpty();
        assertThat(mint.presented(token + "A")).isEmpty();
        assertThat(mint.presented("=" + token.substring(1))).isEmpty();
        assertThat(mint.presented("é" + token.substring(1))).isEmpty();
    }
}
