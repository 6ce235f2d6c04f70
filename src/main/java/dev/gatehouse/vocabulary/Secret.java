package dev.gatehouse.vocabulary;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Something nobody may read over a shoulder: it never prints itself and compares in constant time. */
public final class Secret {
    private final String value;

    public Secret(String value) {
        this.value = value;
    }

    /** The clear text; the call site says why it needs it. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(bytes(), that.bytes());
    }

    @Override
    public int hashCode() {
        return Secret.class.hashCode();
    }

    @Override
    public String toString() {
        return "Secret[…]";
    }

    private byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
