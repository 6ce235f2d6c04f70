package dev.gatehouse.edge;

import dev.gatehouse.config.Balance;
import dev.gatehouse.tokens.Claims;
import java.util.concurrent.ThreadLocalRandom;

/** One event loop's way of choosing among the servers of an API. Confined to its event loop. */
final class Choosing {
    final Servers servers;
    final RetryBudget budget;
    private final Balance balance;
    private int last;

    Choosing(Servers servers, long now) {
        this.servers = servers;
        this.budget = new RetryBudget(now);
        this.balance = servers.settings.balance();
        this.last = ThreadLocalRandom.current().nextInt(servers.size());
    }

    /** The next one for this request; {@code tried} are those it has been to. */
    int next(Passage passage, long tried, long now) {
        if (servers.size() == 1) return 0;
        long set = servers.candidates(tried, now);
        while (true) {
            int index = chosen(passage, set);
            if (servers.target(index).take(now)) return index;
            long others = set & ~(1L << index);
            if (others == 0) return index;
            set = others;
        }
    }

    private int chosen(Passage passage, long set) {
        if (balance instanceof Balance.RoundRobin) return last = Balancer.next(set, last);
        if (balance instanceof Balance.LeastRequests)
            return last =
                    Balancer.least(set, index -> servers.target(index).underWay.get(), last);
        return Balancer.ofHash(set, Balancer.hash(key(passage)), servers.seeds());
    }

    /** Who has no user or field of that name goes by their address. */
    private String key(Passage passage) {
        if (balance instanceof Balance.OfUser) {
            Claims claims = passage.claims;
            if (claims != null) return claims.subject();
        } else if (balance instanceof Balance.OfHeader header) {
            String value = passage.request.getHeader(header.name());
            if (value != null) return value;
        }
        return passage.clientAddressText();
    }
}
