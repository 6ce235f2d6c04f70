package dev.gatehouse.ops;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Is the house well? Named checks, each asked by one probe. A check answers from what is already known and never waits: it runs on an event
 * loop. The names are part of the contract with whoever watches them.
 */
public final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    private record Check(Probe probe, String name, Supplier<CheckResult> asks) {}

    private final List<Check> checks = new CopyOnWriteArrayList<>();
    private volatile boolean started;
    private volatile boolean draining;

    public Health() {
        check(Probe.LIVE, "process", CheckResult::up);
        check(Probe.STARTED, "start", this::start);
        check(Probe.READY, "start", this::start);
        check(Probe.READY, "draining", () -> draining ? CheckResult.down("closing down") : CheckResult.up());
    }

    /** Whether the house is closing down. */
    public boolean isDraining() {
        return draining;
    }

    /** Adds a check; a name that the probe already has is a bug. */
    public Health check(Probe probe, String name, Supplier<CheckResult> asks) {
        if (checks.stream()
                .anyMatch(check -> check.probe() == probe && check.name().equals(name)))
            throw new IllegalArgumentException("two checks named " + name);
        checks.add(new Check(probe, name, asks));
        return this;
    }

    /** The doors are open. */
    public void started() {
        started = true;
    }

    /** The end has begun: no longer ready, still alive. Not taken back. */
    public void drain() {
        draining = true;
    }

    public HealthReport report(Probe probe) {
        Map<String, CheckResult> answers = new LinkedHashMap<>();
        for (Check check : checks) if (check.probe() == probe) answers.put(check.name(), answer(check));
        return new HealthReport(answers);
    }

    private static CheckResult answer(Check check) {
        try {
            return check.asks().get();
        } catch (RuntimeException bug) {
            LOG.error("health check {} failed", check.name(), bug);
            return CheckResult.down("the check itself failed; see the log");
        }
    }

    private CheckResult start() {
        return started ? CheckResult.up() : CheckResult.down("still starting");
    }
}
