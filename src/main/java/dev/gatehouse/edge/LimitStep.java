package dev.gatehouse.edge;

import dev.gatehouse.edge.RouteLimits.Counter;
import dev.gatehouse.limits.LimitTable.Standing;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.List;

/** Not too often. What a request was counted by is told with every answer to it (draft-ietf-httpapi-ratelimit-headers-11). */
final class LimitStep {
    static final String POLICY = "RateLimit-Policy";
    static final String LIMIT = "RateLimit";
    private static final long NANOS = 1_000_000_000L;

    private LimitStep() {}

    /** Before anything is known of the caller. False when the request was refused. */
    static boolean allowsAddress(Passage passage) {
        return allows(passage, passage.route().limits().byAddress());
    }

    /** When it is known who is calling and that they may. */
    static boolean allowsCaller(Passage passage) {
        return allows(passage, passage.route().limits().byCaller());
    }

    private static boolean allows(Passage passage, List<Counter> counters) {
        if (counters.isEmpty()) return true;
        var told = new StringBuilder(64);
        if (!passage.standing.isEmpty()) told.append(passage.standing).append(", ");
        for (int i = 0; i < counters.size(); i++) {
            Counter counter = counters.get(i);
            Standing standing = counter.table().ask(counter.key(passage));
            if (i > 0) told.append(", ");
            tell(counter, standing, told);
            if (standing.isRefused()) {
                passage.standing = told.toString();
                giveBack(passage, counters.subList(0, i));
                refuse(passage, counter, standing);
                return false;
            }
        }
        passage.standing = told.toString();
        return true;
    }

    private static void tell(Counter counter, Standing standing, StringBuilder told) {
        told.append('"')
                .append(counter.name())
                .append("\";r=")
                .append(standing.left())
                .append(";t=")
                .append(seconds(standing.fullInNanos()));
    }

    /** A request that one limit refuses does not count for the others. */
    private static void giveBack(Passage passage, List<Counter> taken) {
        for (Counter counter : taken) counter.table().giveBack(counter.key(passage));
    }

    private static void refuse(Passage passage, Counter counter, Standing standing) {
        String whose =
                switch (counter.limit().per()) {
                    case IP -> "from one address";
                    case USER -> "of one user";
                    case CLIENT -> "of one client";
                    case ROUTE -> "of all callers together";
                };
        Answers.refuse(
                passage,
                Reason.RATE_LIMITED,
                "The limit here is " + counter.limit().count() + " requests " + whose + " in "
                        + counter.limit().window().toSeconds() + " s.",
                Duration.ofNanos(standing.waitNanos()));
    }

    /** Where the route has limits, what an API behind it says about limits of its own would be taken for ours. */
    static void stamp(Passage passage, MultiMap fields) {
        if (passage.standing.isEmpty()) return;
        fields.set(POLICY, passage.route().limits().policy());
        fields.set(LIMIT, passage.standing);
    }

    private static long seconds(long nanos) {
        return Math.max(0, (nanos + NANOS - 1) / NANOS);
    }
}
