package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.testing.UnansweringPort;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that passes its checks, on another port, and answers no SYN, as one behind a broken network. */
class ConnectTimeoutIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    /** Time for a connection. */
    private static final String BRIEF = "300ms";

    @TempDir
    Path directory;

    private AccessLines log;
    private UnansweringPort silent;
    private WebServer web;

    @BeforeEach
    void start() throws Exception {
        log = new AccessLines();
        web = new WebServer("web-2");
        silent = new UnansweringPort();
    }

    @AfterEach
    void stop() throws Exception {
        silent.close();
        web.close();
        log.close();
    }

    @Test
    void sendsARequestToAnotherServer() throws Exception {
        try (RunningLb lb = listen("http", BRIEF, settings(), settings(web))) {
            HttpResponse<String> response = post(lb);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("X-Server")).hasValue("web-2");
            awaitLine("web/web-2 \\S+ 200 \\d+ - - ---- \\d+/\\d+/\\d+/\\d+/1 0/0 .*");
            assertThat(lb.management("/metrics").body())
                    .contains("lb_server_connection_errors_total{proxy=\"web\",server=\"silent\"} 1.0")
                    .contains("lb_server_redispatch_warnings_total{proxy=\"web\",server=\"silent\"} 1.0");
        }
    }

    @Test
    void answers503WhereThereIsNoOther() throws Exception {
        try (RunningLb lb = listen("http", BRIEF, settings())) {
            assertThat(post(lb).statusCode()).isEqualTo(503);
            awaitLine("web/silent 0/0/-1/-1/\\d+ 503 \\d+ - - sC-- \\d+/\\d+/\\d+/\\d+/1 0/0 .*");
            assertThat(lb.management("/metrics").body())
                    .contains("lb_server_connection_errors_total{proxy=\"web\",server=\"silent\"} 2.0");
        }
    }

    @Test
    void closesAConnectionInTcpMode() throws Exception {
        try (RunningLb lb = listen("tcp", BRIEF, settings());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), lb.port("front"))) {
            client.setSoTimeout((int) SOON.toMillis());
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            awaitLine("web/silent 0/-1/\\d+ 0 sC \\d+/\\d+/\\d+/\\d+/1 0/0");
        }
    }

    @Test
    void saysThatTheClientLeftBeforeItWasConnected() throws Exception {
        try (RunningLb lb = listen("tcp", "60s", settings())) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), lb.port("front"))) {
                await().atMost(SOON).until(() -> lb.management("/metrics")
                        .body()
                        .contains("lb_server_current_sessions{proxy=\"web\",server=\"silent\"} 1.0\n"));
                client.setSoLinger(true, 0);
            }
            awaitLine("web/silent 0/-1/\\d+ 0 CC \\d+/\\d+/\\d+/\\d+/0 0/0");
            assertThat(lb.management("/metrics").body())
                    .contains("lb_server_client_aborts_total{proxy=\"web\",server=\"silent\"} 1.0\n")
                    .contains("lb_server_current_sessions{proxy=\"web\",server=\"silent\"} 0.0\n");
        }
    }

    private String settings() {
        return "{name: silent, address: '127.0.0.1:" + silent.port() + "'}";
    }

    private static String settings(WebServer server) {
        return "{name: " + server.name() + ", address: '127.0.0.1:" + server.port() + "'}";
    }

    /** Asks the first of them, as long as that is up. */
    private RunningLb listen(String mode, String connect, String... servers) throws Exception {
        RunningLb lb = RunningLb.of(directory, """
                frontends: [{name: front, listen: '127.0.0.1:0', mode: %s}]
                backends:
                  - name: web
                    balance: first
                    servers: [%s]
                    check: {port: %d, inter: 1h, downinter: 50ms, timeout: 10s, on-error: fastinter}
                timeouts: {connect: %s}
                retry: {retries: 1}
                """.formatted(mode, String.join(", ", servers), web.port(), connect));
        String allUp = "lb_backend_active_servers{proxy=\"web\"} " + (double) servers.length;
        await().atMost(SOON).until(() -> lb.management("/metrics").body().contains(allUp));
        return lb;
    }

    private static HttpResponse<String> post(RunningLb lb) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + lb.port("front") + "/");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(SOON)
                .POST(BodyPublishers.ofString("x"))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    /** @param tail of the line, behind the frontend */
    private void awaitLine(String tail) {
        await().atMost(SOON).untilAsserted(() -> assertThat(log.lines())
                .anyMatch(line -> line.matches("\\S+ \\[\\S+] front " + tail)));
    }
}
