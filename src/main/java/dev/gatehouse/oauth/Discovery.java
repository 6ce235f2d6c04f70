package dev.gatehouse.oauth;

import dev.gatehouse.clients.GrantType;
import dev.gatehouse.config.Config;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.signin.House;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.PublicDocument;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The metadata of the issuer, the same document at both of its addresses (RFC 8414 §3, OpenID Connect Discovery §4): only what there is. Written once per change of
 * settings or keys; every address comes from the configured {@code url}, never from what a caller says in {@code Host}.
 */
final class Discovery implements PublicDocument {
    private static final Duration KEEP = Duration.ofMinutes(5);

    private final Supplier<Config> config;
    private final Supplier<KeyRing> ring;
    private final String url;
    private final Set<String> paths;
    private final Collection<GrantType> grants;
    private volatile Kept kept;

    private record Kept(Config config, KeyRing ring, KeptDocument document) {}

    /** {@code paths} are those that the house serves. */
    Discovery(House house, Set<String> paths, Collection<GrantType> grants) {
        this.config = house.config();
        this.ring = house.ring();
        this.url = house.url();
        this.paths = Set.copyOf(paths);
        this.grants = grants;
        this.kept = written(config.get(), ring.get());
    }

    @Override
    public Reply now() {
        return document().whole();
    }

    @Override
    public Future<Reply> answer(Call call) {
        return Future.succeededFuture(document().answer(call));
    }

    @SuppressWarnings("ReferenceEquality") // settings and rings are replaced as a whole
    private KeptDocument document() {
        var now = kept;
        var settings = config.get();
        var keys = ring.get();
        if (now.config == settings && now.ring == keys) return now.document;
        var changed = written(settings, keys);
        kept = changed;
        return changed.document;
    }

    private Kept written(Config settings, KeyRing keys) {
        return new Kept(
                settings, keys, KeptDocument.of(new Metadata(settings, keys, url, paths, grants).document(), KEEP));
    }
}
