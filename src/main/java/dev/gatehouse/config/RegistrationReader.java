package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH118;

import dev.gatehouse.config.RegistrationSettings.Documents;
import dev.gatehouse.config.RegistrationSettings.Mode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/** {@code registration} and {@code outbound}: apps of strangers, and what the gate calls because they say so. */
final class RegistrationReader {
    private RegistrationReader() {}

    static RegistrationSettings registration(Section section, KnownScopes known) {
        var mode = Mode.valueOf(section.choice("mode").toUpperCase(Locale.ROOT));
        List<Text> scopes = section.items("scopes");
        scopes.forEach(known::check);
        return new RegistrationSettings(
                mode,
                scopes.stream().map(Text::text).toList(),
                section.duration("unused"),
                section.count("most"),
                documents(section));
    }

    static OutboundSettings outbound(Section section) {
        return new OutboundSettings(
                section.list("allow", Written::network),
                section.optional("ca", text -> NamedFile.path(section.reading(), text)));
    }

    /** A host name in lower case (RFC 1123 §2.1). */
    static String host(String text) {
        if (text.matches("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
                && text.length() <= 253) return text.toLowerCase(Locale.ROOT);
        throw new Misfit(GH118, "`" + text + "` is not the name of a host", "for example `app.example.com`");
    }

    private static Documents documents(Section section) {
        if (section.node("documents").filter(Node.Sequence.class::isInstance).isPresent())
            return new Documents.Hosts(new LinkedHashSet<>(section.list("documents", RegistrationReader::host)));
        String word = section.value("documents", text -> Written.choice(text, List.of("on", "off"), "documents"));
        return word.equals("on") ? new Documents.Anywhere() : new Documents.Off();
    }
}
