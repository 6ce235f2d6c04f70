package dev.gatehouse.keys;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** SHA-256 as text. */
final class Hashes {
    private Hashes() {}

    static String sha256(byte[] bytes) {
        try {
            return Base64Url.encode(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }
}
