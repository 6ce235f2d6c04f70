package dev.gatehouse.keys;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Base64url as JOSE wants it (RFC 7515 §2): no padding, and every byte string has exactly one spelling. */
public final class Base64Url {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final byte[] VALUES = values();

    private Base64Url() {}

    public static String encode(byte[] bytes) {
        return ENCODER.encodeToString(bytes);
    }

    /** The bytes, or null for anything that {@link #encode} would not have written: padding, other alphabets, leftover bits. */
    public static byte @Nullable [] decode(String text) {
        return decode(text, 0, text.length());
    }

    public static byte @Nullable [] decode(String text, int from, int to) {
        int length = to - from;
        if (length % 4 == 1) return null;
        byte[] bytes = new byte[(int) (length * 3L / 4)];
        int at = 0;
        int held = 0;
        int bits = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            int value = c < VALUES.length ? VALUES[c] : -1;
            if (value < 0) return null;
            held = held << 6 | value;
            bits += 6;
            if (bits >= 8) {
                bits -= 8;
                bytes[at++] = (byte) (held >> bits);
            }
        }
        return (held & (1 << bits) - 1) == 0 ? bytes : null;
    }

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (int i = 0; i < alphabet.length(); i++) values[alphabet.charAt(i)] = (byte) i;
        return values;
    }
}
