package dev.gatehouse.oauth.authorize;

import dev.gatehouse.clients.Client;
import dev.gatehouse.config.Config;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A request on its way through the table: each check reads what was sent and leaves here what it found good. Lives within one call. */
final class Draft {
    final Sent sent;
    final Client client;
    final Destination destination;
    /** The house as it is now. */
    final Config config;

    final String url;
    final IdTokenHints idTokenHints;

    Optional<String> challenge = Optional.empty();
    Scopes scopes = Scopes.NONE;
    List<String> audience = List.of();
    Optional<String> nonce = Optional.empty();
    Optional<String> dpopKey = Optional.empty();
    Set<Prompt> prompts = EnumSet.noneOf(Prompt.class);
    Optional<Duration> maxAge = Optional.empty();
    Set<String> subjects = new HashSet<>();
    Set<String> acrValues = Set.of();
    Optional<JsonObject> claims = Optional.empty();
    AuthorizationRequest.Hints hints =
            new AuthorizationRequest.Hints(Optional.empty(), Optional.empty(), Optional.empty());

    Draft(Sent sent, Client client, Destination destination, Config config, String url, IdTokenHints idTokenHints) {
        this.sent = sent;
        this.client = client;
        this.destination = destination;
        this.config = config;
        this.url = url;
        this.idTokenHints = idTokenHints;
    }

    AuthorizationRequest checked() {
        return new AuthorizationRequest(
                client.id(),
                destination,
                challenge,
                scopes,
                audience,
                nonce,
                dpopKey,
                prompts,
                maxAge,
                subjects,
                acrValues,
                claims,
                hints,
                Optional.empty());
    }
}
