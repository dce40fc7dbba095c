package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesIT {
    @TempDir
    static Path directory;

    private static WebServer site;
    private static WebServer api;
    private static WebServer canary;
    private static RunningLb lb;

    @BeforeAll
    static void start() throws Exception {
        site = new WebServer("site-1");
        api = new WebServer("api-1");
        canary = new WebServer("canary-1");
        lb = RunningLb.of(directory, """
                frontends:
                  - name: http
                    listen: '127.0.0.1:0'
                    routes:
                      - {host: foobar.com, redirect: www.foobar.com}
                      - {host: old.foobar.com, redirect: 'https://new.foobar.com:8443'}
                      - {header: {name: X-Canary, value: 'yes'}, backend: canary}
                      - {host: '*.foobar.com', path: /api, backend: api}
                      - {path: /upload, method: PUT, backend: api}
                    backend: site
                  - name: https
                    listen: '127.0.0.1:0'
                    public-port: 443
                    tls: {development-directory: '%s'}
                    routes: [{host: foobar.com, redirect: www.foobar.com}]
                    backend: site
                  - name: plain
                    listen: '127.0.0.1:0'
                    redirect-to: https
                    routes: [{path: /.well-known/acme-challenge, backend: api}]
                backends: [%s, %s, %s]
                """.formatted(
                        directory,
                        RunningLb.backend("site", site),
                        RunningLb.backend("api", api),
                        RunningLb.backend("canary", canary)));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(lb.management("/metrics").body())
                        .contains("lb_backend_status{proxy=\"site\",state=\"UP\"} 1.0")
                        .contains("lb_backend_status{proxy=\"api\",state=\"UP\"} 1.0")
                        .contains("lb_backend_status{proxy=\"canary\",state=\"UP\"} 1.0"));
    }

    @AfterAll
    static void stop() {
        lb.close();
        site.close();
        api.close();
        canary.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, www.foobar.com, /, '', site-1",
        "GET, www.foobar.com, /api/users?x=1, '', api-1",
        "GET, www.foobar.com, /apis, '', site-1",
        "GET, WWW.FOOBAR.COM:80, /x/../%61pi, '', api-1",
        "GET, localhost, /api, '', site-1",
        "GET, www.foobar.com, /api, 'X-Canary: yes', canary-1",
        "GET, www.foobar.com, /api, 'X-Canary: no', api-1",
        "PUT, localhost, /upload/a, 'Content-Length: 0', api-1",
        "POST, localhost, /upload/a, 'Content-Length: 0', site-1",
    })
    void sendsEachRequestToTheBackendOfTheFirstRouteThatMatches(
            String method, String host, String target, String field, String server) throws Exception {
        String response = ask("http", method, host, target, field);

        assertThat(response).startsWith("HTTP/1.1 200 ").containsIgnoringCase("x-server: " + server + "\r\n");
        assertThat(response).contains("\"target\":\"" + target + "\"");
    }

    @Test
    void redirectsToAnotherHostForTheSamePathAndQuery() throws Exception {
        assertThat(ask("http", "POST", "foobar.com", "/a/b?c=%2F&d", "Content-Length: 0"))
                .startsWith("HTTP/1.1 308 ")
                .containsIgnoringCase("location: http://www.foobar.com:" + lb.port("http") + "/a/b?c=%2F&d\r\n");
        assertThat(ask("http", "GET", "old.foobar.com:1", "/", ""))
                .startsWith("HTTP/1.1 308 ")
                .containsIgnoringCase("location: https://new.foobar.com:8443/\r\n");
    }

    @Test
    void redirectsToTheUsualPortWithoutNamingIt() throws Exception {
        try (Socket socket = lb.socket()) {
            assertThat(exchange(socket, "GET", "foobar.com", "/x", ""))
                    .startsWith("HTTP/1.1 308 ")
                    .containsIgnoringCase("location: https://www.foobar.com/x\r\n");
        }
    }

    @Test
    void routesBeforeItRedirectsToHttps() throws Exception {
        assertThat(ask("plain", "GET", "foobar.com", "/.well-known/acme-challenge/token", ""))
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("x-server: api-1\r\n");
        assertThat(ask("plain", "GET", "foobar.com", "/.well-known", ""))
                .startsWith("HTTP/1.1 308 ")
                .containsIgnoringCase("location: https://foobar.com/.well-known\r\n");
    }

    @Test
    void countsEachBackendOfItsOwn() throws Exception {
        int before = canary.requests.get();
        ask("http", "GET", "localhost", "/", "X-Canary: yes");

        assertThat(canary.requests).hasValue(before + 1);
        // A request is counted when its response has been sent.
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(lb.management("/metrics").body())
                        .contains("lb_server_http_requests_total{proxy=\"canary\",server=\"canary-1\"} "
                                + (double) canary.requests.get())
                        .contains("lb_backend_active_servers{proxy=\"api\"} 1.0")
                        .contains("lb_backend_current_connections{proxy=\"canary\"} ")
                        .contains("lb_server_response_time_seconds_count{proxy=\"canary\",server=\"canary-1\"} "
                                + canary.requests.get()));
        assertThat(lb.management("/info").body()).contains("canary/canary-1", "api/api-1");
    }

    @Test
    void staysReadyWhileOneBackendIsAvailable() throws Exception {
        WebServer up = new WebServer("up-1");
        WebServer down = new WebServer("down-1");
        down.close();
        try (RunningLb other =
                RunningLb.of(directory, """
                frontends: [{name: http, listen: '127.0.0.1:0', backend: up, routes: [{path: /down, backend: down}]}]
                backends: [%s, %s]
                """.formatted(RunningLb.backend("up", up), RunningLb.backend("down", down)))) {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                            other.management("/health/ready").statusCode())
                    .isEqualTo(200));
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), other.port("http"))) {
                assertThat(exchange(socket, "GET", "localhost", "/down", "")).startsWith("HTTP/1.1 503 ");
            }
            up.close();
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                            other.management("/health/ready").body())
                    .contains("no server of backend up is up", "no server of backend down is up"));
        } finally {
            up.close();
        }
    }

    private static String ask(String frontend, String method, String host, String target, String field)
            throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), lb.port(frontend))) {
            return exchange(socket, method, host, target, field);
        }
    }

    private static String exchange(Socket socket, String method, String host, String target, String field)
            throws Exception {
        socket.setSoTimeout(30_000);
        OutputStream out = socket.getOutputStream();
        String request = method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
                + (field.isEmpty() ? "" : field + "\r\n") + "\r\n";
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
