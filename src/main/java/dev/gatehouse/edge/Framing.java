package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.MultiMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a header section says once what must be said once, and leaves no doubt where the message ends. Netty has refused most of it already;
 * what is left is refused here, for house and APIs alike (RFC 9112 §3.2, §6.1, RFC 9110 §5.3).
 */
final class Framing {
    /** RFC 9110 §7.2, without user information. */
    private static final Pattern HOST = Pattern.compile(
            "(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2}){1,255}(?::[0-9]{1,5})?|\\[[0-9A-Fa-f:.]{2,45}](?::[0-9]{1,5})?");

    private static final int LONGEST_HOST = 300;

    /** {@code detail} may be shown. */
    record Fault(Reason reason, String detail) {}

    private Framing() {}

    static @Nullable Fault fault(MultiMap fields, boolean hostNeeded) {
        int hosts = 0;
        int authorizations = 0;
        int lengths = 0;
        int codings = 0;
        for (Map.Entry<String, String> field : fields) {
            String name = field.getKey();
            if (name.isEmpty()) return bad("A field has no name.");
            switch (FieldNames.first(name)) {
                case 'h' -> {
                    if (!FieldNames.same(name, "host")) continue;
                    hosts++;
                    if (!isHost(field.getValue())) return bad("Host does not name a host.");
                }
                case 'a' -> authorizations += FieldNames.same(name, "authorization") ? 1 : 0;
                case 'c' -> lengths += FieldNames.same(name, "content-length") ? 1 : 0;
                case 't' -> {
                    if (!FieldNames.same(name, "transfer-encoding")) continue;
                    codings++;
                    if (!field.getValue().equalsIgnoreCase("chunked"))
                        return bad("Only the transfer coding `chunked` is taken.");
                }
                case 'e' -> {
                    if (FieldNames.same(name, "expect") && !field.getValue().equalsIgnoreCase("100-continue"))
                        return bad("Only `100-continue` can be expected.");
                }
                default -> {}
            }
        }
        if (hosts > 1) return twice("Host");
        if (hosts == 0 && hostNeeded) return bad("Host is missing.");
        if (authorizations > 1) return twice("Authorization");
        if (lengths > 1) return twice("Content-Length");
        if (codings > 1) return twice("Transfer-Encoding");
        if (codings > 0 && lengths > 0)
            return new Fault(Reason.AMBIGUOUS_REQUEST, "Content-Length and Transfer-Encoding contradict each other.");
        return null;
    }

    static boolean isHost(String text) {
        return text.length() <= LONGEST_HOST && HOST.matcher(text).matches();
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
