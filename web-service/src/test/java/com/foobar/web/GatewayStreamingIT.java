package com.foobar.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.testing.FixtureServer;
import com.foobar.http.testing.HttpWire;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What passes the gateway while neither side has ended: it is not collected first. */
class GatewayStreamingIT {
    private static final CountDownLatch GO_ON = new CountDownLatch(1);

    private static FixtureServer app;
    private static TestWeb web;

    @BeforeAll
    static void start() throws IOException {
        app = FixtureServer.start("app").answer((request, wire) -> {
            switch (request.target()) {
                case "/api/stream" -> {
                    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                    GO_ON.await(60, SECONDS);
                    wire.send("4\r\nlast\r\n0\r\n\r\n");
                }
                case "/api/socket" -> {
                    wire.send(head(
                            "HTTP/1.1 101 Switching Protocols",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
                    for (byte[] some = wire.readSome(); some.length > 0; some = wire.readSome()) {
                        wire.send(some);
                    }
                    wire.close();
                }
                case "/api/silent" -> wire.stall();
                default -> wire.respond(200, "ready");
            }
        });
        web = start(app.port(), "60s");
    }

    private static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static TestWeb start(int port, String serverTimeout) {
        TestWeb started = TestWeb.start("""
                gateway:
                  servers: [{name: app-1, address: 'localhost:%d'}]
                  check: {on-error: fastinter, fall: 100}
                  server-timeout: %s
                log: {access: false}
                """.formatted(port, serverTimeout));
        await().atMost(60, SECONDS).until(() -> started.running().service().neighbours().stream()
                .allMatch(server -> server.state().equals("UP")));
        return started;
    }

    @AfterAll
    static void stop() throws IOException {
        web.close();
        app.close();
    }

    @Test
    void isTheBeginningOfAResponse() throws IOException {
        try (Socket client = new Socket("localhost", web.port())) {
            client.setSoTimeout(60_000);
            client.getOutputStream()
                    .write("GET /api/stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(ISO_8859_1));
            readUntil(client.getInputStream(), "first");
            GO_ON.countDown();
            readUntil(client.getInputStream(), "last");
        }
    }

    @Test
    void isTheBeginningOfARequest() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("localhost"))) {
            Thread serving = new Thread(() -> serve(server, begun));
            serving.setDaemon(true);
            serving.start();
            try (TestWeb before = start(server.getLocalPort(), "60s");
                    Socket client = new Socket("localhost", before.port())) {
                client.setSoTimeout(60_000);
                client.getOutputStream()
                        .write(("POST /api/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                        + "Content-Length: 9\r\n\r\nfirst")
                                .getBytes(ISO_8859_1));
                assertThat(begun.await(60, SECONDS)).isTrue();
                client.getOutputStream().write("last".getBytes(ISO_8859_1));
                readUntil(client.getInputStream(), "got it");
            }
        }
    }

    /** Each connection's first request is answered: a check at once, others after their {@code last}. */
    private static void serve(ServerSocket server, CountDownLatch begun) {
        while (!server.isClosed()) {
            try (Socket connection = server.accept()) {
                InputStream in = connection.getInputStream();
                if (!readUntil(in, "\r\n\r\n").startsWith("GET /health")) {
                    readUntil(in, "first");
                    begun.countDown();
                    readUntil(in, "last");
                }
                connection
                        .getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 6\r\n\r\ngot it"
                                .getBytes(ISO_8859_1));
            } catch (IOException e) {
                // The other side went away, or the test is over: the loop tells.
            }
        }
    }

    @Test
    void areTheMessagesOfAWebSocket() throws IOException {
        try (HttpWire wire = HttpWire.connect(web.port())) {
            wire.send(head(
                    "GET /api/socket HTTP/1.1",
                    "Host: localhost",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Version: 13"));
            assertThat(wire.readSwitch().get(0)).isEqualTo("HTTP/1.1 101 Switching Protocols");
            for (int i = 0; i < 10; i++) {
                wire.send("message " + i);
                assertThat(wire.readBytes(9)).isEqualTo(("message " + i).getBytes(ISO_8859_1));
            }
        }
    }

    @Test
    void endsWhereAnAppServerIsSilent() throws Exception {
        try (TestWeb hasty = start(app.port(), "1s")) {
            assertThat(hasty.get("/api/silent", "Accept", "application/json").statusCode())
                    .isEqualTo(504);
            assertThat(hasty.get("/api/silent", "Accept", "text/html").headers().firstValue("Content-Type"))
                    .hasValue("text/html; charset=utf-8");
        }
    }

    /** Reads that far, and says what came. */
    private static String readUntil(InputStream in, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the end came after: " + read);
            }
            read.append((char) next);
        }
        return read.toString();
    }
}
