package com.foobar.app.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.app.config.LoginLimitSettings;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginLimitsTest {
    private static final Duration WINDOW = Duration.ofMinutes(5);

    private Instant now = Instant.parse("2026-11-21T10:00:00Z");

    @Test
    void boundsFailuresOfAnAccountFromAnywhere() {
        LoginLimits limits = limits(3, 100);
        for (int i = 0; i < 3; i++) {
            assertThat(limits.begin("7", "192.0.2." + i).mustWait()).isZero();
        }
        assertThat(limits.begin("7", "192.0.2.9").mustWait()).isEqualTo(WINDOW);
        assertThat(limits.begin("8", "192.0.2.9").mustWait()).isZero();
    }

    @Test
    void boundsFailuresFromAnAddressWhateverTheAccount() {
        LoginLimits limits = limits(3, 4);
        for (int i = 0; i < 4; i++) {
            assertThat(limits.begin("account " + i, "192.0.2.1").mustWait()).isZero();
        }
        assertThat(limits.begin("another", "192.0.2.1").mustWait()).isEqualTo(WINDOW);
        assertThat(limits.begin("another", "192.0.2.2").mustWait()).isZero();
    }

    @Test
    void forgetsAfterTheWindow() {
        LoginLimits limits = limits(1, 100);
        limits.begin("7", "192.0.2.1");
        now = now.plus(WINDOW).minusMillis(1);
        assertThat(limits.begin("7", "192.0.2.1").mustWait()).isEqualTo(Duration.ofMillis(1));
        now = now.plusMillis(1);
        assertThat(limits.begin("7", "192.0.2.1").mustWait()).isZero();
        assertThat(limits.begin("7", "192.0.2.1").mustWait()).isEqualTo(WINDOW);
    }

    @Test
    void doesNotCountRefusedAttempts() {
        LoginLimits limits = limits(1, 2);
        limits.begin("7", "192.0.2.1");
        for (int i = 0; i < 10; i++) {
            assertThat(limits.begin("7", "192.0.2.1").mustWait()).isPositive();
        }
        assertThat(limits.begin("8", "192.0.2.1").mustWait()).isZero();
    }

    @Test
    void forgetsAnAccountsFailuresWhenItSucceedsButNotThoseOfTheAddress() {
        LoginLimits limits = limits(2, 3);
        limits.begin("7", "192.0.2.1");
        limits.succeeded(limits.begin("7", "192.0.2.1"));
        assertThat(limits.begin("7", "192.0.2.1").mustWait()).isZero();
        assertThat(limits.begin("7", "192.0.2.1").mustWait()).isZero();
        assertThat(limits.begin("8", "192.0.2.1").mustWait()).isEqualTo(WINDOW);
    }

    @Test
    void takesBackWhatCameToNoVerdict() {
        LoginLimits limits = limits(1, 1);
        for (int i = 0; i < 10; i++) {
            LoginLimits.Attempt attempt = limits.begin("7", "192.0.2.1");
            assertThat(attempt.mustWait()).isZero();
            limits.undone(attempt);
        }
    }

    @Test
    void takesBackNothingOfAWindowThatBeganSince() {
        LoginLimits limits = limits(1, 1);
        LoginLimits.Attempt late = limits.begin("7", "192.0.2.1");
        LoginLimits.Attempt lateElsewhere = limits.begin("8", "192.0.2.2");
        now = now.plus(WINDOW);
        assertThat(limits.begin("7", "192.0.2.1").mustWait()).isZero();
        assertThat(limits.begin("9", "192.0.2.2").mustWait()).isZero();
        limits.undone(late);
        assertThat(limits.begin("7", "192.0.2.9").mustWait()).isEqualTo(WINDOW);
        assertThat(limits.begin("6", "192.0.2.1").mustWait()).isEqualTo(WINDOW);
        limits.succeeded(lateElsewhere);
        assertThat(limits.begin("5", "192.0.2.2").mustWait()).isEqualTo(WINDOW);
    }

    @Test
    void limitsNothingAtZero() {
        LoginLimits limits = limits(0, 0);
        for (int i = 0; i < 1000; i++) {
            assertThat(limits.begin("7", "192.0.2.1").mustWait()).isZero();
        }
    }

    @Test
    void takesBoundedSpace() {
        LoginLimits limits = limits(1, 1);
        limits.begin("first", "192.0.2.1");
        for (int i = 0; i < 50_000; i++) {
            limits.begin("account " + i, "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255));
        }
        assertThat(limits.begin("first", "192.0.2.1").mustWait()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:1:2::3, 2001:db8:1:2:ffff::4, true",
        "2001:db8:1:2::3, 2001:db8:1:3::3, false",
        "192.0.2.1, 192.0.2.2, false",
        "unknown, unknown, true",
    })
    void takesAnIpv6NetworkForOneClient(String one, String other, boolean same) {
        LoginLimits limits = limits(100, 1);
        limits.begin("7", one);
        assertThat(!limits.begin("8", other).mustWait().isZero()).isEqualTo(same);
    }

    private LoginLimits limits(int account, int address) {
        return new LoginLimits(new LoginLimitSettings(account, address, WINDOW), () -> now);
    }
}
