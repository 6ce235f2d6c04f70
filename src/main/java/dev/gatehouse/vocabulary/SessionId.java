package dev.gatehouse.vocabulary;

/** One sign-in of one person; what {@code sid} says in a token (OpenID Connect Front-Channel Logout §3). */
public record SessionId(String value) {
    public SessionId {
        if (value.isBlank()) throw new IllegalArgumentException("session id is blank");
    }

    @Override
    public String toString() {
        return value;
    }
}
