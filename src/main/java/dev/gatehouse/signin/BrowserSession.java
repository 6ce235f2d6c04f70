package dev.gatehouse.signin;

import dev.gatehouse.identity.Person;
import dev.gatehouse.vocabulary.SessionId;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/**
 * A person who is signed in, in one browser. {@code authTime} is when they last gave a proof; {@code acr} and {@code amr} say which (OpenID Connect Core §2, RFC 8176),
 * and {@code secondFactorAt} when there was a second factor among them.
 * {@code language} is the one that the person has kept in the account.
 */
public record BrowserSession(
        SessionId id,
        Person person,
        Instant madeAt,
        Instant authTime,
        String acr,
        List<String> amr,
        Optional<Instant> secondFactorAt,
        Optional<String> language) {

    public BrowserSession {
        amr = List.copyOf(amr);
    }

    /** From a row with the columns {@code id, made_at, auth_time, acr, amr, second_factor_at, language} and those of {@link Person#of}. */
    public static BrowserSession of(Row row) {
        return new BrowserSession(
                new SessionId(row.getString("id")),
                Person.of(row),
                row.getOffsetDateTime("made_at").toInstant(),
                row.getOffsetDateTime("auth_time").toInstant(),
                Optional.ofNullable(row.getString("acr")).orElse(Level.ONE.acr()),
                List.of(row.getArrayOfStrings("amr")),
                Optional.ofNullable(row.getOffsetDateTime("second_factor_at")).map(OffsetDateTime::toInstant),
                Optional.ofNullable(row.getString("language")));
    }
}
