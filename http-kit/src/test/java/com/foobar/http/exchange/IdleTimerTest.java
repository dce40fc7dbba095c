package com.foobar.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IdleTimerTest {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(8);
    private static final long EIGHTH = LIMIT / 8;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final IdleTimer timer = new IdleTimer(channel.eventLoop(), this::now, this::reached);
    private long now;
    private int reached;

    private IdleTimerTest() {
        channel.freezeTime();
    }

    private long now() {
        return now;
    }

    private void reached() {
        reached++;
    }

    /** In steps, as time passes: timers that are set on the way may be due on the way. */
    private void pass(long nanos) {
        long step = EIGHTH / 4;
        for (long passed = 0; passed < nanos; passed += step) {
            long next = Math.min(step, nanos - passed);
            now += next;
            channel.advanceTimeBy(next, TimeUnit.NANOSECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    @Test
    void comesAfterTheTimeWhereNothingHappens() {
        timer.start(LIMIT);
        pass(LIMIT - 1);
        assertThat(reached).isZero();
        pass(1);
        assertThat(reached).isOne();
    }

    @Test
    void comesOnce() {
        timer.start(LIMIT);
        pass(2 * LIMIT);
        timer.touch();
        pass(3 * LIMIT);
        assertThat(reached).isOne();
    }

    @Test
    void comesNeverEarlierAndUpToAnEighthLaterThanTheTimeAfterWhatHappenedLast() {
        for (long last = EIGHTH / 4; last < LIMIT; last += EIGHTH / 4) {
            reached = 0;
            timer.start(LIMIT);
            pass(last);
            timer.touch();
            pass(LIMIT - 1);
            assertThat(reached).as("last touched after %d ns", last).isZero();
            pass(EIGHTH + 1);
            assertThat(reached).as("last touched after %d ns", last).isOne();
        }
    }

    @Test
    void doesNotComeWhileSomethingHappensOften() {
        timer.start(LIMIT);
        for (int i = 0; i < 100; i++) {
            pass(LIMIT - 1);
            timer.touch();
        }
        assertThat(reached).isZero();
    }

    @Test
    void startsAnewWithAnotherTime() {
        timer.start(LIMIT);
        timer.touch();
        pass(EIGHTH / 2);
        timer.start(2 * LIMIT);
        pass(2 * LIMIT - 1);
        assertThat(reached).isZero();
        pass(1);
        assertThat(reached).isOne();
    }

    @Test
    void doesNotComeWhereItWasStopped() {
        timer.start(LIMIT);
        pass(LIMIT - 1);
        timer.stop();
        timer.touch();
        pass(2 * LIMIT);
        assertThat(reached).isZero();
        assertThat(channel.runScheduledPendingTasks()).as("no timer is left").isEqualTo(-1);
    }
}
