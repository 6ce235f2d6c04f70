package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH107;
import static dev.gatehouse.config.FaultCode.GH138;

import java.util.List;
import java.util.Locale;

/** {@code branding} and {@code languages}: what people see. */
final class PagesReader {
    private PagesReader() {}

    static Branding branding(Section section) {
        return new Branding(
                section.value("name", text -> text),
                section.optional("logo", text -> NamedFile.picture(section.reading(), text)),
                section.optional("accent", PagesReader::colour),
                section.optional("support", Urls::page),
                texts(section));
    }

    private static List<OwnTexts> texts(Section section) {
        List<OwnTexts> texts = section.list("texts", text -> OwnTexts.read(section.reading(), text));
        if (texts.stream().map(OwnTexts::language).distinct().count() < texts.size())
            section.reading()
                    .faults()
                    .error(
                            GH138,
                            section.placeOf("texts"),
                            "two of these files are for one language",
                            "put them into one");
        return texts;
    }

    static List<String> languages(Section top) {
        if (top.isEmptyList("languages")) {
            top.reading()
                    .faults()
                    .error(
                            GH107,
                            top.placeOf("languages"),
                            "`languages` is empty, so no page could be written",
                            "write `[en]`");
        }
        return top.choices("languages");
    }

    private static String colour(String text) {
        if (text.matches("#[0-9A-Fa-f]{6}")) return text.toLowerCase(Locale.ROOT);
        throw new Misfit(
                GH138,
                "`" + text + "` is not a colour",
                "write `\"#2456d6\"`; the quotes keep the `#` from starting a comment");
    }
}
