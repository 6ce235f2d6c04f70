package dev.gatehouse.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A PBKDF2 hash (RFC 8018 §5.2), as three families write it: Werkzeug {@code pbkdf2:sha256:600000$salt$hex}, Django {@code pbkdf2_sha256$600000$salt$base64}, and PHC
 * strings {@code $pbkdf2-sha256$i=600000$salt$hash} with Passlib's {@code $pbkdf2-sha256$29000$salt$hash} among them.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record, only byte by byte in constant time
record Pbkdf2Hash(String mac, int rounds, byte[] salt, byte[] hash) implements StoredHash {
    static final Kind KIND = new Kind() {
        @Override
        public boolean isStartOf(String text) {
            return text.startsWith("pbkdf2:") || text.startsWith("pbkdf2_") || text.startsWith("$pbkdf2");
        }

        @Override
        public StoredHash read(String text) {
            return parse(text);
        }
    };

    /** About a second. */
    static final int MOST_ROUNDS = 2_000_000;

    private static final int SHORTEST = 16;
    private static final int LONGEST_HASH = 64;
    private static final Map<String, String> MACS =
            Map.of("sha1", "HmacSHA1", "sha256", "HmacSHA256", "sha512", "HmacSHA512");
    private static final String DIGEST = "(sha1|sha256|sha512)";
    private static final Pattern WERKZEUG =
            Pattern.compile("pbkdf2:" + DIGEST + ":([0-9]{1,10})\\$([^$]{1,128})\\$((?:[0-9a-fA-F]{2}){16,64})");
    private static final Pattern DJANGO =
            Pattern.compile("pbkdf2_" + DIGEST + "\\$([0-9]{1,10})\\$([^$]{1,128})\\$([A-Za-z0-9+/]{22,86}={0,2})");
    private static final Pattern PHC = Pattern.compile("\\$pbkdf2(?:-" + DIGEST
            + ")?\\$(?:i=)?([0-9]{1,10})(?:,l=[0-9]{1,3})?\\$([A-Za-z0-9+/.]{1,128})\\$([A-Za-z0-9+/.]{22,86})");

    static Pbkdf2Hash parse(String text) {
        Matcher parts = WERKZEUG.matcher(text);
        if (parts.matches())
            return of(
                    parts,
                    parts.group(3).getBytes(StandardCharsets.UTF_8),
                    HexFormat.of().parseHex(parts.group(4)));
        parts = DJANGO.matcher(text);
        if (parts.matches())
            return of(parts, parts.group(3).getBytes(StandardCharsets.UTF_8), StoredHash.base64(parts.group(4)));
        parts = PHC.matcher(text);
        if (parts.matches()) return of(parts, adapted(parts.group(3)), adapted(parts.group(4)));
        throw new IllegalArgumentException("not a PBKDF2 hash of SHA-1, SHA-256 or SHA-512");
    }

    private static Pbkdf2Hash of(Matcher parts, byte[] salt, byte[] hash) {
        int rounds = StoredHash.number(parts.group(2), 1, MOST_ROUNDS, "the rounds of a PBKDF2 hash");
        if (hash.length < SHORTEST || hash.length > LONGEST_HASH)
            throw new IllegalArgumentException("a PBKDF2 hash has 16 to 64 bytes");
        String digest = parts.group(1) == null ? "sha1" : parts.group(1);
        return new Pbkdf2Hash(MACS.getOrDefault(digest, "HmacSHA1"), rounds, salt, hash);
    }

    /** Passlib writes a dot for the plus sign. */
    private static byte[] adapted(String text) {
        return StoredHash.base64(text.replace('.', '+'));
    }

    @Override
    public boolean isOf(Password password, Argon2 argon2) {
        byte[] bytes = password.bytes();
        if (bytes.length == 0 || bytes.length > LONGEST_PASSWORD) return false;
        try {
            Mac keyed = Mac.getInstance(mac);
            keyed.init(new SecretKeySpec(bytes, mac));
            return MessageDigest.isEqual(hash, derived(keyed));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private byte[] derived(Mac keyed) throws GeneralSecurityException {
        var out = new byte[hash.length];
        int length = keyed.getMacLength();
        var turn = new byte[length];
        for (int block = 0; block * length < out.length; block++) {
            keyed.update(salt);
            keyed.update(new byte[] {0, 0, 0, (byte) (block + 1)});
            keyed.doFinal(turn, 0);
            byte[] sum = turn.clone();
            for (int round = 1; round < rounds; round++) {
                keyed.update(turn);
                keyed.doFinal(turn, 0);
                for (int i = 0; i < length; i++) sum[i] ^= turn[i];
            }
            System.arraycopy(sum, 0, out, block * length, Math.min(length, out.length - block * length));
        }
        return out;
    }
}
