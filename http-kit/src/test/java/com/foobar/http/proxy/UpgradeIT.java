package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.testing.FixtureServer.Behaviour;
import com.foobar.http.testing.FixtureServer.Wire;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import com.foobar.http.testing.TestTls;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that switch to another protocol: WebSocket and its like (RFC 9110 §7.8, RFC 6455). */
class UpgradeIT {
    private static final String HANDSHAKE = head(
            "GET /chat HTTP/1.1",
            "Host: a",
            "Connection: keep-alive, Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    private static final String SWITCH = head(
            "HTTP/1.1 101 Switching Protocols",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    private static final int MIB = 1024 * 1024;
    /** Socket buffers of both hops and what the proxy holds. */
    private static final long BUFFERED_AT_MOST = 24L * MIB;

    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(1);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    private static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static Behaviour echo() {
        return (request, wire) -> {
            wire.send(SWITCH);
            for (byte[] some = wire.readSome(); some.length > 0; some = wire.readSome()) {
                wire.send(some);
            }
            wire.close();
        };
    }

    private HttpWire switched() throws IOException {
        HttpWire wire = HttpWire.connect(proxy.port()).send(HANDSHAKE);
        assertThat(wire.readSwitch().get(0)).isEqualTo("HTTP/1.1 101 Switching Protocols");
        return wire;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void awaitEnd() {
        await().until(() -> proxy.server(1).openConnections() == 0);
        await().until(() -> proxy.fixture().logged().size() == 1);
        await().until(() -> proxy.proxy().connections() == 0);
        assertThat(proxy.backendServer(1).inFlight()).isZero();
    }

    @Test
    void passesTheHandshakeOnAndBytesBothWays() throws IOException {
        proxy.listen();
        proxy.server(1).answer(echo());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            // The client does not wait for the answer with its first bytes.
            wire.send(HANDSHAKE + "early");
            List<String> head = wire.readSwitch();
            assertThat(head.get(0)).isEqualTo("HTTP/1.1 101 Switching Protocols");
            assertThat(head)
                    .containsOnlyOnce("connection: upgrade")
                    .contains("Upgrade: websocket", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(text(wire.readBytes(5))).isEqualTo("early");
            for (int i = 0; i < 100; i++) {
                wire.send("\u0081\u0003" + i);
                assertThat(text(wire.readBytes(2 + String.valueOf(i).length()))).isEqualTo("\u0081\u0003" + i);
            }
        }
        Map<String, String> fields = proxy.server(1).lastRequest().fields();
        assertThat(fields)
                .containsEntry("connection", "upgrade")
                .containsEntry("upgrade", "websocket")
                .containsEntry("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
                .containsEntry("x-forwarded-for", "127.0.0.1")
                .doesNotContainKey("content-length");
        awaitEnd();
        assertThat(proxy.fixture().logged(1).get(0)).satisfies(logged -> {
            assertThat(logged.status()).isEqualTo(101);
            assertThat(logged.bytesIn()).isEqualTo(logged.bytesOut()).isEqualTo(5 + 10 * 3 + 90 * 4);
            assertThat(logged.error()).isNull();
        });
        assertThat(proxy.backendServer(1).stats().responses(1)).isEqualTo(1);
    }

    @Test
    void passesOnWhatTheServerSendsWithItsAnswer() throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> {
            wire.send(SWITCH + "welcome");
            wire.stall();
        });
        try (HttpWire wire = switched()) {
            assertThat(text(wire.readBytes(7))).isEqualTo("welcome");
        }
        awaitEnd();
    }

    @Test
    void passesOnThatTheClientSendsNoMore() throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> {
            wire.send(SWITCH);
            String all = text(wire.read(Integer.MAX_VALUE));
            wire.send("got " + all).close();
        });
        try (HttpWire wire = switched()) {
            wire.send("everything").shutdownOutput();
            assertThat(text(wire.readBytes(Integer.MAX_VALUE))).isEqualTo("got everything");
        }
        awaitEnd();
    }

    @Test
    void passesOnThatTheServerSendsNoMore() throws Exception {
        proxy.listen();
        CountDownLatch received = new CountDownLatch(1);
        proxy.server(1).answer((request, wire) -> {
            wire.send(SWITCH + "bye").shutdownOutput();
            if (text(wire.read(Integer.MAX_VALUE)).equals("still here")) {
                received.countDown();
            }
        });
        try (HttpWire wire = switched()) {
            assertThat(text(wire.readBytes(Integer.MAX_VALUE))).isEqualTo("bye");
            wire.send("still here").shutdownOutput();
            assertThat(received.await(10, TimeUnit.SECONDS)).isTrue();
        }
        awaitEnd();
    }

    /** The server closes while more is on its way to it than it reads, so that its end, a reset and a write that fails meet. */
    @Test
    void passesOnTheLastWordOfAServerThatTakesNoMore() throws Exception {
        proxy.listen();
        CountDownLatch full = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        proxy.server(1).answer((request, wire) -> {
            wire.send(SWITCH);
            full.await();
            wire.send("enough").shutdownOutput();
            wire.close();
            closed.countDown();
        });
        CompletableFuture<Void> client;
        try (HttpWire wire = switched()) {
            AtomicLong sent = new AtomicLong();
            client = CompletableFuture.runAsync(() -> {
                try {
                    for (byte[] piece = new byte[64 * 1024]; ; sent.addAndGet(piece.length)) {
                        wire.send(piece);
                    }
                } catch (IOException e) {
                    // The other side has gone.
                }
            });
            awaitStandstill(sent);
            // What the server does now the proxy sees all at once.
            CountDownLatch go = new CountDownLatch(1);
            for (EventExecutor loop : proxy.fixture().transport().group()) {
                loop.execute(() -> hold(go));
            }
            full.countDown();
            closed.await();
            go.countDown();
            assertThat(text(wire.readBytes(Integer.MAX_VALUE))).isEqualTo("enough");
        }
        client.get(10, TimeUnit.SECONDS);
        awaitEnd();
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void makesTheServerWaitForASlowClient() throws IOException {
        proxy.listen();
        AtomicLong sent = new AtomicLong();
        byte[] piece = new byte[64 * 1024];
        long all = 64L * MIB;
        proxy.server(1).answer((request, wire) -> {
            wire.send(SWITCH);
            flood(wire, piece, all, sent);
            wire.close();
        });
        try (HttpWire wire = HttpWire.connect(proxy.port(), 64 * 1024).send(HANDSHAKE)) {
            wire.readSwitch();
            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(BUFFERED_AT_MOST);
            long read = 0;
            for (byte[] some = wire.readBytes(piece.length); some.length > 0; some = wire.readBytes(piece.length)) {
                read += some.length;
            }
            assertThat(read).isEqualTo(all);
        }
        awaitEnd();
    }

    private static void flood(Wire wire, byte[] piece, long all, AtomicLong sent) throws IOException {
        for (long i = 0; i < all; i += piece.length) {
            wire.send(piece);
            sent.addAndGet(piece.length);
        }
    }

    @Test
    void makesTheClientWaitForASlowServer() throws Exception {
        proxy.listen();
        CountDownLatch read = new CountDownLatch(1);
        AtomicLong received = new AtomicLong();
        long all = 64L * MIB;
        proxy.server(1).answer((request, wire) -> {
            wire.send(SWITCH);
            read.await();
            for (byte[] some = wire.readSome(); some.length > 0; some = wire.readSome()) {
                received.addAndGet(some.length);
            }
            wire.close();
        });
        try (HttpWire wire = switched()) {
            AtomicLong sent = new AtomicLong();
            byte[] piece = new byte[64 * 1024];
            Thread client = new Thread(() -> {
                try {
                    for (long i = 0; i < all; i += piece.length) {
                        wire.send(piece);
                        sent.addAndGet(piece.length);
                    }
                    wire.shutdownOutput();
                } catch (IOException e) {
                    sent.set(-1);
                }
            });
            client.start();
            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(BUFFERED_AT_MOST);
            read.countDown();
            client.join();
            assertThat(wire.isClosed()).isTrue();
            assertThat(received.get()).isEqualTo(all);
        }
        awaitEnd();
    }

    private static void awaitStandstill(AtomicLong sent) {
        long[] last = {-1};
        await().pollInterval(Duration.ofMillis(300)).until(() -> {
            boolean still = sent.get() > 0 && sent.get() == last[0];
            last[0] = sent.get();
            return still;
        });
    }

    @Test
    void closesTheServersSideWhenTheClientBreaksOff() throws IOException {
        proxy.listen();
        proxy.server(1).answer(echo());
        switched().reset();
        awaitEnd();
    }

    @Test
    void closesTheClientsSideWhenTheServerBreaksOff() throws Exception {
        proxy.listen();
        proxy.server(1).answer(echo());
        try (HttpWire wire = switched()) {
            proxy.server(1).kill();
            assertThat(wire.isClosed()).isTrue();
        }
        awaitEnd();
    }

    @Test
    void closesATunnelThroughWhichNothingFlows() throws IOException {
        proxy.listen(
                ProxySettings.DEFAULTS.with(ProxyTimeouts.DEFAULTS.withTunnel(Duration.ofSeconds(3))),
                HttpLimits.DEFAULTS);
        proxy.server(1).answer(echo());
        try (HttpWire wire = switched()) {
            assertThat(text(wire.send("x").readBytes(1))).isEqualTo("x");
            assertThat(wire.isClosed()).isTrue();
        }
        awaitEnd();
    }

    @Test
    void passesARefusalOnAndKeepsTheConnection() throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> wire.respond(403, "no"));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.send(HANDSHAKE).read().status()).isEqualTo(403);
            assertThat(wire.get("/").status()).isEqualTo(403);
        }
        assertThat(proxy.server(1).connections()).isEqualTo(1);
        assertThat(proxy.server(1).lastRequest().fields()).doesNotContainKeys("connection", "upgrade");
    }

    @Test
    void switchesToAnotherServerWhereOneRefusesTheConnection() throws IOException {
        try (ProxyFixture two = new ProxyFixture(2).listen()) {
            two.server(1).kill();
            two.server(2).answer(echo());
            for (int i = 0; i < 2; i++) {
                try (HttpWire wire = HttpWire.connect(two.port()).send(HANDSHAKE)) {
                    assertThat(wire.readSwitch().get(0)).startsWith("HTTP/1.1 101 ");
                    assertThat(text(wire.send("x").readBytes(1))).isEqualTo("x");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n",
                "Connection: Upgrade\r\nUpgrade: HTTP/2.0\r\n",
                "Connection: Upgrade\r\nUpgrade: TLS/1.2\r\n",
                "Connection: keep-alive\r\nUpgrade: websocket\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n"
            })
    void takesNoPartInOtherSwitches(String fields) throws IOException {
        proxy.listen();
        proxy.server(1).answer((request, wire) -> wire.send(SWITCH));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            String body = fields.contains("Content-Length") ? "x" : "";
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body)
                            .read()
                            .status())
                    .isEqualTo(502);
        }
        assertThat(proxy.server(1).lastRequest().fields())
                .doesNotContainKeys("connection", "upgrade", "http2-settings");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void switchesOverTls(String protocol, @TempDir Path directory) throws Exception {
        TestTls tls = TestTls.make(directory);
        proxy.listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS, tls::server);
        proxy.server(1).answer(echo());
        try (HttpWire wire =
                HttpWire.connect(proxy.port(), tls.client(), protocol).send(HANDSHAKE)) {
            assertThat(wire.readSwitch().get(0)).startsWith("HTTP/1.1 101 ");
            assertThat(text(wire.send("secret").readBytes(6))).isEqualTo("secret");
        }
        awaitEnd();
    }

    /** With BoringSSL, a close_notify ends both directions. */
    @Test
    void breaksATunnelWhoseClientHasEndedTls(@TempDir Path directory) throws Exception {
        TestTls tls = TestTls.make(directory);
        proxy.listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS, tls::server);
        CompletableFuture<String> received = new CompletableFuture<>();
        proxy.server(1).answer((request, wire) -> {
            wire.send(SWITCH);
            received.complete(text(wire.read(Integer.MAX_VALUE)));
            for (byte[] piece = new byte[1024]; ; Thread.sleep(1)) {
                wire.send(piece);
            }
        });
        try (HttpWire wire =
                HttpWire.connect(proxy.port(), tls.client(), "TLSv1.3").send(HANDSHAKE)) {
            wire.readSwitch();
            wire.send("everything").shutdownOutput();
            assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo("everything");
            awaitEnd();
        }
    }

    @Test
    void endsTlsWhereTheServerEnds(@TempDir Path directory) throws Exception {
        TestTls tls = TestTls.make(directory);
        proxy.listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS, tls::server);
        proxy.server(1).answer((request, wire) -> wire.send(SWITCH + "bye").close());
        try (HttpWire wire =
                HttpWire.connect(proxy.port(), tls.client(), "TLSv1.3").send(HANDSHAKE)) {
            wire.readSwitch();
            assertThat(text(wire.readBytes(Integer.MAX_VALUE))).isEqualTo("bye");
        }
        awaitEnd();
    }
}
