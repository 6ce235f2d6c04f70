package dev.gatehouse.tokens;

import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.SessionId;
import java.time.Instant;

/** Something that no longer counts. Never taken back; it leaves the log when nothing it names can still be alive. */
public sealed interface Revocation {
    /** When the log may forget it: the last moment at which a token it concerns could still be unexpired. */
    Instant until();

    record OfToken(String jti, Instant until) implements Revocation {}

    record OfSession(SessionId session, Instant until) implements Revocation {}

    /** Every token that came of this grant. */
    record OfGrant(GrantId grant, Instant until) implements Revocation {}

    /** Every token that this client has of this subject, issued at or before {@code before}. */
    record OfConsent(String subject, ClientId client, Instant before, Instant until) implements Revocation {}

    /** Every token of this subject issued at or before {@code before}. */
    record OfSubject(String subject, Instant before, Instant until) implements Revocation {}

    /** Every token of this client issued at or before {@code before}. */
    record OfClient(ClientId client, Instant before, Instant until) implements Revocation {}

    /** Every token of ours issued at or before {@code before}. */
    record OfEverything(Instant before, Instant until) implements Revocation {}
}
