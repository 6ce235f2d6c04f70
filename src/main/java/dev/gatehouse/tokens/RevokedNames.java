package dev.gatehouse.tokens;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Names that no longer count, and until when that matters: 20 to 30 bytes each, however long they are. Read by every event loop without waiting.
 *
 * <p>Of a name there are 96 bits of a hash that nobody outside can compute. With a million names, a good one is taken for one of them once in 10<sup>22</sup> lookups
 * (decision 0271). The names are in 256 shares; a share that becomes too small is made anew by itself, so no one waits for all of them.
 */
final class RevokedNames {
    private static final int SHARES = 256;
    private static final int FEWEST = 8;

    private final AtomicReferenceArray<Share> shares = new AtomicReferenceArray<>(SHARES);
    private final long salt;
    private final long otherSalt;
    private int swept;

    RevokedNames(SecureRandom random) {
        this.salt = random.nextLong();
        this.otherSalt = random.nextLong();
    }

    /** Of a name, what is remembered: {@code mark} is never 0, which means a free place. */
    private record Marks(long mark, int more) {
        int share() {
            return more >>> 24;
        }
    }

    boolean contains(String name) {
        var marks = marks(name);
        Share share = shares.get(marks.share());
        return share != null && share.table.find(marks) >= 0;
    }

    /** False where nothing has changed by it. */
    boolean add(String name, Instant until) {
        var marks = marks(name);
        Share share = shares.get(marks.share());
        if (share == null) {
            shares.compareAndSet(marks.share(), null, new Share());
            share = Objects.requireNonNull(shares.get(marks.share()), "made above, by us or by another");
        }
        return share.add(marks, second(until));
    }

    int size() {
        int size = 0;
        for (int i = 0; i < SHARES; i++) {
            Share share = shares.get(i);
            if (share != null) size += share.size();
        }
        return size;
    }

    /** Forgets what was over before that moment, in as many shares as hold about so many names, and goes on there the next time. One caller at a time. */
    void forget(Instant now, int most) {
        int seen = 0;
        for (int i = 0; i < SHARES && seen < most; i++) {
            Share share = shares.get(swept);
            swept = (swept + 1) % SHARES;
            if (share != null) seen += share.forget(second(now));
        }
    }

    /** Seconds since 1970 in 32 bits, which last until 2106. A fraction is cut off: what is forgotten is over by a whole second. */
    private static long second(Instant instant) {
        return Math.max(0, Math.min(0xFFFF_FFFFL, instant.getEpochSecond()));
    }

    private Marks marks(String name) {
        long one = salt;
        long other = otherSalt;
        for (int i = 0; i < name.length(); i++) {
            one = (one ^ name.charAt(i)) * 0x9E3779B97F4A7C15L;
            one ^= one >>> 32;
            other = (other + name.charAt(i)) * 0xD6E8FEB86659FD93L;
            other ^= other >>> 29;
        }
        one = (one ^ name.length()) * 0xBF58476D1CE4E5B9L;
        one ^= one >>> 31;
        other = (other ^ one) * 0x94D049BB133111EBL;
        return new Marks(one == 0 ? 1 : one, (int) (other >>> 32));
    }

    /** Whoever writes waits for whoever else writes here; nobody who reads waits for either. */
    private static final class Share {
        private volatile Table table = new Table(FEWEST);
        private int used;

        synchronized boolean add(Marks marks, long until) {
            int place = table.find(marks);
            if (place >= 0) return table.prolong(place, until);
            if ((used + 1) * 5L > table.places * 4L) table = copy(table.places + table.places / 2, 0);
            table.enter(marks.mark(), marks.more(), until);
            used++;
            return true;
        }

        /** How many were looked at. */
        synchronized int forget(long now) {
            int looked = used;
            int alive = table.endingAtOrAfter(now);
            if (alive == used) return looked;
            table = copy(Math.max(FEWEST, alive * 3 / 2), now);
            used = alive;
            return looked;
        }

        synchronized int size() {
            return used;
        }

        private Table copy(int places, long from) {
            var fresh = new Table(places);
            table.copyTo(fresh, from);
            return fresh;
        }
    }

    /** Two numbers a place: the mark, and 32 bits more of it before the second of the end. Nothing ever leaves a place, so whoever reads sees a name whole or not at all. */
    private static final class Table {
        private final AtomicLongArray numbers;
        final int places;

        Table(int places) {
            this.places = places;
            this.numbers = new AtomicLongArray(2 * places);
        }

        int find(Marks marks) {
            for (int place = first(marks.mark()); ; place = after(place)) {
                long there = numbers.get(2 * place);
                if (there == 0) return -1;
                if (there == marks.mark() && (int) (numbers.get(2 * place + 1) >>> 32) == marks.more()) return place;
            }
        }

        boolean prolong(int place, long until) {
            long known = numbers.get(2 * place + 1);
            if (until <= end(known)) return false;
            numbers.set(2 * place + 1, known & ~0xFFFF_FFFFL | until);
            return true;
        }

        void enter(long mark, int more, long until) {
            int place = first(mark);
            while (numbers.get(2 * place) != 0) place = after(place);
            numbers.set(2 * place + 1, (long) more << 32 | until);
            numbers.set(2 * place, mark);
        }

        int endingAtOrAfter(long from) {
            int count = 0;
            for (int place = 0; place < places; place++) if (holds(place, from)) count++;
            return count;
        }

        void copyTo(Table fresh, long from) {
            for (int place = 0; place < places; place++) {
                if (!holds(place, from)) continue;
                long rest = numbers.get(2 * place + 1);
                fresh.enter(numbers.get(2 * place), (int) (rest >>> 32), end(rest));
            }
        }

        private boolean holds(int place, long from) {
            return numbers.get(2 * place) != 0 && end(numbers.get(2 * place + 1)) >= from;
        }

        private static long end(long rest) {
            return rest & 0xFFFF_FFFFL;
        }

        private int first(long mark) {
            return (int) ((mark >>> 32) * places >>> 32);
        }

        private int after(int place) {
            return place + 1 == places ? 0 : place + 1;
        }
    }
}
