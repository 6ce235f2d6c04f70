package dev.gatehouse.oauth.grant;

import static dev.gatehouse.clients.OAuthError.INVALID_SCOPE;
import static dev.gatehouse.clients.OAuthError.INVALID_TARGET;
import static dev.gatehouse.clients.OAuthError.UNAUTHORIZED_CLIENT;

import dev.gatehouse.clients.Client;
import dev.gatehouse.config.Config;
import dev.gatehouse.signin.AccessTokens;
import dev.gatehouse.signin.Audiences;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Issued;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** grant_type=client_credentials (RFC 6749 §4.4): a program in its own name. Nothing is written for it, so there is nothing to refresh either. */
public final class ClientCredentials implements Grant {
    private final Supplier<Config> config;
    private final String url;
    private final AccessTokens tokens;
    private final ServiceTally tally;

    public ClientCredentials(House house, AccessTokens tokens) {
        this.config = house.config();
        this.url = house.url();
        this.tokens = tokens;
        this.tally = new ServiceTally(house.vertx(), house.trail());
    }

    @Override
    public Future<Issued> exchange(Asked asked) {
        Client client = asked.client();
        if (!client.confidential()) throw UNAUTHORIZED_CLIENT.because("a public client cannot act in its own name");
        Scopes scopes = asked.scopes().orElse(client.scopes());
        if (!client.scopes().covers(scopes)) throw INVALID_SCOPE.because("the client was not given that scope");
        var audience = Audiences.wanted(asked.form().all("resource"), config.get(), url)
                .orElseThrow(() -> INVALID_TARGET.because("no API has that resource as its audience"));
        tally.count(client.id());
        return Future.succeededFuture(tokens.of(client, scopes, audience, asked.key(), asked.at()));
    }
}
