package com.foobar.http.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.http.balance.Balance;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.SettingsException;
import com.foobar.kit.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendSettingsTest {
    @Test
    void hasTheseDefaults() {
        assertThat(read("{name: web, servers: [{name: web-1, address: 'localhost:8101'}]}"))
                .isEqualTo(new BackendSettings(
                        "web",
                        Balance.ROUNDROBIN,
                        List.of(new ServerSettings("web-1", new HostPort("localhost", 8101), 1)),
                        new HealthCheckSettings(
                                "/health/ready",
                                Duration.ofSeconds(2),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                3,
                                2,
                                10,
                                OnError.SUDDEN_DEATH)));
    }

    @Test
    void readsEveryKey() {
        assertThat(read("""
                                name: app
                                balance: leastconn
                                servers:
                                  - name: app-1
                                    address: 10.0.0.1:80
                                    weight: 7
                                check:
                                  path: /alive
                                  inter: 3s
                                  fastinter: 100ms
                                  downinter: 4s
                                  timeout: 5s
                                  fall: 6
                                  rise: 7
                                  spread-checks: 8
                                  on-error: mark-down
                                """))
                .isEqualTo(new BackendSettings(
                        "app",
                        Balance.LEASTCONN,
                        List.of(new ServerSettings("app-1", new HostPort("10.0.0.1", 80), 7)),
                        new HealthCheckSettings(
                                "/alive",
                                Duration.ofSeconds(3),
                                Duration.ofMillis(100),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(5),
                                6,
                                7,
                                8,
                                OnError.MARK_DOWN)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: web, servers: []}                                             | one at least",
                "{name: web, servers: [{name: a, address: 'a:1'}, {name: a, address: 'b:1'}]} | each name once",
                "{name: web, servers: [{name: a b, address: 'a:1'}]}                  | letters, digits",
                "{name: web, servers: [{name: a, address: 'a:1', weight: 257}]}       | servers[0].weight",
                "{name: web, servers: [{name: a, address: 'a'}]}                      | servers[0].address",
                "{name: web, balance: best, servers: [{name: a, address: 'a:1'}]}     | roundrobin, leastconn",
                "{name: web, servers: [{name: a, address: 'a:1'}], check: {path: x}}  | absolute path",
                "{name: web, servers: [{name: a, address: 'a:1'}], check: {fall: 0}}  | check.fall",
            })
    void refuses(String yaml, String problem) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(problem);
    }

    private static BackendSettings read(String yaml) {
        return SettingsReader.read(BackendSettings.class, yaml, Map.of());
    }
}
