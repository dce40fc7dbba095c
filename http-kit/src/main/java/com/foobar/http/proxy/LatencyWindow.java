package com.foobar.http.proxy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How long a backend's answers took lately, exact to an eighth: of the last ten to twenty seconds. Thread-safe, without locks; where two meet at the turn of a window, a few counts may be
 * lost.
 */
final class LatencyWindow {
    /** Buckets are an eighth of a power of two of microseconds wide, up to some 19 hours. */
    private static final int BUCKETS = 8 * 34;

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** A percentile is worked out anew after this time. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Fewer say nothing of the slow ones. */
    private static final int ENOUGH = 100;

    private final int percent;
    private final LongSupplier nanoTime;
    private final AtomicLong windowEnds;
    private final AtomicLong staleFrom;
    private volatile AtomicIntegerArray current = new AtomicIntegerArray(BUCKETS);
    private volatile AtomicIntegerArray before = new AtomicIntegerArray(BUCKETS);
    private volatile long percentile = -1;

    LatencyWindow(int percent, LongSupplier nanoTime) {
        this.percent = percent;
        this.nanoTime = nanoTime;
        long now = nanoTime.getAsLong();
        this.windowEnds = new AtomicLong(now + WINDOW_NANOS);
        this.staleFrom = new AtomicLong(now);
    }

    void record(long nanos) {
        turn(nanoTime.getAsLong());
        current.incrementAndGet(bucket(nanos / 1000));
    }

    /** The time within which that percentage of the answers came, in nanoseconds; -1 where too few came to tell. */
    long percentileNanos() {
        long now = nanoTime.getAsLong();
        turn(now);
        long due = staleFrom.get();
        if (now - due >= 0 && staleFrom.compareAndSet(due, now + FRESH_NANOS)) {
            percentile = work();
        }
        return percentile;
    }

    private void turn(long now) {
        long end = windowEnds.get();
        if (now - end >= 0 && windowEnds.compareAndSet(end, now + WINDOW_NANOS)) {
            before = now - end < WINDOW_NANOS ? current : new AtomicIntegerArray(BUCKETS);
            current = new AtomicIntegerArray(BUCKETS);
        }
    }

    private long work() {
        AtomicIntegerArray young = current;
        AtomicIntegerArray old = before;
        long count = 0;
        for (int i = 0; i < BUCKETS; i++) {
            count += (long) young.get(i) + old.get(i);
        }
        if (count < ENOUGH) {
            return -1;
        }
        long below = (count * percent + 99) / 100;
        int bucket = 0;
        for (long seen = (long) young.get(0) + old.get(0); seen < below && bucket < BUCKETS - 1; ) {
            bucket++;
            seen += (long) young.get(bucket) + old.get(bucket);
        }
        return upperBound(bucket) * 1000;
    }

    private static int bucket(long micros) {
        if (micros < 8) {
            return (int) Math.max(0, micros);
        }
        int power = 63 - Long.numberOfLeadingZeros(micros);
        return Math.min(BUCKETS - 1, (power - 2) * 8 + (int) ((micros >>> (power - 3)) & 7));
    }

    /** The first number of microseconds above the bucket. */
    private static long upperBound(int bucket) {
        if (bucket < 8) {
            return bucket + 1L;
        }
        int power = bucket / 8 + 2;
        return (8L + bucket % 8 + 1) << (power - 3);
    }
}
