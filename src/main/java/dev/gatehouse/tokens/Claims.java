package dev.gatehouse.tokens;

import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a verified access token says (RFC 9068 §2.2). {@code boundTo} is the thumbprint of the key that its bearer must prove to hold (RFC 9449 §6). {@code subject} is a user's id, or the client's own id where nobody signed in; {@code all} holds every claim
 * as read: String, Boolean, Long, Double, List, Map or null values left out.
 */
public record Claims(
        Issuer issuer,
        String subject,
        List<String> audience,
        Optional<ClientId> client,
        Optional<SessionId> session,
        Optional<GrantId> grant,
        Optional<String> boundTo,
        Optional<String> id,
        Optional<String> username,
        Scopes scopes,
        Set<String> roles,
        Set<String> groups,
        Instant issuedAt,
        Instant expiresAt,
        Map<String, Object> all) {

    /** A person, rather than a client on its own behalf: the subject is not the client (RFC 9068 §2.2). */
    public boolean isPerson() {
        return client.isEmpty() || !client.get().value().equals(subject);
    }
}
