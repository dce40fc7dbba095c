package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.message.WebSocketKey;
import com.foobar.http.testing.Http2FixtureServer;
import com.foobar.http.testing.Http2Wire;
import com.foobar.http.testing.Http2Wire.Frame;
import com.foobar.http.testing.ProxyFixture;
import com.foobar.http.testing.TestTls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What either side of a WebSocket over HTTP/2 (RFC 8441) sends before it ends arrives, however late the other side takes it, and whoever ended first. */
class LastBytesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int WINDOW = 64 * 1024;
    private static final int PIECE = 1024;
    private static final int SMALL_BUFFER = 16 * 1024;
    /** More than the window of a client that never opens it, by less than has the server wait. */
    private static final byte[] MORE_THAN_WINDOW = new byte[WINDOW + 16 * 1024];

    private static final int[] TUNNELS = {0, 8, 0, 0, 0, 1};

    @TempDir
    static Path directory;

    private static TestTls tls;

    private final CountDownLatch serverMayEnd = new CountDownLatch(1);
    private final CountDownLatch serverMayRead = new CountDownLatch(1);
    private final CompletableFuture<Long> received = new CompletableFuture<>();
    private ServerSocket listening;
    private Http2FixtureServer http2Server;
    private ProxyFixture proxy;

    @BeforeAll
    static void makeCertificate() throws Exception {
        tls = TestTls.make(directory);
    }

    @BeforeEach
    void bind() throws IOException {
        listening = new ServerSocket();
        listening.setReceiveBufferSize(SMALL_BUFFER);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        listening.close();
        if (http2Server != null) {
            http2Server.close();
        }
    }

    /** What a server of HTTP/1.1 does behind its switch. */
    @FunctionalInterface
    private interface Talk {
        void on(Socket socket) throws Exception;
    }

    private void before(Duration serverTimeout, Talk talk) throws IOException {
        ProxyTimeouts defaults = ProxyTimeouts.DEFAULTS;
        ProxyTimeouts timeouts = new ProxyTimeouts(
                defaults.connect(), serverTimeout, defaults.queue(), defaults.tunnel(), defaults.total());
        proxy = ProxyFixture.before(listening.getLocalPort())
                .listen(ProxySettings.DEFAULTS.with(timeouts), HttpLimits.DEFAULTS, tls::server);
        Thread thread = new Thread(() -> {
            try (Socket socket = listening.accept()) {
                handshake(socket);
                talk.on(socket);
            } catch (Exception e) {
                received.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void handshake(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String key = "";
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            if (line.startsWith("sec-websocket-key: ")) {
                key = line.substring("sec-websocket-key: ".length());
            }
        }
        String answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: " + WebSocketKey.accept(key) + "\r\n\r\n";
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    }

    private Http2Wire connected() throws IOException {
        byte[] head = Http2Wire.block(
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "https",
                ":path",
                "/chat",
                ":authority",
                "a",
                "sec-websocket-version",
                "13");
        Http2Wire wire = Http2Wire.connect(proxy.port(), tls.client());
        // The connection's window is no obstacle.
        wire.frame(Http2Wire.WINDOW_UPDATE, 0, 0, 0, 8, 0, 0);
        wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, 1, head);
        assertThat(wire.readStatus(1)).isEqualTo(200);
        return wire;
    }

    /** Sends until the window stays shut: a window's worth or so is held. Returns how many bytes were sent. */
    private static long sendUntilHeld(Http2Wire wire, int stream) throws IOException, InterruptedException {
        long sent = 0;
        int window = WINDOW - 1;
        for (int shut = 0; shut < 5; ) {
            for (; window >= PIECE; window -= PIECE, sent += PIECE) {
                wire.frame(Http2Wire.DATA, 0, stream, new byte[PIECE]);
            }
            int opened = openedBy(wire, stream);
            window += opened;
            shut = opened > 0 ? 0 : shut + 1;
            if (opened == 0) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        return sent;
    }

    /** Bytes by which the stream's window was opened before everything sent so far had been looked at. */
    private static int openedBy(Http2Wire wire, int stream) throws IOException {
        int opened = 0;
        wire.frame(Http2Wire.PING, 0, 0, new byte[8]);
        for (Frame frame = wire.read(); frame.type() != Http2Wire.PING; frame = wire.read()) {
            assertThat(frame.type()).isNotEqualTo(Http2Wire.GOAWAY);
            if (frame.type() == Http2Wire.WINDOW_UPDATE && frame.stream() == stream) {
                opened += frame.payload().getInt();
            }
        }
        return opened;
    }

    private static void end(Http2Wire wire) throws IOException {
        wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, 1);
        openedBy(wire, 1);
    }

    /** Reads to the end of the stream, and returns how many bytes came. */
    private static long readToEnd(Http2Wire wire, int stream) throws IOException {
        for (long bytes = 0; ; ) {
            Frame frame = wire.read(stream);
            if (frame.type() == Http2Wire.DATA) {
                bytes += frame.payload().remaining();
                if (frame.has(Http2Wire.END_STREAM)) {
                    return bytes;
                }
            } else {
                assertThat(frame.type()).isEqualTo(Http2Wire.WINDOW_UPDATE);
            }
        }
    }

    private static void openWindow(Http2Wire wire) throws IOException {
        wire.frame(Http2Wire.WINDOW_UPDATE, 0, 1, 0, 8, 0, 0).flush();
    }

    private void count(Socket socket) throws IOException {
        byte[] some = new byte[SMALL_BUFFER];
        long bytes = 0;
        for (int n = socket.getInputStream().read(some);
                n >= 0;
                n = socket.getInputStream().read(some)) {
            bytes += n;
        }
        received.complete(bytes);
    }

    private void awaitEnd() {
        await().atMost(PATIENCE).until(() -> proxy.fixture().logged().size() == 1);
        await().atMost(PATIENCE).until(() -> proxy.backendServer(1).inFlight() == 0);
    }

    private void awaitServersEnd() {
        await().atMost(PATIENCE).until(() -> proxy.proxy().connections() == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fromTheClientToAServerThatEnds(boolean before) throws Exception {
        before(PATIENCE, socket -> {
            serverMayEnd.await();
            socket.shutdownOutput();
            serverMayRead.await();
            count(socket);
        });
        long sent;
        try (Http2Wire wire = connected()) {
            if (before) {
                serverMayEnd.countDown();
                assertThat(readToEnd(wire, 1)).isZero();
            }
            sent = sendUntilHeld(wire, 1);
            end(wire);
            if (!before) {
                serverMayEnd.countDown();
                assertThat(readToEnd(wire, 1)).isZero();
            }
        }
        // The stream is over, and so is its connection.
        serverMayRead.countDown();
        assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(sent);
        awaitEnd();
        assertThat(proxy.fixture().logged(1).get(0)).satisfies(logged -> {
            assertThat(logged.bytesIn()).isEqualTo(sent);
            assertThat(logged.error()).isNull();
        });
    }

    @Test
    void fromTheClientAreNotKeptForAServerThatTakesNoneInTime() throws Exception {
        before(Duration.ofSeconds(2), socket -> {
            serverMayEnd.await();
            socket.shutdownOutput();
            serverMayRead.await();
        });
        try (Http2Wire wire = connected()) {
            long sent = sendUntilHeld(wire, 1);
            end(wire);
            serverMayEnd.countDown();
            assertThat(readToEnd(wire, 1)).isZero();
            awaitEnd();
            assertThat(proxy.fixture().logged(1).get(0).bytesIn()).isLessThan(sent);
        }
        serverMayRead.countDown();
    }

    @Test
    void fromTheServerToAClientThatEndsFirst() throws Exception {
        before(PATIENCE, socket -> {
            count(socket);
            socket.getOutputStream().write(MORE_THAN_WINDOW);
        });
        try (Http2Wire wire = connected()) {
            end(wire);
            assertThat(received.get(30, TimeUnit.SECONDS)).isZero();
            awaitServersEnd();
            openWindow(wire);
            assertThat(readToEnd(wire, 1)).isEqualTo(MORE_THAN_WINDOW.length);
        }
        awaitEnd();
    }

    @Test
    void fromAServerThatBreaksAfterItsEnd() throws Exception {
        before(PATIENCE, socket -> {
            socket.getOutputStream().write(MORE_THAN_WINDOW);
            socket.shutdownOutput();
            // Long enough for that to be seen before the reset, which nothing tells of.
            TimeUnit.SECONDS.sleep(1);
            socket.setSoLinger(true, 0);
            socket.close();
            received.complete(0L);
        });
        try (Http2Wire wire = connected()) {
            received.get(30, TimeUnit.SECONDS);
            // Nobody takes this any more, which is how the reset is seen.
            wire.data(1, 0, "late").flush();
            awaitServersEnd();
            wire.data(1, 0, "later");
            openWindow(wire);
            assertThat(readToEnd(wire, 1)).isEqualTo(MORE_THAN_WINDOW.length);
            end(wire);
            awaitEnd();
        }
    }

    private void beforeHttp2(Http2FixtureServer.Script script) throws IOException {
        http2Server = new Http2FixtureServer(script, TUNNELS);
        proxy = ProxyFixture.beforeHttp2(http2Server.port())
                .listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS, tls::server);
    }

    @Test
    void fromTheClientToAServerOfHttp2ThatEndsFirst() throws Exception {
        Http2FixtureServer.Script script = (wire, connection) -> {
            int stream = wire.readRequest().stream();
            wire.respond(stream, false).flush();
            serverMayEnd.await();
            wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream).flush();
            serverMayRead.await();
            wire.frame(Http2Wire.WINDOW_UPDATE, 0, stream, 0, 8, 0, 0);
            wire.frame(Http2Wire.WINDOW_UPDATE, 0, 0, 0, 8, 0, 0);
            received.complete(readToEnd(wire, stream));
        };
        beforeHttp2(script);
        long sent;
        try (Http2Wire wire = connected()) {
            sent = sendUntilHeld(wire, 1);
            end(wire);
            serverMayEnd.countDown();
            assertThat(readToEnd(wire, 1)).isZero();
        }
        serverMayRead.countDown();
        assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(sent);
        awaitEnd();
    }

    /** The client's window being shut, the server sends more until its own is; returns how much the proxy has been sent. */
    private static long sendUntilHeldAndEnd(Http2Wire wire, int stream) throws IOException, InterruptedException {
        long sent = sendUntilHeld(wire, stream);
        wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream);
        openedBy(wire, stream);
        return sent;
    }

    @Test
    void fromAServerOfHttp2ThatCloses() throws Exception {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        beforeHttp2((wire, connection) -> {
            int stream = wire.readRequest().stream();
            wire.respond(stream, false);
            sent.complete(sendUntilHeldAndEnd(wire, stream));
        });
        try (Http2Wire wire = connected()) {
            long all = sent.get(30, TimeUnit.SECONDS);
            awaitServersEnd();
            openWindow(wire);
            assertThat(readToEnd(wire, 1)).isEqualTo(all);
            end(wire);
            awaitEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fromAServerOfHttp2ThatWantsNoMore(boolean clientIsHeld) throws Exception {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        CountDownLatch clientHasSent = new CountDownLatch(1);
        beforeHttp2((wire, connection) -> {
            int stream = wire.readRequest().stream();
            wire.respond(stream, false).flush();
            if (clientIsHeld) {
                clientHasSent.await();
            }
            long all = sendUntilHeldAndEnd(wire, stream);
            // RFC 9113 §8.1
            wire.frame(Http2Wire.RST_STREAM, 0, stream, 0, 0, 0, Http2Wire.NO_ERROR);
            openedBy(wire, stream);
            sent.complete(all);
            wire.isClosed();
        });
        try (Http2Wire wire = connected()) {
            if (clientIsHeld) {
                sendUntilHeld(wire, 1);
                clientHasSent.countDown();
            }
            long all = sent.get(30, TimeUnit.SECONDS);
            openWindow(wire);
            assertThat(readToEnd(wire, 1)).isEqualTo(all);
            end(wire);
            awaitEnd();
        }
    }
}
