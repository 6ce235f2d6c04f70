package dev.gatehouse.bus;

import dev.gatehouse.audit.AuditEvent;
import dev.gatehouse.audit.AuditEvent.AccountDeleted;
import dev.gatehouse.audit.AuditEvent.AccountMade;
import dev.gatehouse.audit.AuditEvent.LoggedIn;
import dev.gatehouse.audit.AuditEvent.LoggedOut;
import dev.gatehouse.audit.AuditEvent.OnAccount;
import dev.gatehouse.bus.IdentityEvent.Kind;
import dev.gatehouse.keys.SigningKey;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Tells verticles of this JVM what happened, once it is on disk. Sign-ins and changes of people are those that this node recorded; revocations, keys and clients are
 * heard of whoever changed them, another node or a command, within a second.
 */
public final class HouseEvents {
    private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

    private final Vertx vertx;
    private final InstantSource clock;

    public HouseEvents(Vertx vertx, InstantSource clock) {
        this.vertx = vertx;
        this.clock = clock;
    }

    /** Of what the trail records, what concerns people and their sessions. */
    public void recorded(AuditEvent event) {
        if (event instanceof LoggedIn in)
            publish(
                    Kind.LOGIN,
                    of(in.account())
                            .put("session", in.session().value())
                            .put("client", in.client().value()));
        else if (event instanceof LoggedOut out)
            publish(Kind.LOGOUT, of(out.account()).put("session", out.session().value()));
        else if (event instanceof OnAccount changed && changesPerson(event))
            publish(Kind.USER_CHANGED, of(changed.account()).put("what", what(event)));
    }

    /** Not what was only read, tried or told about a person. */
    private static boolean changesPerson(AuditEvent event) {
        return event instanceof AccountMade
                || event instanceof AccountDeleted
                || event instanceof AuditEvent.AccountChanged
                || event instanceof AuditEvent.SecondFactorSet
                || event instanceof AuditEvent.SecondFactorRemoved
                || event instanceof AuditEvent.PasskeyAdded
                || event instanceof AuditEvent.PasskeyRemoved
                || event instanceof AuditEvent.ProviderLinked
                || event instanceof AuditEvent.ProviderUnlinked
                || event instanceof AuditEvent.TermsAccepted;
    }

    private static String what(AuditEvent event) {
        if (event instanceof AccountMade) return "made";
        if (event instanceof AccountDeleted) return "deleted";
        return event instanceof AuditEvent.AccountChanged changed ? changed.what() : event.kind();
    }

    public void revoked(Revocation revocation) {
        publish(Kind.REVOKED, words(revocation).put("until", revocation.until().getEpochSecond()));
    }

    private static JsonObject words(Revocation revocation) {
        if (revocation instanceof Revocation.OfToken token) return revoked("token", token.jti());
        if (revocation instanceof Revocation.OfSession session)
            return revoked("session", session.session().value());
        if (revocation instanceof Revocation.OfGrant grant)
            return revoked("grant", grant.grant().value());
        if (revocation instanceof Revocation.OfSubject subject)
            return before(subject.before(), revoked("subject", subject.subject()));
        if (revocation instanceof Revocation.OfConsent consent)
            return before(consent.before(), revoked("consent", consent.subject()))
                    .put("client", consent.client().value());
        if (revocation instanceof Revocation.OfClient client)
            return before(client.before(), revoked("client", client.client().value()));
        return before(((Revocation.OfEverything) revocation).before(), new JsonObject().put("what", "everything"));
    }

    private static JsonObject revoked(String what, String value) {
        return new JsonObject().put("what", what).put("value", value);
    }

    private static JsonObject before(Instant before, JsonObject words) {
        return words.put("before", before.getEpochSecond());
    }

    /** Tokens are signed with this one from now on. */
    public void keyRotated(SigningKey key) {
        publish(
                Kind.KEY_ROTATED,
                new JsonObject().put("algorithm", key.algorithm().wireName()).put("kid", key.kid()));
    }

    /** {@code client} is empty where it is not known which one changed. */
    public void clientChanged(String client) {
        publish(Kind.CLIENT_CHANGED, client.isEmpty() ? new JsonObject() : new JsonObject().put("client", client));
    }

    public void configReloaded() {
        publish(Kind.CONFIG_RELOADED, new JsonObject());
    }

    private static JsonObject of(UserId account) {
        return new JsonObject().put("subject", account.value());
    }

    private void publish(Kind kind, JsonObject detail) {
        var event = new IdentityEvent(kind, clock.instant(), detail);
        vertx.eventBus().publish(kind.address(), event.message(), HERE);
    }
}
