package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5));

    private RetryBudget budget(int percent, int minimum) {
        return new RetryBudget(new RetrySettings.Budget(percent, minimum), now::get);
    }

    private void pass(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static void requests(RetryBudget budget, int count) {
        for (int i = 0; i < count; i++) {
            budget.requestBegan();
        }
    }

    private static int spend(RetryBudget budget) {
        int spent = 0;
        while (budget.withdraw()) {
            spent++;
        }
        return spent;
    }

    @Test
    void allowsTheMinimumOfTenSecondsAtOnceAndNoMore() {
        RetryBudget budget = budget(20, 10);
        assertThat(spend(budget)).isEqualTo(100);
        assertThat(budget.refused()).isEqualTo(1);
        pass(1000);
        assertThat(spend(budget)).isEqualTo(10);
    }

    @Test
    void allowsAShareOfTheRequests() {
        RetryBudget budget = budget(20, 0);
        assertThat(spend(budget)).isZero();
        requests(budget, 1000);
        pass(1);
        assertThat(spend(budget)).isEqualTo(200);
        pass(1000);
        assertThat(spend(budget)).isZero();
    }

    @Test
    void forgetsWhatWasNotSpentWithinTenSeconds() {
        RetryBudget budget = budget(10, 1);
        requests(budget, 1000);
        pass(1);
        assertThat(budget.available()).isBetween(109L, 110L);
        pass(10_000);
        assertThat(spend(budget)).isEqualTo(10);
    }

    @Test
    void holdsWhatTenSecondsBringHoweverOftenItIsAsked() {
        RetryBudget budget = budget(50, 2);
        for (int second = 0; second < 600; second++) {
            requests(budget, 100);
            pass(1000);
            budget.available();
        }
        // 10 s of 100 requests/s at 50 %, and of 2/s
        assertThat(budget.available()).isBetween(519L, 520L);
    }

    @Test
    void allowsNothingWhereNothingIsSet() {
        RetryBudget budget = budget(0, 0);
        requests(budget, 1000);
        pass(1000);
        assertThat(spend(budget)).isZero();
    }
}
