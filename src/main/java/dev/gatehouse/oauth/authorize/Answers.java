package dev.gatehouse.oauth.authorize;

import dev.gatehouse.vocabulary.Problem;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The answer to a client, by way of the browser: always with {@code state} as it came and {@code iss} (RFC 9207 §2), always as 303 or as a page (RFC 9700 §4.12). */
final class Answers {
    private final String url;
    private final FormPostPage formPost;

    Answers(String url, FormPostPage formPost) {
        this.url = url;
        this.formPost = formPost;
    }

    Reply code(AuthorizationRequest request, String code, Call call) {
        var answer = new LinkedHashMap<String, String>();
        answer.put("code", code);
        return reply(request.destination(), answer, call, request.hints().locales());
    }

    Reply refusal(Destination destination, Problem problem, String because, Call call) {
        var answer = new LinkedHashMap<String, String>();
        answer.put("error", problem.code());
        answer.put("error_description", printable(because));
        return reply(destination, answer, call, Optional.empty());
    }

    private Reply reply(Destination destination, Map<String, String> answer, Call call, Optional<String> locales) {
        destination.state().ifPresent(state -> answer.put("state", state));
        answer.put("iss", url);
        return switch (destination.mode()) {
            case QUERY -> Reply.seeOther(withQuery(destination.redirect(), answer));
            case FRAGMENT -> Reply.seeOther(destination.redirect() + '#' + encoded(answer));
            case FORM_POST -> formPost.of(destination, answer, call, locales);
        };
    }

    /** What the redirect URI has as its query stays (RFC 6749 §4.1.2). */
    private static String withQuery(String redirect, Map<String, String> answer) {
        return redirect + (redirect.indexOf('?') < 0 ? '?' : '&') + encoded(answer);
    }

    private static String encoded(Map<String, String> answer) {
        var text = new StringBuilder();
        answer.forEach((name, value) -> {
            if (text.length() > 0) text.append('&');
            text.append(name).append('=').append(encoded(value));
        });
        return text.toString();
    }

    /** A space as {@code %20} is one to every reader, of forms and of URIs. */
    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** RFC 6749 §4.1.2.1: printable ASCII, no quote, no backslash. */
    private static String printable(String because) {
        return because.replaceAll("[^\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]", "'");
    }
}
