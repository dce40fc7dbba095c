package com.foobar.lb.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SecondHandTest {
    private final AtomicLong now = new AtomicLong();
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong sum = new AtomicLong();
    private final SecondHand second = new SecondHand(now::get);

    private void after(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        second.tick();
    }

    @Test
    void tellsTheRateOfTheLastSecondAndTheHighest() {
        Pulse pulse = second.pulse(count::get);
        count.set(70);
        after(1000);
        count.set(80);
        after(1000);

        assertThat(pulse.rate()).isEqualTo(10);
        assertThat(pulse.highest()).isEqualTo(70);
    }

    @Test
    void countsASecondForASecondWhenItComesLate() {
        Pulse pulse = second.pulse(count::get);
        count.set(100);
        after(4000);

        assertThat(pulse.highest()).isEqualTo(25);
    }

    @Test
    void tellsHowLongAgoSomethingHappened() {
        Pulse pulse = second.pulse(count::get);
        after(1000);
        assertThat(second.secondsSince(pulse)).isEqualTo(-1);

        count.set(1);
        after(1000);
        after(1000);
        after(1000);
        assertThat(second.secondsSince(pulse)).isEqualTo(2);
    }

    @Test
    void remembersTheHighestThatItSaw() {
        SecondHand.Peak peak = second.peak(count::get);
        count.set(5);
        after(1000);
        count.set(3);
        after(1000);

        assertThat(peak.highest()).isEqualTo(5);
    }

    @Test
    void meansOfAFewValuesAreTheirOwn() {
        RecentMean mean = second.mean(count::get, () -> (double) sum.get());
        assertThat(mean.mean()).isZero();
        count.set(2);
        sum.set(10);
        after(1000);
        count.set(4);
        sum.set(40);
        after(1000);

        assertThat(mean.mean()).isCloseTo(10, within(1e-9));
    }

    @Test
    void forgetsValuesOfLongAgo() {
        RecentMean mean = second.mean(count::get, () -> (double) sum.get());
        count.set(100_000);
        sum.set(100_000);
        after(1000);
        assertThat(mean.mean()).isCloseTo(1, within(0.01));

        count.addAndGet(1024);
        sum.addAndGet(1024 * 3);
        after(1000);
        assertThat(mean.mean()).isCloseTo(3 - 2 / Math.E, within(0.01));

        count.addAndGet(10_000);
        sum.addAndGet(30_000);
        after(1000);
        assertThat(mean.mean()).isCloseTo(3, within(0.01));
    }
}
