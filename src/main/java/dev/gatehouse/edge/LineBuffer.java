package dev.gatehouse.edge;

import java.util.Arrays;

/** Bytes of lines in the making. Text from outside goes through {@link #escaped}, so that a line stays a line (CWE-117). */
final class LineBuffer {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private byte[] bytes;
    private int length;

    LineBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    byte[] take() {
        byte[] taken = Arrays.copyOf(bytes, length);
        length = 0;
        return taken;
    }

    LineBuffer character(char c) {
        ensure(1);
        bytes[length++] = (byte) c;
        return this;
    }

    /** Our own words: ASCII without anything to escape. */
    LineBuffer plain(String text) {
        int size = text.length();
        ensure(size);
        for (int i = 0; i < size; i++) bytes[length + i] = (byte) text.charAt(i);
        length += size;
        return this;
    }

    /** Anybody's words, as the inside of a JSON string (RFC 8259 §7), with nothing in it that a terminal would obey. */
    LineBuffer escaped(String text) {
        ensure(6 * text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') bytes[length++] = (byte) c;
            else unicode(c);
        }
        return this;
    }

    LineBuffer number(long value) {
        if (value < 0 || value >= 1_000_000_000L) return plain(Long.toString(value));
        int rest = (int) value;
        int digits = 1;
        for (int limit = 10; digits < 9 && rest >= limit; limit *= 10) digits++;
        ensure(digits);
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    LineBuffer padded(long value, int digits) {
        long limit = 1;
        for (int i = 1; i < digits; i++) limit *= 10;
        for (; limit > 1 && value < limit; limit /= 10) character('0');
        return number(value);
    }

    /** Milliseconds with one decimal. */
    LineBuffer millis(long nanos) {
        long tenths = Math.max(0, nanos) / 100_000;
        return number(tenths / 10).character('.').number(tenths % 10);
    }

    private void unicode(char c) {
        bytes[length++] = '\\';
        if (c == '"' || c == '\\') {
            bytes[length++] = (byte) c;
            return;
        }
        bytes[length++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) bytes[length++] = (byte) HEX[(c >> shift) & 15];
    }

    private void ensure(int more) {
        if (length + more > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
}
