package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing that a page says is missing in any language, and nothing is there that no page says. */
final class WordsTest {
    private static final Pattern HOLE = Pattern.compile("\\{[0-9]}");
    private static final Pattern SAID = Pattern.compile("say\\(\"([a-z_0-9.]+)\"[,)]");
    private static final Pattern NAMED = Pattern.compile("\"(login\\.[a-z_.]*[a-z])\"");

    /** What comes after these is the code of a refusal, a scope, or {@code title} and {@code text}. */
    private static final Set<String> PUT_TOGETHER = Set.of(
            "account",
            "account.done",
            "profile.field",
            "profile.hint",
            "profile.wrong",
            "sessions.span",
            "register.wrong",
            "passkeys.wrong",
            "consent.scope",
            "scope",
            "error",
            "mail",
            "device.done",
            "device.denied",
            "logout.done",
            "logout.stayed");

    @ParameterizedTest
    @EnumSource(Language.class)
    void every_language_says_the_same_things(Language language) {
        Words english = Words.in(Language.EN);
        Words other = Words.in(language);
        assertThat(other.keys()).isEqualTo(english.keys());
        for (String key : english.keys()) {
            assertThat(other.say(key)).as(key).isNotBlank();
            assertThat(holes(other.say(key))).as(key).isEqualTo(holes(english.say(key)));
        }
    }

    /** People are spoken to as strangers: in languages that have two words for "you", by the polite one throughout. */
    @ParameterizedTest
    @CsvSource({
        "DE, du|dich|dir|dein|deine|deinem|deinen|deiner|hast|bist|kannst|gib|öffne|wähle",
        "FR, tu|te|toi|ton|ta|tes|choisis|saisis|réessaie|essaie|connecte-toi",
        "ES, tú|tu|tus|te|ti|tuyo|tuya|contigo|eres|fuiste|tienes|puedes|quieres|querías|recuerdas|olvidaste|pediste|estabas|haz|hagas|mira"
    })
    void nobody_is_spoken_to_as_a_friend(Language language, String familiar) {
        var word = Pattern.compile(
                "(?iu)(?<![\\p{L}’-])(?:" + familiar + ")(?![\\p{L}’])", Pattern.UNICODE_CHARACTER_CLASS);
        Words words = Words.in(language);
        assertThat(words.keys()).noneSatisfy(key -> assertThat(words.say(key)).containsPattern(word));
    }

    /** Names of settings look like those of words. */
    private static final Path SETTINGS = Path.of("src/main/java/dev/gatehouse/config");

    @Test
    void whatever_a_page_says_is_there() throws IOException {
        var said = new TreeSet<String>();
        for (String root : new String[] {"src/main/jte", "src/main/java"})
            try (var files = Files.walk(Path.of(root))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String text = Files.readString(file);
                    collect(SAID, text, said);
                    if (root.endsWith("java") && !file.startsWith(SETTINGS)) collect(NAMED, text, said);
                }
            }
        assertThat(said).isNotEmpty();
        assertThat(Words.in(Language.EN).keys()).containsAll(said);
    }

    @Test
    void no_template_has_words_of_its_own() throws IOException {
        var found = new TreeSet<String>();
        try (var files = Files.walk(Path.of("src/main/jte"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file)
                        .replaceAll("(?m)^\\s*(@|!\\{).*$", "")
                        .replaceAll("\\$\\{[^}]*}", "");
                Matcher attributes = Pattern.compile("(?:alt|title|placeholder|aria-label)=\"([^\"]*\\p{L}[^\"]*)\"")
                        .matcher(text);
                while (attributes.find()) found.add(file.getFileName() + ": " + attributes.group(1));
                for (String line : text.replaceAll("<[^>]*>", "\n").lines().toList())
                    if (line.matches(".*\\p{L}.*")) found.add(file.getFileName() + ": " + line.strip());
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void whatever_is_there_is_said() throws IOException {
        var sources = new StringBuilder();
        for (String root : new String[] {"src/main/jte", "src/main/java"})
            try (var files = Files.walk(Path.of(root))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) sources.append(Files.readString(file));
            }
        assertThat(Words.in(Language.EN).keys()).allMatch(key -> isSaid(key, sources.toString()));
    }

    /** Whole, or by its beginning, where a page puts the rest to that. */
    private static boolean isSaid(String key, String sources) {
        return sources.contains('"' + key + '"')
                || PUT_TOGETHER.stream()
                        .anyMatch(family -> key.startsWith(family + ".")
                                && (sources.contains('"' + family + '"') || sources.contains('"' + family + ".\"")));
    }

    private static void collect(Pattern pattern, String text, TreeSet<String> said) {
        Matcher found = pattern.matcher(text);
        while (found.find()) said.add(found.group(1));
    }

    private static TreeSet<String> holes(String text) {
        var holes = new TreeSet<String>();
        Matcher found = HOLE.matcher(text);
        while (found.find()) holes.add(found.group());
        return holes;
    }
}
