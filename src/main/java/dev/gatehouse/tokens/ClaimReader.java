package dev.gatehouse.tokens;

import dev.gatehouse.tokens.CompactToken.Unreadable;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a payload into {@link Claims}; a claim of the wrong type refuses the token, whoever signed it. Texts that become header fields, log lines or lookup keys
 * hold no control characters and have a bound.
 */
record ClaimReader(Map<String, Object> payload) {
    private static final int LONGEST_TEXT = 1024;
    private static final int MOST_ENTRIES = 1024;
    /** 9999-12-31T23:59:59Z; anything later is not a date that anybody meant. */
    private static final long LATEST = 253_402_300_799L;

    String issuer() throws Unreadable {
        return required("iss");
    }

    /** One text or a list of texts (RFC 7519 §4.1.3). */
    List<String> audience() throws Unreadable {
        var value = payload.get("aud");
        if (value instanceof String) return List.of(required("aud"));
        var audience = List.copyOf(texts("aud"));
        if (audience.isEmpty()) throw new Unreadable("the token has no aud");
        return audience;
    }

    /** Seconds, possibly with a fraction (RFC 7519 §2, NumericDate), which is cut off. */
    Optional<Instant> date(String name) throws Unreadable {
        var value = payload.get(name);
        if (value == null) return Optional.empty();
        if (value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= LATEST) {
            return Optional.of(Instant.ofEpochSecond(number.longValue()));
        }
        throw new Unreadable("the token's " + name + " is not a date");
    }

    Instant requiredDate(String name) throws Unreadable {
        return date(name).orElseThrow(() -> new Unreadable("the token has no " + name));
    }

    Claims claims(Issuer issuer, TokenType said) throws Unreadable {
        var client = text("client_id").or(() -> said == TokenType.ANY_JWT ? quietly("azp") : Optional.empty());
        var id = text("jti");
        if (said == TokenType.ACCESS_TOKEN) {
            if (client.isEmpty()) throw new Unreadable("the token has no client_id");
            if (id.isEmpty()) throw new Unreadable("the token has no jti");
        }
        return new Claims(
                issuer,
                required("sub"),
                audience(),
                client.map(ClientId::new),
                text("sid").map(SessionId::new),
                text("gid").map(GrantId::new),
                boundTo(),
                id,
                text("preferred_username"),
                scopes(),
                texts("roles"),
                texts("groups"),
                requiredDate("iat"),
                requiredDate("exp"),
                Collections.unmodifiableMap(payload));
    }

    /** {@code cnf.jkt} (RFC 9449 §6.1); a confirmation of another kind is one that nobody here can check (RFC 7800 §3.1), so the token is refused. */
    private Optional<String> boundTo() throws Unreadable {
        var value = payload.get("cnf");
        if (value == null) return Optional.empty();
        if (!(value instanceof Map<?, ?> cnf) || !(cnf.get("jkt") instanceof String jkt))
            throw new Unreadable("the token is bound to a key in a way that is not known here (cnf)");
        return Optional.of(checked("cnf", jkt));
    }

    /** Space-separated (RFC 8693 §4.2). */
    private Scopes scopes() throws Unreadable {
        var value = payload.get("scope");
        if (value == null) return Scopes.NONE;
        if (!(value instanceof String text)) throw new Unreadable("the token's scope is not a text");
        try {
            return Scopes.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Unreadable("the token's scope is not a list of scopes");
        }
    }

    private Set<String> texts(String name) throws Unreadable {
        var value = payload.get(name);
        if (value == null) return Set.of();
        if (!(value instanceof List<?> list) || list.size() > MOST_ENTRIES)
            throw new Unreadable("the token's " + name + " is not a list of texts");
        var texts = new LinkedHashSet<String>();
        for (var entry : list) texts.add(checked(name, entry));
        return Collections.unmodifiableSet(texts);
    }

    private String required(String name) throws Unreadable {
        return text(name).orElseThrow(() -> new Unreadable("the token has no " + name));
    }

    private Optional<String> text(String name) throws Unreadable {
        var value = payload.get(name);
        return value == null ? Optional.empty() : Optional.of(checked(name, value));
    }

    /** A claim of others that we may use but do not ask for. */
    private Optional<String> quietly(String name) {
        try {
            return text(name);
        } catch (Unreadable e) {
            return Optional.empty();
        }
    }

    private static String checked(String name, Object value) throws Unreadable {
        if (!(value instanceof String text)) throw new Unreadable("the token's " + name + " is not a text");
        if (text.isBlank()) throw new Unreadable("the token's " + name + " is blank");
        if (text.length() > LONGEST_TEXT) throw new Unreadable("the token's " + name + " is too long");
        if (text.chars().anyMatch(Character::isISOControl))
            throw new Unreadable("the token's " + name + " has control characters");
        return text;
    }
}
