package dev.gatehouse.web;

import java.util.List;
import java.util.Map;

/** Fields that every answer of our own carries, and the few that an API's answer is given where it says nothing of the kind. */
public final class SecurityHeaders {
    private static final Map.Entry<String, String> NO_SNIFFING = Map.entry("X-Content-Type-Options", "nosniff");
    private static final Map.Entry<String, String> NO_REFERRER = Map.entry("Referrer-Policy", "no-referrer");
    private static final Map.Entry<String, String> NOTHING_ELSE =
            Map.entry("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    private static final Map.Entry<String, String> ONLY_HTTPS =
            Map.entry("Strict-Transport-Security", "max-age=31536000");

    private static final List<Map.Entry<String, String>> FOR_DATA = List.of(NO_SNIFFING, NO_REFERRER, NOTHING_ELSE);
    private static final List<Map.Entry<String, String>> FOR_DATA_OVER_HTTPS =
            List.of(NO_SNIFFING, NO_REFERRER, NOTHING_ELSE, ONLY_HTTPS);
    private static final List<Map.Entry<String, String>> FOR_APIS = List.of(NO_SNIFFING);
    private static final List<Map.Entry<String, String>> FOR_APIS_OVER_HTTPS = List.of(NO_SNIFFING, ONLY_HTTPS);

    private SecurityHeaders() {}

    /** For answers that are data, not pages. {@code url} is the address browsers see; over https they are told to stay there (RFC 6797 §7.2). */
    public static List<Map.Entry<String, String>> forData(String url) {
        return url.startsWith("https:") ? FOR_DATA_OVER_HTTPS : FOR_DATA;
    }

    /** For what an API answers: a guess at the content helps attackers alone, and https is where browsers stay. What else a page may do, only the API knows. */
    public static List<Map.Entry<String, String>> forApis(String url) {
        return url.startsWith("https:") ? FOR_APIS_OVER_HTTPS : FOR_APIS;
    }
}
