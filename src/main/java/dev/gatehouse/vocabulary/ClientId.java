package dev.gatehouse.vocabulary;

/** An application registered with the issuer, by the name it sends as {@code client_id} (RFC 6749 §2.2). */
public record ClientId(String value) {
    public ClientId {
        if (value.isBlank()) throw new IllegalArgumentException("client id is blank");
    }

    @Override
    public String toString() {
        return value;
    }
}
