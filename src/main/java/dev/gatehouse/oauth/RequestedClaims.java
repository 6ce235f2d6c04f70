package dev.gatehouse.oauth;

import dev.gatehouse.identity.StandardClaim;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a client asked for claim by claim, with the {@code claims} parameter (OpenID Connect Core §5.5). The names for user information travel in the access token,
 * and only where there are any: whoever asks there shows that token, and no row has to be kept for it.
 */
public final class RequestedClaims {
    /** The claim of an access token that lists them. */
    public static final String CARRIED = "userinfo";

    private RequestedClaims() {}

    /** What an access token says besides, so that user information can be answered as it was asked for: {@code AccessGrant.more}. */
    public static Map<String, Object> carried(Optional<JsonObject> claims) {
        List<String> names =
                of(claims, "userinfo").stream().map(StandardClaim::claim).toList();
        return names.isEmpty() ? Map.of() : Map.of(CARRIED, names);
    }

    /** The standard claims that are wanted in the ID token itself. */
    public static Set<StandardClaim> forIdToken(Optional<JsonObject> claims) {
        return of(claims, "id_token");
    }

    /** What an access token carries. */
    static Set<StandardClaim> in(Map<String, Object> accessToken) {
        var wanted = new LinkedHashSet<StandardClaim>();
        if (accessToken.get(CARRIED) instanceof List<?> names)
            for (Object name : names) StandardClaim.named(String.valueOf(name)).ifPresent(wanted::add);
        return wanted;
    }

    /** Claims that nobody here knows are passed over (§5.5). */
    private static Set<StandardClaim> of(Optional<JsonObject> claims, String member) {
        var wanted = new LinkedHashSet<StandardClaim>();
        if (claims.isPresent() && claims.get().getValue(member) instanceof JsonObject names)
            for (String name : names.fieldNames()) StandardClaim.named(name).ifPresent(wanted::add);
        return wanted;
    }
}
