package dev.gatehouse.identity;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** An Argon2id hash with all it takes to check it (RFC 9106), written as a PHC string: {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}. */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record, only byte by byte in constant time
record Argon2Hash(Cost cost, byte[] salt, byte[] hash) {
    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=([0-9]{1,6}),t=([0-9]{1,2}),p=([0-9])\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /** What a hash costs to compute. */
    record Cost(int memoryKiB, int passes, int lanes) {
        /** The first choice of the OWASP Password Storage Cheat Sheet. */
        static final Cost OWASP = new Cost(19_456, 2, 1);
    }

    static Argon2Hash of(Password password, Cost cost, SecureRandom random, Argon2BytesGenerator.BlockPool blocks) {
        var salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new Argon2Hash(cost, salt, compute(password, cost, salt, HASH_BYTES, blocks));
    }

    static Argon2Hash parse(String phc) {
        Matcher parts = PHC.matcher(phc);
        if (!parts.matches()) throw new IllegalArgumentException("not an Argon2id hash");
        var cost = new Cost(
                Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)));
        return new Argon2Hash(
                cost,
                Base64.getDecoder().decode(parts.group(4)),
                Base64.getDecoder().decode(parts.group(5)));
    }

    boolean isOf(Password password, Argon2BytesGenerator.BlockPool blocks) {
        return MessageDigest.isEqual(hash, compute(password, cost, salt, hash.length, blocks));
    }

    String phc() {
        Base64.Encoder plain = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + cost.memoryKiB() + ",t=" + cost.passes() + ",p=" + cost.lanes() + "$"
                + plain.encodeToString(salt) + "$" + plain.encodeToString(hash);
    }

    private static byte[] compute(
            Password password, Cost cost, byte[] salt, int length, Argon2BytesGenerator.BlockPool blocks) {
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKiB())
                .withIterations(cost.passes())
                .withParallelism(cost.lanes())
                .withSalt(salt)
                .withBlockPool(blocks)
                .build());
        var out = new byte[length];
        generator.generateBytes(password.bytes(), out);
        return out;
    }
}
