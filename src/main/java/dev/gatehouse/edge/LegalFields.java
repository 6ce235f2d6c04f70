package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Reason;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a method and fields can be written into a message at all. What came by HTTP/1.1 could not have come otherwise; HTTP/2 can carry any octets, and a client that
 * is handed such a thing throws in the middle of a message (RFC 9110 §5.1, §5.5, §9.1, RFC 9113 §8.2.1). Pure.
 */
final class LegalFields {
    private static final int LONGEST_METHOD = 32;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private LegalFields() {}

    static Framing.@Nullable Fault fault(String method, Iterable<Map.Entry<String, String>> fields) {
        if (method.length() > LONGEST_METHOD || !isToken(method, 0)) return bad("The method is not a method.");
        for (Map.Entry<String, String> field : fields) {
            String name = field.getKey();
            if (!isToken(name, name.startsWith(":") ? 1 : 0)) return bad("The name of a field has odd characters.");
            if (!isValue(field.getValue())) return bad("The value of a field has odd characters.");
        }
        return null;
    }

    static boolean isField(String name, String value) {
        return isToken(name, 0) && isValue(value);
    }

    private static boolean isToken(String text, int from) {
        for (int i = from; i < text.length(); i++) if (!isInToken(text.charAt(i))) return false;
        return text.length() > from;
    }

    private static boolean isInToken(char c) {
        boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c < 0x80;
        return letter || (c >= '0' && c <= '9') || TOKEN_MARKS.indexOf(c) >= 0;
    }

    private static boolean isValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) return false;
        }
        return true;
    }

    private static Framing.Fault bad(String detail) {
        return new Framing.Fault(Reason.BAD_REQUEST, detail);
    }
}
