package dev.gatehouse.tokens;

import dev.gatehouse.keys.VerificationKey;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that one thread has verified, by their whole text. Confined to its thread, so nothing is locked. Bounded in entries and bytes; the token unused for
 * longest leaves. Only accepted tokens come in, and finding one is no verdict: whoever asks still checks expiry, trust, revocation and profile.
 *
 * <p>An own table rather than a {@code LinkedHashMap}, because {@code String.hashCode} reads the whole token and a header's text is a new object in every request:
 * here the hash reads the tail of the signature, which nobody can choose, and equality compares everything (decision 0132).
 */
final class VerifiedCache {
    private static final int HASHED_TAIL = 24;
    private static final int BYTES_BESIDE_TEXT = 1024;
    /** A character of the token stands for itself and for about four bytes of parsed claims. */
    private static final int BYTES_PER_CHARACTER = 5;
    /** Of those that are offered to a full cache. */
    static final int ONE_IN = 8;

    private final int mostEntries;
    private final long mostBytes;
    private final @Nullable Entry[] table;
    private @Nullable Entry oldest;
    private @Nullable Entry newest;
    private int entries;
    private long bytes;
    private int turnedAway;

    VerifiedCache(int mostEntries, long mostBytes) {
        if (mostEntries < 1) throw new IllegalArgumentException("a cache holds at least one token");
        this.mostEntries = mostEntries;
        this.mostBytes = mostBytes;
        this.table = new Entry[Integer.highestOneBit(Math.max(8, mostEntries)) * 2];
    }

    /** An accepted token and what its acceptance rests on. The last three change as it is checked again. */
    static final class Entry {
        final String token;
        final Verdict.Accepted verdict;
        final TokenUser user;
        final long expiresAtMillis;
        /** Null: its issuer was asked about it. */
        final @Nullable VerificationKey key;

        Trust trust;
        TokenProfile profile;
        long revocationsSeen;

        private @Nullable Entry next;
        private @Nullable Entry older;
        private @Nullable Entry newer;

        Entry(
                String token,
                Verdict.Accepted verdict,
                @Nullable VerificationKey key,
                long expiresAtMillis,
                Trust trust,
                TokenProfile profile,
                long revocationsSeen) {
            this.token = token;
            this.verdict = verdict;
            this.user = new TokenUser(verdict.claims());
            this.expiresAtMillis = expiresAtMillis;
            this.key = key;
            this.trust = trust;
            this.profile = profile;
            this.revocationsSeen = revocationsSeen;
        }

        long bytes() {
            return BYTES_BESIDE_TEXT + (long) BYTES_PER_CHARACTER * token.length();
        }
    }

    @Nullable
    Entry find(String token) {
        for (var entry = table[slot(token)]; entry != null; entry = entry.next) {
            if (!entry.token.equals(token)) continue;
            if (entry != newest) {
                unlink(entry);
                linkNewest(entry);
            }
            return entry;
        }
        return null;
    }

    void put(Entry entry) {
        remove(entry.token);
        if (entry.bytes() > mostBytes) return;
        int slot = slot(entry.token);
        entry.next = table[slot];
        table[slot] = entry;
        linkNewest(entry);
        entries++;
        bytes += entry.bytes();
        while (entries > mostEntries || bytes > mostBytes) removeOldest();
    }

    /**
     * Puts it in where there is room; where there is none, only every so many times. More tokens than the cache can hold would push each other out before they come
     * again, and what has lived for a while is dear to take away; whoever comes often is let in soon.
     */
    void offer(Entry entry) {
        boolean hasRoom = entries < mostEntries && bytes + entry.bytes() <= mostBytes;
        if (hasRoom || ++turnedAway % ONE_IN == 0) put(entry);
    }

    void remove(String token) {
        int slot = slot(token);
        Entry before = null;
        for (var entry = table[slot]; entry != null; before = entry, entry = entry.next) {
            if (!entry.token.equals(token)) continue;
            if (before == null) table[slot] = entry.next;
            else before.next = entry.next;
            unlink(entry);
            entries--;
            bytes -= entry.bytes();
            return;
        }
    }

    int entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }

    private void removeOldest() {
        if (oldest != null) remove(oldest.token);
    }

    private void linkNewest(Entry entry) {
        entry.older = newest;
        entry.newer = null;
        if (newest == null) oldest = entry;
        else newest.newer = entry;
        newest = entry;
    }

    private void unlink(Entry entry) {
        if (entry.older == null) oldest = entry.newer;
        else entry.older.newer = entry.newer;
        if (entry.newer == null) newest = entry.older;
        else entry.newer.older = entry.older;
    }

    private int slot(String token) {
        int hash = token.length();
        for (int i = Math.max(0, token.length() - HASHED_TAIL); i < token.length(); i++)
            hash = 31 * hash + token.charAt(i);
        return (hash ^ hash >>> 16) & table.length - 1;
    }
}
