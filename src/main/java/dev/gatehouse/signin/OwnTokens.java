package dev.gatehouse.signin;

import dev.gatehouse.config.Config;
import dev.gatehouse.limits.ForgeryGuard;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.GatehouseJwtAuth;
import dev.gatehouse.tokens.TokenProfile;
import dev.gatehouse.tokens.Tokens;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Reason;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Access tokens of ours, whichever of our APIs they are meant for. What this thread has verified before costs no arithmetic. */
public final class OwnTokens {
    private static final Verdict FOREIGN = new Verdict.Rejected(Reason.INVALID_TOKEN, "the token is not valid");

    private final Tokens tokens;
    private final Supplier<Config> config;
    private final String url;
    private final ForgeryGuard forgeries;
    private volatile Views views;

    /** One view for each audience, as long as the settings are the same object. */
    private record Views(Config of, List<GatehouseJwtAuth> all) {}

    public OwnTokens(House house) {
        this.tokens = house.tokens();
        this.config = house.config();
        this.url = house.url();
        this.forgeries = house.forgeries();
        this.views = views(house.config().get());
    }

    /** Never throws for what a stranger sent. */
    public Verdict verify(String token) {
        var all = views().all();
        for (var view : all) {
            Optional<Claims> known = view.remembered(token);
            if (known.isPresent()) return new Verdict.Accepted(known.get());
        }
        Verdict last = FOREIGN;
        for (var view : all) {
            last = view.verify(token);
            if (last instanceof Verdict.Accepted) return last;
        }
        return last;
    }

    /** As {@link #verify}, for callers who show nothing but the token: refuses one that does not hold, and counts it. */
    public Claims verified(String token, InetAddress source) {
        forgeries.blocked(source).ifPresent(wait -> {
            throw Reason.TOO_MANY_ATTEMPTS
                    .because("Too many tokens from this address were not valid.")
                    .retryAfter(wait);
        });
        Verdict verdict = verify(token);
        if (verdict instanceof Verdict.Accepted accepted) return accepted.claims();
        forgeries.failed(source);
        var no = (Verdict.Rejected) verdict;
        throw no.reason().because(no.detail());
    }

    @SuppressWarnings("ReferenceEquality") // settings are replaced as a whole
    private Views views() {
        var now = views;
        var current = config.get();
        if (now.of == current) return now;
        var changed = views(current);
        views = changed;
        return changed;
    }

    private Views views(Config of) {
        return new Views(
                of,
                Audiences.all(of, url).stream()
                        .map(audience -> tokens.auth(new TokenProfile(Set.of(tokens.self()), audience)))
                        .toList());
    }
}
