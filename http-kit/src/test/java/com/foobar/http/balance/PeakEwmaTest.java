package com.foobar.http.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeakEwmaTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final PeakEwma ewma = new PeakEwma(10 * SECOND);

    @Test
    void knowsNothingAtFirst() {
        assertThat(ewma.estimate(123 * SECOND)).isZero();
    }

    @Test
    void takesAPeakAtOnceAndForgetsItSlowly() {
        ewma.observe(MILLI, 0);
        ewma.observe(100 * MILLI, MILLI);
        assertThat(ewma.estimate(MILLI)).isCloseTo(100.0 * MILLI, within(0.01 * MILLI));

        ewma.observe(MILLI, MILLI + 10 * SECOND);

        // 1 ms, and 99 ms more that have decayed to 1/e.
        assertThat(ewma.estimate(MILLI + 10 * SECOND)).isCloseTo(37.42 * MILLI, within(0.1 * MILLI));
    }

    @Test
    void decaysWhileNothingIsHeard() {
        ewma.observe(100 * MILLI, 0);

        assertThat(ewma.estimate(10 * SECOND)).isCloseTo(36.79 * MILLI, within(0.1 * MILLI));
        assertThat(ewma.estimate(100 * SECOND)).isLessThan(0.01 * MILLI);
    }

    /** {@link System#nanoTime} starts anywhere; as ticks of 32 bits it overflows every 50 days. */
    @ParameterizedTest
    @ValueSource(
            longs = {0, -5, Long.MAX_VALUE - 5, Integer.MAX_VALUE * 1_000_000L, Integer.MIN_VALUE * 1_000_000L - 5})
    void isCorrectWhereTheTimeOverflows(long start) {
        ewma.observe(100 * MILLI, start);

        assertThat(ewma.estimate(start)).isCloseTo(100.0 * MILLI, within(0.01 * MILLI));
        if (start < Long.MAX_VALUE - 10 * SECOND) {
            assertThat(ewma.estimate(start + 10 * SECOND)).isCloseTo(36.79 * MILLI, within(0.1 * MILLI));
        }
    }

    @Test
    void doesNotGrowWhenAnotherLoopHasWrittenALaterTime() {
        ewma.observe(100 * MILLI, SECOND);

        assertThat(ewma.estimate(0)).isCloseTo(100.0 * MILLI, within(0.01 * MILLI));
    }

    @Test
    void startsAnewWhenReset() {
        ewma.observe(100 * MILLI, 0);
        ewma.reset();
        ewma.observe(MILLI, MILLI);

        assertThat(ewma.estimate(MILLI)).isCloseTo(1.0 * MILLI, within(0.001 * MILLI));
    }
}
