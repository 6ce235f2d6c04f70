package dev.gatehouse.clients;

import dev.gatehouse.vocabulary.Secret;
import dev.gatehouse.vocabulary.Sha256;
import io.vertx.core.buffer.Buffer;
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
        return new SecretHash(Sha256.of(text));
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
