package dev.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoutesCommandsTest {
    private static final String HOUSE =
            """
            apis:
              orders:
                path: /api/orders
                upstream: http://127.0.0.1:9002
                routes:
                  GET /: public
                  GET /{id}: scope orders:read
                  DELETE /{id}: policy desk
              reports:
                path: /api/reports
                upstream: eventbus:reports.http
                routes:
                  GET /{tenant}/**: claim tenant = {tenant}
                  POST /rebuild: service
            policies:
              desk: role support and (ip 10.0.0.0/8 or mfa within 30m)
            scopes:
              orders:read: See your orders
            accounts:
              default_roles: [customer]
            """;

    @TempDir
    Path folder;

    private TestHouse house;

    @BeforeEach
    void build() {
        house = new TestHouse(folder, HOUSE);
    }

    @Test
    void every_route_is_listed_with_its_rule_and_place() {
        assertThat(house.run("routes", "list", "-o", "json")).as(house.err()).isEqualTo(Exit.OK);
        var routes = new JsonArray(house.out());
        assertThat(routes).hasSize(5);
        var delete = routes.getJsonObject(2);
        assertThat(delete.getString("path")).isEqualTo("/api/orders/{id}");
        assertThat(delete.getString("allow")).isEqualTo("policy desk");
        assertThat(delete.getString("at")).endsWith("gatehouse.yaml:8");
        assertThat(routes.getJsonObject(3).getString("upstream")).isEqualTo("eventbus:reports.http");
    }

    @Test
    void host_and_fields_choose_as_they_do_at_the_gate() {
        var house = new TestHouse(
                folder,
                """
                apis:
                  any: {path: /a, upstream: eventbus:a, routes: {GET /: public}}
                  named: {path: /a, host: a.example, upstream: eventbus:b, routes: {GET /: login}}
                  second: {path: /a, headers: {X-Version: 2}, upstream: eventbus:c, routes: {GET /: deny}}
                """);
        assertThat(house.run("routes", "test", "GET", "/a")).isEqualTo(Exit.OK);
        assertThat(house.run("routes", "test", "GET", "/a", "--host", "A.example:8080"))
                .isEqualTo(Exit.REFUSED);
        assertThat(house.out()).contains("api    named");
        assertThat(house.run("routes", "test", "GET", "/a", "--header", "x-version: 2"))
                .isEqualTo(Exit.REFUSED);
        assertThat(house.out()).contains("api    second");
        assertThat(house.run("routes", "test", "GET", "/a", "--header", "x-version"))
                .isEqualTo(Exit.USAGE);
        assertThat(house.run("routes", "list")).isEqualTo(Exit.OK);
        assertThat(house.out()).contains("a.example", "x-version: 2");
    }

    private static final String TERMS =
            """
            apis:
              shop:
                path: /shop
                upstream: {targets: [http://127.0.0.1:9001, http://127.0.0.1:9002]}
                auth: either
                cors: [https://pages.example]
                limit: 120/min per user burst 30, 10/s per ip
                routes:
                  GET /: {allow: login, optional: on}
                  POST /orders: {allow: login, max_age: 5m, acr: [gold], limit: 5/h per client}
              tools: {path: /tools, upstream: eventbus:tools, mcp: on, routes: {POST /: login}}
              old: {path: /old, upstream: {redirect: /shop}, routes: {GET /: public}}
            """;

    @Test
    void a_list_tells_the_terms_of_a_route_beside_its_rule() {
        var house = new TestHouse(folder, TERMS);
        assertThat(house.run("routes", "list")).as(house.err()).isEqualTo(Exit.OK);
        assertThat(house.out())
                .contains(
                        "TERMS",
                        "either, optional, 10/s per ip, 120/min per user burst 30, cors https://pages.example",
                        "either, max_age 5m, acr gold, 10/s per ip, 120/min per user burst 30, 5/h per client",
                        "http://127.0.0.1:9001 http://127.0.0.1:9002",
                        "redirect ");
        assertThat(house.run("routes", "list", "-o", "json")).isEqualTo(Exit.OK);
        var tools = new JsonArray(house.out()).getJsonObject(2);
        assertThat(tools.getBoolean("mcp")).isTrue();
        assertThat(tools.getString("auth")).isEqualTo("bearer");
        assertThat(tools.getString("cors")).isEqualTo("clients");
        assertThat(tools.getJsonArray("limits")).isEmpty();
    }

    @Test
    void explain_says_who_is_counted_and_where_a_request_goes() {
        var house = new TestHouse(folder, TERMS);
        assertThat(house.run("explain", "GET", "/shop", "--as", "alice", "--ip", "192.0.2.1"))
                .isEqualTo(Exit.OK);
        assertThat(house.out())
                .contains(
                        "ALLOWED",
                        "api    shop -> http://127.0.0.1:9001 http://127.0.0.1:9002",
                        "auth   either, optional",
                        "cors   https://pages.example",
                        "limit  10/s per ip   counts 192.0.2.1",
                        "limit  120/min per user burst 30   counts alice");
        assertThat(house.run("explain", "POST", "/shop/orders")).isEqualTo(Exit.REFUSED);
        assertThat(house.out()).contains("limit  5/h per client   not counted: refused before");
    }

    @Test
    void an_optional_route_lets_callers_without_a_token_pass_as_it_does_at_the_gate() {
        var house = new TestHouse(folder, TERMS);
        assertThat(house.run("explain", "GET", "/shop")).isEqualTo(Exit.OK);
        assertThat(house.out()).contains("the route lets callers without a token pass", "counts 127.0.0.1");
    }

    @Test
    void how_somebody_signed_in_counts() {
        var house = new TestHouse(folder, TERMS);
        var order = List.of("explain", "POST", "/shop/orders", "--as", "alice");
        assertThat(house.run(with(order))).isEqualTo(Exit.REFUSED);
        assertThat(house.out())
                .contains(
                        "REFUSED 401 step_up_required",
                        "✘ login and max_age 5m and acr gold",
                        "✘ acr gold",
                        "✔ max_age 5m");
        assertThat(house.run(with(order, "--acr", "gold"))).isEqualTo(Exit.OK);
        assertThat(house.run(with(order, "--acr", "gold", "--signed-in", "1h"))).isEqualTo(Exit.REFUSED);
        assertThat(house.out()).contains("✔ acr gold", "✘ max_age 5m");
    }

    @Test
    void the_gate_s_own_addresses_are_no_routes() {
        assertThat(house.run("explain", "GET", "/login")).isEqualTo(Exit.OK);
        assertThat(house.out()).contains("the gate answers this address itself");
        assertThat(house.run("explain", "GET", "/loginx")).isEqualTo(Exit.REFUSED);
    }

    private static String[] with(List<String> arguments, String... more) {
        return Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void a_public_route_lets_anybody_in() {
        assertThat(house.run("routes", "test", "GET", "/api/orders")).isEqualTo(Exit.OK);
        assertThat(house.out()).contains("ALLOWED", "GET /api/orders ");
    }

    @Test
    void somebody_who_did_not_sign_in_is_told_to() {
        assertThat(outcome("GET", "/api/orders/42").getString("reason")).isEqualTo("login_required");
        assertThat(outcome("GET", "/api/orders/42").getInteger("status")).isEqualTo(401);
    }

    @Test
    void a_person_has_the_scopes_and_roles_of_a_fresh_sign_in_unless_others_are_named() {
        assertThat(outcome("GET", "/api/orders/42", "--as", "alice").getBoolean("allowed"))
                .isTrue();
        var without = outcome("GET", "/api/orders/42", "--as", "alice", "--scope", "other");
        assertThat(without.getInteger("status")).isEqualTo(403);
        assertThat(without.getString("reason")).isEqualTo("scope_missing");
        assertThat(without.getString("detail")).contains("orders:read");
    }

    @Test
    void every_clause_of_a_policy_is_answered() {
        assertThat(house.run("routes", "test", "DELETE", "/api/orders/42", "--as", "alice", "--role", "support"))
                .isEqualTo(Exit.REFUSED);
        assertThat(house.out()).contains("REFUSED", "✔ role support", "✘ ip 10.0.0.0/8", "✘ mfa within 30m");
    }

    @Test
    void address_and_second_factor_count() {
        assertThat(allowed("DELETE", "/api/orders/42", "--as", "a", "--role", "support", "--ip", "10.1.2.3"))
                .isTrue();
        assertThat(allowed("DELETE", "/api/orders/42", "--as", "a", "--role", "support", "--mfa", "5m"))
                .isTrue();
        assertThat(allowed("DELETE", "/api/orders/42", "--as", "a", "--role", "support", "--mfa", "2h"))
                .isFalse();
    }

    @Test
    void claims_are_compared_with_the_path() {
        assertThat(allowed("GET", "/api/reports/acme/2026", "--as", "a", "--claim", "tenant=acme"))
                .isTrue();
        assertThat(allowed("GET", "/api/reports/acme/2026", "--as", "a", "--claim", "tenant=other"))
                .isFalse();
    }

    @Test
    void an_application_on_its_own_is_a_service() {
        assertThat(allowed("POST", "/api/reports/rebuild", "--client", "job")).isTrue();
        assertThat(allowed("POST", "/api/reports/rebuild", "--client", "job", "--as", "alice"))
                .isFalse();
    }

    @Test
    void a_path_no_route_lists_names_the_nearest() {
        var nothing = outcome("GET", "/api/order");
        assertThat(nothing.getInteger("status")).isEqualTo(404);
        assertThat(nothing.getString("detail")).contains("/api/orders");
    }

    @Test
    void a_method_that_is_not_taken_says_which_are() {
        var other = outcome("PATCH", "/api/orders/42");
        assertThat(other.getInteger("status")).isEqualTo(405);
        assertThat(other.getString("detail")).contains("DELETE");
    }

    @Test
    void an_ambiguous_path_is_what_the_gate_says_too() {
        assertThat(outcome("GET", "/api/orders/..%2fx").getInteger("status")).isEqualTo(400);
    }

    @Test
    void a_wrong_address_or_duration_is_a_mistake_of_usage() {
        assertThat(house.run("routes", "test", "GET", "/api/orders/1", "--ip", "here"))
                .isEqualTo(Exit.USAGE);
        assertThat(house.run("routes", "test", "GET", "/api/orders/1", "--as", "a", "--mfa", "soon"))
                .isEqualTo(Exit.USAGE);
    }

    private boolean allowed(String... arguments) {
        return outcome(arguments).getBoolean("allowed");
    }

    private JsonObject outcome(String... arguments) {
        var all = new java.util.ArrayList<>(java.util.List.of("routes", "test", "-o", "json"));
        all.addAll(java.util.List.of(arguments));
        int exit = house.run(all.toArray(String[]::new));
        var outcome = new JsonObject(house.out());
        assertThat(exit).isEqualTo(outcome.getBoolean("allowed") ? Exit.OK : Exit.REFUSED);
        return outcome;
    }
}
