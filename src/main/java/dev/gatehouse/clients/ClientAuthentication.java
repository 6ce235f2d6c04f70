package dev.gatehouse.clients;

import static dev.gatehouse.clients.OAuthError.INVALID_CLIENT;
import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;

import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Secret;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import io.vertx.core.Future;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** Which client is calling (RFC 6749 §2.3.1): a public one by its {@code client_id}, a confidential one by its secret, in the header or in the form but not in both. */
public final class ClientAuthentication {
    private final Clients clients;

    public ClientAuthentication(Clients clients) {
        this.clients = clients;
    }

    private record Shown(String id, AuthMethod method, Optional<Secret> secret) {}

    /** {@code whenUnnamed} is who calls without a {@code client_id}; refuses with {@code invalid_client}. */
    public Future<Client> of(Call call, FormBody form, Optional<ClientId> whenUnnamed) {
        Shown shown = shown(call, form, whenUnnamed);
        if (shown.id().isBlank()) throw stranger();
        return clients.find(new ClientId(shown.id()))
                .map(found -> proven(found.orElseThrow(ClientAuthentication::stranger), shown));
    }

    private static Client proven(Client client, Shown shown) {
        if (!client.proof().methods().contains(shown.method())) throw stranger();
        if (shown.method() == AuthMethod.NONE) return client;
        boolean right = shown.secret().isPresent()
                && client.proof().secret().isPresent()
                && client.proof().secret().get().matches(shown.secret().get());
        if (!right) throw stranger();
        return client;
    }

    private static Shown shown(Call call, FormBody form, Optional<ClientId> whenUnnamed) {
        String authorization = call.header("Authorization");
        Optional<Secret> secret = form.field("client_secret").map(Secret::new);
        Optional<String> id = form.field("client_id");
        if (authorization.isEmpty()) {
            String named = id.or(() -> whenUnnamed.map(ClientId::value)).orElse("");
            return new Shown(named, secret.isPresent() ? AuthMethod.CLIENT_SECRET_POST : AuthMethod.NONE, secret);
        }
        if (secret.isPresent()) throw INVALID_REQUEST.because("the client authenticates in two ways at once");
        Shown basic = basic(authorization);
        if (id.isPresent() && !id.get().equals(basic.id()))
            throw INVALID_REQUEST.because("client_id differs from the Authorization header");
        return basic;
    }

    /** Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1). */
    private static Shown basic(String authorization) {
        if (!authorization.toLowerCase(Locale.ROOT).startsWith("basic "))
            throw INVALID_CLIENT.because("clients authenticate by Basic here");
        try {
            String pair = new String(
                    Base64.getDecoder().decode(authorization.substring(6).trim()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon < 0) throw stranger();
            String secret = decoded(pair.substring(colon + 1));
            return new Shown(
                    decoded(pair.substring(0, colon)),
                    AuthMethod.CLIENT_SECRET_BASIC,
                    secret.isEmpty() ? Optional.empty() : Optional.of(new Secret(secret)));
        } catch (IllegalArgumentException broken) {
            throw stranger();
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** One sentence for every cause: it tells nobody which clients there are. */
    private static Refusal stranger() {
        return INVALID_CLIENT.because("the client is unknown or did not authenticate");
    }
}
