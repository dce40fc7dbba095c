package com.foobar.lb.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimeHistogramTest {
    private final TimeHistogram histogram = new TimeHistogram();
    private long now = System.nanoTime();

    private void observe(long micros, String traceId) {
        histogram.observe(TimeUnit.MICROSECONDS.toNanos(micros), now, traceId);
    }

    private long count(double bound) {
        long[] counts = new long[TimeHistogram.BOUNDS.length];
        histogram.addTo(counts);
        for (int i = 0; i < counts.length; i++) {
            if (TimeHistogram.BOUNDS[i] == bound) {
                return counts[i];
            }
        }
        throw new IllegalArgumentException("no bucket up to " + bound);
    }

    @Test
    void countsATimeOnceInTheFirstBucketThatHoldsIt() {
        observe(0, "");
        observe(500, "");
        observe(501, "");
        observe(30_000_000, "");
        observe(30_000_001, "");
        assertThat(count(0.0005)).isEqualTo(2);
        assertThat(count(0.001)).isEqualTo(1);
        assertThat(count(0.0025)).isZero();
        assertThat(count(30)).isEqualTo(1);
        assertThat(count(Double.POSITIVE_INFINITY)).isEqualTo(1);
        assertThat(histogram.seconds()).isEqualTo(60.001002);
    }

    @Test
    void keepsAnExampleOfEachSecondAtMost() {
        observe(1000, "");
        assertThat(histogram.example()).isNull();
        now += TimeUnit.SECONDS.toNanos(2);
        observe(2000, "first");
        observe(3000, "second");
        assertThat(histogram.example()).satisfies(example -> {
            assertThat(example.getLabels().get("trace_id")).isEqualTo("first");
            assertThat(example.getValue()).isEqualTo(0.002);
        });
        now += TimeUnit.SECONDS.toNanos(1);
        observe(4000, "third");
        assertThat(histogram.example())
                .satisfies(example ->
                        assertThat(example.getLabels().get("trace_id")).isEqualTo("third"));
    }
}
