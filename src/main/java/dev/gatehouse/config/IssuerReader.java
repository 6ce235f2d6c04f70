package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH117;
import static dev.gatehouse.config.FaultCode.GH118;
import static dev.gatehouse.config.FaultCode.GH190;

import dev.gatehouse.config.Config.ForeignIssuer;
import dev.gatehouse.vocabulary.Issuer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** {@code issuers}: others whose tokens an API may accept. */
final class IssuerReader {
    private final Reading reading;

    IssuerReader(Reading reading) {
        this.reading = reading;
    }

    /** Absent when it has no usable name or keys. */
    Optional<ForeignIssuer> read(Section.Named named) {
        Section section = named.section();
        section.attempt(named.name(), IssuerReader::name);
        Optional<String> issuer = section.required("issuer", IssuerReader::issuer);
        Optional<Path> jwks = section.required("jwks", this::jwks);
        Set<String> algorithms = new LinkedHashSet<>(section.list("algorithms", Algorithms::check));
        Optional<String> typ = section.optional(
                "typ", text -> Written.choice(text, section.key("typ").choices(), "typ"));
        return issuer.flatMap(exact -> jwks.map(file -> new ForeignIssuer(
                new Issuer(exact), file, algorithms, typ, named.name().position())));
    }

    private static String name(String text) {
        if (text.equals("self")) throw new Misfit(GH118, "`self` is the gate itself", "choose another name");
        return Written.name(text, "an issuer");
    }

    private static String issuer(String text) {
        if (text.matches("https?://[^\\s?#]+")) return text;
        throw new Misfit(
                GH117, "`" + text + "` is not the name of an issuer", "write the URL that its tokens say as `iss`");
    }

    private Path jwks(String text) {
        if (text.matches("https?://.*")) {
            throw new Misfit(
                    GH190, "keys from a URL are not available yet", "download them and write `jwks: file:keys.json`");
        }
        return NamedFile.of(reading, text);
    }
}
