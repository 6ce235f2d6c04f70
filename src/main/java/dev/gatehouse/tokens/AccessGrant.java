package dev.gatehouse.tokens;

import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an access token is to say; {@link TokenMint} adds issuer, times and a fresh {@code jti}. {@code boundTo} is the thumbprint of the key whose holder alone may
 * use it ({@code cnf.jkt}, RFC 9449 §6.1).
 */
public record AccessGrant(
        String subject,
        ClientId client,
        Optional<SessionId> session,
        Optional<String> username,
        List<String> audience,
        Scopes scopes,
        List<String> roles,
        List<String> groups,
        Map<String, Object> more,
        Duration lifetime,
        Optional<GrantId> grant,
        Optional<String> boundTo) {

    /** For nobody's grant, bound to no key. */
    public AccessGrant(
            String subject,
            ClientId client,
            Optional<SessionId> session,
            Optional<String> username,
            List<String> audience,
            Scopes scopes,
            List<String> roles,
            List<String> groups,
            Map<String, Object> more,
            Duration lifetime) {
        this(
                subject,
                client,
                session,
                username,
                audience,
                scopes,
                roles,
                groups,
                more,
                lifetime,
                Optional.empty(),
                Optional.empty());
    }
}
