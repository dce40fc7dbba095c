package com.foobar.kit.observability;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerTimingTest {
    @Test
    void namesWhoAnswered() {
        assertThat(ServerTiming.metric("lb", "lb-1")).isEqualTo("lb;desc=\"lb-1\"");
    }

    @Test
    void saysMilliseconds() {
        assertThat(ServerTiming.metric("db", "db-2, replica", 1_234_567))
                .isEqualTo("db;desc=\"db-2, replica\";dur=1.235");
    }

    @Test
    void keepsTheFieldWellFormedWhateverAnInstanceIsCalled() {
        assertThat(ServerTiming.metric("web", "a\"b\\c\r\nX: y é")).isEqualTo("web;desc=\"a\\\"b\\\\c??X: y ?\"");
    }
}
