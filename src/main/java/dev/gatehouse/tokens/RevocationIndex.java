package dev.gatehouse.tokens;

import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Issuer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

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

    /** What one subject let one client do. */
    private record Consent(String subject, String client) {}

    private final Issuer self;
    private final RevokedNames tokens;
    private final RevokedNames sessions;
    private final RevokedNames grants;
    private final Map<String, Cutoff> subjects = new ConcurrentHashMap<>();
    private final Map<String, Cutoff> clients = new ConcurrentHashMap<>();
    private final Map<Consent, Cutoff> consents = new ConcurrentHashMap<>();
    private final List<Sweep<?>> sweeps = List.of(new Sweep<>(subjects), new Sweep<>(clients), new Sweep<>(consents));
    private volatile long everythingBefore = Long.MIN_VALUE;
    private final AtomicLong changes = new AtomicLong();
    private volatile boolean complete;
    private volatile Consumer<Revocation> hearer = revocation -> {};

    /** Of the tokens that {@code self} issues. */
    public RevocationIndex(Issuer self) {
        this.self = self;
        var random = new SecureRandom();
        this.tokens = new RevokedNames(random);
        this.sessions = new RevokedNames(random);
        this.grants = new RevokedNames(random);
    }

    /** The whole log has been read. */
    public void complete() {
        if (complete) return;
        complete = true;
        changes.incrementAndGet();
    }

    /** Moves with every revocation that was not known; a token found alive at one value need not be looked up again at the same value. */
    long changes() {
        return changes.get();
    }

    /** What is known already, or says less than what is known, changes nothing. */
    public void learn(Revocation revocation) {
        if (!isNews(revocation)) return;
        changes.incrementAndGet();
        if (complete) hearer.accept(revocation);
    }

    /** Tells somebody of every revocation that is news here from now on, once it counts. */
    void tell(Consumer<Revocation> somebody) {
        hearer = somebody;
    }

    private boolean isNews(Revocation revocation) {
        if (revocation instanceof Revocation.OfToken token) return tokens.add(token.jti(), token.until());
        if (revocation instanceof Revocation.OfSession session)
            return sessions.add(session.session().value(), session.until());
        if (revocation instanceof Revocation.OfGrant grant)
            return grants.add(grant.grant().value(), grant.until());
        if (revocation instanceof Revocation.OfSubject subject)
            return cut(subjects, subject.subject(), subject.before(), subject.until());
        if (revocation instanceof Revocation.OfConsent consent)
            return cut(
                    consents,
                    new Consent(consent.subject(), consent.client().value()),
                    consent.before(),
                    consent.until());
        if (revocation instanceof Revocation.OfClient client)
            return cut(clients, client.client().value(), client.before(), client.until());
        return cutEverything(((Revocation.OfEverything) revocation).before());
    }

    /**
     * Names of tokens count whoever issued them; sessions, grants, subjects, clients and consents are ours, so they say nothing of another issuer's tokens.
     */
    public boolean revoked(Claims claims) {
        if (!complete) return true;
        if (claims.id().isPresent() && tokens.contains(claims.id().get())) return true;
        if (!claims.issuer().equals(self)) return false;
        if (claims.session().isPresent()
                && sessions.contains(claims.session().get().value())) return true;
        if (claims.grant().isPresent() && grants.contains(claims.grant().get().value())) return true;
        return claims.issuedAt().getEpochSecond() <= lastRevokedSecond(claims.subject(), claims.client());
    }

    /** The last second of issue that is over for that subject and client; {@code Long.MIN_VALUE} where none is. */
    long lastRevokedSecond(String subject, Optional<ClientId> client) {
        long last = everythingBefore;
        var ofSubject = subjects.get(subject);
        if (ofSubject != null) last = Math.max(last, ofSubject.before());
        if (client.isEmpty()) return last;
        var ofClient = clients.get(client.get().value());
        if (ofClient != null) last = Math.max(last, ofClient.before());
        if (consents.isEmpty()) return last;
        var ofConsent = consents.get(new Consent(subject, client.get().value()));
        return ofConsent == null ? last : Math.max(last, ofConsent.before());
    }

    int size() {
        return tokens.size() + sessions.size() + grants.size() + subjects.size() + clients.size() + consents.size();
    }

    /** Forgets what is over, looking at a bounded number of entries of each kind and going on there the next time. One caller at a time. */
    void forget(Instant now, int most) {
        tokens.forget(now, most);
        sessions.forget(now, most);
        grants.forget(now, most);
        sweeps.forEach(sweep -> sweep.go(now, most));
    }

    /** One walk after another over a map, in short steps. */
    private static final class Sweep<K> {
        private final Map<K, Cutoff> map;
        private Iterator<Map.Entry<K, Cutoff>> at;

        Sweep(Map<K, Cutoff> map) {
            this.map = map;
            this.at = map.entrySet().iterator();
        }

        void go(Instant now, int most) {
            if (!at.hasNext()) at = map.entrySet().iterator();
            for (int i = 0; i < most && at.hasNext(); i++) {
                var entry = at.next();
                // Not at.remove(): the entry may have grown stricter since it was looked at.
                if (entry.getValue().until().isBefore(now)) map.remove(entry.getKey(), entry.getValue());
            }
        }
    }

    private static <K> boolean cut(Map<K, Cutoff> map, K name, Instant before, Instant until) {
        var said = new Cutoff(before.getEpochSecond(), until);
        var known = map.get(name);
        if (known != null && known.stricter(said).equals(known)) return false;
        map.merge(name, said, Cutoff::stricter);
        return true;
    }

    private synchronized boolean cutEverything(Instant before) {
        if (before.getEpochSecond() <= everythingBefore) return false;
        everythingBefore = before.getEpochSecond();
        return true;
    }
}
