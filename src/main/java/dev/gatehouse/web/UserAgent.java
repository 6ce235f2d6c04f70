package dev.gatehouse.web;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A browser or a program by the name that people know it under, read from what it calls itself (RFC 9110 §10.1.5). Nothing of the text itself is in it: names come from
 * the tables here or not at all. Anybody can send any text, so this is for recognising one's own, and nothing may depend on it.
 */
public record UserAgent(Optional<String> browser, Optional<String> system) {
    /** Of a longer text the beginning is read. */
    static final int LONGEST = 512;

    /** Whoever wants to be taken for another has that one's name in its text, too: the first here that fits is the one that it is. */
    private static final List<Known> BROWSERS = List.of(
            known("Edge", "Edg/", "EdgA/", "EdgiOS/", "Edge/"),
            known("Opera", "OPR/", "OPX/", "OPT/", "OPiOS/", "Opera/"),
            known("Samsung Internet", "SamsungBrowser/"),
            known("Vivaldi", "Vivaldi/"),
            known("Yandex Browser", "YaBrowser/"),
            known("DuckDuckGo", "DuckDuckGo/", "Ddg/"),
            known("Firefox", "Firefox/", "FxiOS/"),
            known("Chromium", "Chromium/"),
            known("PowerShell", "PowerShell/"),
            known("Chrome", "Chrome/", "CriOS/"),
            known("Safari", "Safari/"),
            known("Internet Explorer", "Trident/", "MSIE "),
            known("curl", "curl/"),
            known("Wget", "Wget/"),
            known("HTTPie", "HTTPie/"),
            known("Postman", "PostmanRuntime/"),
            known("Python", "python-requests/", "python-httpx/", "Python-urllib/", "Python/"),
            known("Java", "Java-http-client/", "Apache-HttpClient/", "Java/"),
            known("Go", "Go-http-client/"),
            known("OkHttp", "okhttp/"),
            known("Node.js", "axios/", "node-fetch", "undici"));

    /** An iPad that asks for pages of a desktop says that it is a Mac; nothing in the text tells them apart. */
    private static final List<Known> SYSTEMS = List.of(
            known("Windows Phone", "Windows Phone"),
            known("iPad", "iPad"),
            known("iPod touch", "iPod"),
            known("iPhone", "iPhone"),
            known("Android", "Android"),
            known("ChromeOS", "CrOS"),
            known("Windows", "Windows"),
            known("macOS", "Macintosh", "Mac OS X"),
            known("FreeBSD", "FreeBSD"),
            known("OpenBSD", "OpenBSD"),
            known("Linux", "Linux", "X11"));

    /** Elsewhere, who looks like Safari has its engine only. */
    private static final Set<String> OF_SAFARI = Set.of("iPad", "iPod touch", "iPhone", "macOS");

    private record Known(String name, List<String> signs) {
        boolean isIn(String text) {
            return signs.stream().anyMatch(text::contains);
        }
    }

    public static UserAgent of(String text) {
        String read = text.length() <= LONGEST ? text : text.substring(0, LONGEST);
        Optional<String> system = first(SYSTEMS, read);
        return new UserAgent(
                first(BROWSERS, read)
                        .filter(name -> !name.equals("Safari")
                                || system.filter(OF_SAFARI::contains).isPresent()),
                system);
    }

    /** Whether there is anything that a person would recognise. */
    public boolean isKnown() {
        return browser.isPresent() || system.isPresent();
    }

    /** "Firefox on Windows", or as much of it as is known. */
    public String in(Words words) {
        if (!isKnown()) return words.say("agent.unknown");
        if (system.isEmpty()) return browser.get();
        return browser.map(name -> words.say("agent.on", name, system.get()))
                .orElseGet(() -> words.say("agent.some", system.get()));
    }

    private static Known known(String name, String... signs) {
        return new Known(name, List.of(signs));
    }

    private static Optional<String> first(List<Known> table, String text) {
        return table.stream().filter(known -> known.isIn(text)).findFirst().map(Known::name);
    }
}
