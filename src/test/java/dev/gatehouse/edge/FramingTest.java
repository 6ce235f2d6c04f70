package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class FramingTest {
    @Test
    @DisplayName("RFC 9110 7.2: what can stand in Host")
    void hosts() {
        assertThat(List.of(
                        "g",
                        "gate.example",
                        "gate.example:8080",
                        "127.0.0.1:1",
                        "[::1]",
                        "[2001:db8::1]:443",
                        "a_b",
                        "%61",
                        "x".repeat(255)))
                .allMatch(Framing::isHost);
        assertThat(List.of(
                        "",
                        ":",
                        ":80",
                        "g:",
                        "g:123456",
                        "g:8a",
                        "g:80:80",
                        "a b",
                        "a/b",
                        "a?b",
                        "a#b",
                        "a@b",
                        "a\"b",
                        "a\\b",
                        "a<b",
                        "[",
                        "[]",
                        "[::1",
                        "[::1]x",
                        "[::1]:",
                        "[g]",
                        "\u00e4",
                        "a%",
                        "a%2",
                        "a%00",
                        "a%0a",
                        "x".repeat(301)))
                .noneMatch(Framing::isHost);
    }

    @Test
    @DisplayName("RFC 9112 3.2.2: absolute-form and Host name one host")
    void absolute_form_agrees_with_host() {
        assertThat(Framing.agrees(Optional.empty(), "g")).isTrue();
        assertThat(Framing.agrees(Optional.of("G:80"), "g:80")).isTrue();
        assertThat(Framing.agrees(Optional.of("g"), null)).isTrue();
        assertThat(Framing.agrees(Optional.of("g"), "h")).isFalse();
        assertThat(Framing.agrees(Optional.of("g:80"), "g")).isFalse();
    }
}
