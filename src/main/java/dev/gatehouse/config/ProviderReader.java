package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH118;

import dev.gatehouse.config.Node.Member;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Secret;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Under {@code login}: who else may say who people are. */
final class ProviderReader {
    private static final int LONGEST_LABEL = 40;

    private final Section login;
    private final boolean privateNetworks;

    /** {@code privateNetworks}: some are listed that may be called, and then without https too. */
    ProviderReader(Section login, boolean privateNetworks) {
        this.login = login;
        this.privateNetworks = privateNetworks;
    }

    OtherLogins read() {
        var named = new LinkedHashMap<String, OidcLogin>();
        for (Section.Named each : login.others("<name>"))
            oidc(each).ifPresent(found -> named.put(each.name().text(), found));
        return new OtherLogins(known("google"), known("facebook"), known("github"), Collections.unmodifiableMap(named));
    }

    private KnownLogin known(String name) {
        if (!login.has(name)) return KnownLogin.NONE;
        Section section = login.section(name);
        Optional<String> id = section.optional("client_id", text -> text);
        return new KnownLogin(
                id, secret(section, name, id), section.choice("keep_tokens").equals("on"));
    }

    /** Absent when it has no usable name or issuer. */
    private Optional<OidcLogin> oidc(Section.Named named) {
        Section section = named.section();
        String name = named.name().text();
        section.attempt(named.name(), text -> Written.name(text, "a provider"));
        Optional<String> type = section.required(
                "type", text -> Written.choice(text, section.key("type").choices(), "type"));
        Optional<String> label = section.optional("name", ProviderReader::label);
        Optional<Issuer> issuer = section.required("issuer", this::issuer);
        Optional<String> id = section.optional("client_id", text -> text);
        Optional<Secret> secret = secret(section, name, id);
        List<String> scopes = section.list("scopes", Written::scope);
        Optional<String> rolesFrom = section.optional("roles_from", text -> text);
        Map<String, String> roles = roles(section);
        if (section.has("roles") && !section.has("roles_from")) section.missing("roles_from");
        if (section.has("roles_from") && !section.has("roles")) section.missing("roles");
        boolean keep = section.choice("keep_tokens").equals("on");
        return type.flatMap(oidc ->
                issuer.map(exact -> new OidcLogin(oidc, label, exact, id, secret, scopes, rolesFrom, roles, keep)));
    }

    private static String label(String text) {
        if (text.length() <= LONGEST_LABEL) return text;
        throw new Misfit(
                GH118, "`" + text + "` is too long for a button", "it takes " + LONGEST_LABEL + " characters at most");
    }

    private Issuer issuer(String text) {
        Urls.called(text, privateNetworks);
        if (text.indexOf('?') < 0) return new Issuer(text);
        throw new Misfit(GH118, "`" + text + "` is not the name of an issuer", "end it before the `?`");
    }

    private static Map<String, String> roles(Section section) {
        var roles = new LinkedHashMap<String, String>();
        for (Member member : section.members("roles")) {
            String value = member.key().text();
            section.text(member.value(), "the role of `" + value + "`")
                    .flatMap(text -> section.attempt(text, role -> Written.name(role, "a role")))
                    .ifPresent(role -> {
                        roles.put(value, role);
                        section.reading()
                                .inForce(
                                        section.path("roles") + "." + value,
                                        role,
                                        section.reading()
                                                .position(member.value())
                                                .toString());
                    });
        }
        return roles;
    }

    private static Optional<Secret> secret(Section section, String name, Optional<String> id) {
        section.given("client_secret")
                .filter(found -> found.standsInFile(0, found.text().length()))
                .ifPresent(found -> section.reading()
                        .clearSecret(new Reading.ClearSecret(
                                found.place(),
                                "the secret for `login." + name + "` is written in clear text",
                                "use `${" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_")
                                        + "_CLIENT_SECRET}`")));
        Optional<Secret> secret = section.optional("client_secret", Secret::new);
        if (id.isPresent() && secret.isEmpty()) section.missing("client_secret");
        return secret;
    }
}
