package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of servers that break the rules: the client gets 502 or a response that is visibly cut, and never one that could be taken for whole. */
class MalformedResponsesIT {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(1).listen();
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
    }

    private static Arguments row(String what, String answer) {
        return Arguments.of(what, answer);
    }

    static Stream<Arguments> heads() {
        return Stream.of(
                row(
                        "Transfer-Encoding and Content-Length",
                        OK + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
                row("Transfer-Encoding in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                row("Transfer-Encoding gzip", OK + "Transfer-Encoding: gzip\r\n\r\nabc"),
                row("Transfer-Encoding gzip, chunked", OK + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                row(
                        "two Transfer-Encodings",
                        OK + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                row("two Content-Lengths", OK + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
                row("Content-Length list", OK + "Content-Length: 3, 3\r\n\r\nabc"),
                row("negative Content-Length", OK + "Content-Length: -1\r\n\r\n"),
                row("Content-Length that overflows", OK + "Content-Length: 99999999999999999999\r\n\r\n"),
                row("no status line", "Hello\r\n\r\n"),
                row("status of two digits", "HTTP/1.1 20 OK\r\n\r\n"),
                row("status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"),
                row("status 099", "HTTP/1.1 099 Low\r\n\r\n"),
                row("HTTP/2", "HTTP/2.0 200 OK\r\n\r\n"),
                row("another protocol", "ICY 200 OK\r\n\r\n"),
                row("bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
                row("folded field", OK + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n"),
                row("white space before the colon", OK + "Content-Length : 0\r\n\r\n"),
                row("NUL in a value", OK + "X: a\0b\r\nContent-Length: 0\r\n\r\n"),
                row("bare carriage return in a value", OK + "X: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n"),
                row("field without name", OK + ": a\r\nContent-Length: 0\r\n\r\n"),
                row("endless head", OK + "X: " + "a".repeat(70_000) + "\r\n\r\n"),
                row("fields without end", OK + "X: a\r\n".repeat(300) + "\r\n"),
                row(
                        "interim responses without end",
                        "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(40) + OK + "Content-Length: 0\r\n\r\n"),
                row(
                        "101 that nobody asked for",
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc"),
                row("close in the head", "HTTP/1.1 200 OK\r\nContent-Le"),
                row("close before anything", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heads")
    void answers502(String what, String answer) throws IOException {
        proxy.server(1).answer((request, wire) -> wire.send(answer).close());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            HttpWire.Response response = wire.get("/");
            assertThat(response.status()).as(what).isEqualTo(502);
            assertThat(response.values("set-cookie")).isEmpty();
            assertThat(response.values("x")).isEmpty();
            proxy.server(1).answer((request, next) -> next.respond(200, "next"));
            assertThat(wire.get("/next").text()).isEqualTo("next");
        }
    }

    static Stream<Arguments> bodies() {
        String chunked = OK + "Transfer-Encoding: chunked\r\n\r\n";
        String large = "a".repeat(100_000);
        return Stream.of(
                row("less than Content-Length", OK + "Content-Length: 200000\r\n\r\n" + large),
                row("chunks without end", chunked + "3\r\nabc\r\n"),
                row("chunk that is cut", chunked + "5\r\nabc"),
                row("chunk longer than its size", chunked + "2\r\nabc\r\n0\r\n\r\n"),
                row("chunk size that is no number", chunked + "3\r\nabc\r\nx\r\n\r\n"),
                row("chunk size negative as a long", chunked + "ffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
                row("last chunk that is cut", chunked + "3\r\nabc\r\n0\r\n"),
                row("malformed trailer", chunked + "3\r\nabc\r\n0\r\nX : y\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void cutsTheResponse(String what, String answer) throws IOException {
        proxy.server(1).answer((request, wire) -> wire.send(answer).close());
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            HttpWire.Response whole;
            try {
                whole = wire.read();
            } catch (IOException cut) {
                return;
            }
            // Where nothing had been passed on yet, an error says it more plainly.
            assertThat(whole.status()).as(what).isEqualTo(502);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "304 Not Modified"})
    void passesNoBodyOnWhereThereIsNone(String status) throws IOException {
        proxy.server(1).answer((request, wire) -> wire.send("HTTP/1.1 " + status + "\r\nContent-Length: 3\r\n\r\nabc"));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(Integer.parseInt(status.substring(0, 3)));
            proxy.server(1).answer((request, next) -> next.respond(200, "next"));
            assertThat(wire.get("/next").text()).isEqualTo("next");
        }
    }

    @Test
    void passesNoBodyOfHeadOn() throws IOException {
        proxy.server(1).answer((request, wire) -> wire.send(OK + "Content-Length: 3\r\n\r\nabc"));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(wire.readHead().values("content-length")).containsExactly("3");
            proxy.server(1).answer((request, next) -> next.respond(200, "next"));
            assertThat(wire.get("/next").text()).isEqualTo("next");
        }
    }

    @Test
    void takesNothingBehindAResponseForTheNext() throws IOException {
        proxy.server(1)
                .answer((request, wire) ->
                        wire.send(OK + "Content-Length: 3\r\n\r\nabc" + OK + "Content-Length: 8\r\n\r\nsmuggled"));
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").text()).isEqualTo("abc");
            proxy.server(1).answer((request, next) -> next.respond(200, "next"));
            assertThat(wire.get("/next").text()).isEqualTo("next");
        }
    }
}
