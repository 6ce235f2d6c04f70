package dev.gatehouse.tokens;

import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.vocabulary.ClientId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * JWTs that tell one API who is calling, for a minute. Made once per caller's token and API, off the event loop, and renewed there while the one before still serves.
 * Confined to its thread; bounded in entries and bytes, the one unused for longest leaves. Whoever asks has just judged the caller's token, so none outlives a revocation.
 */
final class IdentityTokens {
    static final String TYPE = "gatehouse-identity+jwt";
    static final Duration LIFETIME = Duration.ofSeconds(60);
    /** An API that gets one has at least so long to look at it, unless the caller's own token ends sooner. */
    static final Duration MARGIN = Duration.ofSeconds(15);
    /** From this age on the next one is made. */
    static final Duration RENEWED = Duration.ofSeconds(30);

    private static final int ID_BYTES = 16;
    private static final int BYTES_BESIDE_TEXT = 256;

    private final Supplier<KeyRing> ring;
    private final TokenMint mint;
    private final SecureRandom random;
    private final InstantSource clock;
    private final int mostEntries;
    private final long mostBytes;
    private final LinkedHashMap<Caller, Kept> known = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** The very object that the cache of verified tokens gives for a token, and whom it is introduced to. */
    private static final class Caller {
        private final Claims claims;
        private final String api;

        Caller(Claims claims, String api) {
            this.claims = claims;
            this.api = api;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // equal claims of two tokens are two callers
        public boolean equals(@Nullable Object other) {
            return other instanceof Caller caller && claims == caller.claims && api.equals(caller.api);
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(claims) + api.hashCode();
        }
    }

    private static final class Kept {
        final KeyRing ring;
        final Instant renewedFrom;
        final Instant servesUntil;
        /** While it is being made, everybody waits for the same. */
        final Future<String> token;

        boolean renewing;
        long bytes;

        Kept(KeyRing ring, Instant renewedFrom, Instant servesUntil, Future<String> token) {
            this.ring = ring;
            this.renewedFrom = renewedFrom;
            this.servesUntil = servesUntil;
            this.token = token;
        }

        /** Without what is left of the request that it was first made for. */
        Kept whole(String text) {
            return new Kept(ring, renewedFrom, servesUntil, Future.succeededFuture(text));
        }
    }

    IdentityTokens(
            Supplier<KeyRing> ring,
            TokenMint mint,
            SecureRandom random,
            InstantSource clock,
            int mostEntries,
            long mostBytes) {
        this.ring = ring;
        this.mint = mint;
        this.random = random;
        this.clock = clock;
        this.mostEntries = mostEntries;
        this.mostBytes = mostBytes;
    }

    /** Complete at once where it is known. The claims are those of a token that holds now. */
    @SuppressWarnings("ReferenceEquality") // another ring is another object
    Future<String> of(Claims claims, String api) {
        var caller = new Caller(claims, api);
        var kept = known.get(caller);
        Instant now = clock.instant();
        if (kept == null || kept.ring != ring.get() || !now.isBefore(kept.servesUntil)) return made(caller, now);
        if (!kept.renewing && !now.isBefore(kept.renewedFrom)) {
            kept.renewing = true;
            signed(caller, now).token.onSuccess(text -> {
                if (known.containsKey(caller)) keep(caller, fresh(caller, now, Future.succeededFuture(text)), text);
            });
        }
        return kept.token;
    }

    int entries() {
        return known.size();
    }

    private Future<String> made(Caller caller, Instant now) {
        var kept = signed(caller, now);
        keep(caller, kept, "");
        return kept.token.onComplete(
                text -> {
                    if (known.get(caller) == kept) keep(caller, kept.whole(text), text);
                },
                failure -> {
                    if (known.get(caller) == kept) forget(caller);
                });
    }

    private Kept signed(Caller caller, Instant now) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        var claims = claims(caller, Base64Url.encode(id), now);
        Context loop = Vertx.currentContext();
        Future<String> token =
                loop == null ? Future.succeededFuture(sign(claims)) : loop.executeBlocking(() -> sign(claims), false);
        return fresh(caller, now, token);
    }

    private Kept fresh(Caller caller, Instant now, Future<String> token) {
        Instant ends = ends(caller, now);
        boolean whole = ends.isBefore(caller.claims.expiresAt());
        Instant servesUntil = whole ? ends.minus(MARGIN) : ends;
        return new Kept(ring.get(), whole ? now.plus(RENEWED) : ends, servesUntil, token);
    }

    private String sign(JsonObject claims) {
        return mint.sign(TYPE, claims, ring.get().preferred());
    }

    private JsonObject claims(Caller caller, String id, Instant now) {
        Claims of = caller.claims;
        var claims = new JsonObject()
                .put("iss", mint.issuer().value())
                .put("sub", of.subject())
                .put("aud", caller.api)
                .put("iat", now.getEpochSecond())
                .put("exp", ends(caller, now).getEpochSecond())
                .put("jti", id)
                .put("issuer", of.issuer().value());
        of.username().ifPresent(user -> claims.put("user", user));
        of.client().map(ClientId::value).ifPresent(client -> claims.put("client", client));
        of.session().ifPresent(session -> claims.put("sid", session.value()));
        for (String name : List.of("auth_time", "acr"))
            if (of.all().get(name) != null) claims.put(name, of.all().get(name));
        return claims.put("scopes", array(of.scopes().values()))
                .put("roles", array(of.roles()))
                .put("groups", array(of.groups()));
    }

    private static JsonArray array(Collection<String> values) {
        return new JsonArray(List.copyOf(values));
    }

    /** In whole seconds, as it is written in the token. */
    private static Instant ends(Caller caller, Instant now) {
        Instant ends = Instant.ofEpochSecond(now.getEpochSecond()).plus(LIFETIME);
        Instant own = caller.claims.expiresAt();
        return own.isBefore(ends) ? own : ends;
    }

    private void keep(Caller caller, Kept kept, String text) {
        forget(caller);
        kept.bytes = BYTES_BESIDE_TEXT + 2L * text.length();
        bytes += kept.bytes;
        known.put(caller, kept);
        var oldest = known.entrySet().iterator();
        while (known.size() > mostEntries || bytes > mostBytes) {
            bytes -= oldest.next().getValue().bytes;
            oldest.remove();
        }
    }

    private void forget(Caller caller) {
        var before = known.remove(caller);
        if (before != null) bytes -= before.bytes;
    }
}
