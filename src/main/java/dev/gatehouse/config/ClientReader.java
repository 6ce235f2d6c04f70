package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH117;

import dev.gatehouse.config.App.Consent;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code clients}: apps that may ask for tokens. What goes together is settled by {@link ClientChecks}. */
final class ClientReader {
    /** The client behind {@code POST /login}; it is there without being listed. */
    static final String BUILT_IN = "gatehouse";

    private final KnownScopes scopes;

    ClientReader(KnownScopes scopes) {
        this.scopes = scopes;
    }

    /** Absent when its name or type is unusable. */
    Optional<App> read(Section.Named named) {
        Section section = named.section();
        boolean builtIn = named.name().text().equals(BUILT_IN);
        Optional<String> id = section.attempt(named.name(), text -> Written.name(text, "a client"));
        Optional<AppType> type = builtIn ? Optional.of(AppType.NATIVE) : type(section);
        List<Text> wanted = section.items("scopes");
        wanted.forEach(scopes::check);
        var proof = proof(section, named.name().text());
        var app = id.flatMap(good -> type.map(known -> new App(
                new ClientId(good),
                known,
                looks(section),
                redirects(section, "redirect", known),
                signOut(section, known),
                proof,
                wanted.stream().map(Text::text).toList(),
                section.choices("grants"),
                exchange(section.section("exchange")),
                Consent.valueOf(section.choice("consent").toUpperCase(Locale.ROOT)),
                demands(section),
                signing(section),
                subject(section),
                defaults(section),
                named.name().position())));
        if (builtIn) ClientChecks.onlyNameAndScopes(section);
        else app.ifPresent(read -> new ClientChecks(section, read).check(wanted));
        return app;
    }

    private static Optional<AppType> type(Section section) {
        return section.required(
                "type",
                text -> AppType.valueOf(Written.choice(text, section.key("type").choices(), "type")
                        .toUpperCase(Locale.ROOT)));
    }

    private static App.Looks looks(Section section) {
        return new App.Looks(
                section.optional("name", text -> text),
                section.optional("logo", Urls::page),
                section.optional("home", Urls::page),
                section.optional("policy", Urls::page),
                section.optional("terms", Urls::page));
    }

    private static List<String> redirects(Section section, String key, AppType type) {
        return section.list(key, text -> Redirects.check(text, type));
    }

    private static App.SignOut signOut(Section section, AppType type) {
        return new App.SignOut(redirects(section, "logout", type), section.optional("backchannel_logout", Urls::page));
    }

    private static App.Proof proof(Section section, String client) {
        return new App.Proof(
                secret(section, client),
                section.optional(
                        "auth", text -> Written.choice(text, section.key("auth").choices(), "auth")),
                section.optional("jwks", text -> jwks(section, text)),
                section.optional("jwks_uri", Urls::page));
    }

    private static Map<String, Object> jwks(Section section, String text) {
        if (text.matches("https?://.*"))
            throw new Misfit(GH117, "`jwks` takes a file, and this is a URL", "write `jwks_uri: " + text + "`");
        return NamedFile.jwks(section.reading(), text);
    }

    private static Optional<Secret> secret(Section section, String client) {
        Optional<Text> text = section.given("secret");
        text.filter(found -> found.standsInFile(0, found.text().length())).ifPresent(found -> {
            String variable = client.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_SECRET";
            section.reading()
                    .clearSecret(new Reading.ClearSecret(
                            found.place(),
                            "secret of client `" + client + "` is written in clear text",
                            "use `${" + variable + "}`, or remove the line and one is made at the first start"));
        });
        return section.optional("secret", Secret::new);
    }

    private static App.Exchange exchange(Section section) {
        return new App.Exchange(
                section.list("audiences", text -> text),
                section.choice("impersonation").equals("on"));
    }

    private static App.Demands demands(Section section) {
        return new App.Demands(
                section.choice("pkce").equals("optional"),
                section.choice("par").equals("required"),
                section.choice("request").equals("signed"),
                section.choice("dpop").equals("required"));
    }

    private static App.Signing signing(Section section) {
        return new App.Signing(
                section.value("id_token", Algorithms::check),
                section.optional("access_token", Algorithms::check),
                section.optional("userinfo", Algorithms::check));
    }

    private static App.Subject subject(Section section) {
        return new App.Subject(
                section.choice("subject").equals("pairwise"), section.optional("sector", RegistrationReader::host));
    }

    private static App.Defaults defaults(Section section) {
        return new App.Defaults(
                section.optionalDuration("max_age"),
                section.list("acr_values", text -> text),
                section.optional("initiate_login", Urls::page));
    }
}
