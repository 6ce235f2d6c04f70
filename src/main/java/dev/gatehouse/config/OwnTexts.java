package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH138;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file of texts that pages and mails of one language say in place of ours: {@code en.properties}, with the keys of ours. Plain text, at most {@value #LONGEST}
 * characters each; what a page puts into it stands at <code>{0}</code>, <code>{1}</code>, …
 */
public record OwnTexts(Path file, String language, Map<String, String> texts) {
    static final int LONGEST = 2_000;

    /** Where an operator may say something that we do not: below the name at the top of each page, and at its foot. */
    private static final Set<String> SLOTS = Set.of("layout.above", "layout.below");

    /** Those that the pages speak. */
    public static final Set<String> LANGUAGES = new TreeSet<>(Set.of("de", "en", "es", "fr"));

    private static final String SUFFIX = ".properties";
    private static final Pattern HOLE = Pattern.compile("\\{[0-9]}");

    static OwnTexts read(Reading reading, String text) {
        Path file = NamedFile.path(reading, text);
        String name = file.getFileName().toString();
        String language = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : "";
        if (!LANGUAGES.contains(language))
            throw new Misfit(
                    GH138,
                    "`" + text + "` is named after no language that the pages speak",
                    "call it `en.properties`, or the same with one of " + String.join(", ", LANGUAGES));
        Map<String, String> ours = ours(language);
        var texts = parsed(text, new String(NamedFile.bytes(file), StandardCharsets.UTF_8));
        texts.forEach((key, own) -> check(text, key, own, ours));
        return new OwnTexts(file, language, Map.copyOf(texts));
    }

    private static void check(String file, String key, String own, Map<String, String> ours) {
        if (own.length() > LONGEST)
            throw new Misfit(
                    GH138,
                    "`" + key + "` in `" + file + "` is longer than " + LONGEST + " characters",
                    "say it shorter");
        if (SLOTS.contains(key)) return;
        String before = ours.get(key);
        if (before == null)
            throw new Misfit(
                    GH138,
                    "`" + key + "` in `" + file + "` is no text of the pages",
                    DidYouMean.question(key, ours.keySet()).orElse("`gatehouse config texts` lists them"));
        Set<String> more = holes(own);
        more.removeAll(holes(before));
        if (!more.isEmpty())
            throw new Misfit(
                    GH138,
                    "`" + key + "` in `" + file + "` has " + String.join(", ", more) + ", which nothing is put into",
                    "ours is: " + before.replace("\n", "\\n"));
    }

    private static Set<String> holes(String text) {
        return HOLE.matcher(text).results().map(hole -> hole.group()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, String> parsed(String file, String content) {
        var properties = new Properties();
        try {
            properties.load(new StringReader(content));
        } catch (IllegalArgumentException broken) {
            throw new Misfit(
                    GH138,
                    "`" + file + "` cannot be read: " + broken.getMessage(),
                    "write letters as they are, in UTF-8");
        } catch (IOException never) {
            throw new UncheckedIOException("from a text", never);
        }
        return sorted(properties);
    }

    private static Map<String, String> sorted(Properties properties) {
        var texts = new TreeMap<String, String>();
        properties.forEach((key, text) -> texts.put((String) key, (String) text));
        return texts;
    }

    /** What pages and mails say unless they are told otherwise, by key. */
    public static Map<String, String> ours(String language) {
        String file = "/dev/gatehouse/web/messages/" + language + ".properties";
        try (InputStream in = Optional.ofNullable(OwnTexts.class.getResourceAsStream(file))
                .orElseThrow(() -> new IllegalStateException(file + " is missing from the build"))) {
            var properties = new Properties();
            properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
            return sorted(properties);
        } catch (IOException broken) {
            throw new UncheckedIOException(file + " cannot be read", broken);
        }
    }
}
