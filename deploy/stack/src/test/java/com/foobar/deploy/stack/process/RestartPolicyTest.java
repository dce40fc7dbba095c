package com.foobar.deploy.stack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final RestartPolicy policy = new RestartPolicy();

    @Test
    void waitsTwiceAsLongForEachDeathAndGivesUpAfterTheFifth() {
        assertThat(policy.diedAt(NOON)).contains(Duration.ofMillis(500));
        assertThat(policy.diedAt(NOON.plusSeconds(1))).contains(Duration.ofSeconds(1));
        assertThat(policy.diedAt(NOON.plusSeconds(2))).contains(Duration.ofSeconds(2));
        assertThat(policy.diedAt(NOON.plusSeconds(3))).contains(Duration.ofSeconds(4));
        assertThat(policy.diedAt(NOON.plusSeconds(4))).isEmpty();
    }

    @Test
    void forgetsDeathsOfMoreThanAMinuteAgo() {
        for (int i = 0; i < 20; i++) {
            assertThat(policy.diedAt(NOON.plusSeconds(61L * i))).contains(Duration.ofMillis(500));
        }
    }
}
