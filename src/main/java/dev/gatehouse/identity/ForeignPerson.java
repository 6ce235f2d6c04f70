package dev.gatehouse.identity;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Somebody as another provider knows them. Issuer and subject are who they are; a mail address and a name are what the provider says of them today. {@code roles} are those
 * of ours that its claims give, {@code sealedTokens} its tokens under our master key where they are to be kept.
 */
public record ForeignPerson(
        String provider,
        String issuer,
        String subject,
        Optional<EmailAddress> email,
        boolean emailVerified,
        Optional<String> nickname,
        List<String> roles,
        Optional<String> sealedTokens) {
    /** In characters (OpenID Connect Core §2). */
    public static final int LONGEST_SUBJECT = 255;

    public ForeignPerson {
        roles = List.copyOf(roles);
    }

    /** The same, of whom one role more is said. */
    ForeignPerson withRole(String role) {
        var more = new ArrayList<>(roles);
        more.add(role);
        return new ForeignPerson(provider, issuer, subject, email, emailVerified, nickname, more, sealedTokens);
    }

    public JsonObject toJson() {
        var json = new JsonObject()
                .put("provider", provider)
                .put("issuer", issuer)
                .put("subject", subject)
                .put("verified", emailVerified)
                .put("roles", new JsonArray(roles));
        email.ifPresent(address -> json.put("email", address.value()));
        nickname.ifPresent(name -> json.put("nickname", name));
        sealedTokens.ifPresent(text -> json.put("tokens", text));
        return json;
    }

    public static ForeignPerson from(JsonObject json) {
        return new ForeignPerson(
                json.getString("provider"),
                json.getString("issuer"),
                json.getString("subject"),
                Optional.ofNullable(json.getString("email")).map(EmailAddress::new),
                json.getBoolean("verified"),
                Optional.ofNullable(json.getString("nickname")),
                json.getJsonArray("roles").stream().map(String.class::cast).toList(),
                Optional.ofNullable(json.getString("tokens")));
    }
}
