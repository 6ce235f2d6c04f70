package dev.gatehouse.cli;

import dev.gatehouse.clients.AuthMethod;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.ClientDesk;
import dev.gatehouse.clients.DeskMetadata;
import dev.gatehouse.clients.Presets;
import dev.gatehouse.config.App;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** An app as the command line shows it: where it is managed, then its settings by the names of RFC 7591. */
final class AppView {
    static final List<String> COLUMNS = List.of("id", "type", "name", "managed_in", "grants", "scope");

    private static final Set<AuthMethod> BY_SECRET =
            Set.of(AuthMethod.CLIENT_SECRET_BASIC, AuthMethod.CLIENT_SECRET_POST);

    private AppView() {}

    static JsonObject row(App app) {
        return row(expanded(app), app.at().fileAndLine());
    }

    static JsonObject row(ClientDesk.Entry entry) {
        return row(entry.client(), origin(entry));
    }

    static JsonObject of(App app, boolean secretMade) {
        Client client = expanded(app);
        String secret = app.proof().secret().isPresent()
                ? "in the file"
                : secretMade ? "made, kept as a hash" : "made at the next start of the gate";
        return whole(client, app.at().fileAndLine(), secret);
    }

    static JsonObject of(ClientDesk.Entry entry) {
        var view = whole(entry.client(), origin(entry), "kept as a hash");
        view.put("made_at", entry.made().toString());
        entry.used().ifPresent(at -> view.put("used_at", at.toString()));
        entry.expires().ifPresent(at -> view.put("expires_at", at.toString()));
        return view;
    }

    static boolean provesItselfBySecret(App app) {
        return bySecret(expanded(app));
    }

    private static Client expanded(App app) {
        return Presets.client(app, Client.Origin.FILE, Optional.empty());
    }

    private static boolean bySecret(Client client) {
        return client.proof().methods().stream().anyMatch(BY_SECRET::contains);
    }

    private static JsonObject whole(Client client, String managedIn, String secret) {
        var view = new JsonObject().put("id", client.id().value()).put("managed_in", managedIn);
        DeskMetadata.of(client).forEach(member -> view.put(member.getKey(), member.getValue()));
        view.put("token_endpoint_auth_method", methods(client));
        if (bySecret(client)) view.put("secret", secret);
        client.signing().accessToken().ifPresent(alg -> view.put("access_token_signed_response_alg", alg.wireName()));
        if (!client.exchange().audiences().isEmpty())
            view.put(
                    "exchange_audiences",
                    new JsonArray(
                            client.exchange().audiences().stream().sorted().toList()));
        return view;
    }

    private static JsonObject row(Client client, String managedIn) {
        return new JsonObject()
                .put("id", client.id().value())
                .put(
                        "type",
                        client.type()
                                .map(type -> type.name().toLowerCase(Locale.ROOT))
                                .orElse(""))
                .put("name", client.displayName())
                .put("managed_in", managedIn)
                .put(
                        "grants",
                        new JsonArray(client.grants().stream()
                                .sorted()
                                .map(each -> each.name().toLowerCase(Locale.ROOT))
                                .toList()))
                .put("scope", client.scopes().toString());
    }

    private static JsonArray methods(Client client) {
        return new JsonArray(client.proof().methods().stream()
                .sorted()
                .map(AuthMethod::wireName)
                .toList());
    }

    private static String origin(ClientDesk.Entry entry) {
        return "database, " + entry.client().origin().name().toLowerCase(Locale.ROOT)
                + (entry.disabled() ? ", disabled" : "");
    }
}
