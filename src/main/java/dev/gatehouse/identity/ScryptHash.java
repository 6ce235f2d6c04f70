package dev.gatehouse.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.SCrypt;

/** A scrypt hash (RFC 7914): Werkzeug's {@code scrypt:32768:8:1$salt$hex}, or a PHC string {@code $scrypt$ln=15,r=8,p=1$salt$hash}. */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record, only byte by byte in constant time
record ScryptHash(int cost, int blockSize, int lanes, byte[] salt, byte[] hash) implements StoredHash {
    static final Kind KIND = new Kind() {
        @Override
        public boolean isStartOf(String text) {
            return text.startsWith("scrypt:") || text.startsWith("$scrypt$");
        }

        @Override
        public StoredHash read(String text) {
            return parse(text);
        }
    };

    /** 64 MiB: 128 bytes for each of cost times block size. */
    private static final int MOST_MEMORY = 1 << 19;

    /** Four times Werkzeug's own. */
    private static final int MOST_WORK = 1 << 20;

    private static final Pattern WERKZEUG = Pattern.compile(
            "scrypt:([0-9]{1,10}):([0-9]{1,10}):([0-9]{1,10})\\$([^$]{1,128})\\$((?:[0-9a-fA-F]{2}){16,64})");
    private static final Pattern PHC = Pattern.compile(
            "\\$scrypt\\$ln=([0-9]{1,10}),r=([0-9]{1,10}),p=([0-9]{1,10})\\$([A-Za-z0-9+/]{1,128})\\$([A-Za-z0-9+/]{22,86})");

    static ScryptHash parse(String text) {
        Matcher parts = WERKZEUG.matcher(text);
        if (parts.matches()) {
            int cost = StoredHash.number(parts.group(1), 2, MOST_MEMORY, "the cost of a scrypt hash");
            return of(
                    cost,
                    parts,
                    parts.group(4).getBytes(StandardCharsets.UTF_8),
                    HexFormat.of().parseHex(parts.group(5)));
        }
        parts = PHC.matcher(text);
        if (!parts.matches()) throw new IllegalArgumentException("not a scrypt hash");
        int cost = 1 << StoredHash.number(parts.group(1), 1, 19, "`ln` of a scrypt hash");
        return of(cost, parts, StoredHash.base64(parts.group(4)), StoredHash.base64(parts.group(5)));
    }

    private static ScryptHash of(int cost, Matcher parts, byte[] salt, byte[] hash) {
        int blockSize = StoredHash.number(parts.group(2), 1, 64, "`r` of a scrypt hash");
        int lanes = StoredHash.number(parts.group(3), 1, 16, "`p` of a scrypt hash");
        if (Integer.bitCount(cost) != 1 || (blockSize == 1 && cost >= 1 << 16))
            throw new IllegalArgumentException(
                    "the cost of a scrypt hash is a power of two, below 65536 where `r` is 1");
        if ((long) cost * blockSize > MOST_MEMORY || (long) cost * blockSize * lanes > MOST_WORK)
            throw new IllegalArgumentException("a scrypt hash may take at most 64 MiB, and `p` times as much 128 MiB");
        return new ScryptHash(cost, blockSize, lanes, salt, hash);
    }

    @Override
    public boolean isOf(Password password, Argon2 argon2) {
        byte[] bytes = password.bytes();
        return bytes.length <= LONGEST_PASSWORD
                && MessageDigest.isEqual(hash, SCrypt.generate(bytes, salt, cost, blockSize, lanes, hash.length));
    }
}
