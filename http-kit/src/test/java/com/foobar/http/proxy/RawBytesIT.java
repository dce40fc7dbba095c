package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.testing.EchoServer;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of unusual requests that have one meaning only: the very bytes that the server gets, framed anew. */
class RawBytesIT {
    /** Fields that the proxy makes; looked at in other tests. */
    private static final List<String> OURS = List.of("x-forwarded-", "forwarded:", "x-request-id:", "traceparent:");

    private static EchoServer server;
    private static ProxyFixture proxy;

    @BeforeAll
    static void start() throws IOException {
        server = new EchoServer();
        proxy = ProxyFixture.before(server.port()).listen();
    }

    @AfterAll
    static void stop() throws IOException {
        proxy.close();
        server.close();
    }

    private static Arguments row(String what, String sent, String got) {
        return Arguments.of(what, sent, got);
    }

    private static String get(String fields) {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
    }

    private static String post(String fields, String body) {
        return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    static Stream<Arguments> forwarded() {
        String chunked = "transfer-encoding: chunked\r\n";
        return Stream.of(
                row("line end before the request", "\r\n" + get(""), get("")),
                row("HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", get("")),
                row(
                        "absolute form",
                        "GET http://A/x?y HTTP/1.1\r\nHost: a\r\n\r\n",
                        "GET /x?y HTTP/1.1\r\nHost: a\r\n\r\n"),
                row(
                        "target as it is",
                        "GET //a/../%2e%2f?x=/.. HTTP/1.1\r\nHost: a\r\n\r\n",
                        "GET //a/../%2e%2f?x=/.. HTTP/1.1\r\nHost: a\r\n\r\n"),
                row("white space around a value", get("X: \t y\t \r\n"), get("X: y\r\n")),
                row("octets above 127 in a value", get("X: \u00e4\r\n"), get("X: \u00e4\r\n")),
                row(
                        "fields of one name in their order",
                        get("X: 1\r\nY: 2\r\nX: 3\r\n"),
                        get("X: 1\r\nY: 2\r\nX: 3\r\n")),
                row("length with zeros", post("Content-Length: 003\r\n", "abc"), post("content-length: 3\r\n", "abc")),
                row(
                        "body of GET",
                        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                        "GET / HTTP/1.1\r\nHost: a\r\ncontent-length: 3\r\n\r\nabc"),
                row(
                        "chunks",
                        post("Transfer-Encoding: CHUNKED\r\n", "3\r\nabc\r\n0\r\n\r\n"),
                        post(chunked, "3\r\nabc\r\n0\r\n\r\n")),
                row(
                        "size in capitals with zeros",
                        post("Transfer-Encoding: chunked\r\n", "00A\r\n0123456789\r\n0\r\n\r\n"),
                        post(chunked, "a\r\n0123456789\r\n0\r\n\r\n")),
                row(
                        "chunk extensions",
                        post("Transfer-Encoding: chunked\r\n", "3;a=\"b;\\\"\" ; c\r\nabc\r\n0;x=y\r\n\r\n"),
                        post(chunked, "3\r\nabc\r\n0\r\n\r\n")),
                row(
                        "trailers",
                        post("Transfer-Encoding: chunked\r\n", "0\r\nX: y\r\n\r\n"),
                        post(chunked, "0\r\nX: y\r\n\r\n")),
                row(
                        "trailers that frame, route or authenticate",
                        post(
                                "Transfer-Encoding: chunked\r\n",
                                lines(
                                        "0",
                                        "Content-Length: 5",
                                        "Transfer-Encoding: chunked",
                                        "Host: b",
                                        "Authorization: x",
                                        "Cookie: x",
                                        "X-Forwarded-For: 1.2.3.4",
                                        "TE: x",
                                        "")),
                        post(chunked, "0\r\n\r\n")),
                row(
                        "trailers that look like forwarding fields",
                        post(
                                "Transfer-Encoding: chunked\r\n",
                                lines(
                                        "0",
                                        "X_Forwarded_For: 1.2.3.4",
                                        "X-Forwarded-Prefix: /x",
                                        "x-forwarded-: x",
                                        "X-Sum: 6",
                                        "Content_Length: 5",
                                        "")),
                        post(chunked, lines("0", "X-Sum: 6", ""))),
                row(
                        "trailers that Connection nominates",
                        post(
                                "Connection: x-hop, Keep-Alive\r\nTransfer-Encoding: chunked\r\n",
                                lines("0", "X-Hop: 1", "X-Sum: 6", "")),
                        post(chunked, lines("0", "X-Sum: 6", ""))),
                row("Connection", get("Connection: X, keep-alive\r\nX: 1\r\nY: 2\r\n"), get("Y: 2\r\n")),
                row("Connection nominates in any case", get("connection: x-a , X-B\r\nX-A: 1\r\nx-b: 2\r\n"), get("")),
                row(
                        "fields of the connection",
                        get(
                                "Keep-Alive: 5\r\nProxy-Connection: close\r\nTE: trailers\r\nTrailer: x\r\nProxy-Authorization: x\r\n"),
                        get("")),
                row(
                        "upgrade to HTTP/2",
                        get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n"),
                        get("")),
                row(
                        "Expect",
                        post("Expect: 100-continue\r\nContent-Length: 1\r\n", "a"),
                        post("content-length: 1\r\n", "a")),
                row(
                        "forwarding fields of a client",
                        get(
                                "X-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\nX-Forwarded-Port: 1\r\n"),
                        get("")),
                row(
                        "their names with underscores",
                        get(
                                "X_Forwarded_For: 1.2.3.4\r\nX-Forwarded_Proto: https\r\nX_Real_IP: 1.2.3.4\r\nContent_Length: 5\r\n"),
                        get("")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forwarded")
    void forwards(String what, String sent, String expected) throws IOException {
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            HttpWire.Response response = wire.send(sent).read();
            assertThat(response.status()).isEqualTo(200);
            assertThat(withoutOurs(response.body())).as(what).isEqualTo(expected);
        }
    }

    private static String withoutOurs(String request) {
        int end = request.indexOf("\r\n\r\n") + 2;
        StringBuilder head = new StringBuilder();
        for (String line : request.substring(0, end).split("(?<=\r\n)")) {
            if (OURS.stream().noneMatch(name -> line.regionMatches(true, 0, name, 0, name.length()))) {
                head.append(line);
            }
        }
        return head + request.substring(end);
    }
}
