package com.foobar.app.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.config.RegistrationLimitSettings;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RegistrationLimitsTest {
    private static final Duration WINDOW = Duration.ofMinutes(5);

    private Instant now = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void boundsThoseOfAnAddress() {
        RegistrationLimits limits = limits(2);
        assertThat(limits.begin("192.0.2.1").mustWait()).isZero();
        assertThat(limits.begin("192.0.2.1").mustWait()).isZero();
        now = now.plusSeconds(60);
        assertThat(limits.begin("192.0.2.1").mustWait()).isEqualTo(WINDOW.minusSeconds(60));
        assertThat(limits.begin("192.0.2.2").mustWait()).isZero();
        now = now.plus(WINDOW);
        assertThat(limits.begin("192.0.2.1").mustWait()).isZero();
    }

    @Test
    void takesAnIpv6NetworkForOneClient() {
        RegistrationLimits limits = limits(1);
        limits.begin("2001:db8:1:2::3");
        assertThat(limits.begin("2001:db8:1:2:ffff::4").mustWait()).isPositive();
        assertThat(limits.begin("2001:db8:1:3::3").mustWait()).isZero();
    }

    @Test
    void takesBackWhatWasNoWork() {
        RegistrationLimits limits = limits(1);
        for (int i = 0; i < 3; i++) {
            RegistrationLimits.Attempt attempt = limits.begin("192.0.2.1");
            assertThat(attempt.mustWait()).isZero();
            limits.undone(attempt);
        }
    }

    @Test
    void allowsAnyNumberWithoutALimit() {
        RegistrationLimits limits = limits(0);
        for (int i = 0; i < 1000; i++) {
            assertThat(limits.begin("192.0.2.1").mustWait()).isZero();
        }
    }

    private RegistrationLimits limits(int address) {
        return new RegistrationLimits(new RegistrationLimitSettings(address, WINDOW), () -> now);
    }
}
