package dev.gatehouse.web;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A language that our pages speak. */
public enum Language {
    EN("English"),
    DE("Deutsch"),
    FR("Français"),
    ES("Español");

    /** More wishes than any person has. */
    private static final int MOST_WISHES = 20;

    private static final Pattern SEPARATOR = Pattern.compile("[-_]");
    private static final Pattern WEIGHT = Pattern.compile("q=[01](\\.[0-9]{0,3})?");

    private final String ownName;

    Language(String ownName) {
        this.ownName = ownName;
    }

    /** As BCP 47 writes it. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What those who speak it call it. */
    public String ownName() {
        return ownName;
    }

    /** Whatever the region: {@code de-CH} is German. */
    public static Optional<Language> ofTag(String tag) {
        String primary = SEPARATOR.split(tag.strip(), 2)[0];
        for (Language language : values()) if (language.tag().equalsIgnoreCase(primary)) return Optional.of(language);
        return Optional.empty();
    }

    /** The first of {@code ui_locales} (OpenID Connect Core §3.1.2.1) that is spoken here. */
    static Optional<Language> ofLocales(String locales, List<Language> spoken) {
        return first(List.of(locales.strip().split(" +", MOST_WISHES)), spoken);
    }

    /** RFC 9110 §12.5.4: the highest weight first, and of two with the same weight the one that was named first. */
    static Optional<Language> ofAccept(String accept, List<Language> spoken) {
        record Wish(String tag, double weight) {}
        var wishes = new ArrayList<Wish>();
        for (String range : accept.split(",", MOST_WISHES)) {
            String[] parts = range.split(";", 3);
            wishes.add(new Wish(parts[0], parts.length > 1 ? weight(parts[1]) : 1));
        }
        wishes.removeIf(wish -> wish.weight() <= 0);
        wishes.sort(Comparator.comparingDouble(Wish::weight).reversed());
        return first(wishes.stream().map(Wish::tag).toList(), spoken);
    }

    private static Optional<Language> first(List<String> tags, List<Language> spoken) {
        for (String tag : tags) {
            Optional<Language> found = ofTag(tag).filter(spoken::contains);
            if (found.isPresent()) return found;
        }
        return Optional.empty();
    }

    private static double weight(String parameter) {
        String value = parameter.strip();
        return WEIGHT.matcher(value).matches() ? Double.parseDouble(value.substring(2)) : 0;
    }
}
