package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.PathText;
import dev.gatehouse.vocabulary.Reason;
import io.netty.handler.codec.http.HttpHeaders;
import io.vertx.core.MultiMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a header section says once what must be said once, and leaves no doubt where the message ends. Netty has refused most of it already;
 * what is left is refused here, for house and APIs alike (RFC 9112 §3.2, §6.1, RFC 9110 §5.3).
 */
final class Framing {
    private static final int LONGEST_HOST = 300;
    private static final boolean[] IN_NAME = inName();

    /** {@code detail} may be shown. */
    record Fault(Reason reason, String detail) {}

    private int hosts;
    private int authorizations;
    private int lengths;
    private int codings;
    private @Nullable Fault wrong;

    private Framing() {}

    static @Nullable Fault fault(MultiMap fields, boolean hostNeeded) {
        var seen = new Framing();
        fields.forEach(seen::field);
        return seen.fault(hostNeeded);
    }

    /** The same of a head that nobody but the codec has seen yet. */
    static @Nullable Fault fault(HttpHeaders fields, boolean hostNeeded) {
        var seen = new Framing();
        for (Map.Entry<String, String> field : fields) seen.field(field.getKey(), field.getValue());
        return seen.fault(hostNeeded);
    }

    private void field(String name, String value) {
        if (wrong != null) return;
        if (name.isEmpty()) {
            wrong = bad("A field has no name.");
            return;
        }
        switch (FieldNames.first(name)) {
            case 'h' -> {
                if (!FieldNames.same(name, "host")) return;
                hosts++;
                if (!isHost(value)) wrong = bad("Host does not name a host.");
            }
            case 'a' -> authorizations += FieldNames.same(name, "authorization") ? 1 : 0;
            case 'c' -> lengths += FieldNames.same(name, "content-length") ? 1 : 0;
            case 't' -> {
                if (!FieldNames.same(name, "transfer-encoding")) return;
                codings++;
                if (!value.equalsIgnoreCase("chunked")) wrong = bad("Only the transfer coding `chunked` is taken.");
            }
            case 'e' -> {
                if (FieldNames.same(name, "expect") && !value.equalsIgnoreCase("100-continue"))
                    wrong = bad("Only `100-continue` can be expected.");
            }
            default -> {}
        }
    }

    private @Nullable Fault fault(boolean hostNeeded) {
        if (wrong != null) return wrong;
        if (hosts > 1) return twice("Host");
        if (hosts == 0 && hostNeeded) return bad("Host is missing.");
        if (authorizations > 1) return twice("Authorization");
        if (lengths > 1) return twice("Content-Length");
        if (codings > 1) return twice("Transfer-Encoding");
        if (codings > 0 && lengths > 0)
            return new Fault(Reason.AMBIGUOUS_REQUEST, "Content-Length and Transfer-Encoding contradict each other.");
        return null;
    }

    /** RFC 9110 §7.2, RFC 3986 §3.2.2: a name or an address and perhaps a port, without user information. */
    static boolean isHost(String text) {
        if (text.isEmpty() || text.length() > LONGEST_HOST) return false;
        int end = text.charAt(0) == '[' ? endOfAddress(text) : endOfName(text);
        return end > 0 && (end == text.length() || isPort(text, end));
    }

    private static int endOfName(String text) {
        int end = 0;
        while (end < text.length() && isInName(text, end)) end++;
        return end;
    }

    private static boolean isInName(String text, int at) {
        char c = text.charAt(at);
        if (c == '%') return PathText.hex(text, at + 1, text.length()) > 0x20;
        return c < 0x80 && IN_NAME[c];
    }

    private static int endOfAddress(String text) {
        int end = 1;
        while (end < text.length() && "0123456789abcdefABCDEF:.".indexOf(text.charAt(end)) >= 0) end++;
        return end > 2 && end < text.length() && text.charAt(end) == ']' ? end + 1 : 0;
    }

    private static boolean isPort(String text, int colon) {
        int digits = text.length() - colon - 1;
        if (text.charAt(colon) != ':' || digits < 1 || digits > 5) return false;
        for (int i = colon + 1; i < text.length(); i++) if (text.charAt(i) < '0' || text.charAt(i) > '9') return false;
        return true;
    }

    private static boolean[] inName() {
        var plain = new boolean[0x80];
        for (char c = '0'; c <= 'z'; c++) plain[c] = Character.isLetterOrDigit(c);
        for (char c : "-._~!$&'()*+,;=".toCharArray()) plain[c] = true;
        return plain;
    }

    /** The target in absolute-form names the host again; a different one would be a second reading (RFC 9112 §3.2.2). */
    static boolean agrees(Optional<String> authority, @Nullable String host) {
        return authority.isEmpty() || host == null || authority.get().equalsIgnoreCase(host);
    }

    private static Fault bad(String detail) {
        return new Fault(Reason.BAD_REQUEST, detail);
    }

    private static Fault twice(String name) {
        return new Fault(Reason.AMBIGUOUS_REQUEST, name + " was sent more than once.");
    }
}
