package dev.gatehouse.config;

import dev.gatehouse.vocabulary.RoutePattern;
import java.util.Map;
import java.util.Optional;

/** What a route asks for besides method and path, and what becomes of the path. {@code headers} by lower-case name, those of the API among them. */
public record RouteTerms(
        @Setting(
                        form = Form.FIELDS,
                        value =
                                "Header fields that a request must have, each once and with exactly this value, besides those of the API.",
                        leftOut = "none",
                        example = "X-Version: 2")
                Map<String, String> headers,
        @Setting(
                        form = Form.PATH,
                        value =
                                "The path that the upstream gets to see, with variables of the route; `/**` at its end is what the route's own `/**` stands for. The query stays.",
                        leftOut = "the path as it came, or what `strip` leaves of it",
                        example = "/v2/orders/{id}")
                Optional<RoutePattern> rewrite) {}
