package dev.gatehouse.edge;

import dev.gatehouse.tokens.Claims;
import java.util.function.BiConsumer;

/** The whole header section that an API gets to see, framing apart: what may go on of the caller's, then what only we may say; {@code Via} as RFC 9110 §7.6.3 demands. */
final class UpstreamFields {
    private UpstreamFields() {}

    static void stamp(Passage passage, BiConsumer<String, String> to) {
        boolean relay = passage.route().relaysTokens();
        HeaderPolicy.request(passage.request.headers(), relay, to);
        Claims claims = passage.claims;
        String jwt = passage.identity;
        if (jwt != null) to.accept(IdentityFields.IDENTITY, jwt);
        else if (claims != null && !relay) IdentityFields.stamp(claims, to);
        to.accept("X-Request-Id", passage.exchange.requestId);
        to.accept("Via", "1.1 gatehouse");
        ForwardedFields.stamp(passage, to);
    }
}
