package com.foobar.app.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.app.config.AuthSettings;
import com.foobar.app.config.LoginLimitSettings;
import com.foobar.app.config.RegistrationLimitSettings;
import com.foobar.app.metrics.AppMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final LoginLimitSettings NO_LIMITS = new LoginLimitSettings(0, 0, Duration.ofMinutes(1));
    private static final RegistrationLimitSettings NO_LIMIT = new RegistrationLimitSettings(0, Duration.ofMinutes(5));

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void closeVertx() {
        vertx.close().await();
    }

    @Test
    void matchesOnlyWhatWasHashed() {
        try (Passwords passwords = passwords(4, 10)) {
            String hash = passwords.hash("correct horse").await();
            assertThat(hash).startsWith("$2a$04$").hasSizeLessThanOrEqualTo(100);
            assertThat(passwords.matches("correct horse", hash).await()).isTrue();
            assertThat(passwords.matches("correct mule", hash).await()).isFalse();
            assertThat(passwords.hash("correct horse").await()).isNotEqualTo(hash);
        }
    }

    @Test
    void looksAtEveryByteOfALongPassword() {
        try (Passwords passwords = passwords(4, 10)) {
            String common = "😀".repeat(40);
            String hash = passwords.hash(common + "a").await();
            assertThat(passwords.matches(common + "a", hash).await()).isTrue();
            assertThat(passwords.matches(common + "b", hash).await()).isFalse();
            assertThat(passwords.matches("x\0y", passwords.hash("x\0z").await()).await())
                    .isFalse();
        }
    }

    @Test
    void matchesNobodyAfterTheSameWork() {
        try (Passwords passwords = passwords(11, 10)) {
            String hash = passwords.hash("password").await();
            long known = least(() -> passwords.matches("wrong password", hash).await());
            long unknown = least(() -> passwords.matches("wrong password", null).await());
            assertThat(passwords.matches("wrong password", null).await()).isFalse();
            assertThat((double) unknown / known).isBetween(0.5, 2.0);
        }
    }

    @Test
    void refusesAfterTheSameWorkWhereTheHashIsOfALowerCost() {
        try (Passwords earlier = passwords(8, 10);
                Passwords passwords = passwords(11, 10)) {
            String hash = earlier.hash("password").await();
            long outdated =
                    least(() -> passwords.matches("wrong password", hash).await());
            long unknown = least(() -> passwords.matches("wrong password", null).await());
            assertThat(passwords.matches("wrong password", hash).await()).isFalse();
            assertThat(passwords.matches("password", hash).await()).isTrue();
            assertThat((double) unknown / outdated).isBetween(0.5, 2.0);
        }
    }

    @Test
    void knowsHashesOfAnotherCost() {
        try (Passwords cheap = passwords(4, 10);
                Passwords dear = passwords(10, 10)) {
            String hash = cheap.hash("password").await();
            assertThat(cheap.isOutdated(hash)).isFalse();
            assertThat(dear.isOutdated(hash)).isTrue();
            assertThat(cheap.isOutdated(dear.hash("password").await())).isTrue();
        }
    }

    @Test
    void refusesMoreThanItsQueueHolds() {
        try (Passwords passwords = passwords(13, 2)) {
            List<Future<String>> asked = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                asked.add(passwords.hash("password"));
            }
            assertThat(asked.stream().filter(Future::failed)).hasSizeGreaterThanOrEqualTo(7);
            assertThatThrownBy(() -> asked.get(9).await()).isInstanceOf(Passwords.Busy.class);
            assertThat(asked.get(0).await()).isNotEmpty();
            // What is left is not to be counted as another test's work.
            asked.stream().filter(one -> !one.failed()).forEach(one -> one.await());
        }
    }

    /** In nanoseconds of a processor: clocks on the wall show what else the machine does. */
    private static long least(Runnable work) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long before = workOfPasswordThreads();
            work.run();
            least = Math.min(least, workOfPasswordThreads() - before);
        }
        return least;
    }

    private static long workOfPasswordThreads() {
        return Stream.of(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("passwords-"))
                .mapToLong(thread -> Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId())))
                .sum();
    }

    private Passwords passwords(int cost, int queue) {
        return new Passwords(
                vertx,
                new AuthSettings(List.of(), Duration.ofHours(1), cost, 1, queue, NO_LIMITS, NO_LIMIT),
                new AppMetrics(new PrometheusRegistry()));
    }
}
