package com.foobar.dbrouter.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementRateTest {
    /** Of a clock that overflows soon, as {@link System#nanoTime} may. */
    private static final long START = Long.MAX_VALUE - 10;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000})
    void letsASecondsWorthThroughAtOnceAndThenOnePerInterval(int perSecond) {
        StatementRate rate = new StatementRate(perSecond, START);
        for (int i = 0; i < perSecond; i++) {
            assertThat(rate.tryAcquire(START)).isTrue();
        }
        assertThat(rate.tryAcquire(START)).isFalse();
        long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        assertThat(rate.tryAcquire(START + interval - 1)).isFalse();
        assertThat(rate.tryAcquire(START + interval)).isTrue();
        assertThat(rate.tryAcquire(START + interval)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000})
    void savesNoMoreThanASecondsWorth(int perSecond) {
        StatementRate rate = new StatementRate(perSecond, START);
        long later = START + TimeUnit.HOURS.toNanos(1);
        for (int i = 0; i < perSecond; i++) {
            assertThat(rate.tryAcquire(later)).isTrue();
        }
        assertThat(rate.tryAcquire(later)).isFalse();
    }
}
