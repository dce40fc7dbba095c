package com.foobar.http.backend;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time after its recovery in which a server gets a growing part of its share, so that caches, pools and compilers can warm up
 * (HAProxy's {@code slowstart}: linear). Thread-safe.
 */
final class SlowStart {
    /** With less a server would not be known to work when its time is over. */
    private static final double LEAST = 0.01;

    private static final long NEVER = Long.MIN_VALUE;

    private final long durationMillis;
    private final Clock clock;
    private final AtomicLong since = new AtomicLong(NEVER);

    SlowStart(Duration duration, Clock clock) {
        this.durationMillis = duration.toMillis();
        this.clock = clock;
    }

    /** The server has just come back. */
    void begin() {
        if (durationMillis > 0) {
            since.set(clock.millis());
        }
    }

    /** The part of its share that it gets now, from 0.01 to 1. */
    double ramp() {
        long start = since.get();
        if (start == NEVER) {
            return 1;
        }
        long elapsed = clock.millis() - start;
        if (elapsed >= durationMillis) {
            since.compareAndSet(start, NEVER);
            return 1;
        }
        return Math.max(LEAST, (double) elapsed / durationMillis);
    }
}
