package dev.gatehouse.signin;

import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Person;
import dev.gatehouse.tokens.Claims;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What access tokens say of people because the file wants it said ({@code tokens.claims}), by whatever way they are given. */
public final class MappedClaims {
    private final Supplier<Config> config;

    public MappedClaims(Supplier<Config> config) {
        this.config = config;
    }

    /** {@code said}, and what there is to say of the person at this moment. */
    Map<String, Object> of(Person person, Map<String, Object> said) {
        Map<String, String> sources = config.get().tokens().claims();
        if (sources.isEmpty()) return said;
        var all = new HashMap<>(said);
        sources.forEach((claim, source) -> person.said(source).ifPresent(value -> all.put(claim, value)));
        return all;
    }

    /** {@code said}, and what a token says already that is exchanged for another one. */
    public Map<String, Object> kept(Claims token, Map<String, Object> said) {
        Map<String, String> sources = config.get().tokens().claims();
        if (sources.isEmpty() || !token.isPerson()) return said;
        var all = new HashMap<>(said);
        for (String claim : sources.keySet()) {
            Object value = token.all().get(claim);
            if (value != null) all.put(claim, value);
        }
        return all;
    }
}
