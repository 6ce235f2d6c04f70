package dev.gatehouse.keys;

import dev.gatehouse.store.Database;
import dev.gatehouse.store.Notices;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our signing keys, alive: read at the start, made where missing, rotated when due, read again whenever some node changed them and, in case that was not heard,
 * every half minute. {@link #ring} is one volatile read.
 */
public final class Keys {
    /** What the trigger of the table says. */
    static final String CHANNEL = "gatehouse_signing_key";

    private static final Logger LOG = LoggerFactory.getLogger(Keys.class);
    private static final Duration UPKEEP = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final SigningKeyStore store;
    private final Signatures signatures;
    private final InstantSource clock;

    private volatile KeyRotation rotation;
    private volatile KeyRing ring = new KeyRing(List.of(), JwsAlgorithm.ES256);
    private volatile boolean closed;
    private volatile Consumer<SigningKey> hearer = key -> {};
    private final SerialRefresh refresh = new SerialRefresh(this::read);
    private Future<Void> upkeep = Future.succeededFuture();
    private long timer = -1;

    public Keys(
            Vertx vertx,
            Database database,
            KeyWrapping wrapping,
            Signatures signatures,
            KeyRotation rotation,
            InstantSource clock) {
        this.vertx = vertx;
        this.store = new SigningKeyStore(database, wrapping);
        this.signatures = signatures;
        this.rotation = rotation;
        this.clock = clock;
    }

    /** Succeeds when every algorithm has a key to sign with. The keys that come next are made in the background: RSA takes its time. */
    public Future<Void> start(Notices notices) {
        return refresh().compose(read -> makeMissing(rotation)).onSuccess(ready -> {
            notices.listen(CHANNEL, this::refresh);
            timer = vertx.setPeriodic(UPKEEP.toMillis(), fired -> upkeep());
            upkeep();
        });
    }

    /** The keys as they are now. */
    public KeyRing ring() {
        return ring;
    }

    /** Tells somebody of every key that begins to sign from now on, whoever rotated. */
    public void tell(Consumer<SigningKey> somebody) {
        hearer = somebody;
    }

    public Signatures signatures() {
        return signatures;
    }

    /** From now on by these settings; a missing key is made before tokens are signed with its algorithm. */
    public Future<Void> settings(KeyRotation changed) {
        var before = rotation;
        if (before.equals(changed)) return Future.succeededFuture();
        return makeMissing(changed).onSuccess(made -> rotation = changed).compose(made -> refresh());
    }

    /** A new key signs from now on, for each algorithm; the old ones stay published until their tokens are gone. */
    public Future<KeyRing> rotate() {
        var settings = rotation;
        var done = refresh();
        for (var algorithm : settings.algorithms()) done = done.compose(before -> rotate(algorithm, settings));
        return done.map(rotated -> ring);
    }

    /** Where there is nothing to promote yet, it is made and then promoted. */
    private Future<Void> rotate(JwsAlgorithm algorithm, KeyRotation settings) {
        var steps = settings.now(ring.keys(), algorithm);
        boolean promotes = steps.stream().anyMatch(KeyRotation.Step.Promote.class::isInstance);
        return steps(steps, settings)
                .compose(done -> promotes ? Future.succeededFuture() : rotate(algorithm, settings));
    }

    /** Reads the keys again. */
    public Future<Void> refresh() {
        return refresh.ask();
    }

    /** Succeeds when the key that is being made, if any, is done with. */
    public synchronized Future<Void> close() {
        closed = true;
        if (timer >= 0) vertx.cancelTimer(timer);
        return upkeep.otherwiseEmpty();
    }

    private Future<Void> makeMissing(KeyRotation wanted) {
        var missing = wanted.due(ring.keys(), clock.instant()).stream()
                .filter(step -> step instanceof KeyRotation.Step.Make make && make.phase() == KeyPhase.ACTIVE)
                .toList();
        return steps(missing, wanted);
    }

    /** One at a time: a slow database does not pile up work. */
    private synchronized void upkeep() {
        if (closed || !upkeep.isComplete()) return;
        upkeep = refresh()
                .compose(read -> steps(rotation.due(ring.keys(), clock.instant()), rotation))
                .onFailure(e -> {
                    if (!closed)
                        LOG.warn("keys are not kept up now, again in {} s: {}", UPKEEP.toSeconds(), e.getMessage());
                });
    }

    private Future<Void> steps(List<KeyRotation.Step> steps, KeyRotation settings) {
        if (steps.isEmpty()) return Future.succeededFuture();
        Future<Boolean> done = Future.succeededFuture(true);
        for (var step : steps) done = done.compose(before -> take(step, settings));
        return done.compose(taken -> refresh());
    }

    private Future<Boolean> take(KeyRotation.Step step, KeyRotation settings) {
        if (closed) return Future.succeededFuture(false);
        var now = clock.instant();
        if (step instanceof KeyRotation.Step.Make make) {
            return vertx.executeBlocking(() -> signatures.provider().newPair(make.algorithm()), false)
                    .compose(pair -> store.make(make.algorithm(), make.phase(), pair, now));
        }
        if (step instanceof KeyRotation.Step.Promote promote) {
            return store.promote(promote.retiring(), promote.promoted(), now, settings.goneAfter(now))
                    .onSuccess(ours -> {
                        if (ours)
                            LOG.info(
                                    "{} tokens are signed with key {} from now on",
                                    promote.algorithm(),
                                    promote.promoted());
                    });
        }
        return store.remove(((KeyRotation.Step.Remove) step).kid());
    }

    private Future<Void> read() {
        return store.read(ring).onSuccess(this::replace).<Void>mapEmpty().onFailure(e -> {
            if (!closed) LOG.warn("the signing keys could not be read again: {}", e.getMessage());
        });
    }

    /** The same ring object stays where nothing changed, so that caches see at a glance that nothing did. */
    private void replace(List<SigningKey> keys) {
        var read = new KeyRing(keys, rotation.algorithms().get(0));
        if (read.sameAs(ring)) return;
        KeyRing before = ring;
        ring = read;
        for (SigningKey key : keys) if (key.phase() == KeyPhase.ACTIVE && !signed(before, key)) hearer.accept(key);
    }

    private static boolean signed(KeyRing ring, SigningKey key) {
        return ring.active(key.algorithm())
                .filter(active -> active.kid().equals(key.kid()))
                .isPresent();
    }
}
