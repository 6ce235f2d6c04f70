package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Reason;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What kind of body an address takes. */
public enum Takes {
    /** None; one that comes all the same is read to its end and ignored. */
    NOTHING(""),
    JSON("application/json"),
    /** RFC 6749 Appendix B. */
    FORM("application/x-www-form-urlencoded"),
    /** Programs send the one, pages the other; {@link #isForm} tells which came. */
    JSON_OR_FORM("application/json", "application/x-www-form-urlencoded"),
    /** A form, or no body at all. */
    MAYBE_FORM("application/x-www-form-urlencoded", "");

    private final List<String> mediaTypes;

    Takes(String... mediaTypes) {
        this.mediaTypes = List.of(mediaTypes);
    }

    /** Whether a call brought a form. */
    public static boolean isForm(Call call) {
        return mediaType(call).equals("application/x-www-form-urlencoded");
    }

    /** Refuses a body of another type, or one in a coding; parameters such as {@code charset} change nothing (RFC 8259 §11). */
    void check(Call call) {
        if (this == NOTHING) return;
        String coding = call.header("Content-Encoding").trim();
        if (!coding.isEmpty() && !coding.equalsIgnoreCase("identity")) {
            throw Reason.UNSUPPORTED_MEDIA_TYPE.because("a body in a content coding is not taken here");
        }
        if (!mediaTypes.contains(mediaType(call)))
            throw Reason.UNSUPPORTED_MEDIA_TYPE.because("send Content-Type: "
                    + mediaTypes.stream().filter(type -> !type.isEmpty()).collect(Collectors.joining(" or ")));
    }

    private static String mediaType(Call call) {
        String sent = call.header("Content-Type");
        int semicolon = sent.indexOf(';');
        return (semicolon < 0 ? sent : sent.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
    }
}
