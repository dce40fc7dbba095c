package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access log as text: HAProxy's httplog. */
class AccessLogIT {
    private static final String BEGINNING =
            "127\\.0\\.0\\.1:\\d+ \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d\\.\\d{3}] ";
    private static final String COUNTS = " \\d+/\\d+/\\d+/\\d+/";
    private static final String IDS = " id=\\S+ trace=\\S+";

    @TempDir
    Path directory;

    private AccessLines log;
    private WebServer web;
    private RunningLb lb;

    @BeforeEach
    void start() throws Exception {
        log = new AccessLines();
        web = new WebServer("web-1");
        lb = RunningLb.before(directory, "timeouts: {server: 2s, http-request: 3s}\nretry: {retries: 0}", web);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> lb.service().readiness().isReady());
    }

    @AfterEach
    void stop() {
        lb.close();
        web.close();
        log.close();
    }

    @Test
    void hasTheFieldsOfHttplogInTheirOrder() throws Exception {
        HttpClient client = lb.client();
        String body = lb.get(client, "/a?b=%22").body();
        client.send(HttpRequest.newBuilder(lb.http("/x")).build(), BodyHandlers.discarding());

        awaitLine("https~ web/web-1 0/\\d+/\\d+/\\d+/\\d+ 200 " + body.length() + " - - ----" + COUNTS
                + "0 0/0 \"GET /a\\?b=%22 HTTP/2\\.0\"" + IDS);
        awaitLine("http http/<NOSRV> 0/-1/-1/-1/\\d+ 308 0 - - LR--" + COUNTS
                + "0 0/0 \"GET /x HTTP/1\\.1\" id=\\S+ trace=\\S*");
    }

    @Test
    void tellsWhoEndedIt() throws Exception {
        HttpClient client = lb.client();

        lb.get(client, "/slow");
        awaitLine("https~ web/web-1 0/\\d+/-?\\d+/-?\\d+/\\d+ 504 \\d+ - - sH--" + COUNTS
                + "0 0/0 \"GET /slow HTTP/2\\.0\"" + IDS);
        lb.get(client, "/hang-up");
        awaitLine("https~ web/web-1 0/\\d+/-?\\d+/-?\\d+/\\d+ 502 \\d+ - - SH--" + COUNTS
                + "0 0/0 \"GET /hang-up HTTP/2\\.0\"" + IDS);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), lb.httpPort())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            awaitLine("http http/<NOSRV> 0/-1/-1/-1/\\d+ 400 \\d+ - - PR--" + COUNTS + "0 0/0 \".*\".*");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), lb.httpPort())) {
            socket.getOutputStream().write("GET / HTT".getBytes(StandardCharsets.US_ASCII));
            awaitLine("http http/<NOSRV> 0/-1/-1/-1/\\d+ 408 \\d+ - - cR--" + COUNTS + "0 0/0 \".*\".*");
        }
        web.close();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !lb.service().readiness().isReady());
        lb.get(client, "/none");
        awaitLine("https~ web/<NOSRV> 0/-1/-1/-1/\\d+ 503 \\d+ - - SC--" + COUNTS + "0 0/0 \"GET /none HTTP/2\\.0\""
                + IDS);
    }

    @Test
    void hasTheSameAsMembersOfAnObject() throws Exception {
        try (WebServer other = new WebServer("web-2");
                RunningLb json = RunningLb.before(directory, "log: {format: json}", other)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> json.service().readiness().isReady());
            String body = json.get(json.client(), "/a?b=%22").body();

            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(log.members()).anySatisfy(line -> assertThat(line)
                            .containsEntry("client", "127.0.0.1")
                            .containsEntry("frontend", "https")
                            .containsEntry("tls", true)
                            .containsEntry("server", "web/web-2")
                            .containsEntry("method", "GET")
                            .containsEntry("target", "/a?b=%22")
                            .containsEntry("protocol", "HTTP/2.0")
                            .containsEntry("status", 200)
                            .containsEntry("bytes", (long) body.length())
                            .containsEntry("termination", "----")
                            .containsKeys("clientPort", "connectMs", "responseMs", "firstByteMs", "durationMs")
                            .containsKeys("requestId", "traceId", "connections", "frontendConnections")
                            .containsKeys("backendRequests", "serverRequests", "serverQueue", "backendQueue")
                            .doesNotContainKeys("error", "retries", "queueMs")
                            .extractingByKeys("clientPort", "connectMs", "connections", "backendQueue")
                            .hasOnlyElementsOfType(Number.class)));

            other.kill();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !json.service().readiness().isReady());
            json.get(json.client(), "/none");
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(log.members()).anySatisfy(line -> assertThat(line)
                            .containsEntry("target", "/none")
                            .containsEntry("server", "web/-")
                            .containsEntry("termination", "SC--")));
        }
    }

    private void awaitLine(String tail) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(log.lines()).anyMatch(line -> line.matches(BEGINNING + tail)));
    }
}
