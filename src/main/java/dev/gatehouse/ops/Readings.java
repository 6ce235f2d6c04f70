package dev.gatehouse.ops;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.Map;

/** Figures of one moment, as they are read off. Labels are names and values by turns. */
public final class Readings {
    private final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
    private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
    private final Map<String, HistogramSnapshot.Builder> histograms = new LinkedHashMap<>();
    private final Map<String, InfoSnapshot.Builder> facts = new LinkedHashMap<>();

    Readings() {}

    /** {@code name} without the {@code _total} that is written after it. */
    public void counter(String name, String help, double value, String... labels) {
        counters.computeIfAbsent(
                        name, first -> CounterSnapshot.builder().name(name).help(help))
                .dataPoint(CounterDataPointSnapshot.builder()
                        .value(value)
                        .labels(Labels.of(labels))
                        .build());
    }

    public void gauge(String name, String help, double value, String... labels) {
        gauges.computeIfAbsent(name, first -> GaugeSnapshot.builder().name(name).help(help))
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .value(value)
                        .labels(Labels.of(labels))
                        .build());
    }

    /** What does not change; {@code name} without the {@code _info} that is written after it. */
    public void fact(String name, String help, String... labels) {
        facts.computeIfAbsent(name, first -> InfoSnapshot.builder().name(name).help(help))
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of(labels))
                        .build());
    }

    /** {@code counts}: how many lie within each of {@code bounds}, and beyond the one before. */
    public void histogram(String name, String help, double[] bounds, long[] counts, double sum, String... labels) {
        var buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < bounds.length; i++) buckets.bucket(bounds[i], counts[i]);
        histograms
                .computeIfAbsent(
                        name, first -> HistogramSnapshot.builder().name(name).help(help))
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(buckets.build())
                        .sum(sum)
                        .labels(Labels.of(labels))
                        .build());
    }

    MetricSnapshots all() {
        var all = MetricSnapshots.builder();
        facts.values().forEach(fact -> all.metricSnapshot(fact.build()));
        counters.values().forEach(counter -> all.metricSnapshot(counter.build()));
        gauges.values().forEach(gauge -> all.metricSnapshot(gauge.build()));
        histograms.values().forEach(histogram -> all.metricSnapshot(histogram.build()));
        return all.build();
    }
}
