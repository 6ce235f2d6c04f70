package dev.gatehouse.identity;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * An Argon2 hash with all it takes to check it (RFC 9106), written as a PHC string: {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}. Ours are Argon2id of the newest version;
 * the other kinds and the version before come from elsewhere.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record, only byte by byte in constant time
record Argon2Hash(String kind, int version, Cost cost, byte[] salt, byte[] hash) implements StoredHash {
    static final Kind KIND = new Kind() {
        @Override
        public boolean isStartOf(String text) {
            return text.startsWith("$argon2");
        }

        @Override
        public StoredHash read(String text) {
            return parse(text);
        }
    };

    /** Twice over, with a work area of ours beside it, it fits into the launcher's heap. */
    static final int MOST_MEMORY = 65_536;

    /** Memory times passes: seven times what ours cost. */
    static final int MOST_WORK = 4 * MOST_MEMORY;

    private static final Pattern PHC = Pattern.compile(
            "\\$(argon2(?:id?|d))(?:\\$v=(16|19))?\\$m=([0-9]{1,10}),t=([0-9]{1,10}),p=([0-9]{1,10})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
    private static final String OURS = "argon2id";
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /** What a hash costs to compute. */
    record Cost(int memoryKiB, int passes, int lanes) {
        /** The first choice of the OWASP Password Storage Cheat Sheet. */
        static final Cost OWASP = new Cost(19_456, 2, 1);
    }

    static Argon2Hash of(Password password, Cost cost, SecureRandom random, Argon2 argon2) {
        var salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        var unknown = ours(cost, salt, new byte[HASH_BYTES]);
        return ours(cost, salt, argon2.compute(unknown, password.bytes()));
    }

    static Argon2Hash ours(Cost cost, byte[] salt, byte[] hash) {
        return new Argon2Hash(OURS, Argon2Parameters.ARGON2_VERSION_13, cost, salt, hash);
    }

    static Argon2Hash parse(String phc) {
        Matcher parts = PHC.matcher(phc);
        if (!parts.matches()) throw new IllegalArgumentException("not an Argon2 hash");
        int memory = StoredHash.number(parts.group(3), 8, MOST_MEMORY, "the memory of an Argon2 hash in KiB");
        int passes = StoredHash.number(parts.group(4), 1, MOST_WORK / memory, "the passes of this Argon2 hash");
        int lanes = StoredHash.number(parts.group(5), 1, Math.min(16, memory / 8), "the lanes of this Argon2 hash");
        return new Argon2Hash(
                parts.group(1),
                "19".equals(parts.group(2)) ? Argon2Parameters.ARGON2_VERSION_13 : Argon2Parameters.ARGON2_VERSION_10,
                new Cost(memory, passes, lanes),
                StoredHash.base64(parts.group(6)),
                StoredHash.base64(parts.group(7)));
    }

    @Override
    public boolean isOf(Password password, Argon2 argon2) {
        return MessageDigest.isEqual(hash, argon2.compute(this, password.bytes()));
    }

    @Override
    public boolean isOfToday(Cost today) {
        return kind.equals(OURS) && version == Argon2Parameters.ARGON2_VERSION_13 && cost.equals(today);
    }

    String phc() {
        Base64.Encoder plain = Base64.getEncoder().withoutPadding();
        return "$" + kind + "$v=" + version + "$m=" + cost.memoryKiB() + ",t=" + cost.passes() + ",p=" + cost.lanes()
                + "$" + plain.encodeToString(salt) + "$" + plain.encodeToString(hash);
    }
}
