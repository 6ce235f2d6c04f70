package dev.gatehouse.tokens;

import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Issuer;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Everything revoked whose tokens could still be alive, in memory. Read by every event loop without waiting. Only ever grows stricter: learning is idempotent and
 * order does not matter. Until somebody says that it is complete, everything counts as revoked.
 */
public final class RevocationIndex {
    /** Tokens issued at or before a second are over; forgotten after {@code until}. */
    private record Cutoff(long before, Instant until) {
        Cutoff stricter(Cutoff other) {
            return new Cutoff(Math.max(before, other.before), until.isAfter(other.until) ? until : other.until);
        }
    }

    private final Issuer self;
    private final Map<String, Instant> tokens = new ConcurrentHashMap<>();
    private final Map<String, Instant> sessions = new ConcurrentHashMap<>();
    private final Map<String, Instant> grants = new ConcurrentHashMap<>();
    private final Map<String, Cutoff> subjects = new ConcurrentHashMap<>();
    private final Map<String, Cutoff> clients = new ConcurrentHashMap<>();
    private final List<Sweep<?>> sweeps = List.of(
            new Sweep<>(tokens, until -> until),
            new Sweep<>(sessions, until -> until),
            new Sweep<>(grants, until -> until),
            new Sweep<>(subjects, Cutoff::until),
            new Sweep<>(clients, Cutoff::until));
    private volatile long everythingBefore = Long.MIN_VALUE;
    private final AtomicLong changes = new AtomicLong();
    private volatile boolean complete;

    /** Of the tokens that {@code self} issues. */
    public RevocationIndex(Issuer self) {
        this.self = self;
    }

    /** The whole log has been read. */
    public void complete() {
        if (complete) return;
        complete = true;
        changes.incrementAndGet();
    }

    /** Moves with every revocation learned; a token found alive at one value need not be looked up again at the same value. */
    long changes() {
        return changes.get();
    }

    public void learn(Revocation revocation) {
        if (revocation instanceof Revocation.OfToken token) later(tokens, token.jti(), token.until());
        else if (revocation instanceof Revocation.OfSession session)
            later(sessions, session.session().value(), session.until());
        else if (revocation instanceof Revocation.OfGrant grant)
            later(grants, grant.grant().value(), grant.until());
        else if (revocation instanceof Revocation.OfSubject subject)
            cut(subjects, subject.subject(), subject.before(), subject.until());
        else if (revocation instanceof Revocation.OfClient client)
            cut(clients, client.client().value(), client.before(), client.until());
        else if (revocation instanceof Revocation.OfEverything everything) cutEverything(everything.before());
        changes.incrementAndGet();
    }

    /**
     * Names of tokens count whoever issued them; sessions, grants, subjects and clients are ours, so they say nothing of another issuer's tokens.
     */
    public boolean revoked(Claims claims) {
        if (!complete) return true;
        if (claims.id().isPresent() && tokens.containsKey(claims.id().get())) return true;
        if (!claims.issuer().equals(self)) return false;
        if (claims.session().isPresent()
                && sessions.containsKey(claims.session().get().value())) return true;
        if (claims.grant().isPresent()
                && grants.containsKey(claims.grant().get().value())) return true;
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
        return tokens.size() + sessions.size() + grants.size() + subjects.size() + clients.size();
    }

    /** Forgets what is over, looking at a bounded number of entries of each kind and going on there the next time. One caller at a time. */
    void forget(Instant now, int most) {
        sweeps.forEach(sweep -> sweep.go(now, most));
    }

    /** One walk after another over a map, in short steps. */
    private static final class Sweep<V> {
        private final Map<String, V> map;
        private final Function<V, Instant> until;
        private Iterator<Map.Entry<String, V>> at;

        Sweep(Map<String, V> map, Function<V, Instant> until) {
            this.map = map;
            this.until = until;
            this.at = map.entrySet().iterator();
        }

        void go(Instant now, int most) {
            if (!at.hasNext()) at = map.entrySet().iterator();
            for (int i = 0; i < most && at.hasNext(); i++) {
                var entry = at.next();
                // Not at.remove(): the entry may have grown stricter since it was looked at.
                if (until.apply(entry.getValue()).isBefore(now)) map.remove(entry.getKey(), entry.getValue());
            }
        }
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
