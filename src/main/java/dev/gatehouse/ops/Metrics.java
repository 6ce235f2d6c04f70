package dev.gatehouse.ops;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this node counts, for Prometheus. Rooms count by themselves and are read off when somebody asks; Micrometer and its figures of the JVM are made by the first who
 * does, so that a start does not pay for them (decision 0206).
 */
public final class Metrics implements AutoCloseable {
    private final List<Consumer<Readings>> sources = new CopyOnWriteArrayList<>();

    /** Holds the beans of the JVM that it listens to. */
    private record Page(PrometheusMeterRegistry registry, JvmGcMetrics pauses) {
        static Page with(MultiCollector house) {
            var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            registry.getPrometheusRegistry().register(house);
            var pauses = new JvmGcMetrics();
            pauses.bindTo(registry);
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new ProcessorMetrics().bindTo(registry);
            new UptimeMetrics().bindTo(registry);
            return new Page(registry, pauses);
        }
    }

    private @Nullable Page page;

    /** From now on this is read, too. */
    public void add(Consumer<Readings> source) {
        sources.add(source);
    }

    /** Prometheus's text format 0.0.4. Not on an event loop: the first call loads Micrometer. */
    synchronized String text() {
        if (page == null) page = Page.with(this::read);
        return page.registry().scrape();
    }

    @Override
    public synchronized void close() {
        if (page == null) return;
        page.pauses().close();
        page.registry().close();
        page = null;
    }

    private MetricSnapshots read() {
        var readings = new Readings();
        for (Consumer<Readings> source : sources) source.accept(readings);
        return readings.all();
    }
}
