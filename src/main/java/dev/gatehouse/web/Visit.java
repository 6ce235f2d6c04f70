package dev.gatehouse.web;

import dev.gatehouse.config.OwnTexts;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One look of a browser at a page: which language it wants, and what the page may do beyond being read. {@code mayLeadTo} are origins that a form of the page may
 * end at, by redirects too; browsers block the others. Of the languages, the one {@code chosen} on the page comes first, then the one that the person has {@code kept}
 * in the account, then what the client {@code wished} for, then what the browser {@code accepted} (decision 0217). {@code own} is what the operator says in place of our texts.
 */
public record Visit(
        String requestId,
        String path,
        String query,
        List<Language> spoken,
        Optional<Language> chosen,
        Optional<Language> kept,
        Optional<Language> wished,
        Optional<Language> accepted,
        Set<String> mayLeadTo,
        boolean popup,
        boolean scripts,
        List<OwnTexts> own) {
    /** The parameter of our pages that says which language a person chose. */
    public static final String LANGUAGE = "lang";

    private static final FormBody NOTHING_READABLE = new FormBody(Map.of(), Map.of());

    public Visit {
        spoken = List.copyOf(spoken);
        mayLeadTo = Set.copyOf(mayLeadTo);
        own = List.copyOf(own);
    }

    static Visit of(Call call, List<Language> spoken, List<OwnTexts> own) {
        FormBody sent = sent(call);
        return new Visit(
                call.requestId(),
                call.path(),
                query(call, sent),
                spoken,
                sent.field(LANGUAGE).flatMap(Language::ofTag).filter(spoken::contains),
                Optional.empty(),
                Optional.empty(),
                Language.ofAccept(String.join(",", call.headers().getAll("Accept-Language")), spoken),
                Set.of(),
                false,
                false,
                own);
    }

    /** What the person who is signed in has kept in the account. */
    public Visit speaking(Optional<String> tag) {
        return new Visit(
                requestId,
                path,
                query,
                spoken,
                chosen,
                tag.flatMap(Language::ofTag).filter(spoken::contains),
                wished,
                accepted,
                mayLeadTo,
                popup,
                scripts,
                own);
    }

    /** What the client asked for with {@code ui_locales}. */
    public Visit preferring(Optional<String> locales) {
        return new Visit(
                requestId,
                path,
                query,
                spoken,
                chosen,
                kept,
                locales.flatMap(text -> Language.ofLocales(text, spoken)),
                accepted,
                mayLeadTo,
                popup,
                scripts,
                own);
    }

    /** The page's form ends at this address, or at one that redirects there. */
    public Visit leadingTo(String address) {
        var more = new LinkedHashSet<>(mayLeadTo);
        more.addAll(FormTargets.of(address));
        return new Visit(requestId, path, query, spoken, chosen, kept, wished, accepted, more, popup, scripts, own);
    }

    /** The page stands in a window that its opener waits for; it stays connected to it. */
    public Visit inPopup(boolean yes) {
        return new Visit(requestId, path, query, spoken, chosen, kept, wished, accepted, mayLeadTo, yes, scripts, own);
    }

    /** What the page's own links lead to, where asking again for what was asked would be pointless. */
    public Visit at(String other) {
        return new Visit(requestId, other, "", spoken, chosen, kept, wished, accepted, mayLeadTo, popup, scripts, own);
    }

    /** The page has a script of ours. */
    public Visit withScript() {
        return new Visit(requestId, path, query, spoken, chosen, kept, wished, accepted, mayLeadTo, popup, true, own);
    }

    /** The page is seen for a moment, or asking for it again would not give it again: no other language is offered. */
    public Visit once() {
        return new Visit(
                requestId,
                path,
                query,
                List.of(language()),
                chosen,
                kept,
                wished,
                accepted,
                mayLeadTo,
                popup,
                scripts,
                own);
    }

    public Language language() {
        return chosen.or(() -> kept).or(() -> wished).or(() -> accepted).orElse(spoken.get(0));
    }

    /** In its language, the operator's own before ours. */
    public Words words() {
        return Words.in(language(), own);
    }

    /** The same address in another language. */
    String in(Language language) {
        String rest = Stream.of(query.split("&", -1))
                .filter(field -> !field.isEmpty() && !field.startsWith(LANGUAGE + "="))
                .map(field -> field + "&")
                .collect(Collectors.joining());
        return path + "?" + rest + LANGUAGE + "=" + language.tag();
    }

    /** An address of ours, where the person goes on in the language that was chosen here. */
    public String onwardTo(String address) {
        String next = address.indexOf('?') < 0 ? "?" : "&";
        return chosen.map(language -> address + next + LANGUAGE + "=" + language.tag())
                .orElse(address);
    }

    /** What the page is about is in the address, or came back with its form. */
    private static String query(Call call, FormBody sent) {
        if (!Takes.isForm(call)) return call.query();
        return Stream.of("flow", "step")
                .flatMap(name -> sent.field(name).stream()
                        .map(value -> name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)))
                .collect(Collectors.joining("&"));
    }

    /** A page that says what is wrong with a form has to be made of that form, too. */
    private static FormBody sent(Call call) {
        try {
            return FormBody.telling(Takes.isForm(call) ? call.body() : Buffer.buffer(call.query()));
        } catch (Refusal unreadable) {
            return NOTHING_READABLE;
        }
    }
}
