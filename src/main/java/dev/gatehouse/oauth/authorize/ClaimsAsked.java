package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;
import static dev.gatehouse.clients.OAuthError.UNMET_AUTHENTICATION_REQUIREMENTS;

import dev.gatehouse.identity.StandardClaim;
import dev.gatehouse.signin.Level;
import dev.gatehouse.tokens.StrictJson;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code claims} parameter (OpenID Connect Core §5.5): an object that can be read in one way, of which {@code userinfo} and {@code id_token} are kept. A {@code
 * sub} with a value says who has to be signed in; an essential {@code acr} says how, and one that is not offered is refused at once (OpenID Connect Core Unmet
 * Authentication Requirements §2).
 */
final class ClaimsAsked {
    /** What a sign-in here can amount to. */
    static final List<String> OFFERED_ACR = Level.names();

    private static final int MOST_CLAIMS = 64;

    private ClaimsAsked() {}

    static void check(Draft draft) {
        draft.claims =
                draft.sent.field("claims").map(ClaimsAsked::read).map(claims -> allowed(claims, draft.client.scopes()));
        draft.claims.ifPresent(claims -> {
            subject(claims, "userinfo", draft.subjects);
            subject(claims, "id_token", draft.subjects);
            draft.acrValues = essentialAcr(claims.getJsonObject("id_token"));
        });
        if (!draft.acrValues.isEmpty() && draft.acrValues.stream().noneMatch(OFFERED_ACR::contains))
            throw UNMET_AUTHENTICATION_REQUIREMENTS.because("no sign-in here meets the acr that is essential");
    }

    private static JsonObject read(String text) {
        try {
            Map<String, Object> strict = StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
            var kept = new JsonObject();
            var read = new JsonObject(text);
            for (String part : List.of("userinfo", "id_token"))
                if (strict.get(part) != null) kept.put(part, requests(read.getValue(part)));
            return kept;
        } catch (StrictJson.Malformed wrong) {
            throw INVALID_REQUEST.because("claims does not hold: " + wrong.getMessage());
        }
    }

    /** A claim that belongs to a scope which the client may not ask for is passed over, as one that nobody knows is (§5.4, §5.5). */
    private static JsonObject allowed(JsonObject claims, Scopes may) {
        for (String part : List.copyOf(claims.fieldNames())) {
            var wanted = claims.getJsonObject(part);
            for (String name : List.copyOf(wanted.fieldNames()))
                StandardClaim.named(name)
                        .filter(claim -> !may.has(claim.scope()))
                        .ifPresent(claim -> wanted.remove(name));
        }
        return claims;
    }

    /** Each member is null, or an object that says how the claim is wanted (§5.5.1). */
    private static JsonObject requests(@Nullable Object part) {
        if (!(part instanceof JsonObject wanted)) throw INVALID_REQUEST.because("claims holds what is not an object");
        if (wanted.size() > MOST_CLAIMS) throw INVALID_REQUEST.because("claims asks for too much");
        wanted.forEach(claim -> {
            if (claim.getValue() != null && !(claim.getValue() instanceof JsonObject))
                throw INVALID_REQUEST.because("a claim is asked for by null or by an object");
        });
        return wanted;
    }

    private static void subject(JsonObject claims, String part, Set<String> subjects) {
        var wanted = claims.getJsonObject(part);
        if (wanted != null
                && wanted.getValue("sub") instanceof JsonObject sub
                && sub.getValue("value") instanceof String value) subjects.add(value);
    }

    private static Set<String> essentialAcr(@Nullable JsonObject idToken) {
        if (idToken == null || !(idToken.getValue("acr") instanceof JsonObject acr)) return Set.of();
        if (!Boolean.TRUE.equals(acr.getValue("essential"))) return Set.of();
        var values = new LinkedHashSet<String>();
        if (acr.getValue("value") instanceof String value) values.add(value);
        if (acr.getValue("values") instanceof JsonArray several)
            several.forEach(value -> values.add(String.valueOf(value)));
        return values;
    }
}
