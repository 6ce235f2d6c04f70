package dev.gatehouse.tokens;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.tokens.CompactToken.Unreadable;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a token's header asks for (RFC 7515 §4.1). Keys or addresses of keys in it ({@code jwk, jku, x5c, x5u}) are ignored, as the RFC lets us: keys belong to
 * issuers and never come with a token. Extensions that must be understood are refused, since we understand none.
 */
record TokenHeader(JwsAlgorithm algorithm, Optional<String> kid, Optional<String> typ) {
    private static final int LONGEST_KID = 256;

    static TokenHeader of(Map<String, Object> header) throws Unreadable {
        if (header.containsKey("crit")) throw new Unreadable("the token has critical extensions (crit)");
        if (header.containsKey("b64")) throw new Unreadable("the token's payload is not encoded (b64)");
        if (header.containsKey("enc") || header.containsKey("zip"))
            throw new Unreadable("the token is encrypted or compressed");
        if (isNested(header.get("cty"))) throw new Unreadable("the token wraps another token");
        return new TokenHeader(algorithm(header), text(header, "kid"), text(header, "typ"));
    }

    private static JwsAlgorithm algorithm(Map<String, Object> header) throws Unreadable {
        if (!(header.get("alg") instanceof String name)) throw new Unreadable("the token names no algorithm");
        return JwsAlgorithm.named(name).orElseThrow(() -> new Unreadable("the token's algorithm is not one of ours"));
    }

    private static Optional<String> text(Map<String, Object> header, String name) throws Unreadable {
        var value = header.get(name);
        if (value == null) return Optional.empty();
        if (value instanceof String text && !text.isEmpty() && text.length() <= LONGEST_KID) return Optional.of(text);
        throw new Unreadable("the token's " + name + " is not a short text");
    }

    /** RFC 7519 §5.2. */
    private static boolean isNested(@Nullable Object cty) {
        return cty instanceof String text && text.equalsIgnoreCase("JWT");
    }
}
