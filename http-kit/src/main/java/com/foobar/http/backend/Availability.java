package com.foobar.http.backend;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Since when a backend has had a server that takes requests, or none, and how long there was none altogether. Thread-safe. */
final class Availability {
    private final Clock clock;
    /** Guarded by this object's lock, as are the next two. */
    private boolean available;

    private Instant since;
    private Duration downBefore = Duration.ZERO;

    /** Of a backend that has none yet. */
    Availability(Clock clock) {
        this.clock = clock;
        this.since = clock.instant();
    }

    synchronized void set(boolean now) {
        if (now != available) {
            if (now) {
                downBefore = downtime();
            }
            available = now;
            since = clock.instant();
        }
    }

    synchronized Duration timeInState() {
        return Duration.between(since, clock.instant());
    }

    synchronized Duration downtime() {
        return available ? downBefore : downBefore.plus(timeInState());
    }
}
