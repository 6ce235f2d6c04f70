package dev.gatehouse.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.vocabulary.RouteConflicts.Claimed;
import dev.gatehouse.vocabulary.RouteConflicts.Conflict.Duplicate;
import dev.gatehouse.vocabulary.RouteConflicts.Conflict.Shadowed;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RouteConflictsTest {
    @Test
    void two_names_for_one_variable_are_one_route() {
        assertThat(among("GET /a/{id}", "GET /a/{name}", "POST /a/{id}"))
                .containsExactly(new Duplicate<>("GET /a/{name}", "GET /a/{id}"));
    }

    @Test
    void two_spellings_of_a_literal_are_one_route() {
        assertThat(among("GET /%40me", "GET /@me")).hasSize(1);
    }

    @Test
    void any_and_a_named_method_go_together() {
        assertThat(among("ANY /a", "GET /a", "HEAD /a", "POST /a")).isEmpty();
    }

    @Test
    void a_rest_is_shadowed_when_every_length_is_taken() {
        assertThat(among("GET /a/**", "GET /a", "ANY /a/{x}/**"))
                .containsExactly(new Shadowed<>("GET /a/**", List.of("GET /a", "ANY /a/{x}/**")));
        assertThat(among("GET /**", "GET /", "GET /{x}", "GET /{x}/{y}/**")).hasSize(1);
    }

    @Test
    void a_rest_that_something_is_left_for_is_not_shadowed() {
        assertThat(among("GET /a/**", "GET /a/{x}/**")).isEmpty();
        assertThat(among("GET /a/**", "GET /a", "GET /a/{x}")).isEmpty();
        assertThat(among("ANY /a/**", "GET /a", "GET /a/{x}/**")).isEmpty();
        assertThat(among("OPTIONS /a/**", "ANY /a", "ANY /a/{x}/**")).isEmpty();
    }

    private static List<RouteConflicts.Conflict<String>> among(String... routes) {
        return RouteConflicts.among(Arrays.stream(routes)
                .map(route -> new Claimed<>(route.split(" ")[0], RoutePatternParser.parse(route.split(" ")[1]), route))
                .toList());
    }
}
