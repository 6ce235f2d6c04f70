package dev.gatehouse.oauth;

import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.PublicDocument;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** GET /oauth/jwks (RFC 7517 §5): the public keys, from bytes that are written once per change of keys. */
final class JwksEndpoint implements PublicDocument {
    private final Supplier<KeyRing> ring;
    private volatile Kept kept;

    private record Kept(KeyRing of, KeptDocument document) {}

    JwksEndpoint(Supplier<KeyRing> ring) {
        this.ring = ring;
        this.kept = kept(ring.get());
    }

    @Override
    public Reply now() {
        return document().whole();
    }

    @Override
    public Future<Reply> answer(Call call) {
        return Future.succeededFuture(document().answer(call));
    }

    @SuppressWarnings("ReferenceEquality") // a ring is replaced as a whole
    private KeptDocument document() {
        var now = kept;
        var current = ring.get();
        if (now.of == current) return now.document;
        var changed = kept(current);
        kept = changed;
        return changed.document;
    }

    private static Kept kept(KeyRing ring) {
        return new Kept(ring, KeptDocument.of(ring.jwks(), ring.etag(), KeyRing.JWKS_MAX_AGE));
    }
}
