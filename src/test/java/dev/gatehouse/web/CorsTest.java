package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CorsTest {
    private static final Cors CORS = new Cors(Set.of("https://app.example", "http://localhost:5173"));

    private static MultiMap preflight(String origin, String headers) {
        var fields =
                MultiMap.caseInsensitiveMultiMap().add("Origin", origin).add("Access-Control-Request-Method", "PUT");
        return headers.isEmpty() ? fields : fields.add("Access-Control-Request-Headers", headers);
    }

    @Test
    void origins_come_from_web_addresses_only() {
        assertThat(Cors.originsOf(List.of(
                        "https://app.example/callback",
                        "http://localhost:5173/cb?x=1",
                        "com.example.shop:/callback",
                        "nonsense",
                        "https://user@host.example/x")))
                .containsExactlyInAnyOrder("https://app.example", "http://localhost:5173", "https://host.example");
    }

    @Test
    void origins_are_compared_letter_by_letter() {
        assertThat(CORS.allows("https://app.example")).isTrue();
        assertThat(List.of(
                        "https://app.example:443",
                        "https://APP.example",
                        "http://app.example",
                        "https://app.example/",
                        "null",
                        "",
                        "https://app.example.evil",
                        "*"))
                .noneMatch(CORS::allows);
    }

    @Test
    void a_preflight_is_told_what_it_asked_for() {
        assertThat(CORS.preflight(preflight("https://app.example", "authorization, x-a"), List.of("PUT"))
                        .orElseThrow())
                .satisfies(reply -> {
                    assertThat(reply.status()).isEqualTo(204);
                    assertThat(reply.headers().toString())
                            .contains(
                                    "Access-Control-Allow-Methods=PUT",
                                    "Access-Control-Allow-Headers=authorization, x-a",
                                    "Vary=Origin");
                });
        assertThat(CORS.preflight(preflight("https://evil.example", ""), List.of("PUT")))
                .isEmpty();
    }

    @Test
    void only_names_are_repeated() {
        for (String odd : List.of("<script>", "a;b", "a\tb", "x".repeat(3000), "\u00e4"))
            assertThat(CORS.preflight(preflight("https://app.example", odd), List.of("PUT"))
                            .orElseThrow()
                            .headers()
                            .toString())
                    .doesNotContain("Allow-Headers");
    }

    @Test
    void only_options_with_both_fields_is_a_preflight() {
        assertThat(Cors.isPreflight("OPTIONS", preflight("x", ""))).isTrue();
        assertThat(Cors.isPreflight("GET", preflight("x", ""))).isFalse();
        assertThat(Cors.isPreflight(
                        "OPTIONS", MultiMap.caseInsensitiveMultiMap().add("Origin", "x")))
                .isFalse();
    }
}
