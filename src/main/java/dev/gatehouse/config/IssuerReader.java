package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH117;
import static dev.gatehouse.config.FaultCode.GH118;
import static dev.gatehouse.config.FaultCode.GH147;

import dev.gatehouse.config.ForeignIssuer.Keys;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Secret;
import java.net.URI;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code issuers}: others whose tokens an API may accept. */
final class IssuerReader {
    private final Reading reading;
    private final boolean privateNetworks;
    private final Set<String> names = new HashSet<>();

    /** {@code privateNetworks}: some are listed that may be called, and then without https too. */
    IssuerReader(Reading reading, boolean privateNetworks) {
        this.reading = reading;
        this.privateNetworks = privateNetworks;
    }

    /** Absent when it has no usable name, keys or endpoint. */
    Optional<ForeignIssuer> read(Section.Named named) {
        Section section = named.section();
        section.attempt(named.name(), IssuerReader::name);
        Optional<String> issuer = section.required("issuer", this::issuer);
        Optional<Keys> jwks = section.optional("jwks", this::keys);
        Set<String> algorithms = new LinkedHashSet<>(section.list("algorithms", Algorithms::check));
        Optional<String> typ = section.optional(
                "typ", text -> Written.choice(text, section.key("typ").choices(), "typ"));
        boolean asked = section.has("introspect");
        Optional<IntrospectSettings> introspect =
                asked ? introspect(section.section("introspect"), named.name().text()) : Optional.empty();
        if (asked && section.has("jwks")) bothWays(section);
        boolean discovered = !asked && !section.has("jwks");
        if (discovered)
            issuer.flatMap(name -> section.given("issuer")).ifPresent(text -> section.attempt(text, this::url));
        boolean usable = asked ? introspect.isPresent() : discovered || jwks.isPresent();
        return issuer.filter(name -> usable)
                .map(exact -> new ForeignIssuer(
                        new Issuer(exact),
                        jwks,
                        algorithms,
                        typ,
                        introspect,
                        named.name().position()));
    }

    private static String name(String text) {
        if (text.equals("self")) throw new Misfit(GH118, "`self` is the gate itself", "choose another name");
        return Written.name(text, "an issuer");
    }

    private String issuer(String text) {
        if (!names.add(text)) throw new Misfit(GH118, "two issuers are called `" + text + "`", "keep one of them");
        if (text.matches("https?://[^\\s?#]+")) return text;
        throw new Misfit(
                GH117, "`" + text + "` is not the name of an issuer", "write the URL that its tokens say as `iss`");
    }

    private Keys keys(String text) {
        if (text.startsWith("file:")) return new Keys.InFile(NamedFile.of(reading, text));
        return new Keys.AtUrl(url(text));
    }

    private URI url(String text) {
        if (!text.matches("https?://.+"))
            throw new Misfit(
                    GH117, "`" + text + "` is neither a file nor a URL", "write `file:` and a path, or an https URL");
        return Urls.called(text, privateNetworks);
    }

    private Optional<IntrospectSettings> introspect(Section section, String issuer) {
        Optional<URI> url = section.required("url", this::url);
        Optional<String> client = section.required("client_id", text -> text);
        clearSecret(section, issuer);
        Optional<Secret> secret = section.required("client_secret", Secret::new);
        return url.flatMap(to -> client.flatMap(who -> secret.map(proof -> new IntrospectSettings(to, who, proof))));
    }

    private void clearSecret(Section section, String issuer) {
        section.given("client_secret")
                .filter(found -> found.standsInFile(0, found.text().length()))
                .ifPresent(found -> reading.clearSecret(new Reading.ClearSecret(
                        found.place(),
                        "the secret for issuer `" + issuer + "` is written in clear text",
                        "use `${" + issuer.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_SECRET}`")));
    }

    private void bothWays(Section section) {
        reading.faults()
                .error(
                        GH147,
                        section.placeOf("introspect"),
                        "`jwks` and `introspect` are two ways to judge the same tokens",
                        "keep the one that this issuer's access tokens are made for");
    }
}
