package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The header goes through two balancers: what the first is told, the second is told by the first. */
class SendProxyIT {
    @TempDir
    static Path directory;

    private static WebServer web;
    private static RunningLb behind;
    private static RunningLb lb;

    @BeforeAll
    static void start() throws Exception {
        web = new WebServer("web-1");
        behind = RunningLb.of(directory, """
                frontends: [{name: http, listen: '127.0.0.1:0', proxy-protocol: {trusted: [127.0.0.1]}}]
                backends: [%s]
                """.formatted(RunningLb.backend("web", web)));
        lb = RunningLb.of(directory, """
                frontends:
                  - {name: http-v1, listen: '127.0.0.1:0', backend: v1, proxy-protocol: {trusted: [127.0.0.1]}}
                  - {name: http-v2, listen: '127.0.0.1:0', backend: v2, proxy-protocol: {trusted: [127.0.0.1]}}
                  - {name: tcp-v1, mode: tcp, listen: '127.0.0.1:0', backend: v1, proxy-protocol: {trusted: [127.0.0.1]}}
                  - {name: tcp-v2, mode: tcp, listen: '127.0.0.1:0', backend: v2, proxy-protocol: {trusted: [127.0.0.1]}}
                  - {name: http-own, listen: '127.0.0.1:0', backend: own, proxy-protocol: {trusted: [127.0.0.1]}}
                  - {name: tcp-own, mode: tcp, listen: '127.0.0.1:0', backend: own, proxy-protocol: {trusted: [127.0.0.1]}}
                  - {name: http-none, listen: '127.0.0.1:0', backend: none}
                  - {name: tcp-none, mode: tcp, listen: '127.0.0.1:0', backend: none}
                backends:
                  - name: own
                    check: {type: tcp}
                    servers: [{name: lb, address: '127.0.0.1:%1$d', send-proxy: v2}]
                  - name: none
                    send-proxy: v1
                    check: {type: tcp}
                    servers: [{name: web-1, address: '127.0.0.1:%2$d', send-proxy: none}]
                  - {name: v1, send-proxy: v1, check: {type: tcp}, servers: [{name: lb, address: '127.0.0.1:%1$d'}]}
                  - {name: v2, send-proxy: v2, check: {type: tcp}, servers: [{name: lb, address: '127.0.0.1:%1$d'}]}
                """.formatted(behind.port("http"), web.port()));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(lb.management("/metrics").body())
                        .contains("lb_backend_status{proxy=\"own\",state=\"UP\"} 1.0")
                        .contains("lb_backend_status{proxy=\"none\",state=\"UP\"} 1.0")
                        .contains("lb_backend_status{proxy=\"v1\",state=\"UP\"} 1.0")
                        .contains("lb_backend_status{proxy=\"v2\",state=\"UP\"} 1.0"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> behind.service().readiness().isReady());
    }

    @AfterAll
    static void stop() {
        lb.close();
        behind.close();
        web.close();
    }

    @ParameterizedTest
    @CsvSource({"http-v1", "http-v2", "tcp-v1", "tcp-v2", "http-own", "tcp-own"})
    void tellsTheServerOfEachClient(String frontend) throws Exception {
        for (int i = 1; i <= 3; i++) {
            String client = "198.51.100." + i;
            assertThat(ask(frontend, "PROXY TCP4 " + client + " 203.0.113.9 40000 443\r\n"))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\"x-forwarded-for\":\"" + client + "\"");
        }
        assertThat(ask(frontend, "PROXY TCP6 2001:db8::7 2001:db8::9 40000 443\r\n"))
                .contains("\"x-forwarded-for\":\"2001:db8:0:0:0:0:0:7\"");
    }

    @ParameterizedTest
    @CsvSource({"http-none", "tcp-none"})
    void tellsNothingToAServerThatIsExcepted(String frontend) throws Exception {
        assertThat(ask(frontend, "")).startsWith("HTTP/1.1 200 ");
    }

    private static String ask(String frontend, String header) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), lb.port(frontend))) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write((header + "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
