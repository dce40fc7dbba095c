package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.testing.Http2FixtureServer;
import com.foobar.http.testing.Http2Wire;
import com.foobar.http.testing.Http2Wire.Frame;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import com.foobar.http.testing.TestTls;
import com.foobar.kit.settings.ByteSize;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server of HTTP/2 may do to its streams and connections, and what becomes of the requests. */
class Http2ServerBehaviourIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String POST = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
    /** SETTINGS_MAX_CONCURRENT_STREAMS: 1 */
    private static final int[] ONE_STREAM = {0, 3, 0, 0, 0, 1};

    private ProxyFixture proxy;
    private Http2FixtureServer server;

    private void start(ProxySettings settings, Http2FixtureServer.Script script, int... serverSettings)
            throws IOException {
        server = new Http2FixtureServer(script, serverSettings);
        proxy = ProxyFixture.beforeHttp2(server.port()).listen(settings, HttpLimits.DEFAULTS);
    }

    private void start(Http2FixtureServer.Script script, int... serverSettings) throws IOException {
        start(ProxySettings.DEFAULTS, script, serverSettings);
    }

    @AfterEach
    void stop() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private HttpWire client() throws IOException {
        return HttpWire.connect(proxy.port());
    }

    /** Answers all requests until the other side closes. */
    private static void answerAll(Http2Wire wire, String text) throws IOException {
        while (true) {
            Frame frame = wire.read();
            if (frame.type() == Http2Wire.PING && !frame.has(Http2Wire.ACK)) {
                byte[] payload = new byte[8];
                frame.payload().get(payload);
                wire.frame(Http2Wire.PING, Http2Wire.ACK, 0, payload);
            } else if (frame.stream() > 0 && frame.has(Http2Wire.END_STREAM) && frame.type() <= Http2Wire.HEADERS) {
                wire.respond(frame.stream(), text);
            }
        }
    }

    private static Frame readWhole(Http2Wire wire) throws IOException {
        Frame frame = wire.readRequest();
        int stream = frame.stream();
        while (!(frame.stream() == stream && frame.has(Http2Wire.END_STREAM) && frame.type() <= Http2Wire.HEADERS)) {
            frame = wire.read();
        }
        return frame;
    }

    @Test
    void sendsARefusedRequestAgainWhateverItsMethod() throws IOException {
        AtomicInteger refused = new AtomicInteger();
        start((wire, connection) -> {
            Frame first = readWhole(wire);
            if (refused.getAndIncrement() == 0) {
                wire.frame(Http2Wire.RST_STREAM, 0, first.stream(), 0, 0, 0, Http2Wire.REFUSED_STREAM);
            } else {
                wire.respond(first.stream(), "refused twice");
            }
            answerAll(wire, "taken");
        });
        try (HttpWire wire = client()) {
            assertThat(wire.send(POST).read().text()).isEqualTo("taken");
        }
        assertThat(proxy.fixture().logged(1).get(0).retries()).isEqualTo(1);
        assertThat(proxy.backendServer(1).stats().responseErrors()).isZero();
    }

    @Test
    void sendsWhatWasNotTakenBeforeGoAwayAgainOnAnotherConnection() throws IOException {
        CountDownLatch second = new CountDownLatch(1);
        start((wire, connection) -> {
            if (connection > 1) {
                answerAll(wire, "from connection " + connection);
            }
            int first = readWhole(wire).stream();
            second.countDown();
            int next = readWhole(wire).stream();
            assertThat(next).isGreaterThan(first);
            wire.frame(Http2Wire.GOAWAY, 0, 0, 0, 0, 0, first, 0, 0, 0, 0).flush();
            wire.respond(first, "from the last");
            wire.isClosed();
        });
        // Both clients on one event loop: there are two, and connections take turns.
        try (HttpWire one = client();
                HttpWire other = client();
                HttpWire two = client()) {
            one.send(POST);
            assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
            two.send(POST);
            assertThat(two.read().text()).startsWith("from connection");
            assertThat(one.read().text()).isEqualTo("from the last");
            assertThat(other.get("/").status()).isEqualTo(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void opensAnotherConnectionWhereTheServerAllowsNoMoreStreams() throws IOException {
        CountDownLatch both = new CountDownLatch(3);
        start(
                (wire, connection) -> {
                    int stream = readWhole(wire).stream();
                    both.countDown();
                    both.await(30, TimeUnit.SECONDS);
                    wire.respond(stream, "connection");
                    answerAll(wire, "again");
                },
                ONE_STREAM);
        try (HttpWire one = client();
                HttpWire two = client();
                HttpWire three = client()) {
            one.send(POST);
            two.send(POST);
            three.send(POST);
            assertThat(one.read().text()).isEqualTo("connection");
            assertThat(two.read().text()).isEqualTo("connection");
            assertThat(three.read().text()).isEqualTo("connection");
        }
        assertThat(server.connections()).isEqualTo(3);
    }

    @Test
    void servesAllWhoWaitedForAConnectionThatAllowsFewerStreams(@TempDir Path directory) throws Exception {
        TestTls tls = TestTls.make(directory);
        server = new Http2FixtureServer((wire, connection) -> answerAll(wire, "text"), 0, 3, 0, 0, 0, 10);
        proxy = ProxyFixture.beforeHttp2(server.port())
                .listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS, tls::server);
        int requests = 30;
        try (Http2Wire wire = Http2Wire.connect(proxy.port(), tls.client())) {
            // In one burst: all of them wait for the first connection.
            for (int i = 0; i < requests; i++) {
                wire.get(2 * i + 1, "/");
            }
            int ended = 0;
            while (ended < requests) {
                Frame frame = wire.read();
                if (frame.stream() > 0 && frame.type() == Http2Wire.HEADERS) {
                    assertThat(wire.headers(frame).status().toString()).isEqualTo("200");
                }
                ended += frame.stream() > 0 && frame.has(Http2Wire.END_STREAM) ? 1 : 0;
            }
        }
        assertThat(proxy.backendServer(1).stats().connectionErrors()).isZero();
    }

    @Test
    void answers431ToAHeadThatTheServerDoesNotTake() throws IOException {
        refuses("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(2000) + "\r\n\r\n");
    }

    @Test
    void answers431ToTrailersThatTheServerDoesNotTake() throws IOException {
        refuses("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX: " + "x".repeat(2000)
                + "\r\n\r\n");
    }

    /** The server is not to blame, and its only stream is free again. */
    private void refuses(String request) throws IOException {
        // Of 1024 bytes, after which the proxy knows what the server takes.
        start((wire, connection) -> answerAll(wire, "taken"), 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 4, 0);
        for (int i = 0; i < 4; i++) {
            try (HttpWire wire = client()) {
                assertThat(wire.send(request).read().status()).isEqualTo(431);
            }
            try (HttpWire wire = client()) {
                assertThat(wire.send(POST).read().text()).isEqualTo("taken");
            }
        }
        // One for each event loop.
        assertThat(server.connections()).isLessThanOrEqualTo(2);
        assertThat(proxy.backendServer(1).stats().responseErrors()).isZero();
        assertThat(proxy.backendServer(1).stats().connectionErrors()).isZero();
        assertThat(proxy.backendServer(1).stats().inFlight()).isZero();
    }

    @Test
    void saysThatAServerThatAllowsNoStreamsCannotBeUsed() throws IOException {
        start((wire, connection) -> answerAll(wire, "never"), 0, 3, 0, 0, 0, 0);
        try (HttpWire wire = client()) {
            assertThat(wire.send(POST).read().status()).isEqualTo(503);
        }
        assertThat(String.valueOf(proxy.fixture().logged(1).get(0).error())).contains("allows no streams");
    }

    @Test
    void sendsASafeRequestAgainWhenTheConnectionBreaks() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        start((wire, connection) -> {
            int stream = readWhole(wire).stream();
            if (asked.incrementAndGet() > 1) {
                wire.respond(stream, "second");
                answerAll(wire, "later");
            }
        });
        try (HttpWire wire = client()) {
            assertThat(wire.get("/").text()).isEqualTo("second");
        }
    }

    @Test
    void goesOnByANewConnectionWhereAKeptOneIsClosedAndNothingIsRetried() throws IOException {
        start(ProxySettings.DEFAULTS.with(RetrySettings.DEFAULTS.withRetries(0)), (wire, connection) -> {
            wire.respond(readWhole(wire).stream(), "from " + connection);
            readWhole(wire);
        });
        try (HttpWire wire = client()) {
            assertThat(wire.get("/").text()).isEqualTo("from 1");
            assertThat(wire.get("/").text()).isEqualTo("from 2");
        }
        assertThat(proxy.backendServer(1).stats().responseErrors()).isZero();
        assertThat(proxy.backendServer(1).inFlight()).isZero();
    }

    @Test
    void answers502WhereARequestMayHaveBeenSeen() throws IOException {
        start((wire, connection) -> readWhole(wire));
        try (HttpWire wire = client()) {
            assertThat(wire.send(POST).read().status()).isEqualTo(502);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void asksASilentServerForASignOfLifeBeforeARequestThatCannotBeSentTwice(String method) throws IOException {
        // The POST must not be, of the PUT too little is kept.
        RetrySettings retries = new RetrySettings(
                2, RetrySettings.DEFAULTS.retryOn(), new ByteSize(2), RetrySettings.DEFAULTS.budget());
        String second = method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
        CountDownLatch pinged = new CountDownLatch(1);
        start(ProxySettings.DEFAULTS.with(retries), (wire, connection) -> {
            if (connection > 1) {
                answerAll(wire, "from another");
            }
            wire.respond(readWhole(wire).stream(), "first");
            // Half dead: its end still takes bytes, and says nothing more.
            wire.readType(Http2Wire.PING);
            pinged.countDown();
            wire.isClosed();
        });
        try (HttpWire wire = client()) {
            assertThat(wire.send(POST).read().text()).isEqualTo("first");
            await().pollDelay(Duration.ofMillis(1200)).atMost(PATIENCE).until(() -> true);
            assertThat(wire.send(second).read().text()).isEqualTo("from another");
        }
        assertThat(pinged.getCount()).isZero();
    }

    @Test
    void keepsAConnectionThatHasBeenSilent() throws IOException {
        start((wire, connection) -> answerAll(wire, "from " + connection));
        try (HttpWire wire = client()) {
            assertThat(wire.send(POST).read().text()).isEqualTo("from 1");
            await().pollDelay(Duration.ofMillis(1200)).atMost(PATIENCE).until(() -> true);
            assertThat(wire.send(POST).read().text()).isEqualTo("from 1");
        }
    }

    @Test
    void closesAnIdleConnectionPolitely() throws IOException {
        CountDownLatch goodbye = new CountDownLatch(1);
        ProxySettings settings = ProxySettings.DEFAULTS.withIdleTimeout(Duration.ofMillis(200));
        start(settings, (wire, connection) -> {
            wire.respond(readWhole(wire).stream(), "text");
            wire.readType(Http2Wire.GOAWAY);
            goodbye.countDown();
        });
        try (HttpWire wire = client()) {
            assertThat(wire.get("/").text()).isEqualTo("text");
            await().atMost(PATIENCE).until(() -> goodbye.getCount() == 0);
        }
        await().atMost(PATIENCE).until(() -> proxy.proxy().connections() == 0);
    }

    @Test
    void readsNoFasterThanTheClient() throws IOException {
        int total = 32 * 1024 * 1024;
        AtomicLong sent = new AtomicLong();
        start((wire, connection) -> {
            int stream = readWhole(wire).stream();
            wire.respond(stream, false, "content-length", Integer.toString(total))
                    .flush();
            long streamWindow = 65_535;
            // Opened behind the preface, before the request.
            long connectionWindow = 100 * 64 * 1024;
            byte[] piece = new byte[16 * 1024];
            while (sent.get() < total) {
                while (streamWindow < piece.length || connectionWindow < piece.length) {
                    Frame update = wire.readType(Http2Wire.WINDOW_UPDATE);
                    int more = update.payload().getInt();
                    if (update.stream() == 0) {
                        connectionWindow += more;
                    } else {
                        streamWindow += more;
                    }
                }
                wire.frame(Http2Wire.DATA, 0, stream, piece).flush();
                streamWindow -= piece.length;
                connectionWindow -= piece.length;
                sent.addAndGet(piece.length);
            }
            wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream, new byte[0])
                    .flush();
            answerAll(wire, "next");
        });
        try (HttpWire wire = HttpWire.connect(proxy.port(), 32 * 1024)) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await().atMost(PATIENCE).until(() -> sent.get() > 128 * 1024);
            // What fits into sockets and windows, then no more until the client reads.
            AtomicLong before = new AtomicLong(-1);
            await().pollInterval(Duration.ofMillis(500))
                    .atMost(PATIENCE)
                    .until(() -> before.getAndSet(sent.get()) == sent.get());
            assertThat(sent.get()).isLessThan(12 * 1024 * 1024);
            assertThat(wire.read().body()).hasSize(total);
            assertThat(wire.get("/next").text()).isEqualTo("next");
        }
    }

    @Test
    void sendsNoFasterThanTheServerReads() throws IOException {
        int total = 8 * 1024 * 1024;
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong received = new AtomicLong();
        start((wire, connection) -> {
            int stream = wire.readRequest().stream();
            go.await(30, TimeUnit.SECONDS);
            boolean ended = false;
            while (!ended) {
                Frame frame = wire.read();
                if (frame.type() == Http2Wire.DATA) {
                    int size = frame.payload().remaining();
                    received.addAndGet(size);
                    ended = frame.has(Http2Wire.END_STREAM);
                    if (size > 0 && !ended) {
                        wire.frame(Http2Wire.WINDOW_UPDATE, 0, 0, size >> 24, size >> 16, size >> 8, size);
                        wire.frame(Http2Wire.WINDOW_UPDATE, 0, stream, size >> 24, size >> 16, size >> 8, size);
                    }
                }
            }
            wire.respond(stream, "got " + received);
            answerAll(wire, "next");
        });
        try (HttpWire wire = client()) {
            AtomicLong written = new AtomicLong();
            Thread sender = new Thread(() -> {
                try {
                    wire.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + total + "\r\n\r\n");
                    byte[] piece = new byte[16 * 1024];
                    while (written.get() < total) {
                        wire.send(piece);
                        written.addAndGet(piece.length);
                    }
                } catch (IOException e) {
                    written.set(Long.MAX_VALUE);
                }
            });
            sender.start();
            AtomicLong before = new AtomicLong(-1);
            await().pollInterval(Duration.ofMillis(500))
                    .atMost(PATIENCE)
                    .until(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get());
            assertThat(written.get()).isLessThan(total);
            go.countDown();
            assertThat(wire.read().text()).isEqualTo("got " + total);
        }
    }

    @Test
    void takesAnAnswerThatComesBeforeTheRequestHasEnded() throws IOException {
        CountDownLatch reset = new CountDownLatch(1);
        start((wire, connection) -> {
            int stream = wire.readRequest().stream();
            wire.respond(stream, "enough");
            while (wire.readType(Http2Wire.RST_STREAM).stream() != stream) {
                // of another
            }
            reset.countDown();
            answerAll(wire, "next");
        });
        try (HttpWire wire = client()) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbeginning");
            assertThat(wire.read().text()).isEqualTo("enough");
            await().atMost(PATIENCE).until(() -> reset.getCount() == 0);
        }
    }

    @Test
    void saysThatAServerDoesNotSpeakHttp2() throws IOException {
        try (ServerSocket listening = new ServerSocket(0)) {
            Thread answering = new Thread(() -> {
                while (!listening.isClosed()) {
                    try (var socket = listening.accept()) {
                        socket.getOutputStream()
                                .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        socket.getOutputStream().flush();
                        socket.getInputStream().readNBytes(24);
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            answering.setDaemon(true);
            answering.start();
            proxy = ProxyFixture.beforeHttp2(listening.getLocalPort()).listen();
            try (HttpWire wire = client()) {
                assertThat(wire.send(POST).read().status()).isEqualTo(503);
            }
            await().atMost(PATIENCE).until(() -> proxy.proxy().connections() == 0);
        }
    }
}
