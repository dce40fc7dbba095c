package com.foobar.lb.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBucket;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import org.junit.jupiter.api.Test;

class DurationHistogramTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final DurationHistogram.Series series =
            new DurationHistogram(registry, "time_seconds", "Time.", "proxy").series("web");

    @Test
    void countsNanosecondsAsSeconds() {
        series.observe(1_500_000, "");
        series.observe(40_000_000_000L, "");

        HistogramDataPointSnapshot point = point();
        assertThat(point.getCount()).isEqualTo(2);
        assertThat(point.getSum()).isEqualTo(40.0015);
        assertThat(point.getLabels().get("proxy")).isEqualTo("web");
        assertThat(point.getClassicBuckets().stream()
                        .filter(bucket -> bucket.getCount() > 0)
                        .map(ClassicHistogramBucket::getUpperBound))
                .containsExactly(0.0025, Double.POSITIVE_INFINITY);
    }

    @Test
    void carriesTheTraceOfARequestAsExample() {
        series.observe(1_000_000, "0af7651916cd43dd8448eb211c80319c");
        series.observe(1_000_000, "1bf7651916cd43dd8448eb211c80319c");

        assertThat(point().getExemplars()).hasSize(1);
        Exemplar exemplar = point().getExemplars().get(0);
        assertThat(exemplar.getLabels().get("trace_id")).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(exemplar.getValue()).isEqualTo(0.001);
    }

    private HistogramDataPointSnapshot point() {
        HistogramSnapshot snapshot = (HistogramSnapshot) registry.scrape().get(0);
        return snapshot.getDataPoints().get(0);
    }
}
