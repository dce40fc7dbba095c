package com.foobar.http.proxy;

import java.util.concurrent.atomic.LongAdder;

/** When requests of one backend are late, and what came of the second attempts at them. Thread-safe. */
final class Hedging {
    /** {@link #delayNanos()} where no request is hedged. */
    static final long NEVER = -1;

    private final boolean enabled;
    private final long minDelayNanos;
    private final LatencyWindow latencies;
    private final LongAdder sent = new LongAdder();
    private final LongAdder won = new LongAdder();

    Hedging(HedgingSettings settings) {
        this.enabled = settings.enabled();
        this.minDelayNanos = settings.minDelay().toNanos();
        this.latencies = new LatencyWindow(settings.percentile(), System::nanoTime);
    }

    /** How long after it was sent a request is late; {@link #NEVER} where hedging is off, or too little is known of the backend. */
    long delayNanos() {
        if (!enabled) {
            return NEVER;
        }
        long usual = latencies.percentileNanos();
        return usual < 0 ? NEVER : Math.max(usual, minDelayNanos);
    }

    /** An answer has come to a request that had its connection at that time, as {@link System#nanoTime}. */
    void answered(long connectedNanos) {
        if (enabled) {
            latencies.record(System.nanoTime() - connectedNanos);
        }
    }

    void hedged() {
        sent.increment();
    }

    void hedgeWon() {
        won.increment();
    }

    /** Second attempts made. */
    long sent() {
        return sent.sum();
    }

    /** Those whose answer came first. */
    long won() {
        return won.sum();
    }
}
