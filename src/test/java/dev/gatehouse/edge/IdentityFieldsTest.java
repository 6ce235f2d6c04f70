package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.tokens.Claims;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Scopes;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("class 50: what we say of a caller is one line and means one caller")
final class IdentityFieldsTest {
    @Property
    boolean every_text_is_visible_ascii_and_comes_back(@ForAll String text) {
        String wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        String encoded = IdentityFields.encoded(wellFormed);
        return encoded.chars().allMatch(c -> c > 0x20 && c < 0x7f)
                && URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8)
                        .equals(wellFormed);
    }

    @Test
    void what_is_plain_stays_as_it_is() {
        assertThat(IdentityFields.encoded("alice@example.com+x")).isEqualTo("alice@example.com+x");
        assertThat(IdentityFields.encoded("Zo\u00eb 100%\r\n")).isEqualTo("Zo%C3%AB%20100%25%0D%0A");
    }

    @Test
    void a_role_with_a_space_is_one_role() {
        var claims = new Claims(
                new Issuer("https://gate.example"),
                "u_1",
                List.of(),
                Optional.of(new ClientId("web-shop")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Scopes.NONE,
                Set.of("not admin"),
                Set.of(),
                Instant.EPOCH,
                Instant.EPOCH,
                Map.of());
        var stamped = new LinkedHashMap<String, String>();
        IdentityFields.stamp(claims, stamped::put);

        assertThat(stamped)
                .isEqualTo(Map.of(
                        "X-Gatehouse-Subject",
                        "u_1",
                        "X-Gatehouse-Client",
                        "web-shop",
                        "X-Gatehouse-Roles",
                        "not%20admin"));
    }
}
