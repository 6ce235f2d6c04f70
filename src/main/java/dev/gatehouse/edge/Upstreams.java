package dev.gatehouse.edge;

import dev.gatehouse.config.UpstreamSettings;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of all servers behind the gate. It outlives the settings it was made for as far as the next ones name the same servers: saving something else
 * forgets nobody's health. One per process; looks once a second whether there are new settings.
 */
public final class Upstreams {
    private static final long LOOK_MILLIS = 1000;
    /** Names are asked for so often; the system's resolver keeps an answer for 30 s, so that a change is known within 40. */
    private static final int LOOKS_PER_NAME = 10;

    /** An API and the servers that its settings name. */
    record Behind(String api, UpstreamSettings settings, @Nullable UpstreamTls tls) {}

    private record Key(String api, List<URI> targets) {}

    private final Supplier<List<Behind>> wanted;
    private final Map<Key, Servers> known = new ConcurrentHashMap<>();
    private final Prober prober;
    private final Vertx vertx;
    private @Nullable WorkerExecutor names;
    private List<Behind> seen = List.of();
    private int looks;
    private volatile long timer = -1;

    Upstreams(Vertx vertx, Supplier<List<Behind>> wanted) {
        this.vertx = vertx;
        this.wanted = wanted;
        this.prober = new Prober(vertx);
        vertx.runOnContext(first -> {
            look();
            timer = vertx.setPeriodic(LOOK_MILLIS, again -> look());
        });
    }

    /** Nobody is looked after any more. */
    public void close() {
        vertx.cancelTimer(timer);
    }

    public static Upstreams behind(Vertx vertx, Supplier<EdgeSnapshot> snapshot) {
        return new Upstreams(vertx, () -> snapshot.get().behind());
    }

    /** How every API with servers stands. */
    public List<UpstreamView> view() {
        long now = System.nanoTime();
        return known.values().stream().map(servers -> servers.view(now)).toList();
    }

    /** Asked by an event loop when it meets settings for the first time. */
    Servers of(String api, UpstreamSettings settings, @Nullable UpstreamTls tls) {
        return known.compute(new Key(api, settings.targets()), (key, before) -> {
            if (before == null) return made(api, settings, tls);
            boolean same = before.settings.equals(settings) && Objects.equals(before.tls, tls);
            return same ? before : before.under(settings, tls);
        });
    }

    /** Of targets that the API had before, what is known of them is kept. */
    private Servers made(String api, UpstreamSettings settings, @Nullable UpstreamTls tls) {
        var targets = new ArrayList<Target>();
        for (URI url : settings.targets()) targets.add(target(api, url).orElseGet(() -> new Target(url)));
        return new Servers(api, settings, tls, targets);
    }

    private Optional<Target> target(String api, URI url) {
        return known.values().stream()
                .filter(servers -> servers.api.equals(api))
                .flatMap(servers -> servers.targets().stream())
                .filter(target -> target.url.equals(url))
                .findFirst();
    }

    private void look() {
        List<Behind> now = wanted.get();
        boolean changed = !now.equals(seen);
        if (changed) keepTo(now);
        long beat = System.nanoTime();
        known.values().forEach(servers -> servers.beat(beat));
        if (changed || ++looks % LOOKS_PER_NAME == 0) lookUpNames();
    }

    private void keepTo(List<Behind> now) {
        seen = now;
        var keys = new HashSet<Key>();
        for (Behind behind : now) {
            of(behind.api(), behind.settings(), behind.tls());
            keys.add(new Key(behind.api(), behind.settings().targets()));
        }
        known.keySet().retainAll(keys);
        prober.watch(known.values());
    }

    private void lookUpNames() {
        for (Servers servers : known.values())
            for (Target target : servers.targets())
                if (target.addresses.isNamed())
                    names().executeBlocking(
                                    () -> {
                                        target.addresses.lookUp();
                                        return null;
                                    },
                                    false);
    }

    /** Made for the first API that has a name. */
    private WorkerExecutor names() {
        WorkerExecutor known = names;
        if (known == null) names = known = vertx.createSharedWorkerExecutor("gatehouse-names", 2);
        return known;
    }
}
