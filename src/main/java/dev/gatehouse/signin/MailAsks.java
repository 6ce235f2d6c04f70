package dev.gatehouse.signin;

import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** People at pages that send mails: not too often from one network, and never longer for one than for another. How often one account is written to is counted with its mails. */
final class MailAsks {
    static final int PER_NETWORK = 20;
    static final int MOST_UNDER_WAY = 256;

    private static final TokenBucket EACH_NETWORK = new TokenBucket(PER_NETWORK, Duration.ofMinutes(15));
    private static final int MOST_NETWORKS = 100_000;
    private static final Logger LOG = LoggerFactory.getLogger(MailAsks.class);

    private final LimitTable<SourceNetwork> networks;
    private final AtomicInteger underWay = new AtomicInteger();

    MailAsks(InstantSource clock) {
        this.networks = new LimitTable<>(EACH_NETWORK, MOST_NETWORKS, clock);
    }

    /** Refuses a network that has asked too often. */
    void take(Call call) {
        networks.take(SourceNetwork.of(call.clientAddress())).ifPresent(wait -> {
            throw Reason.TOO_MANY_ATTEMPTS
                    .because("Too many attempts; wait before the next one.")
                    .retryAfter(wait);
        });
    }

    /** Begins what nobody waits for, so that no answer tells by its time what was found. */
    void begin(Supplier<Future<Void>> work) {
        if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
            underWay.decrementAndGet();
            throw Reason.BUSY.because("Too many at once.").retryAfter(Duration.ofSeconds(2));
        }
        Future.<Void>future(promise -> work.get().onComplete(promise))
                .onComplete(done -> underWay.decrementAndGet())
                .onFailure(failure -> LOG.warn("somebody asked for a mail and gets none: {}", failure.getMessage()));
    }

    /** What a link knows the browser again by that it was asked for in. */
    static String browser(BrowserCookie cookie) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(cookie.hash().getBytes());
    }
}
