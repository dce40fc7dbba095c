package com.foobar.lb.metrics;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;

/** A histogram of times in seconds, some of them with the trace id of a request as an example. */
final class DurationHistogram {
    /** From what a cached answer takes to what nobody waits for. */
    private static final double[] BUCKETS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    /** One example in this time is as many as anybody looks at. */
    private static final long EXAMPLE_EVERY_NANOS = 1_000_000_000L;

    private final Histogram histogram;

    DurationHistogram(PrometheusRegistry registry, String name, String help, String... labels) {
        this.histogram = Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(BUCKETS)
                .register(registry);
    }

    Series series(String... labelValues) {
        return new Series(histogram.labelValues(labelValues));
    }

    /** The histogram for one set of label values. Used from every event loop. */
    static final class Series {
        private final DistributionDataPoint point;
        /** Two loops that both find it due give two examples, which does no harm. */
        private volatile long nextExample = System.nanoTime();

        private Series(DistributionDataPoint point) {
            this.point = point;
        }

        void observe(long nanos, String traceId) {
            long now = System.nanoTime();
            if (now - nextExample >= 0 && !traceId.isEmpty()) {
                nextExample = now + EXAMPLE_EVERY_NANOS;
                point.observeWithExemplar(nanos / 1e9, Labels.of("trace_id", traceId));
            } else {
                point.observe(nanos / 1e9);
            }
        }
    }
}
