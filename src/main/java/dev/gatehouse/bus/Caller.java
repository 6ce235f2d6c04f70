package dev.gatehouse.bus;

import dev.gatehouse.tokens.Claims;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.SessionId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a token speaks for. {@code subject} is a person's id or, where {@code person} is false, the client's own; what the token does not name is absent. The members
 * on the bus have the same names, with {@code issued_at} and {@code expires_at} in seconds since 1970.
 */
public record Caller(
        String issuer,
        String subject,
        boolean person,
        Optional<String> username,
        Optional<String> client,
        Optional<String> session,
        Optional<String> id,
        List<String> audience,
        Set<String> scopes,
        Set<String> roles,
        Set<String> groups,
        Instant issuedAt,
        Instant expiresAt) {
    /** Who did not have to say who they are. */
    public static final Caller NOBODY = new Caller(
            "",
            "",
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Set.of(),
            Set.of(),
            Set.of(),
            Instant.EPOCH,
            Instant.MAX);

    public boolean isNobody() {
        return subject.isEmpty();
    }

    /** Puts what a token says among the members of a message. */
    static JsonObject put(Claims claims, JsonObject into) {
        into.put("issuer", claims.issuer().value())
                .put("subject", claims.subject())
                .put("person", claims.isPerson())
                .put("audience", array(claims.audience()))
                .put("scopes", array(claims.scopes().values()))
                .put("roles", array(claims.roles()))
                .put("groups", array(claims.groups()))
                .put("issued_at", claims.issuedAt().getEpochSecond())
                .put("expires_at", claims.expiresAt().getEpochSecond());
        claims.username().ifPresent(username -> into.put("username", username));
        claims.client().map(ClientId::value).ifPresent(client -> into.put("client", client));
        claims.session().map(SessionId::value).ifPresent(session -> into.put("session", session));
        claims.id().ifPresent(id -> into.put("id", id));
        return into;
    }

    static Caller of(JsonObject message) {
        return new Caller(
                message.getString("issuer"),
                message.getString("subject"),
                message.getBoolean("person"),
                Optional.ofNullable(message.getString("username")),
                Optional.ofNullable(message.getString("client")),
                Optional.ofNullable(message.getString("session")),
                Optional.ofNullable(message.getString("id")),
                texts(message.getJsonArray("audience")),
                Set.copyOf(texts(message.getJsonArray("scopes"))),
                Set.copyOf(texts(message.getJsonArray("roles"))),
                Set.copyOf(texts(message.getJsonArray("groups"))),
                Instant.ofEpochSecond(message.getLong("issued_at")),
                Instant.ofEpochSecond(message.getLong("expires_at")));
    }

    private static JsonArray array(Collection<String> texts) {
        return new JsonArray(List.copyOf(texts));
    }

    private static List<String> texts(@Nullable JsonArray array) {
        if (array == null) return List.of();
        var texts = new LinkedHashSet<String>();
        for (Object text : array) texts.add((String) text);
        return List.copyOf(texts);
    }
}
