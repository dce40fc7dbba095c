package com.foobar.http.balance;

import java.util.concurrent.atomic.AtomicLong;

/**
 * An estimate of a server's latency, after Finagle's Peak EWMA: an answer slower than the estimate replaces it at once, faster
 * ones lower it slowly, weighted by the time since the last. While nothing is heard it decays towards 0, so that a server that
 * was slow once is asked again: nobody is left out for good.
 *
 * <p>Estimate and time lie in one word, replaced by one compare-and-set. An event loop that loses the race drops its sample: what
 * the other one measured in the same moment is as good.
 */
public final class PeakEwma {
    private static final double NANOS_PER_TICK = 1e6;

    private final double decayTicks;
    /** The estimate's bits as float in the upper half; when it was made, in ticks that may overflow, in the lower. */
    private final AtomicLong state = new AtomicLong();

    /** @param decayNanos after which an estimate that nothing renews is down to 1/e */
    public PeakEwma(long decayNanos) {
        this.decayTicks = decayNanos / NANOS_PER_TICK;
    }

    /**
     * Takes a measured latency in.
     *
     * @param now as {@link System#nanoTime}
     */
    public void observe(long latencyNanos, long now) {
        long before = state.get();
        int tick = tick(now);
        double estimate = Float.intBitsToFloat((int) (before >>> 32));
        double sample = Math.max(1, latencyNanos);
        double next = sample;
        if (sample < estimate) {
            next = sample + (estimate - sample) * decay(tick - (int) before);
        }
        state.compareAndSet(before, ((long) Float.floatToRawIntBits((float) next) << 32) | (tick & 0xffffffffL));
    }

    /**
     * The latency to expect, in nanoseconds; 0 before the first observation.
     *
     * @param now as {@link System#nanoTime}
     */
    public double estimate(long now) {
        long current = state.get();
        double estimate = Float.intBitsToFloat((int) (current >>> 32));
        return estimate == 0 ? 0 : estimate * decay(tick(now) - (int) current);
    }

    /** Forgets all: what is measured next stands by itself. */
    public void reset() {
        state.set(0);
    }

    private double decay(int ticks) {
        // Another loop may have written a later time than ours.
        return ticks <= 0 ? 1 : Math.exp(-ticks / decayTicks);
    }

    private static int tick(long nanos) {
        return (int) (nanos / (long) NANOS_PER_TICK);
    }
}
