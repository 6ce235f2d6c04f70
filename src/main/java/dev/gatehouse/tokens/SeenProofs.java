package dev.gatehouse.tokens;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Which proofs this process has been shown, by all event loops, for as long as each could be taken. Nobody waits: a proof is a number of 64 bits in a table, entered by
 * compare-and-set and never taken out; tables leave whole, when everything in them is over. When they are full, nothing more is taken rather than anything forgotten.
 */
final class SeenProofs {
    enum Answer {
        FIRST,
        SEEN,
        FULL
    }

    /** Proofs that end within the same so many seconds are in one bucket. */
    static final int BUCKET_SECONDS = 64;
    /** Those that can be taken now end within three buckets ({@link DpopProof#WINDOW} twice). */
    private static final int BUCKETS = 4;

    private static final int SMALLEST_BITS = 12;
    private static final int BITS_MORE = 2;
    private static final int TABLES = 5;
    /** So many places of each table are looked at; a proof is in the first of them that was free. */
    private static final int PLACES = 16;

    private final AtomicReferenceArray<Bucket> ring = new AtomicReferenceArray<>(BUCKETS);
    private final byte[] salt = new byte[16];
    private final int tables;

    /** {@code number} is that of its seconds since the epoch. Tables are made when the ones before them are full around a proof. */
    private record Bucket(long number, AtomicReferenceArray<AtomicLongArray> tables) {}

    SeenProofs(SecureRandom random) {
        this(random, TABLES);
    }

    /** With fewer tables than usual. */
    SeenProofs(SecureRandom random, int tables) {
        random.nextBytes(salt);
        this.tables = tables;
    }

    /** {@code until} follows from the proof, so everybody looks in the same bucket for it. */
    Answer first(String proof, Instant until) {
        long number = Math.floorDiv(until.getEpochSecond(), BUCKET_SECONDS);
        Bucket bucket = bucket(number);
        if (bucket.number() != number) return Answer.SEEN;
        long mark = mark(proof);
        for (int i = 0; i < tables; i++) {
            Answer answer = enter(table(bucket, i), mark);
            if (answer != Answer.FULL) return answer;
        }
        return Answer.FULL;
    }

    /** The newest of those that share a place of the ring. */
    private Bucket bucket(long number) {
        int place = (int) (number % BUCKETS);
        Bucket there = ring.get(place);
        while (there == null || there.number() < number) {
            ring.compareAndSet(place, there, new Bucket(number, new AtomicReferenceArray<>(tables)));
            there = ring.get(place);
        }
        return there;
    }

    private static AtomicLongArray table(Bucket bucket, int i) {
        AtomicLongArray there = bucket.tables().get(i);
        if (there != null) return there;
        bucket.tables().compareAndSet(i, null, new AtomicLongArray(1 << SMALLEST_BITS + BITS_MORE * i));
        return Objects.requireNonNull(bucket.tables().get(i), "made above, by us or by another");
    }

    /** Two who enter the same mark look at the same places in the same order, and none is ever freed: the later one meets the earlier one's. */
    private static Answer enter(AtomicLongArray table, long mark) {
        for (int i = 0; i < PLACES; i++) {
            int place = (int) (mark + i) & table.length() - 1;
            long there = table.get(place);
            if (there == 0 && table.compareAndSet(place, 0, mark)) return Answer.FIRST;
            if (there == mark || there == 0 && table.get(place) == mark) return Answer.SEEN;
        }
        return Answer.FULL;
    }

    /** Salted, so that nobody chooses where a proof goes; never 0. */
    private long mark(String proof) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            long mark = ByteBuffer.wrap(digest.digest(proof.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
            return mark == 0 ? 1 : mark;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
