package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.PathText;
import dev.gatehouse.vocabulary.Reason;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request line asks for (RFC 9112 §3.2), read once: the path we decide on is the path we forward. What could be read in two ways is
 * refused, never repaired. A value rather than an exception, because strangers send what they like.
 */
public sealed interface RequestTarget {
    /** {@code detail} may be shown to the caller; it never repeats what was sent. */
    record Refused(Reason reason, String detail) implements RequestTarget {}

    /** Reads a target in origin-form, in absolute-form, or {@code *} for OPTIONS. {@code maxLength} bounds the whole text. */
    static RequestTarget parse(String method, String text, int maxLength) {
        if (text.length() > maxLength)
            return new Refused(Reason.URI_TOO_LONG, "The address has more than " + maxLength + " characters.");
        if (method.equals("CONNECT")) return bad("CONNECT is not taken here.");
        if (text.startsWith("/")) return Reader.originForm(text, null);
        if (text.equals("*")) return method.equals("OPTIONS") ? Reader.ASTERISK : bad("Only OPTIONS may ask for `*`.");
        return Reader.absoluteForm(text);
    }

    private static Refused bad(String detail) {
        return new Refused(Reason.BAD_REQUEST, detail);
    }

    /** A target with one reading. */
    final class Canonical implements RequestTarget {
        private final String uri;
        private final int pathLength;
        private final @Nullable String decoded;
        private final boolean parameters;
        private final @Nullable String authority;

        private Canonical(
                String uri, int pathLength, @Nullable String decoded, boolean parameters, @Nullable String authority) {
            this.uri = uri;
            this.pathLength = pathLength;
            this.decoded = decoded;
            this.parameters = parameters;
            this.authority = authority;
        }

        /** What is forwarded: the canonical path, and the query as it was sent. */
        public String uri() {
            return uri;
        }

        /** The canonical path, percent-encoded. */
        public String path() {
            return pathLength == uri.length() ? uri : uri.substring(0, pathLength);
        }

        /** The query as it was sent, without the question mark; absent when there was none. */
        public Optional<String> query() {
            return pathLength == uri.length() ? Optional.empty() : Optional.of(uri.substring(pathLength + 1));
        }

        /** Of absolute-form: host and port as they were sent; they must agree with {@code Host}. */
        public Optional<String> authority() {
            return Optional.ofNullable(authority);
        }

        /** {@code OPTIONS *}: the server as a whole. */
        public boolean isAsterisk() {
            return uri.equals("*");
        }

        /** The text whose first {@link #routedLength} characters are the path without any escapes; what routes are compared with. */
        String routed() {
            return decoded == null ? uri : decoded;
        }

        int routedLength() {
            return decoded == null ? pathLength : decoded.length();
        }

        /** Some servers drop what follows a {@code ;} in a segment, some do not. */
        boolean hasParameters() {
            return parameters;
        }

        @Override
        public String toString() {
            return uri;
        }
    }

    /** Reads byte by byte against the grammar. */
    final class Reader {
        private static final Canonical ASTERISK = new Canonical("*", 1, null, false, null);

        /** RFC 3986 §3.2.2 without user information, which nobody should send and some would believe. */
        private static final Pattern AUTHORITY = Pattern.compile(
                "(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2}){1,255}(?::[0-9]{0,5})?|\\[[0-9A-Fa-f:.]{2,45}](?::[0-9]{0,5})?");

        private static final boolean[] PLAIN_IN_PATH = table("-._~!$&'()*+,=:@");

        /** RFC 3986 §3.4, and what browsers send unescaped beyond it (WHATWG URL §1.3); no server reads these in two ways. */
        private static final boolean[] PLAIN_IN_QUERY = table("-._~!$&'()*+,;=:@/?[]{}|^`\\");

        private Reader() {}

        private static RequestTarget absoluteForm(String text) {
            int prefix = text.regionMatches(true, 0, "http://", 0, 7)
                    ? 7
                    : text.regionMatches(true, 0, "https://", 0, 8) ? 8 : 0;
            if (prefix == 0) return bad("The address is neither a path nor an http address.");
            int end = prefix;
            while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) end++;
            String authority = text.substring(prefix, end);
            if (!AUTHORITY.matcher(authority).matches()) return bad("The address does not name a host.");
            String rest = text.substring(end);
            return originForm(rest.startsWith("/") ? rest : "/" + rest, authority);
        }

        private static RequestTarget originForm(String text, @Nullable String authority) {
            int end = endOfPlainPath(text);
            boolean plain = end == text.length() || text.charAt(end) == '?';
            if (!plain) return carefully(text, authority);
            Refused wrong = query(text, end);
            return wrong != null ? wrong : new Canonical(text, end, null, false, authority);
        }

        /** The length of what needs no second look: no escapes, no parameters, no empty segments, no segment that begins with a dot. */
        private static int endOfPlainPath(String text) {
            char before = 'x';
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                boolean fine = c == '/' ? before != '/' : c < 0x80 && PLAIN_IN_PATH[c] && !(c == '.' && before == '/');
                if (!fine) return c == '?' ? i : Math.min(i, text.length() - 1);
                before = c;
            }
            return text.length();
        }

        private static RequestTarget carefully(String text, @Nullable String authority) {
            if (text.indexOf('#') >= 0) return bad("The address has a fragment.");
            int question = text.indexOf('?');
            int end = question < 0 ? text.length() : question;
            PathText read = PathText.read(text, 0, end);
            if (read instanceof PathText.Fault wrong)
                return new Refused(wrong.ambiguous() ? Reason.AMBIGUOUS_REQUEST : Reason.BAD_REQUEST, wrong.sentence());
            var clean = (PathText.Clean) read;
            Refused wrong = query(text, end);
            if (wrong != null) return wrong;
            String uri =
                    clean.canonical().equals(text.substring(0, end)) ? text : clean.canonical() + text.substring(end);
            return new Canonical(uri, clean.canonical().length(), clean.decoded(), clean.parameters(), authority);
        }

        private static @Nullable Refused query(String text, int question) {
            for (int i = question + 1; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '%') {
                    int octet = PathText.hex(text, i + 1, text.length());
                    if (octet < 0) return bad("The query has a percent sign without two hexadecimal digits.");
                    if (octet == 0) return bad("The query has an encoded NUL.");
                } else if (c == '#') {
                    return bad("The address has a fragment.");
                } else if (c >= 0x80 || !PLAIN_IN_QUERY[c]) {
                    return bad("The query has a character that must be percent-encoded.");
                }
            }
            return null;
        }

        private static boolean[] table(String others) {
            var table = new boolean[0x80];
            for (char c = 0; c < table.length; c++) table[c] = PathText.isUnreserved(c) || others.indexOf(c) >= 0;
            return table;
        }
    }
}
