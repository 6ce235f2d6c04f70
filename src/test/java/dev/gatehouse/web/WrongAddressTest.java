package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WrongAddressTest {
    @Test
    void the_right_address_is_right_however_it_is_written() {
        assertThat(WrongAddress.of("http", "localhost:8080", "http://localhost:8080"))
                .isEmpty();
        assertThat(WrongAddress.of("http", "LocalHost:8080", "http://localhost:8080"))
                .isEmpty();
        assertThat(WrongAddress.of("https", "id.example.com:443", "https://id.example.com"))
                .isEmpty();
        // Behind a proxy that ends TLS and passes the host on.
        assertThat(WrongAddress.of("http", "id.example.com", "https://id.example.com"))
                .isEmpty();
        // Every name of this machine is this machine.
        assertThat(WrongAddress.of("http", "127.0.0.1:8081", "http://localhost:8080"))
                .isEmpty();
        assertThat(WrongAddress.of("http", "[::1]:8080", "http://localhost:8080"))
                .isEmpty();
        assertThat(WrongAddress.of("http", "", "https://id.example.com")).isEmpty();
    }

    @Test
    void another_one_is_named_with_the_line_that_would_make_it_right() {
        assertThat(WrongAddress.of("http", "127.0.0.1:8080", "https://id.example.com")
                        .orElseThrow())
                .isEqualTo(new WrongAddress(
                        "http://127.0.0.1:8080", "https://id.example.com", "url: http://127.0.0.1:8080"));
        // http is for this machine alone, so the line says https.
        assertThat(WrongAddress.of("http", "10.0.9.5:8080", "http://localhost:8080")
                        .orElseThrow()
                        .line())
                .isEqualTo("url: https://10.0.9.5");
        assertThat(WrongAddress.of("http", "<script>", "http://localhost:8080")).isEmpty();
    }
}
