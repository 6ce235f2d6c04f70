package dev.gatehouse.vocabulary;

/** Who signs tokens: the exact text of {@code iss}. Compared character by character, never normalised (RFC 8414 §3.3). */
public record Issuer(String value) {
    public Issuer {
        if (value.isBlank()) throw new IllegalArgumentException("issuer is blank");
    }

    @Override
    public String toString() {
        return value;
    }
}
