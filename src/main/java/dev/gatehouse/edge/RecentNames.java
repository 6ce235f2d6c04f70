package dev.gatehouse.edge;

import io.netty.util.AsciiString;
import java.util.Arrays;

/** Names of fields that APIs said lately: most say the same ones over and over, and need not be made anew each time. Holds 64; confined to its event loop. */
final class RecentNames {
    private static final int SLOTS = 64;

    private final AsciiString[] names = new AsciiString[SLOTS];

    RecentNames() {
        Arrays.fill(names, AsciiString.EMPTY_STRING);
    }

    AsciiString of(byte[] octets, int start, int length) {
        if (length == 0) return AsciiString.EMPTY_STRING;
        int slot = (length * 31 + octets[start] * 7 + octets[start + length - 1]) & (SLOTS - 1);
        AsciiString known = names[slot];
        if (isSame(known, octets, start, length)) return known;
        var fresh = new AsciiString(octets, start, length, true);
        names[slot] = fresh;
        return fresh;
    }

    private static boolean isSame(AsciiString known, byte[] octets, int start, int length) {
        int from = known.arrayOffset();
        return known.length() == length
                && Arrays.equals(known.array(), from, from + length, octets, start, start + length);
    }
}
