package dev.gatehouse.clients;

import dev.gatehouse.config.App;
import dev.gatehouse.config.AppType;
import dev.gatehouse.config.Config;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Every application there is: those of the file, those of the database, and the one that is built in. Finding one is a look into memory. */
public final class Clients {
    private final Supplier<Config> config;

    public Clients(Supplier<Config> config) {
        this.config = config;
    }

    /** By its id, as it is known here now. */
    public Optional<Client> known(ClientId id) {
        App app = config.get().clients().get(id);
        if (app != null && !id.equals(Client.GATEHOUSE)) return Optional.of(registered(app));
        return id.equals(Client.GATEHOUSE) ? Optional.of(gatehouse()) : Optional.empty();
    }

    /** By its id, asked of the database or of the document that the id names where it is not known here yet. */
    public Future<Optional<Client>> find(ClientId id) {
        return Future.succeededFuture(known(id));
    }

    /** May ask for every scope there is, unless the file lists it with scopes of its own. */
    public Client gatehouse() {
        App app = config.get().clients().get(Client.GATEHOUSE);
        var scopes =
                app == null || app.scopes().isEmpty() ? config.get().scopes().keySet() : app.scopes();
        return client(Client.GATEHOUSE, Client.Origin.BUILT_IN, Optional.empty(), Client.Proof.NONE, Scopes.of(scopes));
    }

    private static Client registered(App app) {
        boolean confidential =
                app.proof().secret().isPresent() || app.type() == AppType.WEB || app.type() == AppType.SERVICE;
        var proof = confidential
                ? new Client.Proof(
                        Set.of(AuthMethod.CLIENT_SECRET_BASIC, AuthMethod.CLIENT_SECRET_POST),
                        app.proof().secret().map(SecretHash::of),
                        Optional.empty())
                : Client.Proof.NONE;
        return client(app.id(), Client.Origin.FILE, Optional.of(app), proof, Scopes.of(app.scopes()));
    }

    private static Client client(
            ClientId id, Client.Origin origin, Optional<App> app, Client.Proof proof, Scopes scopes) {
        return new Client(
                id,
                origin,
                app.map(App::type),
                new Client.Shown(
                        app.flatMap(each -> each.looks().name()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                app.map(App::redirect).orElse(java.util.List.of()),
                java.util.List.of(),
                grants(app.map(App::type)),
                proof,
                scopes,
                new Client.Demands(
                        !app.map(each -> each.demands().pkceOptional()).orElse(false), false, false, false),
                Client.Signing.USUAL,
                Client.Subjects.PUBLIC,
                app.map(each -> each.consent() != App.Consent.OFF).orElse(false)
                        ? Client.Consent.REMEMBERED
                        : Client.Consent.FIRST_PARTY,
                Client.Defaults.NONE,
                Client.LogoutNotice.NONE,
                Client.Exchange.NONE);
    }

    private static Set<GrantType> grants(Optional<AppType> type) {
        var grants = new LinkedHashSet<GrantType>();
        if (type.isEmpty()) return Set.of(GrantType.REFRESH_TOKEN);
        switch (type.get()) {
            case SPA, NATIVE, WEB -> {
                grants.add(GrantType.AUTHORIZATION_CODE);
                grants.add(GrantType.REFRESH_TOKEN);
            }
            case DEVICE -> {
                grants.add(GrantType.DEVICE_CODE);
                grants.add(GrantType.REFRESH_TOKEN);
            }
            case SERVICE -> grants.add(GrantType.CLIENT_CREDENTIALS);
        }
        return grants;
    }
}
