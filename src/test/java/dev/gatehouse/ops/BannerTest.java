package dev.gatehouse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BannerTest {
    private static final List<String> PEOPLE = List.of("alice", "bob", "admin");

    @Test
    void the_first_start_of_the_demo_shows_passwords_and_lines_that_use_them() {
        var first = List.of(new Banner.FirstPassword("alice", "quiet-otter-17"), new Banner.FirstPassword("bob", "x"));
        String text = banner(Optional.of(new Banner.Demo(PEOPLE, first)));
        assertThat(text)
                .contains("Gatehouse 0.1.0 is up in 2.9 s", "http://localhost:8080", "demo, orders, catalog")
                .contains("http://127.0.0.1:9090/health/ready", "alice    quiet-otter-17")
                .contains("\"password\":\"quiet-otter-17\"");
    }

    @Test
    void later_starts_show_none() {
        String text = banner(Optional.of(new Banner.Demo(PEOPLE, List.of())));
        assertThat(text).contains("alice / bob / admin", "shown at the first start", "user passwd NAME");
    }

    @Test
    void a_house_of_ones_own_has_no_demo_lines() {
        assertThat(banner(Optional.empty())).doesNotContain("Users", "Try it", "demo house");
    }

    @Test
    void a_first_password_does_not_print_itself() {
        assertThat(new Banner.FirstPassword("alice", "quiet-otter-17").toString())
                .doesNotContain("otter");
    }

    @Test
    void in_one_line_it_names_the_address_and_no_password() {
        var first = List.of(new Banner.FirstPassword("alice", "quiet-otter-17"));
        String line = made(Optional.of(new Banner.Demo(PEOPLE, first))).inOneLine();
        assertThat(line).contains("http://localhost:8080", "/health/ready").doesNotContain("otter", "\n");
    }

    private static String banner(Optional<Banner.Demo> demo) {
        return made(demo).text();
    }

    private static Banner made(Optional<Banner.Demo> demo) {
        return new Banner(
                "0.1.0",
                Duration.ofMillis(2_900),
                "embedded PostgreSQL in config/data",
                true,
                URI.create("http://localhost:8080"),
                "http://127.0.0.1:9090",
                List.of("demo", "orders", "catalog"),
                Optional.empty(),
                demo);
    }
}
