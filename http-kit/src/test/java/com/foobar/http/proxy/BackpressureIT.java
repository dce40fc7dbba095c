package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import com.foobar.http.testing.TestTls;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body goes on flowing, to its end, however often the side that takes it falls behind. */
class BackpressureIT {
    private static final int SIZE = 24 * 1024 * 1024;
    private static final int CHUNK = 8 * 1024;
    private static final byte[] CHUNKED_PIECE =
            ("2000\r\n" + "x".repeat(CHUNK) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    private static final int SMALL_BUFFER = 16 * 1024;

    @TempDir
    static Path directory;

    private static TestTls tls;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeAll
    static void makeCertificate() throws Exception {
        tls = TestTls.make(directory);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void passesChunksOnToASlowServer() throws Exception {
        try (ServerSocket slow = slowServer();
                ProxyFixture proxy = ProxyFixture.before(slow.getLocalPort()).listen();
                HttpWire wire = HttpWire.connect(proxy.port())) {
            byte[] message = chunked("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(upload(slow, wire, message, message.length - 1024)).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void passesAnUploadByTlsOnToASlowServer(String protocol) throws Exception {
        try (ServerSocket slow = slowServer();
                ProxyFixture proxy = ProxyFixture.before(slow.getLocalPort())
                        .listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS, tls::server);
                HttpWire wire = HttpWire.connect(proxy.port(), tls.client(), protocol)) {
            byte[] head = ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + SIZE + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            byte[] message = java.util.Arrays.copyOf(head, head.length + SIZE);
            assertThat(upload(slow, wire, message, SIZE)).isEqualTo(200);
        }
    }

    private static ServerSocket slowServer() throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReceiveBufferSize(SMALL_BUFFER);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        return socket;
    }

    /** Sends the message to a server that begins to read when no more can be sent, and answers after that many bytes. */
    private int upload(ServerSocket slow, HttpWire wire, byte[] message, int expected) throws Exception {
        AtomicLong sent = new AtomicLong();
        Future<?> client = threads.submit(() -> {
            for (int from = 0; from < message.length; from += CHUNK) {
                byte[] piece = java.util.Arrays.copyOfRange(message, from, Math.min(message.length, from + CHUNK));
                wire.send(piece);
                sent.addAndGet(piece.length);
            }
            return null;
        });
        try (Socket server = slow.accept()) {
            awaitStandstill(sent);
            readSlowly(server.getInputStream(), expected);
            server.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            client.get(10, TimeUnit.SECONDS);
            return wire.read().status();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "TLSv1.2", "TLSv1.3"})
    void passesChunksOnToASlowClient(String protocol) throws Exception {
        boolean plain = protocol.equals("plain");
        byte[] message = chunked("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        AtomicLong sent = new AtomicLong();
        try (ProxyFixture proxy = new ProxyFixture(1)
                        .listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS, plain ? null : tls::server);
                HttpWire wire = plain
                        ? HttpWire.connect(proxy.port(), SMALL_BUFFER)
                        : HttpWire.connect(proxy.port(), tls.client(), protocol)) {
            proxy.server(1).answer((request, server) -> {
                for (int from = 0; from < message.length; from += CHUNK) {
                    byte[] piece = java.util.Arrays.copyOfRange(message, from, Math.min(message.length, from + CHUNK));
                    server.send(piece);
                    sent.addAndGet(piece.length);
                }
            });
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            awaitStandstill(sent);
            assertThat(wire.read().body()).hasSize(SIZE);
        }
    }

    private static byte[] chunked(String head) {
        byte[] begin = head.getBytes(StandardCharsets.US_ASCII);
        byte[] end = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        int chunks = SIZE / CHUNK;
        java.nio.ByteBuffer message =
                java.nio.ByteBuffer.allocate(begin.length + chunks * CHUNKED_PIECE.length + end.length);
        message.put(begin);
        for (int i = 0; i < chunks; i++) {
            message.put(CHUNKED_PIECE);
        }
        return message.put(end).array();
    }

    /** Reads that many bytes, and gives the others time to stand still again in between. */
    private static void readSlowly(InputStream from, int count) throws IOException {
        InputStream in = new BufferedInputStream(from);
        for (int read = 0; read < count; read += CHUNK) {
            assertThat(in.readNBytes(Math.min(CHUNK, count - read))).isNotEmpty();
            LockSupport.parkNanos(1);
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
}
