package dev.gatehouse;

import dev.gatehouse.config.ConfigFaults;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Fault;
import dev.gatehouse.config.WatchedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A saved file is live, a bad one is not: looks at the file and at the key files it names, reads it again when they have changed and have then rested for
 * one look, and hands it on when it has no fault. Renames and swapped links count as changes. Off the event loops.
 */
final class Reload {
    /** Two looks make a change, so that a file that is still being written is let alone; it is live long before the 2 s that are promised. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    /** A thread of its own: making a file effective waits for the database, which neither an event loop nor a Vert.x worker may. */
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(Reload::daemon);

    private final Supplier<ConfigFile> read;
    private final Consumer<ConfigFile> take;
    private final InstantSource clock;

    private volatile ConfigFile serving;
    private volatile Instant since;
    private volatile boolean lastWasRefused;
    private final LongAdder taken = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private List<Stamp> known;
    private List<Stamp> seen;

    /** What tells one state of a file from another without reading it; a file that is not there has none. */
    private record Stamp(Path path, Object identity, long modified, long size) {}

    /**
     * @param read reads the file as it is now, or throws {@link ConfigFaults}
     * @param take makes it effective, or throws with a sentence and changes nothing
     */
    Reload(ConfigFile serving, Supplier<ConfigFile> read, Consumer<ConfigFile> take, InstantSource clock) {
        this.serving = serving;
        this.read = read;
        this.take = take;
        this.clock = clock;
        this.since = clock.instant();
        this.known = stamps(serving);
        this.seen = known;
    }

    void start() {
        looks.scheduleWithFixedDelay(this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop() {
        looks.shutdownNow();
    }

    /** Whether the file as it is on disk was refused, so that an older version is serving. */
    boolean lastWasRefused() {
        return lastWasRefused;
    }

    /** How often a saved file came into force. */
    long taken() {
        return taken.sum();
    }

    /** How often one did not. */
    long refused() {
        return refused.sum();
    }

    private void look() {
        var now = stamps(serving);
        boolean changed = !now.equals(known);
        boolean rested = now.equals(seen) && !isBeingWritten(now);
        seen = now;
        if (!changed || !rested) return;
        known = now;
        reload(now);
    }

    /** Whoever saves a file empties it first and may be held up before the rest is there; as settings it would be a gate without a route. */
    private boolean isBeingWritten(List<Stamp> now) {
        return now.stream().anyMatch(stamp -> stamp.size() == 0 && stamp.path().equals(serving.file()));
    }

    /** @param before the state of the files before they are read: what is saved from here on is another change, also while this one is taken */
    private void reload(List<Stamp> before) {
        try {
            var next = read.get();
            if (!WatchedFiles.of(next.config()).equals(WatchedFiles.of(serving.config()))) {
                before = stamps(next);
                next = read.get();
            }
            take.accept(next);
            var restart = ConfigFile.changesNeedingRestart(serving, next);
            serving = next;
            since = clock.instant();
            lastWasRefused = false;
            taken.increment();
            known = before;
            LOG.info("{} reloaded: {}{}", next.file().getFileName(), routes(next), notes(next.warnings(), restart));
        } catch (ConfigFaults faults) {
            refused(faults.faults().size() == 1 ? "1 error" : faults.faults().size() + " errors", faults.pretty());
        } catch (RuntimeException failure) {
            refused("an error", String.valueOf(failure.getMessage()));
        }
    }

    private void refused(String what, String why) {
        lastWasRefused = true;
        refused.increment();
        LOG.error(
                "{} has {}; still serving the version loaded at {} ({}). Run gatehouse check.\n{}",
                serving.file().getFileName(),
                what,
                CLOCK.format(since),
                routes(serving),
                why);
    }

    private static String notes(List<Fault> warnings, List<Fault> restart) {
        if (warnings.isEmpty() && restart.isEmpty()) return "";
        var all = new ArrayList<>(warnings);
        all.addAll(restart);
        return "\n" + ConfigFaults.pretty(all);
    }

    private static String routes(ConfigFile file) {
        int count = file.config().apis().values().stream()
                .mapToInt(api -> api.routes().size())
                .sum();
        return count == 1 ? "1 route" : count + " routes";
    }

    private static Thread daemon(Runnable work) {
        var thread = new Thread(work, "gatehouse-reload");
        thread.setDaemon(true);
        return thread;
    }

    private static List<Stamp> stamps(ConfigFile file) {
        var stamps = new ArrayList<Stamp>();
        stamps.add(stamp(file.file()));
        for (Path named : WatchedFiles.of(file.config())) stamps.add(stamp(named));
        return stamps;
    }

    private static Stamp stamp(Path path) {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            Object identity = attributes.fileKey() == null ? path.toRealPath() : attributes.fileKey();
            return new Stamp(path, identity, attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS), attributes.size());
        } catch (IOException absent) {
            return new Stamp(path, "absent", 0, -1);
        }
    }
}
