package dev.gatehouse.clients;

import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** What is kept of a secret that has enough entropy of its own: its SHA-256, compared in constant time. */
public final class SecretHash {
    private final byte[] sha256;

    private SecretHash(byte[] sha256) {
        this.sha256 = sha256;
    }

    public static SecretHash of(Secret secret) {
        return of(secret.reveal());
    }

    public static SecretHash of(String text) {
        try {
            return new SecretHash(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** As a column holds it. */
    public static SecretHash stored(Buffer column) {
        return new SecretHash(column.getBytes());
    }

    public boolean matches(Secret shown) {
        return equals(of(shown));
    }

    public Buffer column() {
        return Buffer.buffer(sha256);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretHash that && MessageDigest.isEqual(sha256, that.sha256);
    }

    @Override
    public int hashCode() {
        return SecretHash.class.hashCode();
    }

    @Override
    public String toString() {
        return "SecretHash[…]";
    }
}
