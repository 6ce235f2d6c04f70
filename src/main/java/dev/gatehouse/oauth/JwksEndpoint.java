package dev.gatehouse.oauth;

import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** GET /oauth/jwks (RFC 7517 §5): the public keys, from bytes that are written once per change of keys. */
final class JwksEndpoint {
    private static final String KEEP = "public, max-age=" + KeyRing.JWKS_MAX_AGE.toSeconds();

    private final Supplier<KeyRing> ring;

    JwksEndpoint(Supplier<KeyRing> ring) {
        this.ring = ring;
    }

    Future<Reply> keys(Call call) {
        KeyRing now = ring.get();
        boolean has = call.headers().getAll("If-None-Match").stream().anyMatch(sent -> names(sent, now.etag()));
        Reply reply = has
                ? Reply.empty(304)
                : new Reply(200, List.of(Map.entry("Content-Type", "application/json")), now.jwks());
        return Future.succeededFuture(reply.with("Cache-Control", KEEP).with("ETag", now.etag()));
    }

    /** Weak comparison (RFC 9110 §13.1.2): a cache on the way may have put {@code W/} in front. */
    private static boolean names(String sent, String etag) {
        for (String tag : sent.split(",", -1)) {
            String plain = tag.trim();
            if (plain.equals("*") || plain.equals(etag) || plain.equals("W/" + etag)) return true;
        }
        return false;
    }
}
