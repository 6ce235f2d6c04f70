package dev.gatehouse.edge;

import java.util.SplittableRandom;

/** The {@code traceparent} field (W3C Trace Context §3.2). One of these per event loop makes new ones, which ask to be sampled. */
final class TraceParent {
    private static final int LENGTH = 55;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final SplittableRandom random;

    TraceParent(long seed) {
        this.random = new SplittableRandom(seed);
    }

    String next() {
        var text = new char[LENGTH];
        "00-".getChars(0, 3, text, 0);
        hex(text, 3, random.nextLong());
        hex(text, 19, random.nextLong() | 1);
        text[35] = '-';
        hex(text, 36, random.nextLong() | 1);
        "-01".getChars(0, 3, text, 52);
        return new String(text);
    }

    static String traceId(String traceparent) {
        return traceparent.substring(3, 35);
    }

    /** Version 00 only, lower-case hexadecimal, no id all zero. */
    static boolean isValid(String text) {
        if (text.length() != LENGTH || !text.startsWith("00-") || text.charAt(35) != '-' || text.charAt(52) != '-')
            return false;
        return isHex(text, 3, 35)
                && isHex(text, 36, 52)
                && isHex(text, 53, 55)
                && !isZero(text, 3, 35)
                && !isZero(text, 36, 52);
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
        }
        return true;
    }

    private static boolean isZero(String text, int from, int to) {
        for (int i = from; i < to; i++) if (text.charAt(i) != '0') return false;
        return true;
    }

    private static void hex(char[] text, int at, long bits) {
        for (int i = 0; i < 16; i++) text[at + i] = HEX[(int) (bits >>> (60 - 4 * i)) & 15];
    }
}
