package dev.gatehouse.clients;

import dev.gatehouse.config.App;
import dev.gatehouse.config.AppType;
import dev.gatehouse.config.Config;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.vocabulary.Scopes;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What the few words of an app in the file amount to: its type expands to settings as OAuth 2.1 has them. Pure. */
public final class Presets {
    private static final Set<AuthMethod> BY_SECRET =
            Set.of(AuthMethod.CLIENT_SECRET_BASIC, AuthMethod.CLIENT_SECRET_POST);

    private Presets() {}

    /** {@code made} is the secret that was made for it where the file has none. */
    public static Client client(App app, Client.Origin origin, Optional<SecretHash> made) {
        return new Client(
                app.id(),
                origin,
                Optional.of(app.type()),
                shown(app.looks()),
                app.redirect(),
                app.signOut().logout(),
                grants(app),
                proof(app, made),
                Scopes.of(app.scopes()),
                new Client.Demands(
                        !app.demands().pkceOptional(),
                        app.demands().pushed(),
                        app.demands().signed(),
                        app.demands().bound()),
                signing(app.signing()),
                new Client.Subjects(sector(app)),
                consent(app.consent()),
                new Client.Defaults(
                        app.defaults().maxAge(),
                        false,
                        app.defaults().acrValues(),
                        app.defaults().initiateLogin()),
                new Client.LogoutNotice(app.signOut().backchannelLogout(), false),
                new Client.Exchange(
                        Set.copyOf(app.exchange().audiences()), app.exchange().impersonation()));
    }

    /** The client behind {@code POST /login}: may ask for every scope there is, unless the file lists it with scopes of its own. */
    static Client builtIn(Config config) {
        var app = Optional.ofNullable(config.clients().get(Client.GATEHOUSE));
        var scopes = app.map(App::scopes)
                .filter(own -> !own.isEmpty())
                .orElseGet(() -> List.copyOf(config.scopes().keySet()));
        return new Client(
                Client.GATEHOUSE,
                Client.Origin.BUILT_IN,
                Optional.empty(),
                shown(app.map(App::looks).orElse(App.Looks.NONE)),
                List.of(),
                List.of(),
                Set.of(GrantType.REFRESH_TOKEN),
                Client.Proof.NONE,
                Scopes.of(scopes),
                Client.Demands.USUAL,
                Client.Signing.USUAL,
                Client.Subjects.PUBLIC,
                Client.Consent.FIRST_PARTY,
                Client.Defaults.NONE,
                Client.LogoutNotice.NONE,
                Client.Exchange.NONE);
    }

    /** Whether it proves itself by a secret, which must then come from somewhere. */
    static boolean wantsSecret(App app) {
        return methods(app).stream().anyMatch(BY_SECRET::contains);
    }

    private static Set<AuthMethod> methods(App app) {
        if (app.type() != AppType.WEB && app.type() != AppType.SERVICE) return Set.of(AuthMethod.NONE);
        return app.proof().auth().flatMap(AuthMethod::named).map(Set::of).orElse(BY_SECRET);
    }

    private static Client.Proof proof(App app, Optional<SecretHash> made) {
        Optional<Client.Keys> byValue = app.proof().jwks().map(Client.Keys.ByValue::new);
        return new Client.Proof(
                methods(app),
                wantsSecret(app) ? app.proof().secret().map(SecretHash::of).or(() -> made) : Optional.empty(),
                byValue.or(() -> app.proof().jwksUri().map(Client.Keys.At::new)));
    }

    private static Set<GrantType> grants(App app) {
        var grants =
                switch (app.type()) {
                    case SPA, NATIVE, WEB -> EnumSet.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN);
                    case DEVICE -> EnumSet.of(GrantType.DEVICE_CODE, GrantType.REFRESH_TOKEN);
                    case SERVICE -> EnumSet.of(GrantType.CLIENT_CREDENTIALS);
                };
        for (String more : app.grants()) grants.add(GrantType.valueOf(more.toUpperCase(Locale.ROOT)));
        return grants;
    }

    private static Client.Shown shown(App.Looks looks) {
        return new Client.Shown(looks.name(), looks.logo(), looks.home(), looks.policy(), looks.terms());
    }

    private static Client.Signing signing(App.Signing signing) {
        return new Client.Signing(
                JwsAlgorithm.named(signing.idToken()).orElseThrow(),
                signing.accessToken().flatMap(JwsAlgorithm::named),
                signing.userinfo().flatMap(JwsAlgorithm::named),
                Optional.empty(),
                Optional.empty());
    }

    /** The one host of its redirects where the file names none (OpenID Connect Core §8.1); that there is one was checked. */
    private static Optional<String> sector(App app) {
        if (!app.subject().pairwise()) return Optional.empty();
        return app.subject().sector().or(() -> app.redirect().stream()
                .map(redirect -> URI.create(redirect).getHost())
                .filter(host -> host != null)
                .findFirst());
    }

    private static Client.Consent consent(App.Consent consent) {
        return switch (consent) {
            case ALWAYS -> Client.Consent.ALWAYS;
            case REMEMBERED -> Client.Consent.REMEMBERED;
            case OFF -> Client.Consent.FIRST_PARTY;
        };
    }
}
