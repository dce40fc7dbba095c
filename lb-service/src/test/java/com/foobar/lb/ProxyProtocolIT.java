package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class ProxyProtocolIT {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    @TempDir
    static Path directory;

    private static WebServer web;
    private static RunningLb lb;

    @BeforeAll
    static void start() throws Exception {
        web = new WebServer("web-1");
        lb = RunningLb.of(directory, """
                frontends:
                  - {name: trusting, listen: '127.0.0.1:0', proxy-protocol: {trusted: [192.0.2.0/24, 127.0.0.0/8]}}
                  - {name: wary, listen: '127.0.0.1:0', proxy-protocol: {trusted: [192.0.2.0/24]}}
                  - name: https
                    listen: '127.0.0.1:0'
                    proxy-protocol: {trusted: [127.0.0.1]}
                    tls: {development-directory: '%s'}
                  - {name: raw, mode: tcp, listen: '127.0.0.1:0', proxy-protocol: {trusted: [127.0.0.1]}}
                backends: [%s]
                timeouts: {http-request: 4s}
                """.formatted(directory, RunningLb.backend("web", web)));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> lb.service().readiness().isReady());
    }

    @AfterAll
    static void stop() {
        lb.close();
        web.close();
    }

    @ParameterizedTest
    @CsvSource({
        "'PROXY TCP4 198.51.100.7 203.0.113.9 40000 443\r\n', 198.51.100.7",
        "'PROXY TCP6 2001:db8::7 2001:db8::9 40000 443\r\n', 2001:db8:0:0:0:0:0:7",
        "'PROXY UNKNOWN\r\n', 127.0.0.1",
        "'PROXY UNKNOWN anything\r\n', 127.0.0.1",
    })
    void believesLinesOfVersion1(String header, String client) throws Exception {
        String response = ask("trusting", header.getBytes(StandardCharsets.US_ASCII), 1 << 16);

        assertThat(response).startsWith("HTTP/1.1 200 ").contains("\"x-forwarded-for\":\"" + client + "\"");
        assertThat(ask("trusting", header.getBytes(StandardCharsets.US_ASCII), 1))
                .as("byte by byte")
                .contains("\"x-forwarded-for\":\"" + client + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "21 11 000c c6336407 cb007109 9c40 01bb, 198.51.100.7",
        "21 11 0013 c6336407 cb007109 9c40 01bb 04 0004 00000000, 198.51.100.7",
        "21 21 0024 20010db8000000000000000000000007 20010db8000000000000000000000009 9c40 01bb, 2001:db8:0:0:0:0:0:7",
        "20 00 0000, 127.0.0.1",
        "20 11 000c c6336407 cb007109 9c40 01bb, 127.0.0.1",
        "21 00 0003 010203, 127.0.0.1",
        "21 12 000c c6336407 cb007109 9c40 01bb, 127.0.0.1",
    })
    void believesHeadersOfVersion2(String header, String client) throws Exception {
        byte[] bytes = HexFormat.of().parseHex(SIGNATURE + header.replace(" ", ""));

        assertThat(ask("trusting", bytes, 1 << 16))
                .startsWith("HTTP/1.1 200 ")
                .contains("\"x-forwarded-for\":\"" + client + "\"");
        assertThat(ask("trusting", bytes, 5)).contains("\"x-forwarded-for\":\"" + client + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "PROXY TCP4 198.51.100.7 203.0.113.9 40000 443\n",
                "PROXY TCP4 198.51.100.7 203.0.113.9 40000 65536\r\n",
                "PROXY TCP4 198.51.100.7 203.0.113.9 40000\r\n",
                "PROXY TCP4 198.51.100.07 203.0.113.9 40000 443\r\n",
                "PROXY TCP4 localhost 203.0.113.9 40000 443\r\n",
                "PROXY TCP6 198.51.100.7 203.0.113.9 40000 443\r\n",
                "PROXY UDP4 198.51.100.7 203.0.113.9 40000 443\r\n",
                "proxy TCP4 198.51.100.7 203.0.113.9 40000 443\r\n",
            })
    void closesWhatComesFromATrustedProxyWithoutAHeader(String header) throws Exception {
        int before = web.requests.get();

        assertThat(ask("trusting", header.getBytes(StandardCharsets.US_ASCII), 1 << 16))
                .isEmpty();
        assertThat(web.requests).hasValue(before);
    }

    @Test
    void waitsForAHeaderOnlySoLong() throws Exception {
        try (Socket socket = connect("trusting")) {
            socket.getOutputStream().write("PROXY TCP4 198.51".getBytes(StandardCharsets.US_ASCII));

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void makesNoFussAboutAConnectionThatBreaksBeforeItsHeader() throws Exception {
        Logger handler = (Logger) LoggerFactory.getLogger("com.foobar.http.server.ProxyProtocolHandler");
        Logger netty = (Logger) LoggerFactory.getLogger("io.netty.channel");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        handler.setLevel(Level.DEBUG);
        handler.addAppender(lines);
        netty.addAppender(lines);
        try {
            try (Socket socket = connect("trusting")) {
                socket.setSoLinger(true, 0);
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> !lines.list.isEmpty());
            assertThat(lines.list).singleElement().satisfies(line -> {
                assertThat(line.getLevel()).isEqualTo(Level.DEBUG);
                assertThat(line.getFormattedMessage()).contains("broke before its PROXY header");
                assertThat(line.getThrowableProxy()).isNull();
            });
        } finally {
            netty.detachAppender(lines);
            handler.detachAppender(lines);
            handler.setLevel(null);
        }
    }

    @Test
    void believesNobodyElse() throws Exception {
        assertThat(ask("wary", new byte[0], 1 << 16))
                .startsWith("HTTP/1.1 200 ")
                .contains("\"x-forwarded-for\":\"127.0.0.1\"");
        assertThat(ask(
                        "wary",
                        "PROXY TCP4 198.51.100.7 203.0.113.9 40000 443\r\n".getBytes(StandardCharsets.US_ASCII),
                        1 << 16))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void comesBeforeTls() throws Exception {
        try (Socket plain = connect("https")) {
            plain.getOutputStream()
                    .write("PROXY TCP4 198.51.100.7 203.0.113.9 40000 443\r\n".getBytes(StandardCharsets.US_ASCII));
            try (SSLSocket socket = (SSLSocket)
                    lb.sslContext().getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true)) {
                socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .contains("\"x-forwarded-for\":\"198.51.100.7\"")
                        .contains("\"x-forwarded-proto\":\"https\"");
            }
        }
    }

    @Test
    void namesTheClientOfATcpSession() throws Exception {
        try (AccessLines log = new AccessLines()) {
            assertThat(ask(
                            "raw",
                            "PROXY TCP4 198.51.100.7 203.0.113.9 40000 443\r\n".getBytes(StandardCharsets.US_ASCII),
                            1 << 16))
                    .startsWith("HTTP/1.1 200 ");
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("198.51.100.7:40000 [") && line.contains("] raw web/web-1 ")));
        }
    }

    private static Socket connect(String frontend) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), lb.port(frontend));
        socket.setSoTimeout(60_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** @return nothing where the connection was closed without an answer */
    private static String ask(String frontend, byte[] header, int piece) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(header);
        all.write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        byte[] bytes = all.toByteArray();
        try (Socket socket = connect(frontend)) {
            OutputStream out = socket.getOutputStream();
            for (int at = 0; at < bytes.length; at += piece) {
                out.write(bytes, at, Math.min(piece, bytes.length - at));
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return "";
        }
    }
}
