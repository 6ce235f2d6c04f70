package dev.gatehouse.keys;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps secrets unreadable at rest: AES-256-GCM under a key derived from the master key for one purpose (HKDF-SHA256, RFC 5869). Purpose and name are bound in,
 * so a wrapped secret moved to another row or column no longer opens. Layout: version 1, nonce of 12 bytes, ciphertext, tag of 16 bytes.
 */
public final class KeyWrapping {
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final byte[] SALT = "gatehouse key wrapping v1".getBytes(StandardCharsets.UTF_8);

    private final byte[] extracted;
    private final SecureRandom random;

    public KeyWrapping(byte[] masterKey, SecureRandom random) {
        if (masterKey.length != MasterKeys.BYTES) throw new IllegalArgumentException("a master key has 32 bytes");
        this.extracted = hmac(SALT, masterKey);
        this.random = random;
    }

    public byte[] wrap(String purpose, String name, byte[] clear) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, purpose, name, nonce).doFinal(clear);
            return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not available", e);
        }
    }

    /** The clear text; empty where it was wrapped under another master key, purpose or name, or was altered. */
    public Optional<byte[]> unwrap(String purpose, String name, byte[] wrapped) {
        if (wrapped.length < 1 + NONCE_BYTES + TAG_BYTES || wrapped[0] != VERSION) return Optional.empty();
        byte[] nonce = Arrays.copyOfRange(wrapped, 1, 1 + NONCE_BYTES);
        try {
            var cipher = cipher(Cipher.DECRYPT_MODE, purpose, name, nonce);
            return Optional.of(cipher.doFinal(wrapped, 1 + NONCE_BYTES, wrapped.length - 1 - NONCE_BYTES));
        } catch (AEADBadTagException notOurs) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not available", e);
        }
    }

    private Cipher cipher(int mode, String purpose, String name, byte[] nonce) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(keyFor(purpose), "AES"), new GCMParameterSpec(TAG_BYTES * 8, nonce));
        cipher.updateAAD((purpose + '\0' + name).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** HKDF-Expand for one block: T(1) = HMAC(PRK, info | 0x01). */
    private byte[] keyFor(String purpose) {
        return hmac(extracted, (purpose + '\1').getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is not available", e);
        }
    }
}
