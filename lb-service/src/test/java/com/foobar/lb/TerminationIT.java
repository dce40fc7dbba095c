package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.testing.FixtureServer;
import com.foobar.http.testing.HttpWire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who the log says ended a request, when, and what it had waited for until then. */
class TerminationIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PASSED_ON = 100_000;
    private static final String SOON = "1s";
    /** So long or longer, in milliseconds. */
    private static final String LATER = "\\d{4,}";

    @TempDir
    Path directory;

    private AccessLines log;
    private FixtureServer server;
    private RunningLb lb;

    @BeforeEach
    void start() throws Exception {
        log = new AccessLines();
        server = FixtureServer.start("web-1");
    }

    /** Before a server that is given one request at a time. */
    private void listen(String timeouts) throws Exception {
        lb = RunningLb.of(directory, """
                frontends: [{name: front, listen: '127.0.0.1:0'}]
                backends:
                  - name: web
                    servers: [{name: web-1, address: '127.0.0.1:%d', maxconn: 1}]
                    check: {type: tcp, inter: 1h, downinter: 50ms, timeout: 10s, on-error: fastinter}
                timeouts: {%s}
                """.formatted(server.port(), timeouts));
        await().atMost(LIMIT).until(() -> lb.service().readiness().isReady());
    }

    @AfterEach
    void stop() throws IOException {
        lb.close();
        server.close();
        log.close();
    }

    // ---- in the queue ----

    @Test
    void namesTheQueueThatWasTooLong() throws Exception {
        listen("queue: " + SOON);
        server.answer((request, wire) -> wire.stall());
        try (Socket first = occupying();
                Socket late = asking("/late")) {
            assertThat(statusLine(late)).contains("503");
            awaitLine("web/<NOSRV> 0/" + LATER + "/-1/-1/" + LATER
                    + " 503 \\d+ - - sQ-- \\d+/\\d+/1/0/0 0/0 \"GET /late .*");
            assertThat(first.isClosed()).isFalse();
        }
    }

    @Test
    void namesAClientThatLeavesTheQueue() throws Exception {
        listen("queue: 60s");
        server.answer((request, wire) -> wire.stall());
        try (Socket first = occupying();
                Socket gone = asking("/gone")) {
            awaitQueue();
            leave(gone);
            awaitLine("web/<NOSRV> 0/\\d+/-1/-1/\\d+ 499 0 - - CQ-- \\d+/\\d+/1/0/0 0/1 \"GET /gone .*");
            assertThat(first.isClosed()).isFalse();
        }
    }

    /** The place that its failed attempt gave back is another's. */
    @Test
    void namesAClientThatLeavesTheQueueAfterAnAttempt() throws Exception {
        listen("queue: 60s");
        CountDownLatch queued = new CountDownLatch(1);
        server.answer((request, wire) -> {
            if (request.target().equals("/again")) {
                queued.await();
                wire.reset();
            } else {
                wire.stall();
            }
        });
        try (Socket again = asking("/again")) {
            awaitRequests(1);
            try (Socket other = asking("/other")) {
                awaitQueue();
                queued.countDown();
                awaitRequests(2);
                awaitQueue();
                leave(again);
                awaitLine("web/web-1 0/\\d+/-1/-1/\\d+ 499 0 - - CQ-- \\d+/\\d+/1/1/1 0/1 \"GET /again .*");
                assertThat(other.isClosed()).isFalse();
            }
        }
    }

    @Test
    void namesTheQueueWhereTheWholeTimeIsOver() throws Exception {
        listen("queue: 60s, total: 2s");
        server.answer((request, wire) -> {
            wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            wire.stall();
        });
        // A tunnel, which may take longer.
        try (Socket first =
                sending("GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")) {
            assertThat(statusLine(first)).contains("101");
            try (Socket late = asking("/late")) {
                assertThat(statusLine(late)).contains("504");
                awaitLine("web/<NOSRV> 0/" + LATER + "/-1/-1/" + LATER
                        + " 504 \\d+ - - sQ-- \\d+/\\d+/1/0/0 0/0 \"GET /late .*");
            }
        }
    }

    // ---- before an answer ----

    @Test
    void namesAClientThatLeavesBeforeTheAnswer() throws Exception {
        listen("server: 60s");
        server.answer((request, wire) -> wire.stall());
        try (Socket client = occupying()) {
            leave(client);
            awaitLine("web/web-1 0/0/\\d+/-1/\\d+ 499 0 - - CH-- \\d+/\\d+/\\d+/\\d+/0 0/0 \"GET /a .*");
        }
    }

    @Test
    void namesAServerThatIsSilent() throws Exception {
        listen("server: " + SOON);
        server.answer((request, wire) -> wire.stall());
        try (Socket client = asking("/a")) {
            assertThat(statusLine(client)).contains("504");
            awaitLine("web/web-1 0/0/\\d+/-1/" + LATER + " 504 \\d+ - - sH-- \\d+/\\d+/\\d+/\\d+/0 0/0 \"GET /a .*");
        }
    }

    @Test
    void namesAServerThatIsSilentForTheWholeTime() throws Exception {
        listen("total: 2s");
        server.answer((request, wire) -> wire.stall());
        try (Socket client = asking("/a")) {
            assertThat(statusLine(client)).contains("504");
            awaitLine("web/web-1 0/0/\\d+/-1/" + LATER + " 504 \\d+ - - sH-- \\d+/\\d+/\\d+/\\d+/0 0/0 \"GET /a .*");
        }
    }

    @Test
    void namesAServerThatHangsUpWithoutAnAnswer() throws Exception {
        listen("server: 60s");
        server.answer((request, wire) -> wire.close());
        try (Socket client = sending("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")) {
            assertThat(statusLine(client)).contains("502");
            awaitLine("web/web-1 0/0/\\d+/-1/\\d+ 502 \\d+ - - SH-- \\d+/\\d+/\\d+/\\d+/0 0/0 \"POST /a .*");
        }
    }

    @Test
    void namesAClientWhoseHeadTrickles() throws Exception {
        listen("http-request: " + SOON);
        try (Socket client = asking("/a")) {
            assertThat(statusLine(client)).contains("200");
            // Of a first head the time runs from the beginning of the connection.
            send(client, "GET /b HTT");
            awaitLine("front/<NOSRV> 0/-1/-1/-1/" + LATER + " 408 \\d+ - - cR-- \\d+/\\d+/0/0/0 0/0 .*");
        }
    }

    @Test
    void namesAClientWhoseBodyStops() throws Exception {
        listen("client: " + SOON);
        try (Socket client = sending("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")) {
            assertThat(statusLine(client)).contains("408");
            awaitLine("web/web-1 0/0/\\d+/-1/" + LATER + " 408 \\d+ - - cH-- \\d+/\\d+/\\d+/\\d+/0 0/0 \"POST /a .*");
        }
    }

    @Test
    void namesAClientWhoseBodyStopsForTheWholeTime() throws Exception {
        listen("total: 2s");
        try (Socket client = sending("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")) {
            assertThat(statusLine(client)).contains("504");
            awaitLine("web/web-1 0/0/\\d+/-1/" + LATER + " 504 \\d+ - - cH-- \\d+/\\d+/\\d+/\\d+/0 0/0 \"POST /a .*");
        }
    }

    // ---- in the midst of an answer ----

    @Test
    void namesAServerThatBreaksItOff() throws Exception {
        listen("server: 2s");
        server.answer((request, wire) -> half(wire).close());
        try (Socket client = asking("/a")) {
            readToTheEnd(client);
        }
        awaitBegun("" + PASSED_ON, "SD");
    }

    @Test
    void namesAServerThatStopsInTheMidst() throws Exception {
        listen("server: 2s");
        server.answer((request, wire) -> half(wire).stall());
        try (Socket client = asking("/a")) {
            readToTheEnd(client);
        }
        awaitBegun("" + PASSED_ON, "sD");
    }

    @Test
    void namesAClientThatLeavesInTheMidst() throws Exception {
        listen("server: 60s");
        server.answer((request, wire) -> half(wire).stall());
        try (Socket client = asking("/a")) {
            assertThat(client.getInputStream().readNBytes(PASSED_ON)).hasSize(PASSED_ON);
            leave(client);
        }
        awaitBegun("" + PASSED_ON, "CD");
    }

    @Test
    void namesAClientThatDoesNotRead() throws Exception {
        listen("client: " + SOON);
        server.answer((request, wire) -> endless(wire));
        try (Socket client = asking("/a")) {
            awaitBegun("\\d+", "cD");
            assertThat(client.isClosed()).isFalse();
        }
    }

    @Test
    void namesAClientThatDoesNotReadForTheWholeTime() throws Exception {
        listen("total: 2s");
        server.answer((request, wire) -> endless(wire));
        try (Socket client = asking("/a")) {
            awaitBegun("\\d+", "cD");
            assertThat(client.isClosed()).isFalse();
        }
    }

    // ---- cookies ----

    @Test
    void tellsWhatTheClientsCookieWasAndWhetherItGotOne() throws Exception {
        try (FixtureServer other = FixtureServer.start("web-2")) {
            lb = RunningLb.of(directory, """
                    frontends: [{name: front, listen: '127.0.0.1:0'}]
                    backends:
                      - name: web
                        balance: first
                        servers: [{name: web-1, address: '127.0.0.1:%d'}, {name: web-2, address: '127.0.0.1:%d'}]
                        check: {type: tcp, inter: 50ms, fastinter: 20ms, timeout: 10s}
                        sticky: {secret: 0123456789abcdef}
                    """.formatted(server.port(), other.port()));
            awaitMetric("lb_backend_active_servers{proxy=\"web\"} 2.0");

            String cookie = cookie(ask("/none", ""));
            awaitLine("web/web-1 \\S+ 200 5 - - --NI .*\"GET /none .*");
            ask("/valid", cookie);
            awaitLine("web/web-1 \\S+ 200 5 - - --VN .*\"GET /valid .*");
            ask("/invalid", "SERVERID=web-1");
            awaitLine("web/web-1 \\S+ 200 5 - - --II .*\"GET /invalid .*");

            server.answer((request, wire) -> wire.reset());
            ask("/failed", cookie);
            awaitLine("web/web-2 \\S+ 200 5 - - --DI .*\"GET /failed .*");
            server.kill();
            awaitMetric("lb_backend_active_servers{proxy=\"web\"} 1.0");
            ask("/down", cookie);
            awaitLine("web/web-2 \\S+ 200 5 - - --DI .*\"GET /down .*");
            other.kill();
            awaitMetric("lb_backend_active_servers{proxy=\"web\"} 0.0");
            ask("/all-down", cookie);
            awaitLine("web/<NOSRV> \\S+ 503 \\d+ - - SCDN .*\"GET /all-down .*");
            ask("/all-down-for-new", "");
            awaitLine("web/<NOSRV> \\S+ 503 \\d+ - - SCNN .*\"GET /all-down-for-new .*");
        }
    }

    private HttpWire.Response ask(String target, String cookie) throws IOException {
        String field = cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n";
        try (HttpWire wire = HttpWire.connect(lb.port("front"))) {
            return wire.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + field + "\r\n")
                    .read();
        }
    }

    private static String cookie(HttpWire.Response response) {
        String field = response.values("Set-Cookie").get(0);
        return field.substring(0, field.indexOf(';'));
    }

    private static FixtureServer.Wire half(FixtureServer.Wire wire) throws IOException {
        return wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + 2 * PASSED_ON + "\r\n\r\n" + "x".repeat(PASSED_ON));
    }

    /** Far more than sockets hold, until the connection breaks. */
    private static void endless(FixtureServer.Wire wire) throws IOException {
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n");
        byte[] block = new byte[PASSED_ON];
        while (true) {
            wire.send(block);
        }
    }

    /** With the only place with the server. */
    private Socket occupying() throws IOException {
        Socket socket = asking("/a");
        awaitRequests(1);
        return socket;
    }

    private Socket asking(String target) throws IOException {
        return sending("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    private Socket sending(String request) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), lb.port("front")));
        send(socket, request);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void leave(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    private static String statusLine(Socket client) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = client.getInputStream().read();
                next >= 0 && next != '\r';
                next = client.getInputStream().read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    /** That may be a reset, so that nobody takes the half for the whole. */
    private static void readToTheEnd(Socket client) throws IOException {
        try {
            client.getInputStream().readAllBytes();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private void awaitRequests(int count) {
        await().atMost(LIMIT).until(() -> server.requests().size() == count);
    }

    /** Until one waits there. */
    private void awaitQueue() {
        awaitMetric("lb_backend_current_queue{proxy=\"web\"} 1.0");
    }

    private void awaitMetric(String line) {
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(lb.management("/metrics").body()).contains(line + "\n"));
    }

    private void awaitBegun(String bytes, String termination) {
        awaitLine("web/web-1 0/\\d+/\\d+/\\d+/\\d+ 200 " + bytes + " - - " + termination
                + "-- \\d+/\\d+/\\d+/\\d+/0 0/0 \"GET /a .*");
    }

    private void awaitLine(String tail) {
        String line = "\\S+ \\[\\S+] front " + tail;
        await().atMost(LIMIT).untilAsserted(() -> assertThat(log.lines()).anyMatch(each -> each.matches(line)));
    }
}
