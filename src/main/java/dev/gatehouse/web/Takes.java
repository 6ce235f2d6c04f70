package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Reason;
import java.util.Locale;

/** What kind of body an address takes. */
public enum Takes {
    /** None; one that comes all the same is read to its end and ignored. */
    NOTHING(""),
    JSON("application/json"),
    /** RFC 6749 Appendix B. */
    FORM("application/x-www-form-urlencoded");

    private final String mediaType;

    Takes(String mediaType) {
        this.mediaType = mediaType;
    }

    /** Refuses a body of another type, or one in a coding; parameters such as {@code charset} change nothing (RFC 8259 §11). */
    void check(Call call) {
        if (this == NOTHING) return;
        String coding = call.header("Content-Encoding").trim();
        if (!coding.isEmpty() && !coding.equalsIgnoreCase("identity")) {
            throw Reason.UNSUPPORTED_MEDIA_TYPE.because("a body in a content coding is not taken here");
        }
        String sent = call.header("Content-Type");
        int semicolon = sent.indexOf(';');
        String type =
                (semicolon < 0 ? sent : sent.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
        if (!type.equals(mediaType)) throw Reason.UNSUPPORTED_MEDIA_TYPE.because("send Content-Type: " + mediaType);
    }
}
