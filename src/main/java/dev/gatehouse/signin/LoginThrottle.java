package dev.gatehouse.signin;

import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.signin.SignIns.Known;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Wrong passwords are counted twice: by name in the database, where all nodes see it, and by address here. Whoever an account knows again has a count of their own in place of
 * the name's. Tries under way count as failures until they are over, so that many at once get no further than many in a row; memory for them is bounded by the hashing
 * queue behind it.
 */
final class LoginThrottle {
    private static final TokenBucket PER_ADDRESS = new TokenBucket(50, Duration.ofMinutes(15));
    private static final int MOST_ADDRESSES = 100_000;
    private static final Duration UNTIL_OTHERS_ARE_OVER = Duration.ofSeconds(2);

    private final LimitTable<SourceNetwork> addresses;
    private final ConcurrentHashMap<Count, Integer> underWay = new ConcurrentHashMap<>();

    LoginThrottle(InstantSource clock) {
        this.addresses = new LimitTable<>(PER_ADDRESS, MOST_ADDRESSES, clock);
    }

    /** Whose tries count together. */
    private record Count(KnownBy by, String nameKey, Object place) {}

    /** One try; {@code others} were under way when it began, for the same name and as many as would count with it. */
    record Try(SourceNetwork source, Map<KnownBy, Count> counts, Map<KnownBy, Integer> others) {}

    /** Refuses an address that has used up its tries; each try that begins must end by {@link #end}. */
    Try begin(String nameKey, SourceNetwork source, Optional<DeviceCookie> device) {
        Optional<Duration> wait = addresses.take(source);
        if (wait.isPresent()) throw tooMany(wait.get());
        var counts = new EnumMap<KnownBy, Count>(KnownBy.class);
        counts.put(KnownBy.NONE, new Count(KnownBy.NONE, nameKey, ""));
        counts.put(KnownBy.ADDRESS, new Count(KnownBy.ADDRESS, nameKey, source));
        device.ifPresent(one -> counts.put(KnownBy.DEVICE, new Count(KnownBy.DEVICE, nameKey, one.hash())));
        var others = new EnumMap<KnownBy, Integer>(KnownBy.class);
        counts.forEach((by, count) -> others.put(by, underWay.merge(count, 1, Integer::sum) - 1));
        return new Try(source, counts, others);
    }

    /** Refuses whoever has failed too often. */
    void check(Try attempt, Known known, int most) {
        if (known.failures() >= most) throw tooMany(known.untilForgotten());
        if (known.failures() + attempt.others().getOrDefault(known.by(), 0) >= most)
            throw tooMany(UNTIL_OTHERS_ARE_OVER);
    }

    void end(Try attempt, boolean wrongPassword) {
        for (Count count : attempt.counts().values())
            underWay.computeIfPresent(count, (counted, tries) -> tries > 1 ? tries - 1 : null);
        if (!wrongPassword) addresses.giveBack(attempt.source());
    }

    private static Refusal tooMany(Duration wait) {
        return Reason.TOO_MANY_ATTEMPTS
                .because("Too many attempts; wait before the next one.")
                .retryAfter(wait);
    }
}
