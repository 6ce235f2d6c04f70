package dev.gatehouse.keys;

import dev.gatehouse.vocabulary.Sha256;

/** SHA-256 as text. */
public final class Hashes {
    private Hashes() {}

    /** In base64url without padding (RFC 4648 §5). */
    public static String sha256(byte[] bytes) {
        return Base64Url.encode(Sha256.of(bytes));
    }
}
