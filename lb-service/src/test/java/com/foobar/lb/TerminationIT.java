package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.testing.FixtureServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who the log says ended a request whose answer had begun. */
class TerminationIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PASSED_ON = 100_000;

    @TempDir
    Path directory;

    private AccessLines log;
    private FixtureServer server;
    private RunningLb lb;

    @BeforeEach
    void start() throws Exception {
        log = new AccessLines();
        server = FixtureServer.start("web-1");
        lb = RunningLb.of(directory, """
                frontends: [{name: front, listen: '127.0.0.1:0'}]
                backends:
                  - name: web
                    servers: [{name: web-1, address: '127.0.0.1:%d'}]
                    check: {type: tcp, inter: 1h, downinter: 50ms, timeout: 10s, on-error: fastinter}
                timeouts: {server: 2s}
                """.formatted(server.port()));
        await().atMost(LIMIT).until(() -> lb.service().readiness().isReady());
    }

    @AfterEach
    void stop() throws IOException {
        lb.close();
        server.close();
        log.close();
    }

    @Test
    void namesAServerThatBreaksItOff() throws Exception {
        server.answer((request, wire) -> half(wire).close());
        try (Socket client = asking()) {
            readToTheEnd(client);
        }
        awaitLine("SD");
    }

    @Test
    void namesAServerThatStopsInTheMidst() throws Exception {
        server.answer((request, wire) -> half(wire).stall());
        try (Socket client = asking()) {
            readToTheEnd(client);
        }
        awaitLine("sD");
    }

    @Test
    void namesAClientThatLeavesInTheMidst() throws Exception {
        server.answer((request, wire) -> half(wire).stall());
        try (Socket client = asking()) {
            assertThat(client.getInputStream().readNBytes(PASSED_ON)).hasSize(PASSED_ON);
            client.setSoLinger(true, 0);
        }
        awaitLine("CD");
    }

    private static FixtureServer.Wire half(FixtureServer.Wire wire) throws IOException {
        return wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + 2 * PASSED_ON + "\r\n\r\n" + "x".repeat(PASSED_ON));
    }

    private Socket asking() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), lb.port("front"));
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.getOutputStream().write("GET /a HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** That may be a reset, so that nobody takes the half for the whole. */
    private static void readToTheEnd(Socket client) throws IOException {
        try {
            client.getInputStream().readAllBytes();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private void awaitLine(String termination) {
        String line = "\\S+ \\[\\S+] front web/web-1 0/\\d+/\\d+/\\d+/\\d+ 200 " + PASSED_ON + " - - " + termination
                + "-- \\d+/\\d+/\\d+/\\d+/0 0/0 \"GET /a .*";
        await().atMost(LIMIT).untilAsserted(() -> assertThat(log.lines()).anyMatch(each -> each.matches(line)));
    }
}
