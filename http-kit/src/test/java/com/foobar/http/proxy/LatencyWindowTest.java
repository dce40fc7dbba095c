package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LatencyWindowTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5));
    private final LatencyWindow window = new LatencyWindow(95, now::get);

    private void record(int count, long micros) {
        for (int i = 0; i < count; i++) {
            window.record(TimeUnit.MICROSECONDS.toNanos(micros));
        }
    }

    private long percentileMicros() {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(101));
        long nanos = window.percentileNanos();
        return nanos < 0 ? nanos : TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    @Test
    void saysNothingOfFewAnswers() {
        record(99, 1000);
        assertThat(percentileMicros()).isEqualTo(-1);
        record(1, 1000);
        assertThat(percentileMicros()).isBetween(1000L, 1125L);
    }

    @Test
    void isExactToAnEighth() {
        for (long micros : new long[] {1, 7, 8, 9, 100, 1023, 1024, 12_345, 999_999, 3_600_000_000L}) {
            LatencyWindow one = new LatencyWindow(50, now::get);
            for (int i = 0; i < 100; i++) {
                one.record(TimeUnit.MICROSECONDS.toNanos(micros));
            }
            long found = TimeUnit.NANOSECONDS.toMicros(one.percentileNanos());
            assertThat(found).isGreaterThan(micros).isLessThanOrEqualTo(micros + Math.max(1, micros / 8));
        }
    }

    @Test
    void isTheTimeWithinWhichThatPercentageCame() {
        record(950, 1000);
        record(50, 100_000);
        assertThat(percentileMicros()).isBetween(1000L, 1125L);
        record(10, 100_000);
        assertThat(percentileMicros()).isBetween(100_000L, 112_500L);
    }

    @Test
    void forgetsWhatIsOlderThanTwentySeconds() {
        record(1000, 100_000);
        now.addAndGet(TimeUnit.SECONDS.toNanos(10));
        record(200, 1000);
        assertThat(percentileMicros()).isGreaterThan(90_000L);
        now.addAndGet(TimeUnit.SECONDS.toNanos(10));
        assertThat(percentileMicros()).isBetween(1000L, 1125L);
        now.addAndGet(TimeUnit.SECONDS.toNanos(60));
        assertThat(percentileMicros()).isEqualTo(-1);
    }
}
