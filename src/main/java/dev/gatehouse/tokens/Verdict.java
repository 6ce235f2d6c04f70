package dev.gatehouse.tokens;

import dev.gatehouse.vocabulary.Reason;

/** What {@link TokenVerifier} says of a token. A value, not an exception: a forged token must cost little. */
public sealed interface Verdict {
    Rejected REVOKED = new Rejected(Reason.INVALID_TOKEN, "the token was revoked");

    record Accepted(Claims claims) implements Verdict {}

    /** {@code detail} may be shown to the caller; it never repeats the token. */
    record Rejected(Reason reason, String detail) implements Verdict {}
}
