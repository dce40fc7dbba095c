package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that passes its checks and fails its requests. */
class EjectionIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private WebServer web1;
    private WebServer web2;
    private RunningLb lb;
    private HttpClient client;

    private void start(String ejection) throws Exception {
        web1 = new WebServer("web-1");
        web2 = new WebServer("web-2");
        String settings = """
                frontends:
                  - {name: https, listen: '127.0.0.1:0', tls: {development-directory: '%s'}}
                backends:
                  - name: web
                    balance: roundrobin
                    slowstart: 1h
                    servers:
                      - {name: web-1, address: '127.0.0.1:%d'}
                      - {name: web-2, address: '127.0.0.1:%d'}
                    check: {inter: 50ms, fastinter: 20ms, downinter: 50ms, timeout: 10s}
                    ejection: {%s, base-time: 100ms, max-time: 1s}
                """.formatted(directory, web1.port(), web2.port(), ejection);
        lb = RunningLb.of(directory, settings);
        client = lb.client();
        await().atMost(SOON).until(() -> metrics().contains("lb_backend_active_servers{proxy=\"web\"} 2.0"));
    }

    @AfterEach
    void stop() throws Exception {
        lb.close();
        web1.close();
        web2.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"consecutive-failures: 3", "error-rate: 50, min-requests: 5, interval: 1h"})
    void isEjectedForAWhileAndStartsSlowlyThen(String ejection) throws Exception {
        start(ejection);
        web1.failing.set(true);
        await().atMost(SOON).until(() -> {
            lb.get(client, "/");
            return metrics().contains("lb_server_ejections_total{proxy=\"web\",server=\"web-1\"} ")
                    && !metrics().contains("lb_server_ejections_total{proxy=\"web\",server=\"web-1\"} 0.0");
        });
        assertThat(metrics())
                .contains("lb_server_check_status{proxy=\"web\",server=\"web-1\",state=\"L7OK\"} 1.0")
                .contains("lb_server_ejections_total{proxy=\"web\",server=\"web-2\"} 0.0")
                .contains("lb_server_current_throttle{proxy=\"web\",server=\"web-2\"} 100.0");

        web1.failing.set(false);
        await().atMost(SOON).untilAsserted(() -> assertThat(metrics())
                .contains("lb_server_status{proxy=\"web\",server=\"web-1\",state=\"UP\"} 1.0")
                .contains("lb_server_current_throttle{proxy=\"web\",server=\"web-1\"} 1.0"));
    }

    private String metrics() throws Exception {
        return lb.management("/metrics").body();
    }
}
