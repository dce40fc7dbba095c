package com.foobar.dbrouter.auth;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets so many statements through in a second, as a token bucket that holds a second's worth (by the generic cell rate
 * algorithm, ITU-T I.371: one number says it all). Safe from any thread.
 */
final class StatementRate {
    private final long interval;
    private final long tolerance;
    private final AtomicLong fullAt;

    /** @param now of the clock that {@link #tryAcquire} is told */
    StatementRate(int perSecond, long now) {
        this.interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.tolerance = interval * (perSecond - 1);
        this.fullAt = new AtomicLong(now);
    }

    /** @return whether another one may pass now */
    boolean tryAcquire(long now) {
        while (true) {
            long before = fullAt.get();
            long from = before - now > 0 ? before : now;
            if (from - now > tolerance) {
                return false;
            }
            if (fullAt.compareAndSet(before, from + interval)) {
                return true;
            }
        }
    }
}
