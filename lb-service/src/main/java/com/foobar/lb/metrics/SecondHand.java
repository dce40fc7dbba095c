package com.foobar.lb.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Looks at counts once a second and tells from them what HAProxy measures by the second: rates and their maxima, when there was traffic last, sliding means. So requests are counted once,
 * and nobody counts for those who ask for a rate. Set up before the first {@link #tick}; that is called on one event loop.
 */
final class SecondHand {
    /** One look at something. */
    private interface Look {
        void at(long now);
    }

    private final LongSupplier nanoTime;
    private final List<Look> looks = new ArrayList<>();

    /** @param nanoTime as {@link System#nanoTime} */
    SecondHand(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** @param count of all that has happened */
    Pulse pulse(LongSupplier count) {
        Pulse pulse = new Pulse(nanoTime.getAsLong());
        looks.add(now -> pulse.look(count.getAsLong(), now));
        return pulse;
    }

    /**
     * @param count of all values
     * @param sum of all values
     */
    RecentMean mean(LongSupplier count, DoubleSupplier sum) {
        RecentMean mean = new RecentMean();
        looks.add(now -> mean.look(count.getAsLong(), sum.getAsDouble()));
        return mean;
    }

    /** The highest value that was seen. */
    Peak peak(LongSupplier value) {
        Peak peak = new Peak();
        looks.add(now -> peak.look(value.getAsLong()));
        return peak;
    }

    /** Seconds since that last was more than before; -1 where it never was. */
    double secondsSince(Pulse pulse) {
        return pulse.secondsSince(nanoTime.getAsLong());
    }

    /** Looks at everything; to be called every second. */
    void tick() {
        long now = nanoTime.getAsLong();
        looks.forEach(look -> look.at(now));
    }

    /** Written by ticks, read from any thread. */
    static final class Peak {
        private volatile long highest;

        private void look(long value) {
            highest = Math.max(highest, value);
        }

        long highest() {
            return highest;
        }
    }
}
