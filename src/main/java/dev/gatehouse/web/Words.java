package dev.gatehouse.web;

import dev.gatehouse.config.OwnTexts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What our pages say in one language. Words are plain text: a template escapes them together with whatever was put into them. */
public final class Words {
    private static final Map<Language, Words> READ = new ConcurrentHashMap<>();

    private final Map<String, String> texts;

    /** What an operator says instead. */
    private final Map<String, String> own;

    private Words(Map<String, String> texts, Map<String, String> own) {
        this.texts = texts;
        this.own = own;
    }

    /** Read once, when somebody first asks for the language. */
    public static Words in(Language language) {
        return READ.computeIfAbsent(language, Words::read);
    }

    /** The same where an operator has texts of their own. */
    public static Words in(Language language, List<OwnTexts> own) {
        Words ours = in(language);
        for (OwnTexts file : own)
            if (file.language().equals(language.tag())) return new Words(ours.texts, file.texts());
        return ours;
    }

    /** The text under a key, with {@code {0}}, {@code {1}}… replaced. A key that is not there is a bug, which a test finds first. */
    public String say(String key, Object... values) {
        String text = own.getOrDefault(key, texts.get(key));
        if (text == null) throw new IllegalArgumentException("no words for " + key);
        for (int i = 0; i < values.length; i++) text = text.replace("{" + i + "}", String.valueOf(values[i]));
        return text;
    }

    public boolean knows(String key) {
        return texts.containsKey(key);
    }

    /** What the operator says where we say nothing. */
    Optional<String> slot(String key) {
        return Optional.ofNullable(own.get(key)).filter(text -> !text.isBlank());
    }

    Set<String> keys() {
        return texts.keySet();
    }

    private static Words read(Language language) {
        return new Words(OwnTexts.ours(language.tag()), Map.of());
    }
}
