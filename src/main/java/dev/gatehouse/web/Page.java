package dev.gatehouse.web;

import java.util.List;
import java.util.Optional;

/** What every template has at hand: words in the visitor's language, whose house it is, where its files are. */
public final class Page {
    private final Visit visit;
    private final Words words;
    private final Brand brand;
    private final Assets assets;

    Page(Visit visit, Brand brand, Assets assets) {
        this.visit = visit;
        this.words = visit.words();
        this.brand = brand;
        this.assets = assets;
    }

    /** Words of the page's language; plain text, which the template escapes. */
    public String say(String key, Object... values) {
        return words.say(key, values);
    }

    public boolean knows(String key) {
        return words.knows(key);
    }

    /** What the operator wants to be read {@code above} what a page is about, or {@code below} it. */
    public Optional<String> slot(String place) {
        return words.slot("layout." + place);
    }

    public Language language() {
        return visit.language();
    }

    /** The languages to choose from. */
    public List<Language> languages() {
        return visit.spoken();
    }

    /** This page in another language. */
    public String in(Language language) {
        return visit.in(language);
    }

    public Brand brand() {
        return brand;
    }

    public String requestId() {
        return visit.requestId();
    }

    /** Where a file of ours is, {@code gatehouse.css} for example. */
    public String asset(String name) {
        return assets.href(name);
    }

    /** The stylesheet with the house's own colour; empty where it has none. */
    public String accent() {
        return assets.accentHref(brand);
    }

    /** The house's picture; ours where it has none. */
    public String logo() {
        return brand.logo().map(Assets::href).orElseGet(() -> asset("gatehouse.svg"));
    }

    /** Whether the page has a script. */
    public boolean scripts() {
        return visit.scripts();
    }

    /** Whether the person chose the language here, so that it goes on with the form. */
    public boolean languageChosen() {
        return visit.chosen().isPresent();
    }
}
