package com.foobar.lb.metrics;

import java.util.concurrent.TimeUnit;

/**
 * What happens in a second, told from a count that is looked at every second: so it costs those who count nothing. Looked at on one event loop, read from any thread.
 */
final class Pulse {
    /** Nothing has happened yet. */
    private static final long NEVER = Long.MIN_VALUE;

    private long countBefore;
    private long lookedAt;
    private volatile long rate;
    private volatile long highest;
    private volatile long lastAt = NEVER;

    /** @param now as {@link System#nanoTime}, as are the others */
    Pulse(long now) {
        this.lookedAt = now;
    }

    /** @param count of all that has happened */
    void look(long count, long now) {
        long more = count - countBefore;
        long elapsed = Math.max(1, now - lookedAt);
        countBefore = count;
        lookedAt = now;
        // A loop that comes late has more than a second's to tell.
        rate = Math.round(more * (double) TimeUnit.SECONDS.toNanos(1) / elapsed);
        highest = Math.max(highest, rate);
        if (more != 0) {
            lastAt = now;
        }
    }

    /** How much happened in the last second. */
    long rate() {
        return rate;
    }

    /** The most that happened in any second. */
    long highest() {
        return highest;
    }

    /** Whole seconds since something happened; -1 where nothing has. */
    long secondsSince(long now) {
        long last = lastAt;
        return last == NEVER ? -1 : Math.max(0, TimeUnit.NANOSECONDS.toSeconds(now - last));
    }
}
