package com.foobar.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The cases of public conformance suites of HTTP/1.1, through a proxy: all of uNetworking's h1spec, and those of Http11Probe that RFC 9112 has a server refuse, in so far as {@link
 * GuardIT} has not got them.
 */
class PublicSuitesIT {
    private static final String HOST = "Host: example.com\r\n";

    private static ProxyFixture proxy;

    @BeforeAll
    static void start() throws IOException {
        proxy = new ProxyFixture(1).listen();
        proxy.server(1).answer((request, wire) -> wire.respond(200, request.text()));
    }

    @AfterAll
    static void stop() throws IOException {
        proxy.close();
    }

    private static Arguments row(String what, String request) {
        return Arguments.of(what, request);
    }

    /** h1spec, 1 to 15: a request that is cut has to be waited for. That it was shows when the rest of it is answered. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "G",
                "GET ",
                "GET /hello",
                "GET /hello ",
                "GET /hello HTTP",
                "GET /hello HTTP/1.1",
                "GET /hello HTTP/1.1\r",
                "GET /hello HTTP/1.1\r\n",
                "GET /hello HTTP/1.1\r\nHos",
                "GET /hello HTTP/1.1\r\nHost:",
                "GET /hello HTTP/1.1\r\nHost: ",
                "GET /hello HTTP/1.1\r\nHost: localhost",
                "GET /hello HTTP/1.1\r\nHost: localhost\r",
                "GET /hello HTTP/1.1\r\nHost: localhost\r\n",
                "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r"
            })
    void waitsForTheRestOf(String beginning) throws IOException {
        String whole = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
        assertThat(whole).startsWith(beginning);
        try (HttpWire first = HttpWire.connect(proxy.port());
                HttpWire other = HttpWire.connect(proxy.port())) {
            first.send(beginning);
            // Time for a wrong answer to that beginning.
            assertThat(other.get("/").status()).isEqualTo(200);
            assertThat(first.send(whole.substring(beginning.length())).read().status())
                    .isEqualTo(200);
        }
    }

    /** h1spec, those that are in order; the server echoes bodies, as that suite wants. */
    static Stream<Arguments> answered() {
        return Stream.of(
                row("Expect without a body", "GET / HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\n\r\n"),
                row("GET", "GET / HTTP/1.1\r\n" + HOST + "\r\n"),
                row("tab, empty value, mixed case", "GET / HTTP/1.1\r\nhoSt:\texample.com\r\nempty:\r\n\r\n"),
                row("empty value behind a space", "GET / HTTP/1.1\r\n" + HOST + "X-Empty-Header: \r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answered")
    void answers(String what, String request) throws IOException {
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.send(request).read().status()).as(what).isEqualTo(200);
        }
    }

    @Test
    void passesBodiesOnWhole() throws IOException {
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhello");
            assertThat(wire.read().text()).isEqualTo("hello");
            wire.send(chunked("c\r\nHellO world1\r\n0\r\n\r\n"));
            assertThat(wire.read().text()).isEqualTo("HellO world1");
        }
    }

    private static String post(String field) {
        return "POST / HTTP/1.1\r\n" + HOST + field + "\r\n\r\nabcde";
    }

    private static String chunked(String body) {
        return "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + body;
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                // h1spec
                row("no version", "GET / \r\n\r\n"),
                row("brackets in a name", "GET / HTTP/1.1\r\n" + HOST + "X-Invalid[]: test\r\n\r\n"),
                row("no Host", "GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n"),
                row("two Hosts", "GET / HTTP/1.1\r\n" + HOST + "Host: example.org\r\n\r\n"),
                row("negative length that overflows", post("Content-Length: -123456789123456789123456789")),
                row("negative length", post("Content-Length: -1234")),
                row("length that is no number", post("Content-Length: abc")),
                row("bell in a value", "GET / HTTP/1.1\r\n" + HOST + "X-Bad-Control-Char: test\u0007\r\n\r\n"),
                row("HTTP/9.9", "GET / HTTP/9.9\r\n" + HOST + "\r\n"),
                row("words before the method", "Extra lineGET / HTTP/1.1\r\n" + HOST + "\r\n"),
                row("bare carriage return for a line end", "GET / HTTP/1.1\r\n" + HOST + "\rSome-Header: Test\r\n\r\n"),
                row("both framings", post("Transfer-Encoding: chunked\r\nContent-Length: 5")),
                // Http11Probe
                row("nothing but carriage returns", "GET / HTTP/1.1\rHost: example.com\r\r\n\r\n"),
                row("version without minor", "GET / HTTP/1\r\n" + HOST + "\r\n"),
                row("version with zeros", "GET / HTTP/01.01\r\n" + HOST + "\r\n"),
                row("white space in the version", "GET / HTTP/ 1.1\r\n" + HOST + "\r\n"),
                row("white space before the fields", "GET / HTTP/1.1\r\n \r\n" + HOST + "\r\n"),
                row("length of minus zero", post("Content-Length: -0")),
                row("length with underscore", post("Content-Length: 1_0")),
                row("octal length", post("Content-Length: 0o5")),
                row("space in the length", post("Content-Length: 1 5")),
                row("lengths that differ in a list", post("Content-Length: 5, 6")),
                row("vertical tab in Transfer-Encoding", post("Transfer-Encoding: \u000bchunked")),
                row("form feed in Transfer-Encoding", post("Transfer-Encoding: \fchunked")),
                row(
                        "Transfer-Encoding identity with a length",
                        post("Transfer-Encoding: identity\r\nContent-Length: 5")),
                row("chunked is not the last", post("Transfer-Encoding: chunked, gzip")),
                row("folded Transfer-Encoding", post("Transfer-Encoding:\r\n chunked")),
                row("chunk extension without a name", chunked("5;\r\nhello\r\n0\r\n\r\n")),
                row("chunk extension that ends with a semicolon", chunked("5;a=b;\r\nhello\r\n0\r\n\r\n")),
                row("chunk without its line end", chunked("5\r\nhello0\r\n\r\n")),
                row("chunk that spills", chunked("5\r\nhello!!\r\n0\r\n\r\n")),
                row("chunk size that ends with a bare carriage return", chunked("5\rhello\r\n0\r\n\r\n")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refuses(String what, String request) throws IOException {
        int before = proxy.server(1).requests().size();
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            int status = wire.send(request).read().status();
            assertThat(status).as(what).isIn(400, 505);
            assertThat(wire.isClosed()).isTrue();
        }
        assertThat(proxy.server(1).requests()).hasSize(before);
    }
}
