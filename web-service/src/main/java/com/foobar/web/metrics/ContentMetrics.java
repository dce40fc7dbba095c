package com.foobar.web.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Where files came from. */
public final class ContentMetrics {
    private final CounterDataPoint memory;
    private final CounterDataPoint loaded;
    private final CounterDataPoint disk;
    private final CounterDataPoint missing;
    private final CounterDataPoint failed;

    public ContentMetrics(PrometheusRegistry registry, LongSupplier bytesInMemory, IntSupplier filesInMemory) {
        Counter lookups = Counter.builder()
                .name("web_content_lookups_total")
                .help(
                        "Look-ups of files by result: memory (cache hit), loaded (read or checked on disk, then from memory), "
                                + "disk (sent from disk), missing, failed")
                .labelNames("result")
                .register(registry);
        memory = lookups.labelValues("memory");
        loaded = lookups.labelValues("loaded");
        disk = lookups.labelValues("disk");
        missing = lookups.labelValues("missing");
        failed = lookups.labelValues("failed");
        GaugeWithCallback.builder()
                .name("web_content_memory_bytes")
                .help("Memory that files of the site occupy")
                .unit(Unit.BYTES)
                .callback(gauge -> gauge.call((double) bytesInMemory.getAsLong()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("web_content_memory_files")
                .help("Files of the site in memory")
                .callback(gauge -> gauge.call(filesInMemory.getAsInt()))
                .register(registry);
    }

    public void memory() {
        memory.inc();
    }

    public void loaded() {
        loaded.inc();
    }

    public void disk() {
        disk.inc();
    }

    public void missing() {
        missing.inc();
    }

    public void failed() {
        failed.inc();
    }
}
