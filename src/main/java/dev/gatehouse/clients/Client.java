package dev.gatehouse.clients;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.Config.App;
import dev.gatehouse.config.Config.AppType;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.Secret;
import java.util.Optional;

/** A registered application as the issuer needs to know it. {@code confidential} ones have a secret and must show it (RFC 6749 §2.1). */
public record Client(ClientId id, boolean confidential, Optional<Secret> secret, Scopes scopes) {
    /** The client that {@code POST /login} issues to; public, and there without being registered. */
    public static final ClientId GATEHOUSE = new ClientId("gatehouse");

    /** By its id, in the settings of this moment. */
    public static Optional<Client> find(Config config, ClientId id) {
        App app = config.clients().get(id);
        if (app != null && !id.equals(GATEHOUSE)) return Optional.of(registered(app));
        return id.equals(GATEHOUSE) ? Optional.of(gatehouse(config)) : Optional.empty();
    }

    /** May ask for every scope there is, unless the file lists it with scopes of its own. */
    public static Client gatehouse(Config config) {
        App app = config.clients().get(GATEHOUSE);
        var scopes = app == null || app.scopes().isEmpty() ? config.scopes().keySet() : app.scopes();
        return new Client(GATEHOUSE, false, Optional.empty(), Scopes.of(scopes));
    }

    private static Client registered(App app) {
        boolean confidential = app.secret().isPresent() || app.type() == AppType.WEB || app.type() == AppType.SERVICE;
        return new Client(app.id(), confidential, app.secret(), Scopes.of(app.scopes()));
    }
}
