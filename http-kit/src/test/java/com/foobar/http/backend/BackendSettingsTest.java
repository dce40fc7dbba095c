package com.foobar.http.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.http.backend.StickySettings.SameSite;
import com.foobar.http.balance.Balance;
import com.foobar.http.proxyprotocol.SendProxy;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.Secret;
import com.foobar.kit.settings.SettingsException;
import com.foobar.kit.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendSettingsTest {
    @Test
    void hasTheseDefaults() {
        assertThat(read("{name: web, servers: [{name: web-1, address: 'localhost:8101'}]}"))
                .isEqualTo(new BackendSettings(
                        "web",
                        Balance.RANDOM,
                        "",
                        0,
                        List.of(new ServerSettings("web-1", new HostPort("localhost", 8101), 1, false)),
                        false,
                        Duration.ZERO,
                        1,
                        new HealthCheckSettings(
                                CheckType.HTTP,
                                0,
                                "/health/ready",
                                "",
                                "200-399",
                                "",
                                "X-Agent-Check",
                                "",
                                Duration.ofSeconds(2),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                3,
                                2,
                                10,
                                OnError.SUDDEN_DEATH),
                        new EjectionSettings(
                                10, 0, 100, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(5), 10),
                        null,
                        SendProxy.NONE,
                        Map.of(),
                        null));
    }

    @Test
    void readsEveryKeyOfAServer() {
        assertThat(
                        read("{name: app, servers: [{name: a, address: 'b:1', weight: 2, backup: true, maxconn: 3, maxqueue: 4, proto: h2}]}")
                                .servers())
                .containsExactly(new ServerSettings("a", new HostPort("b", 1), 2, true, 3, 4, ServerProtocol.H2, null));
    }

    @Test
    void tellsNoClientToAServerWhoseConnectionsAreOfMany() {
        assertThatThrownBy(() -> read("{name: app, send-proxy: v1, servers: [{name: a, address: 'b:1', proto: h2}]}"))
                .hasMessageContaining("send-proxy: v1 to a server of proto h2, a");
        assertThatThrownBy(() -> read("{name: app, servers: [{name: a, address: 'b:1', proto: h2, send-proxy: v2}]}"))
                .hasMessageContaining("send-proxy: v2 to a server of proto h2, a");
        assertThat(
                        read("{name: app, send-proxy: v1, servers: [{name: a, address: 'b:1', proto: h2, send-proxy: none}]}")
                                .servers())
                .hasSize(1);
    }

    @Test
    void readsEveryKey() {
        assertThat(read("""
                                name: app
                                balance: header
                                hash-name: X-User
                                hash-balance-factor: 150
                                servers:
                                  - name: app-1
                                    address: 10.0.0.1:80
                                    weight: 7
                                    backup: true
                                    maxconn: 8
                                    maxqueue: 9
                                    send-proxy: v1
                                allbackups: true
                                slowstart: 20s
                                panic-threshold: 50
                                check:
                                  type: mysql
                                  port: 8080
                                  path: /alive
                                  host: www.foobar.com
                                  expect-status: 200-299, 401
                                  expect-body: well
                                  agent-header: X-Load
                                  user: haproxy
                                  inter: 3s
                                  fastinter: 100ms
                                  downinter: 4s
                                  timeout: 5s
                                  fall: 6
                                  rise: 7
                                  spread-checks: 8
                                  on-error: mark-down
                                ejection:
                                  consecutive-failures: 1
                                  error-rate: 2
                                  min-requests: 3
                                  interval: 4s
                                  base-time: 5s
                                  max-time: 6s
                                  max-percent: 7
                                sticky:
                                  cookie: sid
                                  secret: 0123456789abcdef
                                  max-age: 1h
                                  same-site: strict
                                  secure: false
                                send-proxy: v2
                                error-pages: {503: /sorry.html}
                                maintenance-page: /maintenance.html
                                """))
                .isEqualTo(new BackendSettings(
                        "app",
                        Balance.HEADER,
                        "X-User",
                        150,
                        List.of(new ServerSettings(
                                "app-1", new HostPort("10.0.0.1", 80), 7, true, 8, 9, ServerProtocol.H1, SendProxy.V1)),
                        true,
                        Duration.ofSeconds(20),
                        50,
                        new HealthCheckSettings(
                                CheckType.MYSQL,
                                8080,
                                "/alive",
                                "www.foobar.com",
                                "200-299, 401",
                                "well",
                                "X-Load",
                                "haproxy",
                                Duration.ofSeconds(3),
                                Duration.ofMillis(100),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(5),
                                6,
                                7,
                                8,
                                OnError.MARK_DOWN),
                        new EjectionSettings(
                                1, 2, 3, Duration.ofSeconds(4), Duration.ofSeconds(5), Duration.ofSeconds(6), 7),
                        new StickySettings(
                                "sid", Secret.of("0123456789abcdef"), Duration.ofHours(1), SameSite.STRICT, false),
                        SendProxy.V2,
                        Map.of("503", Path.of("/sorry.html")),
                        Path.of("/maintenance.html")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: web, servers: [{name: a, address: 'a:1'}], error-pages: {200: /a}} | error-pages: 200",
                "{name: web, servers: []}                                             | one at least",
                "{name: web, servers: [{name: a, address: 'a:1'}, {name: a, address: 'b:1'}]} | each name once",
                "{name: web, servers: [{name: a b, address: 'a:1'}]}                  | letters, digits",
                "{name: web, servers: [{name: a, address: 'a:1', weight: 257}]}       | servers[0].weight",
                "{name: web, servers: [{name: a, address: 'a'}]}                      | servers[0].address",
                "{name: web, balance: best, servers: [{name: a, address: 'a:1'}]}     | random, roundrobin, leastconn",
                "{name: web, balance: header, servers: [{name: a, address: 'a:1'}]}   | hash-name: none",
                "{name: web, balance: uri, hash-name: X, servers: [{name: a, address: 'a:1'}]} | hash-name: X",
                "{name: web, balance: cookie, hash-name: 'a b', servers: [{name: a, address: 'a:1'}]} | name of a header",
                "{name: web, hash-balance-factor: 90, servers: [{name: a, address: 'a:1'}]} | 0 or 101-65535",
                "{name: web, panic-threshold: 101, servers: [{name: a, address: 'a:1'}]} | 0-100",
                "{name: web, servers: [{name: a, address: 'a:1'}], check: {path: x}}  | absolute path",
                "{name: web, servers: [{name: a, address: 'a:1'}], check: {fall: 0}}  | check.fall",
                "{name: web, servers: [{name: a, address: 'a:1'}], sticky: {}}           | sticky.secret",
                "{name: web, servers: [{name: a, address: 'a:1'}], sticky: {secret: short}} | 16 characters",
                "{name: web, servers: [{name: a, address: 'a:1'}], sticky: {secret: 0123456789abcdef, same-site: none, secure: false}} | same-site",
                "{name: web, servers: [{name: a, address: 'a:1'}], sticky: {secret: 0123456789abcdef, cookie: a=b}} | cookie: a=b",
                "{name: web, servers: [{name: a, address: 'a:1'}], ejection: {max-percent: 101}} | ejection.max-percent",
                "{name: web, servers: [{name: a, address: 'a:1'}], check: {type: icmp}}  | http, tcp, mysql",
                "{name: web, servers: [{name: a, address: 'a:1'}], check: {expect-status: 2xx}}  | expect-status: 2xx",
                "{name: web, servers: [{name: a, address: 'a:1'}], check: {expect-status: '600'}}  | expect-status: 600",
                "{name: web, servers: [{name: a, address: 'a:1'}], check: {host: 'a b'}}  | host: a b",
                "{name: web, servers: [{name: a, address: 'a:1'}], check: {agent-header: 'a:b'}}  | agent-header: a:b",
            })
    void refuses(String yaml, String problem) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "399-200 | 399-200",
                "300-299 | 300-299",
                "'200-299, 503-500' | 503-500",
                "'404,201-200,401' | 201-200"
            })
    void refusesStatusesFromTheHigherToTheLower(String statuses, String wrong) {
        assertThatThrownBy(() -> read("{name: web, servers: [{name: a, address: 'a:1'}], check: {expect-status: '"
                        + statuses + "'}}"))
                .isInstanceOf(SettingsException.class)
                .hasMessage("line 1: check: expect-status: " + wrong + " (expected: the lower status first)");
    }

    @Test
    void takesARangeOfOneStatus() {
        assertThat(read("{name: web, servers: [{name: a, address: 'a:1'}], check: {expect-status: '401,200-200'}}")
                        .check()
                        .expectStatus())
                .isEqualTo("401,200-200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "-a", "web/1", "wéb"})
    void refusesTheName(String name) {
        assertThatThrownBy(() -> read("{name: '" + name + "', servers: [{name: a, address: 'a:1'}]}"))
                .isInstanceOf(SettingsException.class)
                .hasMessage("line 1: name: " + name
                        + " (expected: 1-64 letters, digits, '.', '_' or '-', first a letter or digit)");
    }

    @Test
    void refusesTheServerThatNobodyCanConnectTo() {
        assertThatThrownBy(
                        () -> read("{name: web, servers: [{name: a, address: 'a:1'}, {name: b, address: '[::1]:0'}]}"))
                .isInstanceOf(SettingsException.class)
                .hasMessage("line 1: servers[1]: address: [::1]:0 (expected: a port from 1 to 65535)");
    }

    @ParameterizedTest
    @CsvSource({"random, X", "random, a b", "source, a b", "leastconn, ' '"})
    void refusesANameToHashForABalanceThatHashesNone(String balance, String hashName) {
        assertThatThrownBy(() -> read("{name: web, balance: " + balance + ", hash-name: '" + hashName
                        + "', servers: [{name: a, address: 'a:1'}]}"))
                .isInstanceOf(SettingsException.class)
                .hasMessage("line 1: hash-name: " + hashName + " (expected: none)");
    }

    private static BackendSettings read(String yaml) {
        return SettingsReader.read(BackendSettings.class, yaml, Map.of());
    }
}
