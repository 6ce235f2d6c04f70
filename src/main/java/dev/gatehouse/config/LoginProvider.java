package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Somebody else who tells us who people are, with all that the file says of it. {@code issuer} is there for those that are named by it; {@code roles} says for a value of
 * the claim {@code rolesFrom} which role it gives.
 */
public record LoginProvider(
        String name,
        Kind kind,
        String label,
        Optional<Issuer> issuer,
        String clientId,
        Secret clientSecret,
        List<String> scopes,
        Optional<String> rolesFrom,
        Map<String, String> roles,
        boolean keepTokens) {
    public LoginProvider {
        scopes = List.copyOf(scopes);
        roles = Map.copyOf(roles);
    }

    /** How it is spoken with: two of them know no ID tokens. */
    public enum Kind {
        OIDC,
        GOOGLE,
        FACEBOOK,
        GITHUB
    }
}
