package dev.gatehouse.edge;

import java.nio.charset.StandardCharsets;
import java.util.function.IntUnaryOperator;

/** Which of at most 64 targets is next; pure. A set of targets is the bits of a number, and is never empty. */
final class Balancer {
    private Balancer() {}

    /** The first target of the set after {@code last}, around the corner if need be. */
    static int next(long set, int last) {
        long later = last >= 63 ? 0 : set & (-1L << (last + 1));
        return Long.numberOfTrailingZeros(later != 0 ? later : set);
    }

    /** The target with the least load; of equals the one after {@code last}. */
    static int least(long set, IntUnaryOperator load, int last) {
        int best = -1;
        int lowest = Integer.MAX_VALUE;
        int at = last;
        for (int i = Long.bitCount(set); i > 0; i--) {
            at = next(set, at);
            int here = load.applyAsInt(at);
            if (here < lowest) {
                lowest = here;
                best = at;
            }
        }
        return best;
    }

    /** The target that draws the highest lot with this key (rendezvous hashing): where one goes or comes, only its own share moves. */
    static int ofHash(long set, long key, long[] seeds) {
        int best = -1;
        long highest = 0;
        for (long rest = set; rest != 0; rest &= rest - 1) {
            int at = Long.numberOfTrailingZeros(rest);
            long lot = mixed(key ^ seeds[at]);
            if (best < 0 || Long.compareUnsigned(lot, highest) > 0) {
                highest = lot;
                best = at;
            }
        }
        return best;
    }

    /** The same on every node and after every restart. */
    static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) hash = (hash ^ (octet & 0xff)) * 0x100000001b3L;
        return mixed(hash);
    }

    /** Every bit of the outcome depends on every bit of the number (the finaliser of SplitMix64). */
    private static long mixed(long number) {
        long mixed = number + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
