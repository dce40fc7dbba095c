package com.foobar.http.http2;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.exchange.GlitchCounters;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GlitchBudgetTest {
    private final GlitchCounters counters = new GlitchCounters();
    private long now = Long.MAX_VALUE - 5;
    private final GlitchBudget budget = new GlitchBudget(60, counters, () -> now);

    @Test
    void isSpentAndRegainedWithinAMinute() {
        for (int i = 0; i < 60; i++) {
            assertThat(budget.take(1)).isTrue();
        }
        now += TimeUnit.SECONDS.toNanos(3);
        assertThat(budget.take(3)).isTrue();
        now += TimeUnit.HOURS.toNanos(1);
        assertThat(budget.take(60)).isTrue();
        assertThat(budget.isOverdrawn()).isFalse();
        assertThat(budget.take(1)).isFalse();
        assertThat(counters.glitches()).isEqualTo(60 + 3 + 60 + 1);
    }

    @Test
    void isOverdrawnOnceAndForAll() {
        assertThat(budget.take(61)).isFalse();
        assertThat(budget.isOverdrawn()).isTrue();
        assertThat(budget.take(1)).isTrue();
        now += TimeUnit.HOURS.toNanos(1);
        assertThat(budget.isOverdrawn()).isTrue();
    }

    @Test
    void takesNothingForRepliesToWhatWasSent() {
        assertThat(budget.take(60)).isTrue();
        budget.sent();
        for (int i = 0; i < 16; i++) {
            assertThat(budget.takeReply()).isTrue();
        }
        assertThat(budget.takeReply()).isFalse();
    }

    @Test
    void savesNoEndlessNumberOfReplies() {
        assertThat(budget.take(60)).isTrue();
        for (int i = 0; i < 100_000; i++) {
            budget.sent();
        }
        int replies = 0;
        while (budget.takeReply()) {
            replies++;
        }
        assertThat(replies).isEqualTo(10_000);
    }
}
