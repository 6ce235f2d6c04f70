package dev.gatehouse.signin;

import dev.gatehouse.identity.Person;
import dev.gatehouse.vocabulary.SessionId;
import java.time.Instant;
import java.util.List;

/** A person who is signed in, in one browser. {@code authTime} is when they last gave a proof; {@code acr} and {@code amr} say which (OpenID Connect Core §2, RFC 8176). */
public record BrowserSession(
        SessionId id, Person person, Instant madeAt, Instant authTime, String acr, List<String> amr) {
    /** A password, and nothing more. */
    public static final String ACR_PASSWORD = "urn:gatehouse:acr:1";

    public BrowserSession {
        amr = List.copyOf(amr);
    }
}
