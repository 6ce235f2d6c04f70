package dev.gatehouse.web;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.SplittableRandom;

/**
 * Names for requests: 26 characters of Crockford's base 32 that sort by time, as a ULID does. They are told to everybody and guard nothing, so a
 * fast generator makes them; each event loop has one of its own, seeded once.
 */
public final class RequestIds {
    private static final byte[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".getBytes(StandardCharsets.US_ASCII);
    private static final int LENGTH = 26;
    private static final int TIME_LENGTH = 10;
    private static final int SHORTEST_KEPT = 8;
    private static final int LONGEST_KEPT = 64;

    private final SplittableRandom random;
    private final InstantSource clock;

    public RequestIds(SecureRandom seed, InstantSource clock) {
        this.random = new SplittableRandom(seed.nextLong());
        this.clock = clock;
    }

    public String next() {
        byte[] id = new byte[LENGTH];
        fill(id, 0, TIME_LENGTH, clock.millis());
        fill(id, TIME_LENGTH, TIME_LENGTH + 8, random.nextLong());
        fill(id, TIME_LENGTH + 8, LENGTH, random.nextLong());
        return new String(id, StandardCharsets.ISO_8859_1);
    }

    /** Whether somebody else's id may be kept: 8 to 64 letters, digits, dots, dashes, underscores. */
    public static boolean isWellFormed(String id) {
        if (id.length() < SHORTEST_KEPT || id.length() > LONGEST_KEPT) return false;
        for (int i = 0; i < id.length(); i++) if (!isPlain(id.charAt(i))) return false;
        return true;
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_'
                || c == '.';
    }

    private static void fill(byte[] id, int from, int to, long bits) {
        long rest = bits;
        for (int i = to - 1; i >= from; i--) {
            id[i] = ALPHABET[(int) rest & 31];
            rest >>>= 5;
        }
    }
}
