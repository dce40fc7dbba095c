package com.foobar.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.testing.EchoServer;
import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that two servers could understand differently are refused, the connection closed, and nothing of them reaches a handler. */
class GuardIT {
    private static final String HOST = "Host: www.foobar.com\r\n";

    private static final Fixture fixture = new Fixture();
    private static EchoServer server;
    private static ProxyFixture proxy;
    /** A server, and the proxy before it, that only get what must not reach a server: whatever arrives there beyond the checks' own requests is a failure. */
    private static EchoServer spared;

    private static ProxyFixture sparing;

    @BeforeAll
    static void listen() throws IOException {
        fixture.listen(GuardIT::echo);
        server = new EchoServer();
        proxy = ProxyFixture.before(server.port()).listen();
        spared = new EchoServer();
        sparing = ProxyFixture.before(spared.port()).listen();
    }

    @AfterAll
    static void close() throws IOException {
        fixture.close();
        proxy.close();
        server.close();
        sparing.close();
        spared.close();
    }

    private static void echo(RequestStream stream) {
        String text = stream.head().method() + " " + stream.head().target() + " "
                + stream.head().authority();
        stream.receive(new com.foobar.http.exchange.RequestEvents() {
            @Override
            public void end(com.foobar.http.message.Fields trailers) {
                stream.respond(ResponseHead.of(200), Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
            }
        });
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                row(400, "no target", "GET HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "no version", "GET /\r\n" + HOST + "\r\n"),
                row(400, "two spaces before the target", "GET  / HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "two spaces before the version", "GET /  HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "tab instead of space", "GET\t/ HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "space at the line's end", "GET / HTTP/1.1 \r\n" + HOST + "\r\n"),
                row(400, "space before the method", " GET / HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "method that is no token", "G@T / HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "NUL before the request line", "\0GET / HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "bare line feeds", "GET / HTTP/1.1\nHost: a\n\n"),
                row(400, "bare line feed after a field", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
                row(400, "bare carriage return in a value", "GET / HTTP/1.1\r\n" + HOST + "X: a\rb\r\n\r\n"),
                row(400, "bare carriage return in the request line", "GET /\r HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "NUL in a value", "GET / HTTP/1.1\r\n" + HOST + "X: a\0b\r\n\r\n"),
                row(400, "control character in a value", "GET / HTTP/1.1\r\n" + HOST + "X: a\u0001b\r\n\r\n"),
                row(400, "DEL in a value", "GET / HTTP/1.1\r\n" + HOST + "X: a\u007fb\r\n\r\n"),
                row(400, "folded field", "GET / HTTP/1.1\r\n" + HOST + "X: a\r\n b\r\n\r\n"),
                row(400, "folded first field", "GET / HTTP/1.1\r\n Host: a\r\n" + HOST + "\r\n"),
                row(400, "space before the colon", "GET / HTTP/1.1\r\n" + HOST + "X : a\r\n\r\n"),
                row(
                        400,
                        "space before Content-Length's colon",
                        "POST / HTTP/1.1\r\n" + HOST + "Content-Length : 3\r\n\r\nabc"),
                row(400, "field without colon", "GET / HTTP/1.1\r\n" + HOST + "X\r\n\r\n"),
                row(400, "field without name", "GET / HTTP/1.1\r\n" + HOST + ": a\r\n\r\n"),
                row(400, "non-ASCII name", "GET / HTTP/1.1\r\n" + HOST + "X\u00e4: a\r\n\r\n"),
                row(400, "no Host", "GET / HTTP/1.1\r\nX: a\r\n\r\n"),
                row(400, "two Hosts", "GET / HTTP/1.1\r\n" + HOST + "Host: evil\r\n\r\n"),
                row(400, "two equal Hosts", "GET / HTTP/1.1\r\n" + HOST + HOST + "\r\n"),
                row(400, "empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
                row(400, "Host with user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
                row(400, "Host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                row(400, "Host with space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
                row(400, "Host list", "GET / HTTP/1.1\r\nHost: a,b:80:90\r\n\r\n"),
                row(400, "Host with bad port", "GET / HTTP/1.1\r\nHost: a:80x\r\n\r\n"),
                row(400, "Host with port above 65535", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"),
                row(400, "target names another host", "GET http://evil/ HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "target with user", "GET http://x@www.foobar.com/ HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "target without slash", "GET index.html HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "asterisk for GET", "GET * HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "other scheme", "GET ftp://www.foobar.com/ HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "fragment", "GET /a#b HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "non-ASCII target", "GET /\u00e4 HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "control character in the target", "GET /\u0001 HTTP/1.1\r\n" + HOST + "\r\n"),
                row(
                        400,
                        "Transfer-Encoding and Content-Length",
                        "POST / HTTP/1.1\r\n" + HOST
                                + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "Content-Length and Transfer-Encoding",
                        "POST / HTTP/1.1\r\n" + HOST
                                + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "Transfer-Encoding in HTTP/1.0",
                        "POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "Transfer-Encoding identity",
                        "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: identity\r\n\r\n"),
                row(
                        400,
                        "Transfer-Encoding gzip, chunked",
                        "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "Transfer-Encoding chunked, chunked",
                        "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "Transfer-Encoding with vertical tab",
                        "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "Transfer-Encoding in quotes",
                        "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
                row(400, "empty Transfer-Encoding", "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding:\r\n\r\n"),
                row(
                        400,
                        "two Transfer-Encodings",
                        "POST / HTTP/1.1\r\n" + HOST
                                + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "two Content-Lengths",
                        "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
                row(
                        400,
                        "two equal Content-Lengths",
                        "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
                row(400, "Content-Length list", "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 3, 3\r\n\r\nabc"),
                row(400, "Content-Length with sign", "POST / HTTP/1.1\r\n" + HOST + "Content-Length: +3\r\n\r\nabc"),
                row(400, "negative Content-Length", "POST / HTTP/1.1\r\n" + HOST + "Content-Length: -3\r\n\r\nabc"),
                row(400, "hexadecimal Content-Length", "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 0x3\r\n\r\nabc"),
                row(400, "empty Content-Length", "POST / HTTP/1.1\r\n" + HOST + "Content-Length:\r\n\r\n"),
                row(
                        400,
                        "Content-Length that overflows",
                        "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 18446744073709551619\r\n\r\nabc"),
                row(505, "HTTP/2 without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                row(505, "HTTP/1.2", "GET / HTTP/1.2\r\n" + HOST + "\r\n"),
                row(400, "HTTP/1.10", "GET / HTTP/1.10\r\n" + HOST + "\r\n"),
                row(400, "version in lower case", "GET / http/1.1\r\n" + HOST + "\r\n"),
                row(414, "long target", "GET /" + "a".repeat(8192) + " HTTP/1.1\r\n" + HOST + "\r\n"),
                row(431, "long head", "GET / HTTP/1.1\r\n" + HOST + "X: " + "a".repeat(17000) + "\r\n\r\n"),
                row(431, "many fields", "GET / HTTP/1.1\r\n" + HOST + "X: a\r\n".repeat(100) + "\r\n"),
                row(
                        417,
                        "unknown expectation",
                        "POST / HTTP/1.1\r\n" + HOST + "Expect: miracles\r\nContent-Length: 1\r\n\r\na"),
                row(400, "HTTP/0.9", "GET /\r\n\r\n"),
                row(400, "nothing but line ends", "\r\n\r\n\r\n"),
                row(
                        400,
                        "TLS hello in the clear",
                        "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n"),
                row(400, "form feed before the target", "GET \f/ HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "method longer than any", "G".repeat(33) + " / HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "CONNECT to a path", "CONNECT / HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "empty absolute target", "GET http:// HTTP/1.1\r\n" + HOST + "\r\n"),
                row(
                        400,
                        "absolute target with other port",
                        "GET http://www.foobar.com:81/ HTTP/1.1\r\n" + HOST + "\r\n"),
                row(400, "Host with fragment", "GET / HTTP/1.1\r\nHost: a#b\r\n\r\n"),
                row(400, "Host with tab inside", "GET / HTTP/1.1\r\nHost: a\tb\r\n\r\n"),
                row(400, "Host that is no ASCII", "GET / HTTP/1.1\r\nHost: \u00e4\r\n\r\n"),
                row(400, "Host with unclosed bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
                row(400, "Host of a colon", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n"),
                row(400, "two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
                row(400, "bare line feed at the head's end", "GET / HTTP/1.1\r\n" + HOST + "\n"),
                row(400, "carriage return twice", "GET / HTTP/1.1\r\n" + HOST + "X: a\r\r\n\r\n"),
                row(400, "folded by a tab", "GET / HTTP/1.1\r\n" + HOST + "X: a\r\n\tb\r\n\r\n"),
                row(
                        400,
                        "folded Transfer-Encoding",
                        "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "tab before the colon",
                        "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n"),
                row(400, "NUL in a name", "POST / HTTP/1.1\r\n" + HOST + "Content\0-Length: 1\r\n\r\na"),
                row(
                        400,
                        "Transfer-Encoding chunked and nothing",
                        "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "Transfer-Encoding with parameter",
                        "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "Transfer-Encoding chunked, then identity",
                        "POST / HTTP/1.1\r\n" + HOST
                                + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "Transfer-Encoding with NUL",
                        "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\0\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "Transfer-Encoding and Content-Length 0",
                        "POST / HTTP/1.1\r\n" + HOST
                                + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "Transfer-Encoding and Content-Length in HTTP/1.0",
                        "POST / HTTP/1.0\r\n" + HOST
                                + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                row(
                        400,
                        "Content-Length with spaces inside",
                        "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 1 1\r\n\r\n" + "a".repeat(11)),
                row(
                        400,
                        "Content-Length with underscores",
                        "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 1_0\r\n\r\n" + "a".repeat(10)),
                row(400, "Content-Length with fraction", "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 1.0\r\n\r\na"),
                row(
                        400,
                        "Content-Length of 2^63",
                        "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 9223372036854775808\r\n\r\na"));
    }

    /** Of these a server may see the beginning, but never an end. */
    static Stream<Arguments> refusedBodies() {
        return Stream.of(
                row(400, "chunk size that is no number", chunked("x\r\n")),
                row(400, "chunk size with prefix", chunked("0x3\r\nabc\r\n0\r\n\r\n")),
                row(400, "chunk size with sign", chunked("-1\r\nabc\r\n0\r\n\r\n")),
                row(400, "chunk size that overflows", chunked("10000000000000003\r\nabc\r\n0\r\n\r\n")),
                row(400, "chunk size negative as a long", chunked("ffffffffffffffff\r\nabc\r\n0\r\n\r\n")),
                row(400, "chunk size followed by space", chunked("3 \r\nabc\r\n0\r\n\r\n")),
                row(400, "chunk size line with bare line feed", chunked("3\nabc\r\n0\r\n\r\n")),
                row(400, "chunk longer than its size", chunked("3\r\nabcd\r\n0\r\n\r\n")),
                row(400, "chunk that ends with bare line feed", chunked("3\r\nabc\n0\r\n\r\n")),
                row(400, "line feed in a quoted chunk extension", chunked("3;a=\"\n\"\r\nabc\r\n0\r\n\r\n")),
                row(400, "bare carriage return in a chunk extension", chunked("3;a\rb\r\nabc\r\n0\r\n\r\n")),
                row(400, "endless chunk extension", chunked("3;" + "a".repeat(300) + "\r\nabc\r\n0\r\n\r\n")),
                row(400, "malformed trailer", chunked("0\r\nX : a\r\n\r\n")),
                row(431, "endless trailers", chunked("0\r\nX: " + "a".repeat(9000) + "\r\n\r\n")),
                row(400, "chunk size that is empty", chunked("\r\nabc\r\n0\r\n\r\n")),
                row(400, "chunk size with underscore", chunked("1_0\r\n" + "a".repeat(16) + "\r\n0\r\n\r\n")),
                row(400, "chunk size of seventeen digits", chunked("00000000000000003\r\nabc\r\n0\r\n\r\n")),
                row(400, "space before the chunk size", chunked(" 3\r\nabc\r\n0\r\n\r\n")),
                row(400, "chunk shorter than its size", chunked("5\r\nabc\r\n0\r\n\r\n")),
                row(400, "NUL in a chunk extension", chunked("3;a=\0\r\nabc\r\n0\r\n\r\n")),
                row(400, "line end in a quoted chunk extension", chunked("3;a=\"\r\n\"\r\nabc\r\n0\r\n\r\n")),
                row(400, "bare line feed after a chunk extension", chunked("3;a\nabc\r\n0\r\n\r\n")),
                row(400, "many chunk extensions", chunked(("1;" + "a".repeat(200) + "\r\nx\r\n").repeat(100))),
                row(400, "folded trailer", chunked("0\r\nX: a\r\n b\r\n\r\n")),
                row(400, "trailer without colon", chunked("0\r\nX\r\n\r\n")),
                row(400, "trailer that ends with bare line feed", chunked("0\r\nX: a\n\r\n")),
                row(431, "many trailers", chunked("0\r\n" + "X: a\r\n".repeat(40) + "\r\n")));
    }

    /** Fields that Connection nominates would be taken away on the way; without these, what is behind us understood the request otherwise (RFC 9110 §7.6.1). */
    static Stream<Arguments> refusedNominations() {
        return Stream.of(
                        "Host",
                        "Content-Length",
                        "Content-Type",
                        "Authorization",
                        "Cookie",
                        "Forwarded",
                        "X-Forwarded-For",
                        "X-Forwarded-Proto",
                        "X-Real-IP",
                        "close, X-Request-Id",
                        "keep-alive,cache-control")
                .map(name -> row(
                        400,
                        "Connection: " + name,
                        "POST / HTTP/1.1\r\n" + HOST + "Connection: " + name + "\r\nContent-Length: 3\r\n\r\nabc"));
    }

    private static Arguments row(int status, String what, String bytes) {
        return Arguments.of(what, status, bytes);
    }

    private static String chunked(String body) {
        return "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + body;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("refused")
    void refusesAndClosesAndNothingReachesAServer(String what, int status, String bytes) throws IOException {
        long before = spared.bytes();
        refuses(sparing, what, status, bytes);
        assertThatOnlyAGoodRequestArrivesAfter(before);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("refusedBodies")
    void refusesAndClosesAndNoWholeRequestReachesAServer(String what, int status, String bytes) throws IOException {
        int before = server.requests();
        refuses(proxy, what, status, bytes);
        assertThat(server.requests()).isEqualTo(before);
    }

    /** The server's answer to a good request is the bytes of that request, so that what it got besides can be told, and it is shown to be within reach. */
    private static void assertThatOnlyAGoodRequestArrivesAfter(long before) throws IOException {
        try (HttpWire wire = HttpWire.connect(sparing.port())) {
            HttpWire.Response response = wire.get("/good");
            assertThat(response.status()).isEqualTo(200);
            assertThat(spared.bytes()).isEqualTo(before + response.text().length());
        }
    }

    private static void refuses(ProxyFixture proxy, String what, int status, String bytes) throws IOException {
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            // The second request would be smuggled, were the end of the first one taken for its beginning.
            HttpWire.Response response = wire.send(bytes + "GET /smuggled HTTP/1.1\r\n" + HOST + "\r\n")
                    .read();

            assertThat(response.status()).as(what).isEqualTo(status);
            assertThat(response.closes()).isTrue();
            assertThat(response.values("content-type")).containsExactly("application/problem+json");
            assertThat(wire.isClosed()).isTrue();
        }
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refusedNominations")
    void refusesNominationsOfWhatIsNotTheConnections(String what, int status, String bytes) throws IOException {
        long before = spared.bytes();
        try (HttpWire wire = HttpWire.connect(sparing.port())) {
            assertThat(wire.send(bytes).read().status()).as(what).isEqualTo(status);
        }
        assertThatOnlyAGoodRequestArrivesAfter(before);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void accepts(String what, String answer, String bytes) throws IOException {
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            HttpWire.Response response = wire.send(bytes).read();

            assertThat(response.status()).as(what).isEqualTo(200);
            assertThat(response.text()).isEqualTo(answer);
            assertThat(response.closes()).isFalse();
            assertThat(wire.get("/next").text()).isEqualTo("GET /next www.foobar.com");
        }
    }

    static Stream<Arguments> accepted() {
        return Stream.of(
                Arguments.of("plain", "GET / www.foobar.com", "GET / HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("empty line first", "GET / www.foobar.com", "\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("query", "GET /?a=%23 www.foobar.com", "GET /?a=%23 HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("no space after the colon", "GET / a", "GET / HTTP/1.1\r\nHost:a\r\n\r\n"),
                Arguments.of("white space around a value", "GET / a", "GET / HTTP/1.1\r\nHost: \t a \t\r\n\r\n"),
                Arguments.of("empty value", "GET / www.foobar.com", "GET / HTTP/1.1\r\n" + HOST + "X:\r\n\r\n"),
                Arguments.of(
                        "names in any case", "POST / a", "POST / HTTP/1.1\r\nHOST: a\r\ncOntent-length: 1\r\n\r\nx"),
                Arguments.of(
                        "octets above 127 in a value", "GET / a", "GET / HTTP/1.1\r\nHost: a\r\nX: \u00e4\r\n\r\n"),
                Arguments.of("port", "GET / a:8443", "GET / HTTP/1.1\r\nHost: a:8443\r\n\r\n"),
                Arguments.of("IPv6", "GET / [::1]:80", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
                Arguments.of(
                        "absolute form",
                        "GET /p?q www.foobar.com",
                        "GET HTTP://www.FOOBAR.com/p?q HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of(
                        "absolute form without path",
                        "GET /?q www.foobar.com",
                        "GET http://www.foobar.com?q HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("asterisk", "OPTIONS * a", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of(
                        "asterisk in absolute form",
                        "OPTIONS * www.foobar.com",
                        "OPTIONS http://www.foobar.com HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of(
                        "OPTIONS of a query without path",
                        "OPTIONS /?q www.foobar.com",
                        "OPTIONS http://www.foobar.com?q HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of(
                        "OPTIONS of the root in absolute form",
                        "OPTIONS / www.foobar.com",
                        "OPTIONS http://www.foobar.com/ HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("unknown method", "BREW / a", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of(
                        "Chunked in capitals",
                        "POST / a",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of(
                        "chunk extension",
                        "POST / a",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;a=\"b;c\"\r\nabc\r\n0;x\r\nT: x\r\n\r\n"),
                Arguments.of("Content-Length 0", "POST / a", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"),
                Arguments.of(
                        "ninety-nine fields more",
                        "GET / a",
                        "GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(99) + "\r\n"));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void understandsOneByteAtATime(String what, String answer, String bytes) throws IOException {
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            for (int i = 0; i < bytes.length(); i++) {
                wire.send(bytes.substring(i, i + 1));
            }
            assertThat(wire.read().text()).as(what).isEqualTo(answer);
        }
    }

    @Test
    void refusesTraceAndConnect() throws IOException {
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            assertThat(wire.send("TRACE / HTTP/1.1\r\n" + HOST + "\r\n").read().status())
                    .isEqualTo(405);
        }
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            HttpWire.Response response = wire.send("CONNECT www.foobar.com:80 HTTP/1.1\r\n" + HOST + "\r\n")
                    .read();
            assertThat(response.status()).isEqualTo(405);
            assertThat(response.values("allow")).hasSize(1);
        }
    }
}
