package com.foobar.app.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AttemptCountersTest {
    private static final long WINDOW = 1000;

    @Test
    void keepsKeysOfAFixedSizeThatTellLongTextsApart() {
        String text = "😀".repeat(1000);
        assertThat(AttemptKey.of(text)).isEqualTo(AttemptKey.of(text)).isNotEqualTo(AttemptKey.of(text + "a"));
        assertThat(AttemptKey.class.getRecordComponents())
                .extracting(part -> (Object) part.getType())
                .containsExactly(long.class, long.class);
    }

    @Test
    void keepsNothingOfWhatIsTakenBackOrForgotten() {
        AttemptCounters counters = new AttemptCounters(1, WINDOW);
        AttemptCounters.Counter first = counters.add(key(1), 0);
        for (long other = 2; other < 2L * AttemptCounters.CAPACITY; other++) {
            counters.takeBack(key(other), counters.add(key(other), 0));
        }
        assertThat(counters.size()).isOne();
        assertThat(counters.wait(key(1), 0)).isEqualTo(WINDOW);
        counters.forget(key(1));
        assertThat(counters.size()).isZero();
        counters.takeBack(key(1), first);
        assertThat(counters.wait(key(1), 0)).isZero();
    }

    @Test
    void makesRoomAtTheCostOfTheFewestAttempts() {
        AttemptCounters counters = new AttemptCounters(3, WINDOW);
        addTimes(counters, 3, 1, 0);
        addTimes(counters, 2, 2, 0);
        fill(counters, 3L, 3L * AttemptCounters.CAPACITY, 0);
        assertThat(counters.size()).isEqualTo(AttemptCounters.CAPACITY);
        assertThat(counters.wait(key(1), 0)).isEqualTo(WINDOW);
        assertThat(counters.wait(key(2), 0)).isZero();
        counters.add(key(2), 0);
        assertThat(counters.wait(key(2), 0)).isEqualTo(WINDOW);
    }

    @Test
    void dropsWhatHasEndedBeforeWhatHasNot() {
        AttemptCounters counters = new AttemptCounters(2, WINDOW);
        addTimes(counters, 2, 1, 0);
        counters.add(key(2), WINDOW);
        fill(counters, 3, AttemptCounters.CAPACITY + 2L, WINDOW);
        assertThat(counters.size()).isEqualTo(AttemptCounters.CAPACITY);
        counters.add(key(2), WINDOW);
        assertThat(counters.wait(key(2), WINDOW)).isEqualTo(WINDOW);
        counters.add(key(1), 3 * WINDOW);
        assertThat(counters.size()).isOne();
    }

    private static void addTimes(AttemptCounters counters, int times, long number, long now) {
        for (int i = 0; i < times; i++) {
            counters.add(key(number), now);
        }
    }

    /** One attempt of each. */
    private static void fill(AttemptCounters counters, long from, long to, long now) {
        LongStream.range(from, to).forEach(number -> counters.add(key(number), now));
    }

    private static AttemptKey key(long number) {
        return new AttemptKey(0, number);
    }
}
