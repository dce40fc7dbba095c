package com.foobar.web.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.http.backend.HealthCheckSettings;
import com.foobar.http.backend.ServerSettings;
import com.foobar.http.balance.Balance;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.proxy.ForwardedMode;
import com.foobar.http.proxy.ProxySettings;
import com.foobar.kit.LogSettings;
import com.foobar.kit.ManagementSettings;
import com.foobar.kit.ShutdownSettings;
import com.foobar.kit.settings.ByteSize;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.SettingsException;
import com.foobar.kit.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSettingsTest {
    @Test
    void hasADefaultForEverything() {
        assertThat(SettingsReader.defaults(WebSettings.class))
                .isEqualTo(new WebSettings(
                        "web-1",
                        HostPort.parse("localhost:8101"),
                        new ContentSettings(
                                null,
                                List.of("/article/", "/editor/", "/profile/", "/tag/"),
                                ByteSize.parse("256KiB"),
                                ByteSize.parse("32MiB"),
                                Duration.ofSeconds(1),
                                Duration.ZERO,
                                "default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; "
                                        + "form-action 'self'; frame-ancestors 'none'"),
                        new GatewaySettings(
                                Balance.LEASTCONN,
                                List.of(
                                        new ServerSettings("app-1", HostPort.parse("localhost:8201"), 1, false),
                                        new ServerSettings("app-2", HostPort.parse("localhost:8202"), 1, false)),
                                check("{inter: 1s, fall: 2}"),
                                1,
                                3,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(2),
                                256,
                                1024,
                                new CacheSettings(
                                        ByteSize.parse("64MiB"),
                                        ByteSize.parse("1MiB"),
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(2),
                                        true,
                                        true)),
                        true,
                        new LimitSettings(
                                ByteSize.parse("32KiB"), 128, ByteSize.parse("8KiB"), ByteSize.parse("1MiB"), 10_000),
                        new TimeoutSettings(Duration.ofSeconds(10), Duration.ofSeconds(75), Duration.ofSeconds(30)),
                        new ManagementSettings(HostPort.parse("localhost:9911")),
                        new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.INFO, true),
                        new ShutdownSettings(Duration.ZERO, Duration.ofSeconds(8))));
    }

    @Test
    void takesEveryKey() {
        String yaml = """
                instance: web-2
                listen: 0.0.0.0:8102
                content:
                  directory: ${SITE}
                  views: [/p/]
                  memory-file-limit: 64KiB
                  memory: 8MiB
                  recheck: 5s
                  asset-max-age: 1h
                  content-security-policy: "default-src 'none'"
                gateway:
                  balance: roundrobin
                  servers: [{name: app-3, address: 'app-3:80', weight: 5}]
                  check: {path: /up, inter: 3s, fastinter: 100ms, downinter: 4s, timeout: 1s, fall: 5, rise: 4, spread-checks: 0, on-error: mark-down}
                  panic-threshold: 50
                  attempts: 2
                  connect-timeout: 250ms
                  server-timeout: 5s
                  queue-timeout: 1s
                  maxconn: 10
                  maxqueue: 20
                  cache: {memory: 1MiB, max-object: 64KiB, collapse-timeout: 1s, slow-client-timeout: 3s, request-directives: false, status: false}
                server-timing: false
                limits: {head: 8KiB, fields: 50, target: 1KiB, body: 64KiB, connections: 100}
                timeouts: {head: 1s, idle: 20s, client: 5s}
                management: {listen: '0.0.0.0:9912'}
                log: {format: json, level: debug, access: false}
                shutdown: {delay: 2s, timeout: 20s}
                """;
        assertThat(SettingsReader.read(WebSettings.class, yaml, Map.of("SITE", "/srv/site")))
                .isEqualTo(new WebSettings(
                        "web-2",
                        new HostPort("0.0.0.0", 8102),
                        new ContentSettings(
                                Path.of("/srv/site"),
                                List.of("/p/"),
                                ByteSize.parse("64KiB"),
                                ByteSize.parse("8MiB"),
                                Duration.ofSeconds(5),
                                Duration.ofHours(1),
                                "default-src 'none'"),
                        new GatewaySettings(
                                Balance.ROUNDROBIN,
                                List.of(new ServerSettings("app-3", new HostPort("app-3", 80), 5, false)),
                                check(
                                        "{path: /up, inter: 3s, fastinter: 100ms, downinter: 4s, timeout: 1s, fall: 5, rise: 4, "
                                                + "spread-checks: 0, on-error: mark-down}"),
                                50,
                                2,
                                Duration.ofMillis(250),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(1),
                                10,
                                20,
                                new CacheSettings(
                                        ByteSize.parse("1MiB"),
                                        ByteSize.parse("64KiB"),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(3),
                                        false,
                                        false)),
                        false,
                        new LimitSettings(
                                ByteSize.parse("8KiB"), 50, ByteSize.parse("1KiB"), ByteSize.parse("64KiB"), 100),
                        new TimeoutSettings(Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofSeconds(5)),
                        new ManagementSettings(new HostPort("0.0.0.0", 9912)),
                        new LogSettings(LogSettings.Format.JSON, LogSettings.Level.DEBUG, false),
                        new ShutdownSettings(Duration.ofSeconds(2), Duration.ofSeconds(20))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen: 8101                                   | listen",
                "content: {recheck: 2h}                         | content.recheck",
                "content: {memory-file-limit: 1GiB}             | content.memory-file-limit",
                "content: {content-security-policy: ' '}        | content",
                "gateway: {servers: []}                         | gateway",
                "gateway: {servers: [{name: a, address: 'h:1'}, {name: a, address: 'h:2'}]} | gateway",
                "gateway: {servers: [{name: a, address: 'h:1', weight: -3}]} | gateway.servers[0].weight",
                "gateway: {check: {fall: 0}}                    | gateway.check.fall",
                "gateway: {cache: {max-object: 1KB}}            | gateway.cache.max-object",
                "gateway: {attempts: 0}                         | gateway.attempts",
                "limits: {body: -1}                             | limits.body",
                "timeouts: {idle: 75}                           | timeouts.idle",
            })
    void namesWhatCannotBeUsed(String yaml, String path) {
        assertThatThrownBy(() -> SettingsReader.read(WebSettings.class, yaml, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(path);
    }

    @Test
    void becomesLimitsAndProxySettings() {
        WebSettings settings = SettingsReader.defaults(WebSettings.class);
        HttpLimits limits = settings.timeouts().with(settings.limits());
        assertThat(limits.bodyBytes()).isEqualTo(1 << 20);
        assertThat(limits.headBytes()).isEqualTo(32 << 10);
        assertThat(limits.idleTimeout()).isEqualTo(Duration.ofSeconds(75));
        ProxySettings proxy = settings.gateway().proxy();
        assertThat(proxy.forwarded()).isEqualTo(ForwardedMode.INNER);
        assertThat(proxy.timeouts().connect()).isEqualTo(Duration.ofSeconds(1));
        assertThat(proxy.connectionsPerServer()).isEqualTo(256);
        assertThat(settings.gateway().backend().name()).isEqualTo("app");
    }

    /** Its keys are pinned where they are defined, in http-kit. */
    private static HealthCheckSettings check(String yaml) {
        return SettingsReader.read(HealthCheckSettings.class, yaml, Map.of());
    }
}
