package dev.gatehouse.vocabulary;

/** A person by an opaque, stable id; what {@code sub} says in our tokens. Never the login name, which may change. */
public record UserId(String value) {
    public UserId {
        if (value.isBlank()) throw new IllegalArgumentException("user id is blank");
    }

    @Override
    public String toString() {
        return value;
    }
}
