package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of a person beyond who they are: the standard claims (OpenID Connect Core §5.1). {@code kept} holds those that have no column of their own. */
public record Profile(
        UserId account,
        String username,
        Optional<String> email,
        boolean emailVerified,
        Map<String, Object> kept,
        Instant updatedAt) {
    public Profile {
        kept = Map.copyOf(kept);
    }

    /** Those of the claims that there is something to say about. */
    public JsonObject claims(Collection<StandardClaim> wanted) {
        var claims = new JsonObject();
        for (StandardClaim claim : wanted) {
            Object value = claim(claim);
            if (value != null) claims.put(claim.claim(), value);
        }
        return claims;
    }

    private @Nullable Object claim(StandardClaim claim) {
        return switch (claim) {
            case PREFERRED_USERNAME -> username;
            case UPDATED_AT -> updatedAt.getEpochSecond();
            case EMAIL -> email.orElse(null);
            case EMAIL_VERIFIED -> email.isPresent() ? emailVerified : null;
            case PHONE_NUMBER_VERIFIED ->
                kept.containsKey("phone_number") ? kept.getOrDefault(claim.claim(), false) : null;
            default -> kept.get(claim.claim());
        };
    }

    /** A new number has not been verified, whatever the old one was. A part of an address is named {@code address.locality}. */
    static JsonObject changed(JsonObject before, Map<String, ?> set, Set<String> unset) {
        var after = before.copy();
        if (set.containsKey("phone_number") || unset.contains("phone_number")) after.remove("phone_number_verified");
        unset.forEach(claim -> removed(after, claim));
        set.forEach((claim, value) -> put(after, claim, value));
        return after;
    }

    private static void put(JsonObject profile, String claim, Object value) {
        if (!claim.startsWith("address.")) {
            profile.put(claim, known(claim).form().read(claim, value));
            return;
        }
        var address = Optional.ofNullable(profile.getJsonObject("address"))
                .map(JsonObject::copy)
                .orElseGet(JsonObject::new)
                .put(claim.substring("address.".length()), value);
        profile.put("address", ClaimForm.ADDRESS.read("address", address));
    }

    private static void removed(JsonObject profile, String claim) {
        if (!claim.startsWith("address.")) {
            known(claim);
            profile.remove(claim);
            return;
        }
        var address = profile.getJsonObject("address");
        if (address == null) return;
        address.remove(claim.substring("address.".length()));
        if (address.isEmpty()) profile.remove("address");
    }

    private static StandardClaim known(String claim) {
        return StandardClaim.named(claim)
                .filter(found -> found.form() != ClaimForm.KEPT_ELSEWHERE)
                .orElseThrow(
                        () -> ClaimForm.wrong(claim.replaceAll("[^\\x20-\\x7e]", "?"), "is no claim that is kept"));
    }

    /** From a row with the columns {@code id, username, email, email_verified, profile, updated_at}. */
    static Profile of(Row row) {
        return new Profile(
                new UserId(row.getString("id")),
                row.getString("username"),
                Optional.ofNullable(row.getString("email")),
                row.getBoolean("email_verified"),
                row.getJsonObject("profile").getMap(),
                row.getOffsetDateTime("updated_at").toInstant());
    }
}
