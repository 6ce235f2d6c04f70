package dev.gatehouse.vocabulary;

/** What a client was granted once, by a person or on its own; every token that comes of it can be ended by this name alone. */
public record GrantId(String value) {
    public GrantId {
        if (value.isBlank()) throw new IllegalArgumentException("grant id is blank");
    }

    @Override
    public String toString() {
        return value;
    }
}
