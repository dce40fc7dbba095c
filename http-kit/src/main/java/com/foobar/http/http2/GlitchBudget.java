package com.foobar.http.http2;

import com.foobar.http.exchange.GlitchCounters;
import java.util.function.LongSupplier;

/**
 * How much a connection may still do that costs us work and serves nobody: frames that break the rules, and those that nothing calls for. A token bucket, which is full after a minute
 * without any. Belongs to the connection's event loop.
 *
 * <p>What answers to our own frames (PING to measure, WINDOW_UPDATE to go on) is free while we send something: each frame of ours allows a few, as gRPC's servers hold it.
 */
final class GlitchBudget {
    /** A frame that was not needed. */
    static final int NEEDLESS = 1;
    /** A request that was begun and then cancelled, or that broke the rules: what was begun for it is lost (CVE-2023-44487, CVE-2025-8671). */
    static final int WASTED_REQUEST = 5;

    private static final long REFILL_NANOS = 60_000_000_000L;
    private static final int REPLIES_PER_FRAME = 16;
    private static final int MAX_REPLIES = 10_000;
    private static final int GREETING = 3;

    private final GlitchCounters counters;
    private final LongSupplier clock;
    private final int capacity;
    private final long nanosPerGlitch;
    private long filledAt;
    private int left;
    private int replies;
    private boolean overdrawn;

    /** @param clock nanoseconds from any origin */
    GlitchBudget(int capacity, GlitchCounters counters, LongSupplier clock) {
        this.capacity = capacity;
        this.counters = counters;
        this.clock = clock;
        this.nanosPerGlitch = REFILL_NANOS / capacity;
        this.left = capacity;
        this.filledAt = clock.getAsLong();
    }

    /** Takes that much out. Returns false when there is not enough for the first time: the connection is to be ended, once. */
    boolean take(int cost) {
        counters.glitch(cost);
        long now = clock.getAsLong();
        long regained = (now - filledAt) / nanosPerGlitch;
        if (regained > 0) {
            left = (int) Math.min(capacity, left + regained);
            filledAt += regained * nanosPerGlitch;
        }
        left -= cost;
        if (left >= 0 || overdrawn) {
            return true;
        }
        overdrawn = true;
        return false;
    }

    /** Whether {@link #take} has returned false. */
    boolean isOverdrawn() {
        return overdrawn;
    }

    /** Takes out what a frame costs that may have been called for by one of ours. Returns as {@link #take} does. */
    boolean takeReply() {
        if (replies > 0) {
            replies--;
            return true;
        }
        return take(NEEDLESS);
    }

    /** We sent our SETTINGS and opened the window: a client acknowledges the one, and may open its own window. */
    void began() {
        replies += GREETING;
    }

    /** We sent something. */
    void sent() {
        replies = Math.min(MAX_REPLIES, replies + REPLIES_PER_FRAME);
    }
}
