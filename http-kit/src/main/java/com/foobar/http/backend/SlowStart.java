package com.foobar.http.backend;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The time after its recovery in which a server gets a growing part of its share, so that caches, pools and compilers can warm up
 * (HAProxy's {@code slowstart}: linear). Thread-safe.
 */
final class SlowStart {
    /** With less a server would not be known to work when its time is over. */
    private static final double LEAST = 0.01;

    private static final long NEVER = Long.MIN_VALUE;

    private final long durationNanos;
    private final LongSupplier nanoTime;
    private final AtomicLong since = new AtomicLong(NEVER);

    /** @param nanoTime as {@link System#nanoTime}: what sets the clock of the machine neither ends a slow start nor prolongs it */
    SlowStart(Duration duration, LongSupplier nanoTime) {
        this.durationNanos = duration.toNanos();
        this.nanoTime = nanoTime;
    }

    Duration duration() {
        return Duration.ofNanos(durationNanos);
    }

    /** The server has just come back. */
    void begin() {
        if (durationNanos > 0) {
            since.set(nanoTime.getAsLong());
        }
    }

    /** The part of its share that it gets now, from 0.01 to 1. */
    double ramp() {
        long start = since.get();
        if (start == NEVER) {
            return 1;
        }
        long elapsed = nanoTime.getAsLong() - start;
        if (elapsed >= durationNanos) {
            since.compareAndSet(start, NEVER);
            return 1;
        }
        return Math.max(LEAST, (double) elapsed / durationNanos);
    }
}
