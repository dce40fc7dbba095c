package com.foobar.http.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class AvailabilityTest {
    private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");

    @Test
    void countsTheTimeThatNoServerTookRequests() {
        MovingClock clock = new MovingClock();
        Availability availability = new Availability(clock);
        clock.now = START.plusSeconds(3);
        assertThat(availability.downtime()).isEqualTo(Duration.ofSeconds(3));

        availability.set(true);
        clock.now = START.plusSeconds(10);
        availability.set(true);
        assertThat(availability.downtime()).isEqualTo(Duration.ofSeconds(3));
        assertThat(availability.timeInState()).isEqualTo(Duration.ofSeconds(7));

        availability.set(false);
        clock.now = START.plusSeconds(12);
        assertThat(availability.downtime()).isEqualTo(Duration.ofSeconds(5));
        assertThat(availability.timeInState()).isEqualTo(Duration.ofSeconds(2));
    }

    private static final class MovingClock extends Clock {
        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
