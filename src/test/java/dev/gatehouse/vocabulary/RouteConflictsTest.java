package dev.gatehouse.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.vocabulary.RouteConflicts.Claimed;
import dev.gatehouse.vocabulary.RouteConflicts.Conflict.Duplicate;
import dev.gatehouse.vocabulary.RouteConflicts.Conflict.Shadowed;
import dev.gatehouse.vocabulary.RouteConflicts.Conflict.Undecided;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

    @Test
    void routes_of_different_hosts_do_not_meet() {
        assertThat(RouteConflicts.among(List.of(
                        claimed("GET /a", List.of("x"), Map.of()),
                        claimed("GET /a", List.of("y", "*.x"), Map.of()),
                        claimed("GET /a", List.of(), Map.of()))))
                .isEmpty();
        assertThat(RouteConflicts.among(List.of(
                        claimed("GET /a/{b}", List.of("x", "y"), Map.of()),
                        claimed("GET /a/{c}", List.of("y", "x"), Map.of()))))
                .containsExactly(new Duplicate<>("GET /a/{c}", "GET /a/{b}"));
    }

    @Test
    void a_rest_is_shadowed_only_if_it_is_on_each_of_its_hosts() {
        var exactly = claimed("GET /a", List.of("x"), Map.of());
        var below = claimed("GET /a/{b}/**", List.of("x"), Map.of());
        assertThat(RouteConflicts.among(List.of(claimed("GET /a/**", List.of("x", "y"), Map.of()), exactly, below)))
                .isEmpty();
        assertThat(RouteConflicts.among(List.of(claimed("GET /a/**", List.of("x"), Map.of()), exactly, below)))
                .hasSize(1);
    }

    @Test
    void header_fields_decide_or_are_told_not_to() {
        var one = claimed("GET /a", List.of(), Map.of("v", "1"));
        assertThat(RouteConflicts.among(List.of(one, claimed("GET /{a}", List.of(), Map.of("v", "1")))))
                .isEmpty();
        assertThat(RouteConflicts.among(List.of(
                        one,
                        claimed("GET /a", List.of(), Map.of("v", "2")),
                        claimed("GET /a", List.of(), Map.of("v", "1", "w", "1")),
                        claimed("GET /a", List.of(), Map.of()))))
                .isEmpty();
        assertThat(RouteConflicts.among(List.of(one, claimed("GET /a", List.of(), Map.of("w", "1")))))
                .containsExactly(new Undecided<>("GET /a", "GET /a"));
        assertThat(RouteConflicts.among(List.of(one, claimed("GET /a", List.of(), Map.of("v", "1")))))
                .containsExactly(new Duplicate<>("GET /a", "GET /a"));
    }

    @Test
    void a_route_that_asks_for_more_shadows_nothing() {
        var rest = claimed("GET /a/**", List.of(), Map.of());
        var demanding = claimed("GET /a/{b}/**", List.of(), Map.of("v", "1"));
        assertThat(RouteConflicts.among(List.of(rest, claimed("GET /a", List.of(), Map.of()), demanding)))
                .isEmpty();
    }

    private static Claimed<String> claimed(String route, List<String> hosts, Map<String, String> headers) {
        return new Claimed<>(route.split(" ")[0], RoutePatternParser.parse(route.split(" ")[1]), hosts, headers, route);
    }

    private static List<RouteConflicts.Conflict<String>> among(String... routes) {
        return RouteConflicts.among(Arrays.stream(routes)
                .map(route -> new Claimed<>(route.split(" ")[0], RoutePatternParser.parse(route.split(" ")[1]), route))
                .toList());
    }
}
