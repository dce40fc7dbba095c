package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That each limit and timeout of the settings is the one that holds. */
class LimitsIT {
    @TempDir
    static Path directory;

    private static WebServer web;
    private static RunningLb lb;

    private final List<SSLSocket> sockets = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        web = new WebServer("web-1");
        lb = RunningLb.before(directory, """
                limits: {maxconn: 3, head: 2KiB, fields: 10, target: 512B, body: 1KiB, requests-per-connection: 2}
                timeouts: {http-request: 4s, http-keep-alive: 2s, client: 1s}
                """, web);
        await().until(() -> lb.service().readiness().isReady());
    }

    @AfterAll
    static void stop() {
        lb.close();
        web.close();
    }

    @AfterEach
    void closeSockets() throws IOException {
        for (SSLSocket socket : sockets) {
            socket.close();
        }
        await().until(() -> lb.service().frontend("https").connections() == 0);
    }

    @Test
    void boundsTheBody() throws Exception {
        assertThat(ask(post(1024) + "x".repeat(1024), true)).startsWith("HTTP/1.1 200 ");
        assertThat(ask(post(1025), false)).startsWith("HTTP/1.1 413 ");
        assertThat(ask(
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n401\r\n" + "x".repeat(1025)
                                + "\r\n0\r\n\r\n",
                        false))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void boundsTheTarget() throws Exception {
        assertThat(ask(get("/" + "x".repeat(511), ""), true)).startsWith("HTTP/1.1 200 ");
        assertThat(ask(get("/" + "x".repeat(512), ""), false)).startsWith("HTTP/1.1 414 ");
    }

    @Test
    void boundsTheHead() throws Exception {
        assertThat(ask(get("/", "X: " + "x".repeat(1800) + "\r\n"), true)).startsWith("HTTP/1.1 200 ");
        assertThat(ask(get("/", "X: " + "x".repeat(2048) + "\r\n"), false)).startsWith("HTTP/1.1 431 ");
        assertThat(ask(get("/", "X: x\r\n".repeat(10)), false)).startsWith("HTTP/1.1 431 ");
    }

    @Test
    void boundsTheTimeForAHead() throws Exception {
        assertThat(ask("GET / HTTP/1.1\r\nHost: a", false)).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void boundsTheTimeWithoutABody() throws Exception {
        assertThat(ask(post(10) + "x", false)).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void closesAConnectionThatStaysIdle() throws Exception {
        String everything = ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n", false);

        assertThat(everything).startsWith("HTTP/1.1 200 ").doesNotContainIgnoringCase("connection: close");
    }

    @Test
    void closesAConnectionAfterItsLastRequest() throws Exception {
        String request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        String everything = ask(request + request, false);

        assertThat(everything.split("HTTP/1.1 200 ", -1)).hasSize(3);
        assertThat(everything).containsIgnoringCase("connection: close");
    }

    @Test
    void refusesOneConnectionTooMany() throws Exception {
        for (int i = 0; i < 3; i++) {
            socket().startHandshake();
        }
        long before = lb.service().frontend("https").refused();

        assertThat(sockets.get(0).getSession().isValid()).isTrue();
        SSLSocket fourth = socket();
        assertThatThrownBy(fourth::startHandshake).isInstanceOf(IOException.class);
        assertThat(lb.service().frontend("https").refused()).isEqualTo(before + 1);
    }

    private static String post(int length) {
        return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\nConnection: close\r\n\r\n";
    }

    private static String get(String target, String fields) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + fields + "\r\n";
    }

    private SSLSocket socket() throws IOException {
        SSLSocket socket = lb.socket();
        sockets.add(socket);
        return socket;
    }

    /**
     * Everything that is answered until the connection is closed.
     *
     * @param whole whether the server's answer must have come whole: it tells what it was asked
     */
    private String ask(String request, boolean whole) throws IOException {
        SSLSocket socket = socket();
        OutputStream out = socket.getOutputStream();
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (whole) {
            assertThat(response).contains("\"body\":\"").endsWith("}");
        }
        return response;
    }
}
