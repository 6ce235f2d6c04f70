package dev.gatehouse.oauth.grant;

import static dev.gatehouse.clients.OAuthError.INVALID_GRANT;

import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.signin.Issued;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;

/** Codes and tokens that do not hold, counted for each client at each address: past the limit nothing more of theirs is looked up for a while. */
public final class WrongGrants {
    private static final TokenBucket MOST = new TokenBucket(50, Duration.ofMinutes(1));
    private static final int MOST_SOURCES = 100_000;

    private final LimitTable<From> wrong;

    public WrongGrants(InstantSource clock) {
        this.wrong = new LimitTable<>(MOST, MOST_SOURCES, clock);
    }

    private record From(ClientId client, SourceNetwork source) {}

    /** The same grant, counted. */
    public Grant counted(Grant grant) {
        return asked -> {
            var from =
                    new From(asked.client().id(), SourceNetwork.of(asked.call().clientAddress()));
            wrong.blocked(from).ifPresent(wait -> {
                throw Reason.TOO_MANY_ATTEMPTS
                        .because("too many codes or tokens that do not hold")
                        .retryAfter(wait);
            });
            Future<Issued> issued = grant.exchange(asked);
            return issued.onFailure(failure -> {
                if (failure instanceof Refusal refusal && refusal.problem() == INVALID_GRANT) wrong.take(from);
            });
        };
    }
}
