package com.foobar.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.LogSettings;
import com.foobar.kit.ManagementSettings;
import com.foobar.kit.ShutdownSettings;
import com.foobar.kit.settings.ByteSize;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.Secret;
import com.foobar.kit.settings.SettingsException;
import com.foobar.kit.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AppSettingsTest {
    private static final String KEY_1 = "0123456789abcdef0123456789abcdef";
    private static final String KEY_2 = "fedcba9876543210fedcba9876543210";

    @Test
    void hasTheseDefaults() {
        assertThat(SettingsReader.defaults(AppSettings.class))
                .isEqualTo(new AppSettings(
                        "app-1",
                        true,
                        new HttpSettings(
                                new HostPort("localhost", 8201),
                                0,
                                Duration.ofMinutes(2),
                                new ByteSize(48 << 10),
                                new ByteSize(1 << 20),
                                new ByteSize(8 << 20),
                                Duration.ofMinutes(1),
                                16,
                                Duration.ofMillis(20)),
                        new DatabaseSettings(
                                List.of(new HostPort("localhost", 3301)),
                                "foobar",
                                "foobar_app",
                                Secret.of("foobar"),
                                new PoolSettings(16, 256, Duration.ofSeconds(2), 128),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(10),
                                Duration.ofMillis(500),
                                3,
                                Duration.ofHours(24),
                                1000,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(6),
                                true,
                                Duration.ofHours(1),
                                false),
                        new AuthSettings(
                                List.of(),
                                Duration.ofDays(7),
                                10,
                                2,
                                64,
                                new LoginLimitSettings(10, 100, Duration.ofMinutes(5)),
                                new RegistrationLimitSettings(1000, Duration.ofMinutes(5))),
                        new ManagementSettings(new HostPort("localhost", 9921)),
                        new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.INFO, true),
                        new ShutdownSettings(Duration.ZERO, Duration.ofSeconds(8))));
    }

    @Test
    void readsEveryKey() {
        String yaml = """
                instance: app-2
                server-timing: false
                http:
                  listen: 0.0.0.0:8202
                  event-loops: 3
                  idle-timeout: 75s
                  max-header: 8KiB
                  max-body: 2MiB
                  max-bodies: 32MiB
                  body-timeout: 10s
                  max-json-depth: 8
                  shared-read-wait: 5ms
                database:
                  routers: [a:3301, b:3302]
                  database: other
                  user: someone
                  password: ${DB_PASSWORD}
                  pool: {size: 8, queue: 10, acquire-timeout: 500ms, prepared-statements: 64}
                  connect-timeout: 1s
                  answer-timeout: 10s
                  slow-statement: 50ms
                  attempts: 5
                  idempotency-window: 48h
                  idempotency-keys: 7
                  probe-interval: 250ms
                  ready-window: 2s
                  migrate: false
                  migration-timeout: 2h
                  seed: true
                auth:
                  jwt-keys: ['%s', '%s']
                  token-lifetime: 1h
                  bcrypt-cost: 12
                  threads: 4
                  queue: 32
                  login-limit: {account: 5, address: 50, window: 1m}
                  registration-limit: {address: 20, window: 1h}
                management: {listen: 'localhost:9922'}
                log: {format: json, level: debug, access: false}
                shutdown: {delay: 1s, timeout: 3s}
                """.formatted(KEY_1, KEY_2);
        assertThat(SettingsReader.read(AppSettings.class, yaml, Map.of("DB_PASSWORD", "s3cret")))
                .isEqualTo(new AppSettings(
                        "app-2",
                        false,
                        new HttpSettings(
                                new HostPort("0.0.0.0", 8202),
                                3,
                                Duration.ofSeconds(75),
                                new ByteSize(8 << 10),
                                new ByteSize(2 << 20),
                                new ByteSize(32 << 20),
                                Duration.ofSeconds(10),
                                8,
                                Duration.ofMillis(5)),
                        new DatabaseSettings(
                                List.of(new HostPort("a", 3301), new HostPort("b", 3302)),
                                "other",
                                "someone",
                                Secret.of("s3cret"),
                                new PoolSettings(8, 10, Duration.ofMillis(500), 64),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(10),
                                Duration.ofMillis(50),
                                5,
                                Duration.ofHours(48),
                                7,
                                Duration.ofMillis(250),
                                Duration.ofSeconds(2),
                                false,
                                Duration.ofHours(2),
                                true),
                        new AuthSettings(
                                List.of(Secret.of(KEY_1), Secret.of(KEY_2)),
                                Duration.ofHours(1),
                                12,
                                4,
                                32,
                                new LoginLimitSettings(5, 50, Duration.ofMinutes(1)),
                                new RegistrationLimitSettings(20, Duration.ofHours(1))),
                        new ManagementSettings(new HostPort("localhost", 9922)),
                        new LogSettings(LogSettings.Format.JSON, LogSettings.Level.DEBUG, false),
                        new ShutdownSettings(Duration.ofSeconds(1), Duration.ofSeconds(3))));
    }

    @Test
    void tellsAllProblemsAtOnceAndNoSecret() {
        String yaml = """
                http: {max-jsondepth: 3}
                database: {routers: [], attempts: 0, pool: {size: 0}}
                auth: {jwt-keys: [too-short-to-be-good], bcrypt-cost: 31}
                """;
        assertThatThrownBy(() -> SettingsReader.read(AppSettings.class, yaml, Map.of()))
                .isInstanceOfSatisfying(SettingsException.class, e -> assertThat(
                                e.problems().toString())
                        .contains("max-jsondepth", "database.attempts", "database.pool.size", "auth.bcrypt-cost")
                        .doesNotContain("too-short-to-be-good"));
    }

    @Test
    void refusesShortKeysAndRoutersNamedTwice() {
        assertThatThrownBy(() -> read("auth: {jwt-keys: [too-short-to-be-good]}"))
                .hasMessageContaining("jwt-keys[0]: 20 bytes (expected: 32 or more)");
        assertThatThrownBy(() -> read("database: {routers: []}"))
                .hasMessageContaining("expected: one or more addresses");
        assertThatThrownBy(() -> read("database: {routers: ['a:1', 'a:1']}"))
                .hasMessageContaining("expected: each address once");
    }

    @Test
    void refusesABudgetThatOneBodyExceeds() {
        assertThatThrownBy(() -> read("http: {max-body: 2MiB, max-bodies: 1MiB}"))
                .hasMessageContaining("max-bodies: 1MiB (expected: max-body, 2MiB, or more)");
    }

    @Test
    void hidesSecrets() {
        assertThat(read("auth: {jwt-keys: ['" + KEY_1 + "']}").toString()).doesNotContain(KEY_1, "password=foobar");
    }

    private static AppSettings read(String yaml) {
        return SettingsReader.read(AppSettings.class, yaml, Map.of());
    }
}
