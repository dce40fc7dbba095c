package com.foobar.web;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.testing.FixtureServer;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shared cache where the client that asked first takes nothing of what it asked for. */
class SlowClientIT {
    private static final int MIB = 1 << 20;
    private static final int LENGTH = 32 * MIB;

    /** What the app server answers with, and how often it was asked, and has sent all of it. */
    private final AtomicInteger asked = new AtomicInteger();

    private final AtomicInteger sent = new AtomicInteger();
    private volatile boolean chunked;
    private FixtureServer origin;
    private TestWeb web;

    @BeforeEach
    void start() throws IOException {
        origin = FixtureServer.start("origin").answer((request, wire) -> {
            if (request.target().equals("/health/ready")) {
                wire.respond(200, "ready");
                return;
            }
            asked.incrementAndGet();
            String head = "HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\n";
            if (chunked) {
                wire.send(head + "Transfer-Encoding: chunked\r\n\r\n");
                byte[] body = body();
                for (int from = 0; from < LENGTH; from += MIB) {
                    wire.send(Integer.toHexString(MIB) + "\r\n");
                    wire.send(Arrays.copyOfRange(body, from, from + MIB));
                    wire.send("\r\n");
                }
                wire.send("0\r\n\r\n");
            } else {
                wire.send(head + "Content-Length: " + LENGTH + "\r\n\r\n");
                wire.send(body());
            }
            sent.incrementAndGet();
        });
    }

    private void startWeb(String memory, String maxObject, String patience) {
        web = TestWeb.start("""
                gateway:
                  servers: [{name: origin, address: 'localhost:%d'}]
                  check: {on-error: fastinter, fall: 100}
                  attempts: 1
                  cache: {memory: %s, max-object: %s, collapse-timeout: 1m, slow-client-timeout: %s}
                log: {access: false}
                """.formatted(origin.port(), memory, maxObject, patience));
        await().atMost(60, SECONDS).until(() -> web.running().service().neighbours().stream()
                .allMatch(server -> server.state().equals("UP")));
    }

    @AfterEach
    void stop() throws IOException {
        web.close();
        origin.close();
    }

    /** Each byte tells its place, so that nothing can be left out, doubled or exchanged unnoticed. */
    private static byte[] body() {
        byte[] body = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            body[i] = (byte) (i * 31 ^ i >>> 8 ^ i >>> 16);
        }
        return body;
    }

    @Test
    void isHeldNoMoreForThanItTakes() throws Exception {
        startWeb("64MiB", "64MiB", "5s");
        try (Socket alone = slowClient()) {
            await().atMost(60, SECONDS).until(() -> incoming() > 0);
            // Given up, though the app server has not sent all: nothing is kept for the client but what is queued.
            await().atMost(60, SECONDS).until(() -> incoming() == 0);
            assertThat(sent).hasValue(0);
            assertThat(response(alone)).isEqualTo(body());
            await().atMost(60, SECONDS).until(() -> sent.get() == 1);
        }
        assertThat(web.management("/cache")).contains("\"responses\" : 0");
    }

    @Test
    void delaysNobodyElseAndIsServedFromWhatIsStored() throws Exception {
        startWeb("64MiB", "64MiB", "1m");
        try (Socket leader = slowClient()) {
            await().atMost(60, SECONDS).until(() -> asked.get() == 1);
            long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
            assertThat(web.get("/api/x").body()).isEqualTo(body());
            assertThat(asked).hasValue(1);
            // The leader has taken next to nothing, and what it has yet to take is not held once more for it.
            assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
                    .isLessThan(LENGTH / 2);
            assertThat(response(leader)).isEqualTo(body());
        }
        assertThat(web.management("/cache")).contains("\"responses\" : 1");
        await().atMost(60, SECONDS).until(() -> incoming() == 0);
    }

    @Test
    void getsTheRestOfWhatTurnsOutTooBigToBeStored() throws Exception {
        chunked = true;
        startWeb("64MiB", "16MiB", "1m");
        try (Socket leader = slowClient()) {
            await().atMost(60, SECONDS).until(() -> incoming() > 0);
            assertThat(web.get("/api/x").body()).isEqualTo(body());
            assertThat(asked).hasValue(2);
            // Kept for the leader, and counted until it has it.
            assertThat(incoming()).isEqualTo(16 * MIB);
            assertThat(dechunked(response(leader))).isEqualTo(body());
        }
        await().atMost(60, SECONDS).until(() -> incoming() == 0);
        assertThat(web.management("/cache")).contains("\"responses\" : 0");
    }

    @Test
    void givesItsRoomBackWhenItLeaves() throws Exception {
        chunked = true;
        startWeb("64MiB", "16MiB", "1m");
        try (Socket leader = slowClient()) {
            await().atMost(60, SECONDS).until(() -> incoming() > 0);
            assertThat(web.get("/api/x").body()).isEqualTo(body());
            assertThat(incoming()).isEqualTo(16 * MIB);
            leader.setSoLinger(true, 0);
        }
        await().atMost(60, SECONDS).until(() -> incoming() == 0);
    }

    /** Has sent its request, and takes nothing of the answer. */
    private Socket slowClient() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(60_000);
        socket.connect(new InetSocketAddress("localhost", web.port()));
        socket.getOutputStream()
                .write(("GET /api/x HTTP/1.1\r\nHost: localhost:" + web.port() + "\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** The body as it is sent. */
    private static byte[] response(Socket socket) throws Exception {
        byte[] all = CompletableFuture.supplyAsync(() -> {
                    try (InputStream in = socket.getInputStream()) {
                        return in.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .get(60, SECONDS);
        int from = new String(all, 0, Math.min(all.length, 8192), StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
        return Arrays.copyOfRange(all, from, all.length);
    }

    private static byte[] dechunked(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; ; ) {
            int line = at;
            while (body[line] != '\r') {
                line++;
            }
            int size = Integer.parseInt(new String(body, at, line - at, StandardCharsets.ISO_8859_1), 16);
            if (size == 0) {
                return out.toByteArray();
            }
            out.write(body, line + 2, size);
            at = line + 2 + size + 2;
        }
    }

    /** Bytes of responses on their way into the store. */
    private long incoming() throws Exception {
        String status = web.management("/cache");
        String name = "\"incomingBytes\" : ";
        return Long.parseLong(
                status.substring(status.indexOf(name) + name.length()).split("[^0-9]")[0]);
    }
}
