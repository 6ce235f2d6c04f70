package dev.gatehouse.tokens;

import dev.gatehouse.vocabulary.Reason;

/** What {@link TokenVerifier} says of a token. A value, not an exception: a forged token must cost little. */
public sealed interface Verdict {
    Rejected REVOKED = new Rejected(Reason.INVALID_TOKEN, "the token was revoked");

    Rejected UNKNOWN_ISSUER = new Rejected(Reason.INVALID_TOKEN, "the token's issuer is not trusted here");

    /** Neither yes nor no: whoever could say so is away. */
    Rejected ISSUER_AWAY = new Rejected(Reason.ISSUER_UNAVAILABLE, "the token's issuer cannot be asked now");

    record Accepted(Claims claims) implements Verdict {}

    /** {@code detail} may be shown to the caller; it never repeats the token. */
    record Rejected(Reason reason, String detail) implements Verdict {}
}
