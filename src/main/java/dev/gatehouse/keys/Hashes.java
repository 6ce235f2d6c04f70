package dev.gatehouse.keys;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** SHA-256 as text. */
public final class Hashes {
    private Hashes() {}

    /** In base64url without padding (RFC 4648 §5). */
    public static String sha256(byte[] bytes) {
        try {
            return Base64Url.encode(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }
}
