package dev.gatehouse.tokens;

import dev.gatehouse.config.ForeignIssuer;
import dev.gatehouse.keys.KeySet;
import dev.gatehouse.outbound.PublicClient;
import dev.gatehouse.vocabulary.Issuer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Everybody else whose tokens count, and how theirs are judged: by keys from a file, by keys that they publish, or by asking them. Keys belong to the issuer that they
 * were had from; one that cannot be reached keeps nobody else's tokens waiting.
 */
public final class ForeignIssuers implements FurtherWords {
    private final Vertx vertx;
    private final PublicClient outbound;
    private final Tokens tokens;
    private final InstantSource clock;
    private final AtomicLong changes = new AtomicLong();
    private volatile Map<Issuer, Known> known = Map.of();

    /** One of the three is there. */
    private record Known(
            ForeignIssuer settings,
            @Nullable ForeignKeys file,
            @Nullable IssuerKeys published,
            @Nullable Introspector asked) {
        KeySet keys() {
            if (file != null) return file;
            return published != null ? published.keys() : NoKeys.ASKED;
        }

        /** Whether what is known of the issuer is good for these settings, too. */
        boolean serves(ForeignIssuer other) {
            return settings.jwks().equals(other.jwks())
                    && settings.introspect().equals(other.introspect())
                    && settings.algorithms().equals(other.algorithms());
        }
    }

    public ForeignIssuers(Vertx vertx, PublicClient outbound, Tokens tokens, InstantSource clock) {
        this.vertx = vertx;
        this.outbound = outbound;
        this.tokens = tokens;
        this.clock = clock;
        tokens.ask(this);
    }

    /**
     * Reads what is in files, not on an event loop, and fails for the first that is of no use. What comes back trusts these and nobody else from then on; what is
     * known already of those who stay is kept.
     */
    public Runnable ready(Collection<ForeignIssuer> settings) throws Unusable {
        var files = new HashMap<Issuer, ForeignKeys>();
        for (ForeignIssuer each : settings) {
            if (each.issuer().equals(tokens.self()))
                throw new Unusable(each, "this is the gate itself, which APIs call `self`");
            if (each.keyFile().isPresent()) files.put(each.issuer(), fromFile(each));
        }
        return () -> trust(List.copyOf(settings), files);
    }

    /** Whose keys are of no use, and why. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient ForeignIssuer issuer;

        Unusable(ForeignIssuer issuer, String sentence) {
            super(sentence, null, false, false);
            this.issuer = issuer;
        }

        public ForeignIssuer issuer() {
            return issuer;
        }

        public String sentence() {
            return String.valueOf(getMessage());
        }
    }

    private static ForeignKeys fromFile(ForeignIssuer issuer) throws Unusable {
        try {
            return ForeignKeys.read(issuer.keyFile().orElseThrow(), issuer.algorithms());
        } catch (ForeignKeys.Fault fault) {
            throw new Unusable(issuer, fault.sentence());
        }
    }

    private void trust(List<ForeignIssuer> settings, Map<Issuer, ForeignKeys> files) {
        Map<Issuer, Known> before = known;
        var after = new HashMap<Issuer, Known>();
        for (ForeignIssuer each : settings) {
            Known same = before.get(each.issuer());
            after.put(
                    each.issuer(),
                    same != null && same.file() == null && same.serves(each)
                            ? new Known(each, null, same.published(), same.asked())
                            : fresh(each, again(files.get(each.issuer()), same)));
        }
        known = Map.copyOf(after);
        publish();
        for (IssuerKeys gone : published(before, after)) gone.close();
        for (IssuerKeys come : published(after, before)) come.start();
    }

    /** Those of some that the others have not. */
    private static List<IssuerKeys> published(Map<Issuer, Known> some, Map<Issuer, Known> others) {
        var all = new ArrayList<IssuerKeys>();
        some.forEach((issuer, one) -> {
            Known other = others.get(issuer);
            IssuerKeys keys = one.published();
            if (keys != null && (other == null || other.published() != keys)) all.add(keys);
        });
        return all;
    }

    /** With the keys of before where they are the same. */
    private static @Nullable ForeignKeys again(@Nullable ForeignKeys file, @Nullable Known before) {
        return file == null || before == null ? file : file.keeping(before.file());
    }

    private Known fresh(ForeignIssuer issuer, @Nullable ForeignKeys file) {
        if (file != null) return new Known(issuer, file, null, null);
        return issuer.introspect()
                .map(settings ->
                        new Known(issuer, null, null, new Introspector(issuer.issuer(), settings, outbound, clock)))
                .orElseGet(() ->
                        new Known(issuer, null, new IssuerKeys(vertx, outbound, issuer, clock, this::publish), null));
    }

    /** Whoever comes last writes what is there then, whatever the others were about to write. */
    private void publish() {
        long mine;
        do {
            mine = changes.incrementAndGet();
            tokens.trustOthers(known.values().stream()
                    .map(each -> TrustedIssuer.of(each.settings(), each.keys()))
                    .toList());
        } while (changes.get() != mine);
    }

    @Override
    public Future<Void> keysOf(Issuer issuer) {
        Known found = known.get(issuer);
        IssuerKeys published = found == null ? null : found.published();
        return published == null ? Future.succeededFuture() : published.wanted();
    }

    @Override
    public Future<Verdict> about(String token, Issuer issuer) {
        Known found = known.get(issuer);
        Introspector asked = found == null ? null : found.asked();
        return asked == null ? Future.succeededFuture(Verdict.UNKNOWN_ISSUER) : asked.about(token);
    }

    /** Nothing is fetched any more. */
    public void close() {
        for (Known each : known.values()) {
            IssuerKeys published = each.published();
            if (published != null) published.close();
        }
    }
}
