package dev.gatehouse.oauth.authorize;

import dev.gatehouse.Gate;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A browser in front of a gate: keeps the one cookie, asks for pages, goes nowhere by itself. */
final class Browser {
    private final Gate gate;
    private Optional<String> cookie = Optional.empty();

    Browser(Gate gate) {
        this.gate = gate;
    }

    Optional<String> cookie() {
        return cookie;
    }

    void has(String value) {
        cookie = Optional.of(value);
    }

    void forgetsCookies() {
        cookie = Optional.empty();
    }

    HttpResponse<String> opens(String pathAndQuery) {
        return sends("GET", pathAndQuery, "", true);
    }

    HttpResponse<String> opens(String path, Map<String, String> parameters) {
        return opens(path + "?" + encoded(parameters));
    }

    HttpResponse<String> posts(String path, Map<String, String> fields) {
        return sends("POST", path, encoded(fields), true);
    }

    /** From a page of another site: a Lax cookie stays at home. */
    HttpResponse<String> postsFromElsewhere(String path, Map<String, String> fields) {
        return sends("POST", path, encoded(fields), false);
    }

    /** Goes on to where an answer of the gate leads. */
    HttpResponse<String> follows(HttpResponse<String> answer) {
        String location = location(answer);
        String own =
                location.startsWith(gate.url()) ? location.substring(gate.url().length()) : location;
        if (!own.startsWith("/")) throw new IllegalStateException("leads out: " + location);
        return opens(own);
    }

    static String location(HttpResponse<String> answer) {
        return answer.headers()
                .firstValue("Location")
                .orElseThrow(() -> new IllegalStateException(answer.statusCode() + " " + answer.body()));
    }

    /** The parameters that an answer brings to a client, decoded. */
    static Map<String, String> brought(HttpResponse<String> answer) {
        return parameters(location(answer).replaceFirst("^[^?#]*[?#]", ""));
    }

    static Map<String, String> parameters(String encoded) {
        var found = new LinkedHashMap<String, String>();
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            found.put(
                    URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                    URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return found;
    }

    static String encoded(Map<String, String> parameters) {
        List<String> pairs = new ArrayList<>();
        parameters.forEach((name, value) -> pairs.add(encoded(name) + "=" + encoded(value)));
        return String.join("&", pairs);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpResponse<String> sends(String method, String pathAndQuery, String body, boolean withCookie) {
        var request = HttpRequest.newBuilder(URI.create(gate.url() + pathAndQuery))
                .timeout(Duration.ofSeconds(20))
                .header("Accept", "text/html,application/xhtml+xml");
        if (method.equals("POST"))
            request.header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(body));
        if (withCookie) cookie.ifPresent(value -> request.header("Cookie", "gh=" + value));
        try {
            var answer = Gate.client().send(request.build(), BodyHandlers.ofString());
            answer.headers().allValues("Set-Cookie").forEach(this::keep);
            return answer;
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private void keep(String setCookie) {
        if (setCookie.startsWith("gh=")) cookie = Optional.of(setCookie.substring(3, setCookie.indexOf(';')));
    }
}
