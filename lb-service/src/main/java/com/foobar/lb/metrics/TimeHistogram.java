package com.foobar.lb.metrics;

import io.prometheus.metrics.model.snapshots.Exemplar;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How often something took how long; one of the requests now and then is an example. Counted by all event loops without contention, summed up when somebody asks. */
final class TimeHistogram {
    /** Upper bounds in seconds: from what a cached answer takes to what nobody waits for, and all above. */
    static final double[] BOUNDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, Double.POSITIVE_INFINITY
    };

    /** One example in this time is as many as anybody looks at. */
    private static final long EXAMPLE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long[] BOUND_NANOS = new long[BOUNDS.length - 1];

    static {
        for (int i = 0; i < BOUND_NANOS.length; i++) {
            BOUND_NANOS[i] = (long) (BOUNDS[i] * 1e9);
        }
    }

    private final LongAdder[] counts = new LongAdder[BOUNDS.length];
    private final LongAdder nanos = new LongAdder();
    private final AtomicLong longest = new AtomicLong();
    /** Two loops that both find it due make two, of which one stays. */
    private volatile long nextExample = System.nanoTime();

    private volatile @Nullable Exemplar example;

    TimeHistogram() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /**
     * @param took nanoseconds
     * @param now as {@link System#nanoTime}
     * @param traceId empty where there is none
     */
    void observe(long took, long now, String traceId) {
        int bucket = 0;
        while (bucket < BOUND_NANOS.length && took > BOUND_NANOS[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        if (took > 0) {
            nanos.add(took);
            if (took > longest.get()) {
                longest.accumulateAndGet(took, Math::max);
            }
        }
        if (now - nextExample >= 0 && !traceId.isEmpty()) {
            nextExample = now + EXAMPLE_EVERY_NANOS;
            example = Exemplar.builder()
                    .value(took / 1e9)
                    .traceId(traceId)
                    .timestampMillis(System.currentTimeMillis())
                    .build();
        }
    }

    /** Adds what was counted to the sums. */
    void addTo(long[] sums) {
        for (int i = 0; i < counts.length; i++) {
            sums[i] += counts[i].sum();
        }
    }

    /** How many there were. */
    long count() {
        long sum = 0;
        for (LongAdder each : counts) {
            sum += each.sum();
        }
        return sum;
    }

    /** The longest there was. */
    double longestSeconds() {
        return longest.get() / 1e9;
    }

    /** All together. */
    double seconds() {
        return nanos.sum() / 1e9;
    }

    @Nullable
    Exemplar example() {
        return example;
    }
}
