package dev.gatehouse.audit;

import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Something that happened, in the past tense. Its record name is a promise to readers of the trail; no component may hold a secret. */
public sealed interface AuditEvent {
    /** The word in the trail, for example {@code logged_in}. */
    default String kind() {
        return EventKinds.of(getClass());
    }

    /** Who did it, when somebody did. */
    Optional<String> actor();

    /** To whom or what. */
    Optional<String> target();

    Source source();

    /** What else is worth knowing. */
    default JsonObject detail() {
        return new JsonObject();
    }

    // ---- by whom ----

    /** By nobody who is known: whoever runs the host, a stranger, or time. */
    sealed interface ByNobody extends AuditEvent {
        @Override
        default Optional<String> actor() {
            return Optional.empty();
        }
    }

    sealed interface ByPerson extends AuditEvent {
        UserId account();

        @Override
        default Optional<String> actor() {
            return Optional.of(account().value());
        }
    }

    sealed interface ByClient extends AuditEvent {
        ClientId client();

        @Override
        default Optional<String> actor() {
            return Optional.of(client().value());
        }
    }

    // ---- to whom or what ----

    sealed interface OnAccount extends AuditEvent {
        UserId account();

        @Override
        default Optional<String> target() {
            return Optional.of(account().value());
        }
    }

    sealed interface OnClient extends AuditEvent {
        ClientId client();

        @Override
        default Optional<String> target() {
            return Optional.of(client().value());
        }
    }

    sealed interface OnSession extends AuditEvent {
        SessionId session();

        @Override
        default Optional<String> target() {
            return Optional.of(session().value());
        }
    }

    // ---- people and their accounts ----

    /** {@code by} is absent when people register themselves. */
    record AccountMade(UserId account, String username, Optional<String> by, Source source) implements OnAccount {
        @Override
        public Optional<String> actor() {
            return by.or(() -> Optional.of(account.value()));
        }

        @Override
        public JsonObject detail() {
            return new JsonObject().put("username", username);
        }
    }

    /** An account is gone, and everything of it that could be used. */
    record AccountDeleted(UserId account, String username, Optional<String> actor, Source source) implements OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("username", username);
        }
    }

    /** So many accounts came from a file, with one another. */
    record AccountsImported(int count, Source source) implements ByNobody {
        @Override
        public Optional<String> target() {
            return Optional.empty();
        }

        @Override
        public JsonObject detail() {
            return new JsonObject().put("count", count);
        }
    }

    /** Whoever runs the host was shown a link: to the first administrator's account, or to a new password for {@code account}. */
    record SetupLinkMade(Optional<UserId> account, Source source) implements ByNobody {
        @Override
        public Optional<String> target() {
            return account.map(UserId::value);
        }
    }

    /** Somebody may make an account for themselves; {@code addressed}: with one mail address alone. */
    record PersonInvited(List<String> roles, boolean addressed, Optional<String> actor, Source source)
            implements AuditEvent {
        public PersonInvited {
            roles = List.copyOf(roles);
        }

        @Override
        public Optional<String> target() {
            return Optional.empty();
        }

        @Override
        public JsonObject detail() {
            return new JsonObject().put("roles", new JsonArray(roles)).put("addressed", addressed);
        }
    }

    record TermsAccepted(UserId account, String version, Source source) implements ByPerson, OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("version", version);
        }
    }

    /** {@code what} changed, in a word: {@code password}, {@code roles}, {@code locked}, {@code unlocked}. */
    record AccountChanged(UserId account, String what, Optional<String> actor, Source source) implements OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("what", what);
        }
    }

    /** A person has a second factor of another kind now, or a new one in place of the old; {@code factor} is {@code totp}. */
    record SecondFactorSet(UserId account, String factor, Optional<String> actor, Source source) implements OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("factor", factor);
        }
    }

    record SecondFactorRemoved(UserId account, String factor, Optional<String> actor, Source source)
            implements OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("factor", factor);
        }
    }

    /** Those from before are worth nothing since. */
    record RecoveryCodesMade(UserId account, int count, Optional<String> actor, Source source) implements OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("count", count);
        }
    }

    /** Somebody got in by a recovery code in place of a second factor. */
    record RecoveryCodeUsed(UserId account, int remaining, Source source) implements ByPerson, OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("remaining", remaining);
        }
    }

    /** {@code passkey} is its id, which is public. */
    record PasskeyAdded(UserId account, String passkey, String name, Optional<String> actor, Source source)
            implements OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("passkey", passkey).put("name", name);
        }
    }

    record PasskeyRemoved(UserId account, String passkey, String name, Optional<String> actor, Source source)
            implements OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("passkey", passkey).put("name", name);
        }
    }

    /** A passkey counted fewer signatures than it had before: there may be two of it. It was refused. */
    record PasskeyCountedBack(UserId account, String passkey, long said, Source source) implements ByNobody, OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("passkey", passkey).put("said", said);
        }
    }

    /** A person fetched everything that is known of them. */
    record AccountExported(UserId account, Source source) implements ByPerson, OnAccount {}

    /** Somebody can sign in with another provider from now on; {@code provider} is its name in the file. */
    record ProviderLinked(UserId account, String provider, Optional<String> actor, Source source) implements OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("provider", provider);
        }
    }

    record ProviderUnlinked(UserId account, String provider, Optional<String> actor, Source source)
            implements OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("provider", provider);
        }
    }

    // ---- signing in and out ----

    record LoggedIn(UserId account, SessionId session, ClientId client, Source source) implements ByPerson, OnSession {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("client", client.value());
        }
    }

    /** {@code account} is absent for a name nobody has: what was typed there may be a password, so it is not kept. */
    record LoginFailed(Optional<UserId> account, String why, Source source) implements ByNobody {
        @Override
        public Optional<String> target() {
            return account.map(UserId::value);
        }

        @Override
        public JsonObject detail() {
            return new JsonObject().put("why", why);
        }
    }

    record LoggedOut(UserId account, SessionId session, Source source) implements ByPerson, OnSession {}

    /** A client wanted to hear that a session had ended, and did not answer, or said no. */
    record LogoutUntold(ClientId client, SessionId session, String why) implements ByNobody, OnSession {
        @Override
        public Source source() {
            return Source.SYSTEM;
        }

        @Override
        public JsonObject detail() {
            return new JsonObject().put("client", client.value()).put("why", why);
        }
    }

    /** A mail that nobody got: the server did not want it, or was away for too long. {@code mail} is which kind it was. */
    record MailUnsent(UserId account, String mail, String why) implements ByNobody, OnAccount {
        @Override
        public Source source() {
            return Source.SYSTEM;
        }

        @Override
        public JsonObject detail() {
            return new JsonObject().put("mail", mail).put("why", why);
        }
    }

    // ---- what apps and services get ----

    /** A person allowed an app what it asked for. */
    record GrantGiven(UserId account, ClientId client, Scopes scopes, Source source) implements ByPerson, OnClient {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("scope", scopes.toString());
        }
    }

    /** A person did not allow it. */
    record GrantDenied(UserId account, ClientId client, Scopes scopes, Source source) implements ByPerson, OnClient {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("scope", scopes.toString());
        }
    }

    /** A person does not allow an app anything any more, and what it had has ended. */
    record GrantTakenBack(UserId account, ClientId client, Source source) implements ByPerson, OnClient {}

    /** A refresh token came back after its successor was used: two hold it, and the family ended. */
    record RefreshReused(UserId account, ClientId client, String family, Source source) implements ByClient, OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("family", family);
        }
    }

    /** An authorization code came back: two know it, and what the first got has ended. */
    record CodeReused(UserId account, ClientId client, GrantId grant, Source source) implements ByClient, OnAccount {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("grant", grant.value());
        }
    }

    /** Tokens that a service got in its own name since the last time this was told. */
    record TokensIssued(ClientId client, long count) implements ByClient, OnClient {
        @Override
        public Source source() {
            return Source.SYSTEM;
        }

        @Override
        public JsonObject detail() {
            return new JsonObject().put("count", count);
        }
    }

    /** A client took a token in for another one; {@code as} is who acts in it, absent where the client stands in the subject's place. */
    record TokenExchanged(String subject, ClientId client, Optional<String> as, List<String> audience, Source source)
            implements ByClient {
        public TokenExchanged {
            audience = List.copyOf(audience);
        }

        @Override
        public Optional<String> target() {
            return Optional.of(subject);
        }

        @Override
        public JsonObject detail() {
            var detail = new JsonObject().put("audience", new JsonArray(audience));
            as.ifPresent(who -> detail.put("act", who));
            return detail;
        }
    }

    /** Somebody let a device have what it asked for, or did not. */
    record DeviceDecided(UserId account, ClientId client, boolean allowed, Source source)
            implements ByPerson, OnClient {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("allowed", allowed);
        }
    }

    /** {@code what} is one of token, session, subject, client, everything; {@code value} names it and is never a token itself. */
    record Revoked(String what, String value, Optional<String> actor, Source source) implements AuditEvent {
        @Override
        public Optional<String> target() {
            return value.isEmpty() ? Optional.empty() : Optional.of(value);
        }

        @Override
        public JsonObject detail() {
            return new JsonObject().put("what", what);
        }
    }

    // ---- what is done on the host ----

    record KeyRotated(String algorithm, String kid, Source source) implements ByNobody {
        @Override
        public Optional<String> target() {
            return Optional.of(kid);
        }

        @Override
        public JsonObject detail() {
            return new JsonObject().put("algorithm", algorithm);
        }
    }

    /** {@code origin} is {@code desk}, {@code registered} or {@code open}. */
    record ClientMade(ClientId client, String origin, Source source) implements ByNobody, OnClient {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("origin", origin);
        }
    }

    /** {@code what} changed, in a word: {@code secret}, {@code metadata}. */
    record ClientChanged(ClientId client, String what, Source source) implements ByNobody, OnClient {
        @Override
        public JsonObject detail() {
            return new JsonObject().put("what", what);
        }
    }

    record ClientDeleted(ClientId client, Source source) implements ByNobody, OnClient {}

    /** An initial access token was made, by which {@code uses} clients can register themselves within {@code good}. */
    record ClientInvited(int uses, Duration good, Source source) implements ByNobody {
        @Override
        public Optional<String> target() {
            return Optional.empty();
        }

        @Override
        public JsonObject detail() {
            return new JsonObject().put("uses", uses).put("seconds", good.toSeconds());
        }
    }

    /** A changed file was taken up; {@code fingerprint} tells versions of it apart. */
    record ConfigReloaded(String fingerprint) implements ByNobody {
        @Override
        public Optional<String> target() {
            return Optional.of(fingerprint);
        }

        @Override
        public Source source() {
            return Source.FILE;
        }
    }
}
