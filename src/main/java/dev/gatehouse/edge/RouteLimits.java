package dev.gatehouse.edge;

import dev.gatehouse.config.RateLimit;
import dev.gatehouse.config.RateLimit.Per;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.RateLimits;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.tokens.Claims;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The limits of one route: those of its API and its own, apart by when they are asked. Addresses are counted before any token is looked at, so that a refusal costs
 * little; callers are counted when it is known that they may, so that nobody uses up what is somebody else's.
 */
record RouteLimits(List<Counter> byAddress, List<Counter> byCaller, String policy) {
    static final RouteLimits NONE = new RouteLimits(List.of(), List.of(), "");

    /** One limit and everybody's standing. {@code name} is what the RateLimit fields call it. */
    record Counter(String name, RateLimit limit, LimitTable<Object> table, Object route) {
        /** Who is counted: whoever cannot be told apart in the asked way is counted by address. */
        Object key(Passage passage) {
            Claims claims = passage.claims;
            return switch (limit.per()) {
                case ROUTE -> route;
                case IP -> SourceNetwork.of(passage.exchange.clientAddress);
                case USER ->
                    claims == null
                            ? SourceNetwork.of(passage.exchange.clientAddress)
                            : new Caller(claims.issuer().value(), claims.subject());
                case CLIENT ->
                    claims == null
                            ? SourceNetwork.of(passage.exchange.clientAddress)
                            : new Caller(
                                    claims.issuer().value(),
                                    claims.client().isPresent()
                                            ? claims.client().get().value()
                                            : claims.subject());
            };
        }
    }

    /** A name of one issuer is not the same name of another one. */
    private record Caller(String issuer, String name) {}

    /** {@code route} is its method and whole pattern. */
    static RouteLimits of(String api, List<RateLimit> ofApi, String route, List<RateLimit> ofRoute, RateLimits tables) {
        if (ofApi.isEmpty() && ofRoute.isEmpty()) return NONE;
        var all = new ArrayList<Counter>();
        counters(api, ofApi, route, tables, all);
        counters(api + " " + route, ofRoute, route, tables, all);
        return new RouteLimits(
                all.stream().filter(RouteLimits::isByAddress).toList(),
                all.stream().filter(counter -> !isByAddress(counter)).toList(),
                inOrder(all).map(RouteLimits::policy).collect(Collectors.joining(", ")));
    }

    private static void counters(
            String name, List<RateLimit> limits, String route, RateLimits tables, List<Counter> to) {
        for (int i = 0; i < limits.size(); i++) {
            RateLimit limit = limits.get(i);
            to.add(new Counter(
                    printable(i == 0 ? name : name + " " + (i + 1)),
                    limit,
                    tables.table(name + ": " + limit.text(), bucket(limit)),
                    route));
        }
    }

    private static TokenBucket bucket(RateLimit limit) {
        return new TokenBucket(
                limit.burst(), limit.window().multipliedBy(limit.burst()).dividedBy(limit.count()));
    }

    private static boolean isByAddress(Counter counter) {
        return counter.limit().per() == Per.IP;
    }

    /** As they are asked. */
    private static Stream<Counter> inOrder(List<Counter> all) {
        return Stream.concat(
                all.stream().filter(RouteLimits::isByAddress), all.stream().filter(counter -> !isByAddress(counter)));
    }

    private static String policy(Counter counter) {
        return '"' + counter.name() + "\";q=" + counter.limit().count() + ";w="
                + counter.limit().window().toSeconds();
    }

    /** The inside of a String (RFC 9651 §3.3.3). */
    private static String printable(String name) {
        var text = new StringBuilder(name.length());
        for (char c : name.toCharArray()) text.append(c < 0x20 || c > 0x7e || c == '"' || c == '\\' ? '_' : c);
        return text.toString();
    }
}
