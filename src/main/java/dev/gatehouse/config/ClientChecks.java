package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH145;
import static dev.gatehouse.config.FaultCode.GH146;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What of a client goes together, as OAuth 2.1 and OpenID Connect have it: by its type first, then key by key. */
final class ClientChecks {
    private static final Set<AppType> WITH_REDIRECT = Set.of(AppType.SPA, AppType.WEB, AppType.NATIVE);
    private static final Set<AppType> WITH_SECRET = Set.of(AppType.WEB, AppType.SERVICE);
    private static final List<String> FOR_BROWSERS =
            List.of("logout", "backchannel_logout", "par", "request", "max_age", "acr_values", "initiate_login");
    private static final List<String> FOR_PEOPLE =
            List.of("consent", "id_token", "userinfo", "subject", "sector", "logo", "home", "policy", "terms");
    private static final List<String> OF_THE_BUILT_IN = List.of("name", "scopes");
    private static final String SIGNED = "private_key_jwt";

    private final Section section;
    private final App app;
    private final String type;

    ClientChecks(Section section, App app) {
        this.section = section;
        this.app = app;
        this.type = app.type().name().toLowerCase(Locale.ROOT);
    }

    static void onlyNameAndScopes(Section section) {
        for (Key key : Key.of(App.class)) {
            if (!section.has(key.name()) || OF_THE_BUILT_IN.contains(key.name())) continue;
            section.reading()
                    .faults()
                    .error(
                            GH145,
                            section.placeOf(key.name()),
                            "`" + key.name() + "` of the built-in client cannot be set",
                            "only `name` and `scopes` can");
        }
    }

    void check(List<Text> scopes) {
        redirects();
        proof();
        keys();
        if (app.type() != AppType.WEB)
            unfit("pkce", "`pkce` is for clients of type `web`", "remove it; PKCE is required");
        if (!WITH_REDIRECT.contains(app.type())) FOR_BROWSERS.forEach(this::noBrowser);
        if (app.type() == AppType.SERVICE) nobody(scopes);
        grants();
        subject();
    }

    private void redirects() {
        if (WITH_REDIRECT.contains(app.type())) {
            if (!section.has("redirect")) section.requiredText("redirect");
            if (section.isEmptyList("redirect"))
                unfit(
                        "redirect",
                        "a client of type `" + type + "` sends people back somewhere",
                        "list at least one URI");
        } else unfit("redirect", "a client of type `" + type + "` sends nobody anywhere", "remove `redirect`");
    }

    private void proof() {
        boolean signs = app.proof().auth().filter(SIGNED::equals).isPresent();
        if (!WITH_SECRET.contains(app.type())) {
            String help = "everybody could read it there; remove the line";
            unfit("secret", "a client of type `" + type + "` cannot keep a secret", help);
            unfit("auth", "a client of type `" + type + "` has nothing to prove itself with", "remove `auth`");
        } else if (signs) {
            apart("secret", "a client that signs has no secret", "remove `secret`, or `auth: " + SIGNED + "`");
            if (!section.has("jwks") && !section.has("jwks_uri"))
                needs("auth", "`" + SIGNED + "` needs the public keys of the client", "`jwks` or `jwks_uri`");
        }
    }

    private void keys() {
        boolean signs = app.proof().auth().filter(SIGNED::equals).isPresent();
        if (section.has("jwks"))
            apart("jwks_uri", "`jwks` and `jwks_uri` say the same in two ways", "keep one of them");
        if (app.demands().signed() && !section.has("jwks") && !section.has("jwks_uri"))
            needs("request", "signed requests need the public keys of the client", "`jwks` or `jwks_uri`");
        if (signs || section.has("request")) return;
        for (String key : List.of("jwks", "jwks_uri"))
            apart(key, "nothing is checked with these keys", "add `auth: " + SIGNED + "` or `request: signed`");
    }

    private void noBrowser(String key) {
        unfit(key, "a client of type `" + type + "` sends no browser", "remove `" + key + "`");
    }

    private void nobody(List<Text> scopes) {
        FOR_PEOPLE.forEach(key -> unfit(
                key,
                key.equals("consent")
                        ? "a service has nobody to ask"
                        : "`" + key + "` is about people, and a service has none",
                "remove `" + key + "`"));
        scopes.stream()
                .filter(scope -> KnownScopes.STANDARD.contains(scope.text()))
                .forEach(scope -> fault(
                        GH145,
                        scope.place(),
                        "`" + scope.text() + "` is about people, and a service has none",
                        "remove it"));
    }

    private void grants() {
        boolean confidential = WITH_SECRET.contains(app.type());
        for (String grant : app.grants()) {
            if (!confidential && !grant.equals("device_code"))
                unfit("grants", "`" + grant + "` is for clients that prove themselves", "use `type: web` or `service`");
            if (app.type() == AppType.SERVICE && grant.equals("device_code"))
                unfit("grants", "`device_code` is about people, and a service has none", "remove it");
        }
        if (!app.grants().contains("token_exchange"))
            apart("exchange", "`exchange` needs the grant", "add `grants: [token_exchange]`");
    }

    /** OpenID Connect Core §8.1: pairwise subjects are made from one host, which must be plain. */
    private void subject() {
        if (!app.subject().pairwise()) {
            apart("sector", "`sector` is for pairwise subjects", "add `subject: pairwise`");
        } else if (app.subject().sector().isEmpty() && !section.has("sector") && hosts() != 1) {
            String message = hosts() == 0
                    ? "no redirect names a host to make pairwise subjects from"
                    : "the redirects name several hosts to make pairwise subjects from";
            needs("subject", message, "`sector`");
        }
    }

    private long hosts() {
        var hosts = new ArrayList<String>();
        for (String redirect : app.redirect()) {
            String host = URI.create(redirect).getHost();
            if (host != null && !hosts.contains(host)) hosts.add(host);
        }
        return hosts.size();
    }

    private void unfit(String key, String message, String help) {
        if (section.has(key)) fault(GH145, section.placeOf(key), message, help);
    }

    private void apart(String key, String message, String help) {
        if (section.has(key)) fault(GH146, section.placeOf(key), message, help);
    }

    private void needs(String key, String message, String what) {
        fault(GH146, section.placeOf(key), message, "add " + what);
    }

    private void fault(FaultCode code, Place place, String message, String help) {
        section.reading().faults().error(code, place, message, help);
    }
}
