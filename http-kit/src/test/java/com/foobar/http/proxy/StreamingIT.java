package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Large bodies pass through whole, and what is in memory does not grow with them. */
class StreamingIT {
    private static final int MIB = 1024 * 1024;
    private static final int LARGE = 100 * MIB;
    /** Socket buffers of both hops (which the kernel lets grow to 6 MiB and 4 MiB each) and what the proxy holds. */
    private static final long BUFFERED_AT_MOST = 24L * MIB;

    private final byte[] piece = new byte[64 * 1024];
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(1);
        for (int i = 0; i < piece.length; i++) {
            piece[i] = (byte) (i * 31);
        }
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    private long crcOf(int size) {
        CRC32 crc = new CRC32();
        for (int i = 0; i < size / piece.length; i++) {
            crc.update(piece);
        }
        return crc.getValue();
    }

    @Test
    void passesALargeRequestBodyOnWhole() throws IOException {
        proxy.listen();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE + "\r\n\r\n");
            for (int i = 0; i < LARGE / piece.length; i++) {
                wire.send(piece);
            }
            assertThat(wire.read().status()).isEqualTo(200);
        }
        assertThat(proxy.server(1).lastRequest().length()).isEqualTo(LARGE);
        assertThat(proxy.server(1).lastRequest().crc()).isEqualTo(crcOf(LARGE));
        assertThat(proxy.fixture().logged(1).get(0).bytesIn()).isEqualTo(LARGE);
    }

    @Test
    void passesALargeChunkedRequestBodyOnWhole() throws IOException {
        proxy.listen();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < LARGE / piece.length; i++) {
                wire.send("10000\r\n").send(piece).send("\r\n");
            }
            assertThat(wire.send("0\r\n\r\n").read().status()).isEqualTo(200);
        }
        assertThat(proxy.server(1).lastRequest().crc()).isEqualTo(crcOf(LARGE));
    }

    @Test
    void passesALargeResponseBodyOnWhole() throws IOException {
        proxy.listen();
        answerWith(LARGE, new AtomicLong());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            CRC32 crc = new CRC32();
            skipHead(wire);
            for (int i = 0; i < LARGE / piece.length; i++) {
                crc.update(wire.readBytes(piece.length));
            }
            assertThat(crc.getValue()).isEqualTo(crcOf(LARGE));
            assertThat(wire.get("/").body()).hasSize(LARGE);
        }
        assertThat(proxy.server(1).connections()).isEqualTo(1);
    }

    private void answerWith(int size, AtomicLong sent) {
        proxy.server(1).answer((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            for (int i = 0; i < size / piece.length; i++) {
                wire.send(piece);
                sent.addAndGet(piece.length);
            }
        });
    }

    private static void skipHead(HttpWire wire) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) wire.readBytes(1)[0]);
        }
    }

    @Test
    void makesTheServerWaitForASlowClient() throws IOException {
        proxy.listen();
        AtomicLong sent = new AtomicLong();
        answerWith(LARGE, sent);
        try (HttpWire wire = HttpWire.connect(proxy.port(), 64 * 1024)) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(BUFFERED_AT_MOST);
            skipHead(wire);
            long read = 0;
            while (read < LARGE) {
                read += wire.readBytes(piece.length).length;
            }
            assertThat(read).isEqualTo(LARGE);
        }
        await().until(() -> proxy.fixture().logged().size() == 1);
    }

    @Test
    void makesTheClientWaitForASlowServer() throws Exception {
        proxy.listen();
        CountDownLatch latch = new CountDownLatch(1);
        // The fixture reads bodies at once, so the slow server is one that accepts and reads nothing.
        try (java.net.ServerSocket slow = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
                ProxyFixture before = ProxyFixture.before(slow.getLocalPort());
                HttpWire wire = HttpWire.connect(before.listen().port())) {
            AtomicLong sent = new AtomicLong();
            Thread client = new Thread(() -> {
                try {
                    wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE + "\r\n\r\n");
                    for (int i = 0; i < LARGE / piece.length; i++) {
                        wire.send(piece);
                        sent.addAndGet(piece.length);
                    }
                } catch (IOException e) {
                    latch.countDown();
                }
            });
            client.start();
            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(BUFFERED_AT_MOST);
            wire.reset();
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        }
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
    void refusesABodyThatIsTooLarge() throws IOException {
        proxy.listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS.withBodyBytes(1000));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");
            HttpWire.Response response = wire.read();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.closes()).isTrue();
        }
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + "x".repeat(1001));
            assertThat(wire.read().status()).isEqualTo(413);
        }
        assertThat(proxy.server(1).requests()).isEmpty();
        await().until(() -> proxy.fixture().logged().size() == 2);
    }

    @Test
    void closesTheServersConnectionWhenTheClientGoesAway() throws Exception {
        proxy.listen();
        CountDownLatch asked = new CountDownLatch(1);
        proxy.server(1).answer((request, wire) -> {
            asked.countDown();
            wire.stall();
        });
        HttpWire wire = HttpWire.connect(proxy.port());
        wire.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        asked.await();
        wire.close();
        await().until(() -> proxy.server(1).openConnections() == 0);
        await().until(() -> proxy.fixture().logged().size() == 1);
        assertThat(proxy.fixture().logged(1).get(0).status()).isEqualTo(499);
        assertThat(proxy.fixture().logged(1).get(0).error()).isInstanceOf(ProxyError.ClientGone.class);
        assertThat(proxy.backendServer(1).inFlight()).isZero();
        assertThat(proxy.backendServer(1).stats().clientAborts()).isEqualTo(1);
    }

    @Test
    void closesTheServersConnectionWhenTheClientsBodyIsMalformed() throws IOException {
        proxy.listen();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            await().until(() -> proxy.server(1).connections() == 1);
            wire.send("nonsense\r\n");
            assertThat(wire.read().status()).isEqualTo(400);
        }
        await().until(() -> proxy.server(1).openConnections() == 0);
        assertThat(proxy.server(1).requests()).isEmpty();
    }

    @Test
    void answers408WhenTheBodyStopsFlowing() throws IOException {
        proxy.listen(
                ProxySettings.DEFAULTS,
                HttpLimits.DEFAULTS.withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(300)));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
            assertThat(wire.read().status()).isEqualTo(408);
            assertThat(wire.isClosed()).isTrue();
        }
        assertThat(proxy.fixture().logged(1).get(0).error()).isInstanceOf(ProxyError.BodyTimeout.class);
        await().until(() -> proxy.server(1).openConnections() == 0);
    }

    @Test
    void passesAnEarlyAnswerOnAndGivesTheConnectionUp() throws Exception {
        try (java.net.ServerSocket early = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
                ProxyFixture before = ProxyFixture.before(early.getLocalPort());
                HttpWire wire = HttpWire.connect(before.listen().port())) {
            proxy.listen();
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc");
            try (java.net.Socket socket = early.accept()) {
                socket.getOutputStream()
                        .write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                assertThat(wire.read().status()).isEqualTo(403);
                assertThat(wire.isClosed()).isTrue();
                await().until(() -> before.proxy().connections() == 0);
            }
        }
    }

    /** On one of many connections its end is noticed by writing to it. */
    @Test
    void passesTheAnswerOfAServerOnThatTakesNoMoreOfTheRequest() throws Exception {
        uploadToOneThatSoonAnswers("Content-Length: 2\r\n\r\nno", wire -> {
            HttpWire.Response response = wire.read();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.text()).isEqualTo("no");
        });
    }

    /** After a reset nobody knows whether that was all. */
    @Test
    void takesNoAnswerForWholeWhoseEndIsAReset() throws Exception {
        uploadToOneThatSoonAnswers("\r\nno", wire -> {
            try {
                assertThat(wire.read().status()).isEqualTo(502);
            } catch (IOException e) {
                // It is cut off.
            }
        });
    }

    private interface Client {
        void reads(HttpWire wire) throws IOException;
    }

    private void uploadToOneThatSoonAnswers(String answer, Client client) throws Exception {
        try (java.net.ServerSocket early = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
                ProxyFixture before = ProxyFixture.before(early.getLocalPort())) {
            before.listen();
            early.setSoTimeout(10_000);
            for (int i = 0; i < 50; i++) {
                try (HttpWire wire = HttpWire.connect(before.port())) {
                    Thread uploading = new Thread(() -> upload(wire));
                    uploading.start();
                    try (java.net.Socket socket = early.accept()) {
                        socket.getInputStream().readNBytes(8 * piece.length);
                        socket.getOutputStream()
                                .write(("HTTP/1.1 413 Content Too Large\r\n" + answer)
                                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                        socket.setSoLinger(true, 0);
                    }
                    client.reads(wire);
                    uploading.join(10_000);
                    assertThat(uploading.isAlive()).isFalse();
                }
            }
            await().until(() -> before.proxy().connections() == 0);
        }
    }

    /** A client that writes before it reads would otherwise never come to read. */
    @Test
    void takesWhatIsStillToComeOfARequestThatTheServerTakesNoMoreOf() throws Exception {
        try (java.net.ServerSocket leaving =
                        new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
                ProxyFixture before = ProxyFixture.before(leaving.getLocalPort());
                HttpWire wire = HttpWire.connect(before.listen().port(), 64 * 1024)) {
            leaving.setSoTimeout(10_000);
            Thread uploading = new Thread(() -> upload(wire));
            uploading.start();
            java.net.Socket server = leaving.accept();
            AtomicLong sent = new AtomicLong();
            new Thread(() -> answer(server, sent)).start();
            awaitStandstill(sent);
            assertThat(uploading.isAlive()).isTrue();
            server.setSoLinger(true, 0);
            server.close();
            uploading.join(10_000);
            assertThat(uploading.isAlive()).isFalse();
            wire.reset();
            await().until(() -> before.proxy().connections() == 0);
        }
    }

    /** Nothing of the request is on its way when the server goes, so that its end is met by reading, while the answer waits for the client. */
    @Test
    void takesWhatIsStillToComeOfARequestWhoseServerHasGone() throws Exception {
        try (java.net.ServerSocket leaving =
                        new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
                ProxyFixture before = ProxyFixture.before(leaving.getLocalPort());
                HttpWire wire = HttpWire.connect(before.listen().port(), 64 * 1024)) {
            leaving.setSoTimeout(10_000);
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE + "\r\n\r\n")
                    .send(piece);
            java.net.Socket server = leaving.accept();
            server.getInputStream().readNBytes(piece.length);
            AtomicLong sent = new AtomicLong();
            new Thread(() -> answer(server, sent)).start();
            awaitStandstill(sent);
            server.setSoLinger(true, 0);
            server.close();
            CompletableFuture<Void> uploading = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 1; i < LARGE / piece.length; i++) {
                        wire.send(piece);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(uploading).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    /** A server that echoes can take no more of the request until the client takes more of the answer. */
    @Test
    void doesNotBlameTheServerWhileTheClientReadsNothing() throws Exception {
        Duration serverTimeout = Duration.ofMillis(300);
        Duration longer = Duration.ofSeconds(5);
        try (java.net.ServerSocket echoing =
                        new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
                ProxyFixture before = ProxyFixture.before(echoing.getLocalPort())
                        .listen(
                                ProxySettings.DEFAULTS.withTimeouts(longer, serverTimeout, longer),
                                HttpLimits.DEFAULTS);
                HttpWire wire = HttpWire.connect(before.port(), 64 * 1024)) {
            echoing.setSoTimeout(10_000);
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE + "\r\n\r\n");
            try (java.net.Socket server = echoing.accept()) {
                AtomicLong answered = new AtomicLong();
                new Thread(() -> answer(server, answered)).start();
                awaitStandstill(answered);
                AtomicLong uploaded = new AtomicLong();
                Thread uploading = new Thread(() -> {
                    try {
                        while (true) {
                            wire.send(piece);
                            uploaded.addAndGet(piece.length);
                        }
                    } catch (IOException e) {
                        // It is reset by then.
                    }
                });
                uploading.start();
                awaitStandstill(uploaded);
                await().during(serverTimeout.multipliedBy(3))
                        .until(() -> before.fixture().logged().isEmpty());
                wire.reset();
                uploading.join(10_000);
            }
            assertThat(before.fixture().logged(1).get(0).error()).isInstanceOf(ProxyError.ClientGone.class);
        }
    }

    private void answer(java.net.Socket server, AtomicLong sent) {
        try {
            server.getOutputStream()
                    .write(("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n")
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            while (true) {
                server.getOutputStream().write(piece);
                sent.addAndGet(piece.length);
            }
        } catch (IOException e) {
            // It is reset by then.
        }
    }

    private void upload(HttpWire wire) {
        try {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE + "\r\n\r\n");
            for (int i = 0; i < LARGE / piece.length; i++) {
                wire.send(piece);
            }
        } catch (IOException e) {
            // It is closed once the answer has been passed on.
        }
    }
}
