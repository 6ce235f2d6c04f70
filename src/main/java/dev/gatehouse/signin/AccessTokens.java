package dev.gatehouse.signin;

import dev.gatehouse.clients.Client;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Person;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.tokens.TokenMint;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Access tokens for what was granted, signed as their client wants them, living as long as the settings say. */
public final class AccessTokens {
    private final TokenMint mint;
    private final Supplier<Config> config;
    private final MappedClaims mapped;

    public AccessTokens(TokenMint mint, Supplier<Config> config) {
        this.mint = mint;
        this.config = config;
        this.mapped = new MappedClaims(config);
    }

    /**
     * What a person gave a client leave to do, and for which APIs. {@code boundTo} is the thumbprint of the one key that may use it; {@code more} are claims beside
     * the usual ones and those that the file maps.
     */
    public record Granted(
            Person person,
            SessionId session,
            Client client,
            Scopes scopes,
            List<String> audience,
            GrantId grant,
            Optional<String> boundTo,
            Map<String, Object> more) {}

    /** In a person's name. */
    public Issued of(Granted granted, Instant now) {
        var person = granted.person();
        return of(
                granted.client(),
                new AccessGrant(
                        person.id().value(),
                        granted.client().id(),
                        Optional.of(granted.session()),
                        Optional.of(person.username()),
                        granted.audience(),
                        granted.scopes(),
                        person.roles(),
                        person.groups(),
                        mapped.of(person, granted.more()),
                        lifetime(),
                        Optional.of(granted.grant()),
                        granted.boundTo()),
                now);
    }

    /** In the client's own name: it is the subject (RFC 9068 §2.2). */
    public Issued of(Client client, Scopes scopes, List<String> audience, Optional<String> boundTo, Instant now) {
        return of(
                client,
                new AccessGrant(
                        client.id().value(),
                        client.id(),
                        Optional.empty(),
                        Optional.empty(),
                        audience,
                        scopes,
                        List.of(),
                        List.of(),
                        Map.of(),
                        lifetime(),
                        Optional.empty(),
                        boundTo),
                now);
    }

    /** As it is told, to that client. */
    public Issued of(Client client, AccessGrant grant, Instant now) {
        Optional<JwsAlgorithm> algorithm = client.signing().accessToken();
        var minted = algorithm.isPresent() ? mint.mint(grant, algorithm.get(), now) : mint.mint(grant, now);
        return Issued.accessToken(minted.token(), grant.boundTo().isPresent(), grant.lifetime(), grant.scopes());
    }

    public Duration lifetime() {
        return config.get().tokens().access();
    }
}
