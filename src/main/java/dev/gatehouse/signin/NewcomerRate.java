package dev.gatehouse.signin;

import dev.gatehouse.config.Config;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** How many accounts are made from one network, by whatever way: whoever wants a thousand costs a thousand hashes, and mails to a thousand others. */
final class NewcomerRate {
    private static final Duration PERIOD = Duration.ofHours(1);
    private static final int MOST_NETWORKS = 100_000;

    private final Supplier<Config> config;
    private final InstantSource clock;
    private final AtomicReference<Counted> counted;

    NewcomerRate(House house) {
        this.config = house.config();
        this.clock = house.clock();
        this.counted = new AtomicReference<>(counting(most()));
    }

    /** Those who came, under the number that holds; another number begins anew. */
    private record Counted(int most, LimitTable<SourceNetwork> networks) {}

    /** Refuses a network from which too many have come; asked before a password is hashed. */
    void take(Call call) {
        int most = most();
        counted.updateAndGet(now -> now.most() == most ? now : counting(most))
                .networks()
                .take(SourceNetwork.of(call.clientAddress()))
                .ifPresent(wait -> {
                    throw Reason.TOO_MANY_ATTEMPTS
                            .because("Too many accounts were made from your network; wait before the next one.")
                            .retryAfter(wait);
                });
    }

    private Counted counting(int most) {
        return new Counted(most, new LimitTable<>(new TokenBucket(most, PERIOD), MOST_NETWORKS, clock));
    }

    private int most() {
        return config.get().accounts().registrationsPerNetwork();
    }
}
