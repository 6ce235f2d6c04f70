package dev.gatehouse.edge;

import dev.gatehouse.config.ApiCallers.Auth;
import dev.gatehouse.tokens.Claims;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.function.BiConsumer;

/** The whole header section that an API gets to see, framing apart: what may go on of the caller's, then what only we may say; {@code Via} as RFC 9110 §7.6.3 demands. */
final class UpstreamFields {
    private UpstreamFields() {}

    /** Whether the caller takes trailers. */
    static boolean stamp(Passage passage, BiConsumer<String, String> to) {
        boolean relay = passage.route().relaysTokens();
        boolean asItCame = relay && passage.route().auth() == Auth.BEARER;
        boolean asked = HeaderPolicy.request(passage.request.headers(), asItCame, to);
        if (relay && !asItCame) relayToken(passage, to);
        Claims claims = passage.claims;
        String jwt = passage.identity;
        if (jwt != null) to.accept(IdentityFields.IDENTITY, jwt);
        else if (claims != null && !relay) IdentityFields.stamp(claims, to);
        to.accept("X-Request-Id", passage.exchange.requestId);
        to.accept("Via", passage.isStream() ? "2.0 gatehouse" : "1.1 gatehouse");
        ForwardedFields.stamp(passage, to);
        return (asked || passage.isStream()) && takesTrailers(passage.request.headers());
    }

    private static boolean takesTrailers(MultiMap from) {
        for (String value : from.getAll(HttpHeaderNames.TE))
            for (String coding : value.split(",")) if (coding.trim().equalsIgnoreCase("trailers")) return true;
        return false;
    }

    /** Where cookies of ours are taken, none of them goes on: the API gets the token that they stand for. */
    private static void relayToken(Passage passage, BiConsumer<String, String> to) {
        String token = passage.sessionToken;
        if (token != null) to.accept("Authorization", "Bearer " + token);
        else if (passage.claims != null)
            to.accept("Authorization", passage.request.getHeader(HttpHeaders.AUTHORIZATION));
    }
}
