package dev.gatehouse.vocabulary;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The path of a URL, read with suspicion into its one canonical spelling (RFC 3986 §3.3, §6.2.2): an escape of an unreserved character is
 * decoded, every other escape is kept with upper-case digits. Whatever two servers are known to read differently is a {@link Fault}.
 * Routes and requests are spelled by this one reader, so they cannot differ in spelling.
 */
public sealed interface PathText {
    /**
     * {@code canonical} is for the wire. {@code decoded} has no escapes left and is what routes are compared with: {@code /%40me} and
     * {@code /@me} are the same place to nearly every server. {@code parameters} says that a segment holds a {@code ;}.
     */
    record Clean(String canonical, String decoded, boolean parameters) implements PathText {}

    /** Either not a path at all, or one that can be read in two ways. */
    record Fault(boolean ambiguous, String sentence) implements PathText {}

    static PathText read(String text, int start, int end) {
        return new Reader(text, start, end).read();
    }

    /** {@code pchar} of RFC 3986 §3.3 without the percent sign. */
    static boolean isPlain(char c) {
        return isUnreserved(c) || (c < 0x80 && "!$&'()*+,;=:@".indexOf(c) >= 0);
    }

    static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    /** The value of two hexadecimal digits at {@code index}, or -1. */
    static int hex(CharSequence text, int index, int end) {
        if (index + 2 > end) return -1;
        int high = Character.digit(text.charAt(index), 16);
        int low = Character.digit(text.charAt(index + 1), 16);
        boolean ascii = text.charAt(index) < 0x80 && text.charAt(index + 1) < 0x80;
        return high < 0 || low < 0 || !ascii ? -1 : high << 4 | low;
    }

    /** One reading; the two spellings grow side by side. */
    final class Reader {
        private static final String DIGITS = "0123456789ABCDEF";

        private final String text;
        private final int start;
        private final int end;
        private final StringBuilder canonical;
        private final StringBuilder decoded;
        private boolean parameters;

        private Reader(String text, int start, int end) {
            this.text = text;
            this.start = start;
            this.end = end;
            this.canonical = new StringBuilder(end - start);
            this.decoded = new StringBuilder(end - start);
        }

        private PathText read() {
            Fault wrong = characters();
            if (wrong == null) wrong = segments();
            if (wrong == null) wrong = escapedEscapes();
            return wrong == null ? new Clean(canonical.toString(), decoded.toString(), parameters) : wrong;
        }

        private @Nullable Fault characters() {
            if (start >= end || text.charAt(start) != '/')
                return new Fault(false, "The path does not begin with a slash.");
            for (int i = start; i < end; ) {
                char c = text.charAt(i);
                if (c == '%') {
                    int octet = hex(text, i + 1, end);
                    if (octet < 0)
                        return new Fault(false, "The path has a percent sign without two hexadecimal digits.");
                    if (octet >= 0x80) {
                        int after = endOfHighEscapes(i);
                        Fault wrong = beyondAscii(i, after);
                        if (wrong != null) return wrong;
                        i = after;
                    } else {
                        Fault wrong = escaped((char) octet);
                        if (wrong != null) return wrong;
                        i += 3;
                    }
                } else {
                    Fault wrong = raw(c);
                    if (wrong != null) return wrong;
                    i++;
                }
            }
            return null;
        }

        private @Nullable Fault raw(char c) {
            if (c == '\\') return new Fault(true, "The path has a backslash.");
            if (c < 0x20 || c == 0x7f) return new Fault(false, "The path has a control character.");
            if (c != '/' && !isPlain(c))
                return new Fault(false, "The path has a character that must be percent-encoded.");
            canonical.append(c);
            decoded.append(c);
            return null;
        }

        private @Nullable Fault escaped(char c) {
            if (c == '/') return new Fault(true, "The path has an encoded slash.");
            if (c == '\\') return new Fault(true, "The path has an encoded backslash.");
            if (c < 0x20 || c == 0x7f) return new Fault(true, "The path has an encoded control character.");
            if (isUnreserved(c)) canonical.append(c);
            else appendEscape(c);
            decoded.append(c);
            return null;
        }

        /** The end of the escapes from {@code i} on that stand for octets beyond ASCII: together they must be UTF-8. */
        private int endOfHighEscapes(int i) {
            int after = i;
            while (after < end && text.charAt(after) == '%' && hex(text, after + 1, end) >= 0x80) after += 3;
            return after;
        }

        private @Nullable Fault beyondAscii(int from, int to) {
            var octets = ByteBuffer.allocate((to - from) / 3);
            for (int i = from; i < to; i += 3) {
                int octet = hex(text, i + 1, to);
                octets.put((byte) octet);
                appendEscape(octet);
            }
            var characters = CharBuffer.allocate(octets.capacity());
            var decoder = StandardCharsets.UTF_8.newDecoder();
            boolean bad = decoder.decode(octets.flip(), characters, true).isError();
            if (bad) return new Fault(true, "The path has escapes that are not UTF-8.");
            characters.flip();
            for (int i = 0; i < characters.length(); i++) {
                if (characters.charAt(i) < 0xa0) return new Fault(true, "The path has an encoded control character.");
            }
            decoded.append(characters);
            return null;
        }

        private void appendEscape(int octet) {
            canonical.append('%').append(DIGITS.charAt(octet >> 4)).append(DIGITS.charAt(octet & 15));
        }

        /** Some servers drop what follows a {@code ;}, some merge slashes, all resolve dots: none of it may hide a way around a rule. */
        private @Nullable Fault segments() {
            int from = 1;
            while (from <= decoded.length()) {
                int slash = decoded.indexOf("/", from);
                int to = slash < 0 ? decoded.length() : slash;
                int semicolon = decoded.indexOf(";", from);
                int nameEnd = semicolon < 0 || semicolon > to ? to : semicolon;
                parameters |= nameEnd < to;
                boolean trailingSlash = from == to && slash < 0;
                if (from == nameEnd && !trailingSlash) return new Fault(true, "The path has an empty segment.");
                if (dots(from, nameEnd)) return new Fault(true, "The path has a dot segment.");
                from = to + 1;
            }
            return null;
        }

        private boolean dots(int from, int to) {
            int length = to - from;
            return (length == 1 || length == 2) && decoded.charAt(from) == '.' && decoded.charAt(to - 1) == '.';
        }

        /** A server that decodes twice would see what we refuse above. */
        private @Nullable Fault escapedEscapes() {
            for (int i = decoded.indexOf("%"); i >= 0; i = decoded.indexOf("%", i + 1)) {
                int octet = hex(decoded, i + 1, decoded.length());
                if (octet >= 0 && (octet < 0x20 || "/\\.;%".indexOf(octet) >= 0))
                    return new Fault(true, "The path has an escape that is itself escaped.");
            }
            return null;
        }
    }
}
