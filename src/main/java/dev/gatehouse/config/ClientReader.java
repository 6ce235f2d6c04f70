package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH145;

import dev.gatehouse.config.Config.App;
import dev.gatehouse.config.Config.AppType;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code clients}: apps that may ask for tokens. What goes together is settled by the type, as OAuth 2.1 has it. */
final class ClientReader {
    /** The client behind {@code POST /login}; it is there without being listed. */
    static final String BUILT_IN = "gatehouse";

    private static final Set<AppType> WITH_REDIRECT = Set.of(AppType.SPA, AppType.WEB, AppType.NATIVE);
    private static final Set<AppType> WITH_SECRET = Set.of(AppType.WEB, AppType.SERVICE);

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
        Optional<String> name = section.optional("name", text -> text);
        List<String> redirect = type.map(known -> section.list("redirect", text -> Redirects.check(text, known)))
                .orElse(List.of());
        Optional<Secret> secret = secret(section, named.name().text());
        List<Text> wanted = section.items("scopes");
        wanted.forEach(scopes::check);
        boolean consent = section.choice("consent").equals("always");
        boolean pkceOptional = section.choice("pkce").equals("optional");
        if (builtIn) onlyNameAndScopes(section);
        else type.ifPresent(known -> fits(section, known, wanted));
        return id.flatMap(good -> type.map(known -> new App(
                new ClientId(good),
                name,
                known,
                redirect,
                secret,
                wanted.stream().map(Text::text).toList(),
                consent,
                pkceOptional,
                named.name().position())));
    }

    private static Optional<AppType> type(Section section) {
        return section.required(
                "type",
                text -> AppType.valueOf(Written.choice(text, section.key("type").choices(), "type")
                        .toUpperCase(Locale.ROOT)));
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

    private static void onlyNameAndScopes(Section section) {
        for (String key : List.of("type", "redirect", "secret", "consent", "pkce")) {
            if (section.has(key))
                fault(
                        section.placeOf(key),
                        section,
                        "`" + key + "` of the built-in client cannot be set",
                        "only `name` and `scopes` can");
        }
    }

    private static void fits(Section section, AppType type, List<Text> scopes) {
        String word = type.name().toLowerCase(Locale.ROOT);
        if (WITH_REDIRECT.contains(type) && !section.has("redirect")) section.requiredText("redirect");
        if (WITH_REDIRECT.contains(type) && section.isEmptyList("redirect")) {
            fault(
                    section.placeOf("redirect"),
                    section,
                    "a client of type `" + word + "` sends people back somewhere",
                    "list at least one URI");
        }
        if (!WITH_REDIRECT.contains(type) && section.has("redirect")) {
            fault(
                    section.placeOf("redirect"),
                    section,
                    "a client of type `" + word + "` sends nobody anywhere",
                    "remove `redirect`");
        }
        if (!WITH_SECRET.contains(type) && section.has("secret")) {
            String help = "everybody could read it there; remove the line";
            fault(section.placeOf("secret"), section, "a client of type `" + word + "` cannot keep a secret", help);
        }
        if (type != AppType.WEB && section.has("pkce")) {
            fault(
                    section.placeOf("pkce"),
                    section,
                    "`pkce` is for clients of type `web`",
                    "remove it; PKCE is required");
        }
        if (type != AppType.SERVICE) return;
        if (section.has("consent"))
            fault(section.placeOf("consent"), section, "a service has nobody to ask", "remove `consent`");
        scopes.stream()
                .filter(scope -> KnownScopes.STANDARD.contains(scope.text()))
                .forEach(scope -> fault(
                        scope.place(),
                        section,
                        "`" + scope.text() + "` is about people, and a service has none",
                        "remove it"));
    }

    private static void fault(Place place, Section section, String message, String help) {
        section.reading().faults().error(GH145, place, message, help);
    }
}
