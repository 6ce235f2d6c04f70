package dev.gatehouse.clients.registration;

import dev.gatehouse.clients.Client.Origin;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.config.Config;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What an application that describes itself may have; the same at registration and at every change (RFC 7592 §2.2). {@code forgiving}: what is not to be had is
 * left out instead of refused, because one document speaks to many issuers.
 */
record Allowed(Set<String> scopes, Set<GrantType> grants, Set<String> signing, boolean forgiving) {
    private static final Set<GrantType> WITH_PEOPLE =
            Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN, GrantType.DEVICE_CODE);
    /** Tokens in an application's own name are for whom the operator knows. */
    private static final Set<GrantType> INVITED = Set.of(
            GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN, GrantType.DEVICE_CODE, GrantType.CLIENT_CREDENTIALS);

    static Allowed to(Origin origin, Config config) {
        var signing = new LinkedHashSet<>(config.signingAlgorithms());
        signing.add("RS256");
        return new Allowed(
                new LinkedHashSet<>(config.registration().scopes()),
                origin == Origin.REGISTERED || origin == Origin.DESK ? INVITED : WITH_PEOPLE,
                signing,
                origin == Origin.DOCUMENT);
    }
}
