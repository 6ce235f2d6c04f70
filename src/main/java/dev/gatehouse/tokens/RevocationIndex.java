package dev.gatehouse.tokens;

import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Issuer;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Everything revoked whose tokens could still be alive, in memory. Read by every event loop without waiting. Only ever grows stricter: learning is idempotent and
 * order does not matter.
 */
final class RevocationIndex {
    /** Tokens issued at or before a second are over; forgotten after {@code until}. */
    private record Cutoff(long before, Instant until) {
        Cutoff stricter(Cutoff other) {
            return new Cutoff(Math.max(before, other.before), until.isAfter(other.until) ? until : other.until);
        }
    }

    private final Issuer self;
    private final Map<String, Instant> tokens = new ConcurrentHashMap<>();
    private final Map<String, Instant> sessions = new ConcurrentHashMap<>();
    private final Map<String, Cutoff> subjects = new ConcurrentHashMap<>();
    private final Map<String, Cutoff> clients = new ConcurrentHashMap<>();
    private volatile long everythingBefore = Long.MIN_VALUE;
    private final AtomicLong changes = new AtomicLong();

    RevocationIndex(Issuer self) {
        this.self = self;
    }

    /** Moves with every revocation learned; a token found alive at one value need not be looked up again at the same value. */
    long changes() {
        return changes.get();
    }

    void learn(Revocation revocation) {
        if (revocation instanceof Revocation.OfToken token) later(tokens, token.jti(), token.until());
        else if (revocation instanceof Revocation.OfSession session) later(sessions, session.session().value(), session.until());
        else if (revocation instanceof Revocation.OfSubject subject) cut(subjects, subject.subject(), subject.before(), subject.until());
        else if (revocation instanceof Revocation.OfClient client) cut(clients, client.client().value(), client.before(), client.until());
        else if (revocation instanceof Revocation.OfEverything everything) cutEverything(everything.before());
        changes.incrementAndGet();
    }

    /**
     * Names of tokens count whoever issued them; sessions, subjects and clients are ours, so they say nothing of another issuer's tokens.
     */
    boolean revoked(Claims claims) {
        if (claims.id().isPresent() && tokens.containsKey(claims.id().get())) return true;
        if (!claims.issuer().equals(self)) return false;
        if (claims.session().isPresent() && sessions.containsKey(claims.session().get().value())) return true;
        return claims.issuedAt().getEpochSecond() <= lastRevokedSecond(claims.subject(), claims.client());
    }

    /** The last second of issue that is over for that subject and client; {@code Long.MIN_VALUE} where none is. */
    long lastRevokedSecond(String subject, Optional<ClientId> client) {
        long last = everythingBefore;
        var ofSubject = subjects.get(subject);
        if (ofSubject != null) last = Math.max(last, ofSubject.before());
        var ofClient = client.isPresent() ? clients.get(client.get().value()) : null;
        if (ofClient != null) last = Math.max(last, ofClient.before());
        return last;
    }

    int size() {
        return tokens.size() + sessions.size() + subjects.size() + clients.size();
    }

    private Iterator<Instant> tokensSwept = tokens.values().iterator();
    private Iterator<Instant> sessionsSwept = sessions.values().iterator();
    private Iterator<Cutoff> subjectsSwept = subjects.values().iterator();
    private Iterator<Cutoff> clientsSwept = clients.values().iterator();

    /** Forgets what is over, looking at a bounded number of entries and going on there the next time. One caller at a time. */
    void forget(Instant now, int most) {
        tokensSwept = sweep(tokensSwept, tokens.values(), now, most);
        sessionsSwept = sweep(sessionsSwept, sessions.values(), now, most);
        for (int i = 0; i < most && subjectsSwept.hasNext(); i++) if (subjectsSwept.next().until().isBefore(now)) subjectsSwept.remove();
        if (!subjectsSwept.hasNext()) subjectsSwept = subjects.values().iterator();
        for (int i = 0; i < most && clientsSwept.hasNext(); i++) if (clientsSwept.next().until().isBefore(now)) clientsSwept.remove();
        if (!clientsSwept.hasNext()) clientsSwept = clients.values().iterator();
    }

    private static Iterator<Instant> sweep(Iterator<Instant> at, Collection<Instant> all, Instant now, int most) {
        for (int i = 0; i < most && at.hasNext(); i++) if (at.next().isBefore(now)) at.remove();
        return at.hasNext() ? at : all.iterator();
    }

    private static void later(Map<String, Instant> map, String name, Instant until) {
        map.merge(name, until, (one, other) -> one.isAfter(other) ? one : other);
    }

    private static void cut(Map<String, Cutoff> map, String name, Instant before, Instant until) {
        map.merge(name, new Cutoff(before.getEpochSecond(), until), Cutoff::stricter);
    }

    private synchronized void cutEverything(Instant before) {
        everythingBefore = Math.max(everythingBefore, before.getEpochSecond());
    }
}
