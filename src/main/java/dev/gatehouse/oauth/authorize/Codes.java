package dev.gatehouse.oauth.authorize;

import dev.gatehouse.oauth.Authorization;
import dev.gatehouse.signin.BrowserSession;
import dev.gatehouse.signin.House;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.store.OneTime.Kind;
import dev.gatehouse.vocabulary.RandomText;
import io.vertx.core.Future;
import java.time.Duration;

/** Authorization codes: 256 bits, good once and for a minute (RFC 6749 §4.1.2 allows ten; FAPI 2.0 §5.3.2.1 one). */
final class Codes {
    static final Duration LIFETIME = Duration.ofSeconds(60);

    private final OneTime once;
    private final House house;

    Codes(House house) {
        this.once = new OneTime(house.database());
        this.house = house;
    }

    Future<String> issue(AuthorizationRequest request, BrowserSession session) {
        String code = RandomText.of(house.random(), 32);
        var authorization = new Authorization(
                request.client(),
                session.person().id(),
                session.id(),
                request.destination().redirect(),
                request.destination().named(),
                request.challenge(),
                request.scopes(),
                request.audience(),
                request.nonce(),
                request.dpopKey(),
                session.authTime(),
                request.acrToSay(session.acr()),
                session.amr(),
                session.secondFactorAt(),
                request.claims());
        return once.put(
                        Kind.CODE,
                        code,
                        authorization.toJson(),
                        house.clock().instant().plus(LIFETIME))
                .map(code);
    }
}
