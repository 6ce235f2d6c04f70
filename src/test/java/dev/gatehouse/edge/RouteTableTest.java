package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.edge.RouteTable.Found;
import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePattern.Segment;
import dev.gatehouse.vocabulary.RoutePatternParser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("ED03 RouteTable")
final class RouteTableTest {
    private static final String[] SHOP = {
        "GET /api/orders", "GET /api/orders/{id}", "DELETE /api/orders/{id}", "GET /api/orders/recent",
                "GET /api/orders/{id}/events", "ANY /api/orders/{id}/files/**",
        "GET /api/catalog/**", "POST /api/catalog/products", "ANY /api/catalog/admin/**", "OPTIONS /api/catalog/admin",
                "HEAD /api/catalog/stock", "GET /api/users/@me"
    };

    @ParameterizedTest
    @CsvSource({
        "GET,     /api/orders,                    GET /api/orders",
        "GET,     /api/orders/,                   GET /api/orders",
        "HEAD,    /api/orders,                    GET /api/orders",
        "GET,     /api/orders/42,                 GET /api/orders/{id}",
        "GET,     /api/orders/42/,                GET /api/orders/{id}",
        "GET,     /api/orders/recent,             GET /api/orders/recent",
        "DELETE,  /api/orders/recent,             DELETE /api/orders/{id}",
        "GET,     /api/orders/recent/events,      GET /api/orders/{id}/events",
        "PATCH,   /api/orders/42/files,           ANY /api/orders/{id}/files/**",
        "BREW,    /api/orders/42/files/a/b,       ANY /api/orders/{id}/files/**",
        "GET,     /api/catalog,                   GET /api/catalog/**",
        "GET,     /api/catalog/products,          GET /api/catalog/**",
        "HEAD,    /api/catalog/stock,             HEAD /api/catalog/stock",
        "GET,     /api/catalog/stock,             GET /api/catalog/**",
        "GET,     /api/catalog/admin,             ANY /api/catalog/admin/**",
        "GET,     /api/catalog/admin/,            ANY /api/catalog/admin/**",
        "OPTIONS, /api/catalog/admin,             OPTIONS /api/catalog/admin",
        "GET,     /api/catalog/%61dmin/x,         ANY /api/catalog/admin/**",
        "GET,     /api/users/%40me,               GET /api/users/@me"
    })
    void the_most_specific_pattern_that_takes_the_method_wins(String method, String path, String route) {
        assertThat(find(method, path, SHOP))
                .isInstanceOfSatisfying(
                        Found.Match.class, match -> assertThat(match.route()).isEqualTo(route));
    }

    @ParameterizedTest
    @CsvSource({"/", "/api", "/api/order", "/api/orders/42/43", "/API/orders", "/api/orders42", "/x"})
    void what_no_route_lists_is_not_there(String path) {
        assertThat(find("GET", path, SHOP)).isInstanceOf(Found.NoRoute.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            PUT     | /api/orders              | GET HEAD
            PUT     | /api/orders/recent       | GET HEAD DELETE
            PUT     | /api/catalog/products    | GET HEAD POST
            OPTIONS | /api/orders/1/files/a    | GET HEAD POST PUT PATCH DELETE
            TRACE   | /api/catalog/admin       | GET HEAD POST PUT PATCH DELETE OPTIONS
            """)
    void allow_names_every_method_that_would_be_taken_and_no_other(String method, String path, String allowed) {
        assertThat(find(method, path, SHOP)).isEqualTo(new Found.MethodNotAllowed<String>(List.of(allowed.split(" "))));
    }

    @Test
    void variables_hold_the_decoded_segment() {
        var match = (Found.Match<String>) find("GET", "/t/a%20b/x/%c3%a9/?q=/z", "GET /t/{tenant}/x/{name}");
        assertThat(match.variables().names()).containsExactly("tenant", "name");
        assertThat(match.variables().value("tenant")).isEqualTo("a b");
        assertThat(match.variables().value("name")).isEqualTo("é");
        assertThat(match.variables().value("other")).isNull();
    }

    @Test
    void a_variable_is_one_segment_that_is_not_empty() {
        assertThat(find("GET", "/a/", "GET /a/{x}")).isInstanceOf(Found.NoRoute.class);
        assertThat(find("GET", "/a/b/c", "GET /a/{x}")).isInstanceOf(Found.NoRoute.class);
    }

    @Test
    void the_root_can_be_a_route() {
        assertThat(find("GET", "/", "GET /")).isInstanceOf(Found.Match.class);
        assertThat(find("GET", "/?a", "GET /**")).isInstanceOf(Found.Match.class);
        assertThat(((RequestTarget.Canonical) RequestTarget.parse("OPTIONS", "*", 10)).isAsterisk())
                .isTrue();
        assertThat(table("OPTIONS /")
                        .find("OPTIONS", (RequestTarget.Canonical) RequestTarget.parse("OPTIONS", "*", 10)))
                .isInstanceOf(Found.NoRoute.class);
    }

    @Test
    void a_parameter_cannot_lead_around_a_stricter_route() {
        String[] routes = {"GET /**", "ANY /admin/**", "GET /files/{id}"};
        assertThat(find("GET", "/admin;x/users", routes)).isInstanceOf(Found.Ambiguous.class);
        assertThat(find("GET", "/admin%3Bx/users", routes)).isInstanceOf(Found.Ambiguous.class);
        assertThat(find("GET", "/shop;v=1/a;b", routes)).isInstanceOf(Found.Match.class);
        assertThat(find("GET", "/files/7;v=1", routes)).isInstanceOf(Found.Match.class);
    }

    @Test
    void a_trailing_slash_cannot_lead_around_a_stricter_route() {
        assertThat(find("GET", "/admin/", "GET /**", "GET /admin"))
                .isInstanceOfSatisfying(
                        Found.Match.class, match -> assertThat(match.route()).isEqualTo("GET /admin"));
    }

    @Test
    void one_node_holds_many_literals() {
        var routes = new ArrayList<String>();
        for (int i = 0; i < 5000; i++) routes.add("GET /s" + i + "/x");
        var table = table(routes.toArray(String[]::new));
        for (int i = 0; i < 5000; i++)
            assertThat(table.find("GET", target("/s" + i + "/x"))).isInstanceOf(Found.Match.class);
        assertThat(table.find("GET", target("/s5000/x"))).isInstanceOf(Found.NoRoute.class);
    }

    @Property(tries = 3000)
    void every_table_agrees_with_going_through_the_list_in_any_order(
            @ForAll("routes") List<String> routes,
            @ForAll("methods") String method,
            @ForAll("paths") String path,
            @ForAll Random random) {
        var shuffled = new ArrayList<>(routes);
        Collections.shuffle(shuffled, random);
        var unique = new LinkedHashMap<String, String>();
        for (String route : shuffled) unique.put(route.replaceAll("\\{.}", "{}"), route);
        Found<String> found = table(unique.values().toArray(String[]::new)).find(method, target(path));
        Optional<String> expected = byList(List.copyOf(unique.values()), method, path);
        if (expected.isPresent())
            assertThat(found).isInstanceOfSatisfying(Found.Match.class, match -> assertThat(match.route())
                    .isEqualTo(expected.get()));
        else assertThat(found).isNotInstanceOf(Found.Match.class);
        if (found instanceof Found.MethodNotAllowed<String> no) {
            for (String other : List.of("GET", "HEAD", "POST", "OPTIONS"))
                assertThat(no.allowed().contains(other))
                        .isEqualTo(byList(List.copyOf(unique.values()), other, path)
                                .isPresent());
        }
    }

    @Provide
    Arbitrary<List<String>> routes() {
        Arbitrary<String> segment = Arbitraries.of("/a", "/b", "/c", "/{x}", "/{y}");
        Arbitrary<String> path = segment.list().ofMaxSize(4).map(list -> String.join("", list));
        Arbitrary<String> pattern = path.flatMap(start -> Arbitraries.of(start.isEmpty() ? "/" : start, start + "/**"));
        return pattern.flatMap(text ->
                        Arbitraries.of("GET", "ANY", "POST", "OPTIONS", "HEAD").map(method -> method + " " + text))
                .filter(route -> RouteTableTest.variablesDiffer(route))
                .list()
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<String> methods() {
        return Arbitraries.of("GET", "HEAD", "POST", "OPTIONS", "DELETE");
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of("/a", "/b", "/c", "/d")
                .list()
                .ofMaxSize(5)
                .map(list -> list.isEmpty() ? "/" : String.join("", list));
    }

    private static boolean variablesDiffer(String route) {
        return route.indexOf("{x}") == route.lastIndexOf("{x}") && route.indexOf("{y}") == route.lastIndexOf("{y}");
    }

    /** The rule of decision 0100, said in another way: compare the matching patterns segment by segment. */
    private static Optional<String> byList(List<String> routes, String method, String path) {
        return routes.stream()
                .filter(route -> rank(route.split(" ")[0], method) > 0)
                .filter(route -> path.matches(
                        route.split(" ")[1].equals("/")
                                ? "/"
                                : route.split(" ")[1]
                                        .replaceAll("\\{.}", "[^/]+")
                                        .replace("/**", "(/.*)?")))
                .max(Comparator.<String, String>comparing(route -> specificity(route.split(" ")[1]))
                        .thenComparing(route -> rank(route.split(" ")[0], method)));
    }

    /** Literal before variable before end before rest; the end of a pattern is as good as it gets when it matches. */
    private static String specificity(String pattern) {
        var order = new StringBuilder();
        for (Segment segment : RoutePatternParser.parse(pattern).segments()) {
            order.append(segment instanceof Segment.Literal ? '3' : segment instanceof Segment.Variable ? '2' : '0');
        }
        return order + "1";
    }

    private static int rank(String taken, String method) {
        if (taken.equals(method)) return 3;
        if (taken.equals("GET") && method.equals("HEAD")) return 2;
        return taken.equals("ANY") && !List.of("OPTIONS", "TRACE", "CONNECT").contains(method) ? 1 : 0;
    }

    private static Found<String> find(String method, String path, String... routes) {
        return table(routes).find(method, target(path));
    }

    private static RouteTable<String> table(String... routes) {
        var builder = new RouteTable.Builder<String>();
        for (String route : routes) {
            RoutePattern pattern = RoutePatternParser.parse(route.split(" ")[1]);
            builder.add(route.split(" ")[0], pattern, route);
        }
        return builder.build();
    }

    private static RequestTarget.Canonical target(String path) {
        return (RequestTarget.Canonical) RequestTarget.parse("GET", path, 8192);
    }
}
