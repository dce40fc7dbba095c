package com.foobar.app.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.app.config.AuthSettings;
import com.foobar.app.config.LoginLimitSettings;
import com.foobar.app.metrics.AppMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    private static final LoginLimitSettings NO_LIMITS = new LoginLimitSettings(0, 0, Duration.ofMinutes(1));

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
            long known = fastest(() -> passwords.matches("wrong password", hash).await());
            long unknown =
                    fastest(() -> passwords.matches("wrong password", null).await());
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
                    fastest(() -> passwords.matches("wrong password", hash).await());
            long unknown =
                    fastest(() -> passwords.matches("wrong password", null).await());
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
        try (Passwords passwords = passwords(10, 2)) {
            List<Future<String>> asked = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                asked.add(passwords.hash("password"));
            }
            assertThat(asked.stream().filter(Future::failed)).hasSizeGreaterThanOrEqualTo(7);
            assertThatThrownBy(() -> asked.get(9).await()).isInstanceOf(Passwords.Busy.class);
            assertThat(asked.get(0).await()).isNotEmpty();
        }
    }

    private static long fastest(Runnable work) {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long before = System.nanoTime();
            work.run();
            fastest = Math.min(fastest, System.nanoTime() - before);
        }
        return fastest;
    }

    private Passwords passwords(int cost, int queue) {
        return new Passwords(
                vertx,
                new AuthSettings(List.of(), Duration.ofHours(1), cost, 1, queue, NO_LIMITS),
                new AppMetrics(new PrometheusRegistry()));
    }
}
