package dev.gatehouse.signin;

import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Wrong passwords are counted twice: by name in the database, where all nodes see it, and by address here. Tries under way count as failures until they are over,
 * so that many at once get no further than many in a row; memory for them is bounded by the hashing queue behind it.
 */
final class LoginThrottle {
    private static final TokenBucket PER_ADDRESS = new TokenBucket(50, Duration.ofMinutes(15));
    private static final int MOST_ADDRESSES = 100_000;
    private static final Duration UNTIL_OTHERS_ARE_OVER = Duration.ofSeconds(2);

    private final LimitTable<SourceNetwork> addresses;
    private final ConcurrentHashMap<String, Integer> underWay = new ConcurrentHashMap<>();

    LoginThrottle(InstantSource clock) {
        this.addresses = new LimitTable<>(PER_ADDRESS, MOST_ADDRESSES, clock);
    }

    /** One try; {@code others} were under way for the same name when it began. */
    record Try(String nameKey, SourceNetwork source, int others) {}

    /** Refuses an address that has used up its tries; each try that begins must end by {@link #end}. */
    Try begin(String nameKey, SourceNetwork source) {
        Optional<Duration> wait = addresses.take(source);
        if (wait.isPresent()) throw tooMany(wait.get());
        int before = underWay.merge(nameKey, 1, Integer::sum) - 1;
        return new Try(nameKey, source, before);
    }

    /** Refuses a name that has failed too often; an address that signed in to the account before is not held up by what others tried. */
    void check(Try attempt, int failures, int most, boolean knownAddress, Duration untilForgotten) {
        if (knownAddress) return;
        if (failures >= most) throw tooMany(untilForgotten);
        if (failures + attempt.others() >= most) throw tooMany(UNTIL_OTHERS_ARE_OVER);
    }

    void end(Try attempt, boolean wrongPassword) {
        underWay.computeIfPresent(attempt.nameKey(), (name, count) -> count > 1 ? count - 1 : null);
        if (!wrongPassword) addresses.giveBack(attempt.source());
    }

    private static Refusal tooMany(Duration wait) {
        return Reason.TOO_MANY_ATTEMPTS
                .because("Too many attempts; wait before the next one.")
                .retryAfter(wait);
    }
}
