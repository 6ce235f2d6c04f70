package dev.gatehouse.edge;

import dev.gatehouse.config.ApiCallers.Auth;
import dev.gatehouse.policy.Decision;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Reply;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A person who goes to a page that wants somebody to sign in is sent to do so, and comes back to that page. Programs, and scripts on pages, get the 401. */
final class SignInDetour {
    /** A longer address is forgotten on the way. */
    private static final int LONGEST = 2048;

    /** Whoever has just signed in and is still asked to has nothing more to show here. */
    private static final long JUST_NOW_SECONDS = 60;

    private static final String TWO_FACTORS = "urn:gatehouse:acr:2";

    private SignInDetour() {}

    static boolean fits(Passage passage, Decision.Refused no, Instant now) {
        Reason reason = no.reason();
        if (passage.route().auth() == Auth.BEARER || !SameOrigin.isHere(passage) || !isNavigation(passage))
            return false;
        return switch (reason) {
            case LOGIN_REQUIRED -> true;
            case STEP_UP_REQUIRED ->
                passage.sessionToken != null && !hasJustShown(passage, wantsTwo(no) ? "mfa_time" : "auth_time", now);
            default -> false;
        };
    }

    /** Somebody looks at the answer in a window of their own (Fetch Metadata §2.1); browsers that do not say so at least ask for HTML. */
    private static boolean isNavigation(Passage passage) {
        HttpMethod method = passage.method();
        String mode = passage.request.getHeader("Sec-Fetch-Mode");
        String accept = passage.request.getHeader(HttpHeaders.ACCEPT);
        return (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))
                && (mode == null || mode.equals("navigate"))
                && accept != null
                && accept.contains("text/html")
                && !passage.request.headers().contains(HttpHeaders.UPGRADE)
                && !"XMLHttpRequest".equals(passage.request.getHeader("X-Requested-With"));
    }

    private static boolean hasJustShown(Passage passage, String claim, Instant now) {
        return passage.claims != null
                && passage.claims.all().get(claim) instanceof Number time
                && now.getEpochSecond() - time.longValue() < JUST_NOW_SECONDS;
    }

    /** Two factors: the rule says `mfa`, or the route names the `acr` for it. */
    private static boolean wantsTwo(Decision.Refused no) {
        return no.place().text().startsWith("mfa")
                || (!no.acr().isEmpty() && no.acr().get(0).equals(TWO_FACTORS));
    }

    /** What is missing, in the words of the page. A kind of sign-in that we do not know is asked for as another sign-in. */
    private static String missing(Decision.Refused no) {
        if (no.reason() != Reason.STEP_UP_REQUIRED) return "";
        String within =
                no.maxAge().map(age -> "within=" + age.toSeconds() + "&").orElse("");
        if (wantsTwo(no)) return "level=2&" + within;
        return no.acr().isEmpty() && no.maxAge().isPresent() ? within : "again=1&";
    }

    static Reply to(Passage passage, Decision.Refused no) {
        String back = passage.target().uri();
        String again = missing(no);
        return Reply.empty(302)
                .with("Location", "/login?" + again + "return=" + encoded(back.length() <= LONGEST ? back : "/"))
                .with("Cache-Control", "no-store")
                .with("Vary", "Cookie, Accept, Sec-Fetch-Mode");
    }

    /** Everything but what can stand in a query as it is (RFC 3986 §3.4). */
    private static String encoded(String target) {
        var text = new StringBuilder(target.length() + 16);
        for (byte octet : target.getBytes(StandardCharsets.UTF_8)) {
            int c = octet & 0xff;
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-._~/".indexOf(c) >= 0;
            if (plain) text.append((char) c);
            else
                text.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
        }
        return text.toString();
    }
}
