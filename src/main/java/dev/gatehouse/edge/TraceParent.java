package dev.gatehouse.edge;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The {@code traceparent} field (W3C Trace Context §3.2). One of these per event loop makes new ones, which ask to be sampled. Where spans are told of, the gate is a
 * part of every trace and names itself as the parent; where they are not, a neighbour's goes on as it came (§4.2).
 */
final class TraceParent {
    private static final int LENGTH = 55;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private static final int FLAGS = 53;

    private final SplittableRandom random;
    private final boolean takesPart;

    TraceParent(long seed, boolean takesPart) {
        this.random = new SplittableRandom(seed);
        this.takesPart = takesPart;
    }

    /** What is sent on after one that is valid. */
    String after(String said) {
        return takesPart ? said.substring(0, 36) + span() + said.substring(52) : said;
    }

    /** A new span's id. */
    String span() {
        var text = new char[16];
        hex(text, 0, random.nextLong() | 1);
        return new String(text);
    }

    /** Whether a trace that is so named is recorded at all (§3.2.2.5.1). */
    static boolean isSampled(String traceparent) {
        return (Character.digit(traceparent.charAt(FLAGS + 1), 16) & 1) == 1;
    }

    static boolean isSameTrace(String traceparent, @Nullable String other) {
        return other != null && isValid(other) && traceId(other).equals(traceId(traceparent));
    }

    static String spanId(String traceparent) {
        return traceparent.substring(36, 52);
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
