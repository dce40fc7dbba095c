package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.testing.Http2FixtureServer;
import com.foobar.http.testing.Http2Wire;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers of servers of HTTP/2 that break the rules: the client gets 502 or a response that is visibly cut, and never one that could be taken for whole. */
class MalformedHttp2ResponsesIT {
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    private static final int END = Http2Wire.END_STREAM | Http2Wire.END_HEADERS;

    /** Sends what is wrong on that stream. */
    private interface Answer {
        void send(Http2Wire wire, int stream) throws IOException;
    }

    private static Arguments row(String what, Answer answer) {
        return Arguments.of(what, answer);
    }

    /** A head of those fields, the status among them. */
    private static Arguments head(String what, String... fields) {
        return row(what, (wire, stream) -> wire.frame(Http2Wire.HEADERS, END, stream, Http2Wire.block(fields)));
    }

    private static Arguments field(String what, String name, String value) {
        return head(what, ":status", "200", name, value);
    }

    static Stream<Arguments> heads() {
        return Stream.of(
                head("no status", "x", "y"),
                head("two statuses", ":status", "200", ":status", "404"),
                head("status of two digits", ":status", "20"),
                head("status of four digits", ":status", "2000"),
                head("status 099", ":status", "099"),
                head("status with a sign", ":status", "+20"),
                head("status behind a field", "x", "y", ":status", "200"),
                head("pseudo-header field of requests", ":status", "200", ":path", "/"),
                head("pseudo-header field that nobody knows", ":status", "200", ":x", "y"),
                field("upper case in a name", "X-Upper", "y"),
                field("field without name", "", "y"),
                field("white space in a name", "x y", "z"),
                field("colon in a name", "x:y", "z"),
                field("NUL in a value", "x", "a\0b"),
                field("line break in a value", "x", "a\r\nSet-Cookie: b"),
                field("Connection", "connection", "close"),
                field("Transfer-Encoding", "transfer-encoding", "chunked"),
                field("Keep-Alive", "keep-alive", "timeout=5"),
                field("Upgrade", "upgrade", "websocket"),
                field("Content-Length that is no number", "content-length", "a"),
                field("negative Content-Length", "content-length", "-1"),
                field("Content-Length that overflows", "content-length", "99999999999999999999"),
                field("Content-Length list", "content-length", "3, 3"),
                field("Content-Length without a body", "content-length", "3"),
                head("two Content-Lengths", ":status", "200", "content-length", "0", "content-length", "1"),
                head("interim response that ends the stream", ":status", "103"),
                head("101", ":status", "101"),
                row("interim responses without end", (wire, stream) -> {
                    for (int i = 0; i < 40; i++) {
                        wire.respond(stream, false, ":status", "103");
                    }
                    wire.respond(stream, true);
                }),
                row("fields without end", (wire, stream) -> {
                    String[] fields = new String[600];
                    for (int i = 0; i < fields.length; i += 2) {
                        fields[i] = "x-" + i;
                        fields[i + 1] = "y";
                    }
                    wire.respond(stream, true, fields);
                }),
                row("endless head", (wire, stream) -> {
                    byte[] block = Http2Wire.block(":status", "200", "x", "a".repeat(16_000));
                    wire.frame(Http2Wire.HEADERS, Http2Wire.END_STREAM, stream, block);
                    for (int i = 0; i < 6; i++) {
                        wire.frame(Http2Wire.CONTINUATION, 0, stream, Http2Wire.block("y" + i, "b".repeat(16_000)));
                    }
                    wire.frame(Http2Wire.CONTINUATION, Http2Wire.END_HEADERS, stream);
                }),
                row("body before the head", (wire, stream) -> wire.frame(Http2Wire.DATA, 0, stream, 1, 2, 3)),
                row(
                        "header block that cannot be read",
                        (wire, stream) ->
                                wire.frame(Http2Wire.HEADERS, END, stream, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)),
                row("stream that was never opened", (wire, stream) -> wire.respond(stream + 100, true)),
                row("stream of its own", (wire, stream) -> wire.respond(2, true)),
                row(
                        "push that was not allowed",
                        (wire, stream) ->
                                wire.frame(Http2Wire.PUSH_PROMISE, Http2Wire.END_HEADERS, stream, 0, 0, 0, 2)),
                row(
                        "frame that is too large",
                        (wire, stream) -> wire.frame(Http2Wire.DATA, 0, stream, new byte[17_000])),
                row(
                        "WINDOW_UPDATE of nothing",
                        (wire, stream) -> wire.frame(Http2Wire.WINDOW_UPDATE, 0, 0, 0, 0, 0, 0)),
                row(
                        "CONTINUATION of nothing",
                        (wire, stream) -> wire.frame(Http2Wire.CONTINUATION, Http2Wire.END_HEADERS, stream, 0)),
                row("RST_STREAM", (wire, stream) -> wire.frame(Http2Wire.RST_STREAM, 0, stream, 0, 0, 0, 2)),
                row("HTTP/1.1", (wire, stream) -> wire.text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")),
                row("close before anything", (wire, stream) -> wire.close()));
    }

    private static Http2FixtureServer server(Answer answer) throws IOException {
        return new Http2FixtureServer((wire, connection) -> {
            boolean asked = false;
            while (true) {
                Http2Wire.Frame request = wire.readRequest();
                String path = String.valueOf(wire.headers(request).path());
                if (path.equals("/next")) {
                    wire.respond(request.stream(), "next");
                } else if (!asked) {
                    asked = true;
                    answer.send(wire, request.stream());
                    wire.flush();
                }
            }
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heads")
    void answers502(String what, Answer answer) throws IOException {
        try (Http2FixtureServer server = server(answer);
                ProxyFixture proxy =
                        ProxyFixture.beforeHttp2(server.port()).listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS);
                HttpWire wire = HttpWire.connect(proxy.port())) {
            HttpWire.Response response = wire.send(POST).read();
            assertThat(response.status()).as(what).isEqualTo(502);
            assertThat(response.fields()).noneMatch(field -> field.startsWith("x:") || field.startsWith("set-cookie"));
            assertThat(proxy.fixture().logged(1).get(0).error()).isInstanceOf(ProxyError.BadResponse.class);
            assertThat(wire.get("/next").text()).isEqualTo("next");
        }
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                row("less than Content-Length", (wire, stream) -> {
                    wire.respond(stream, false, "content-length", "200000");
                    wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream, new byte[1000]);
                }),
                row("Content-Length and an empty body", (wire, stream) -> {
                    wire.respond(stream, false, "content-length", "5");
                    wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream);
                }),
                row("Content-Length and nothing but trailers", (wire, stream) -> {
                    wire.respond(stream, false, "content-length", "5");
                    wire.frame(Http2Wire.HEADERS, END, stream, Http2Wire.block("x", "y"));
                }),
                row("trailers before Content-Length is reached", (wire, stream) -> {
                    wire.respond(stream, false, "content-length", "5");
                    wire.frame(Http2Wire.DATA, 0, stream, 1, 2);
                    wire.frame(Http2Wire.HEADERS, END, stream, Http2Wire.block("x", "y"));
                }),
                row("more than Content-Length", (wire, stream) -> {
                    wire.respond(stream, false, "content-length", "10");
                    wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream, new byte[1000]);
                }),
                row("trailers that do not end the stream", (wire, stream) -> {
                    wire.respond(stream, false).frame(Http2Wire.DATA, 0, stream, new byte[1000]);
                    wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, stream, Http2Wire.block("x", "y"));
                }),
                row("status among the trailers", (wire, stream) -> {
                    wire.respond(stream, false).frame(Http2Wire.DATA, 0, stream, new byte[1000]);
                    wire.respond(stream, true);
                }),
                row("malformed trailer", (wire, stream) -> {
                    wire.respond(stream, false).frame(Http2Wire.DATA, 0, stream, new byte[1000]);
                    wire.frame(Http2Wire.HEADERS, END, stream, Http2Wire.block("x y", "z"));
                }),
                row("RST_STREAM in the body", (wire, stream) -> {
                    wire.respond(stream, false).frame(Http2Wire.DATA, 0, stream, new byte[1000]);
                    wire.frame(Http2Wire.RST_STREAM, 0, stream, 0, 0, 0, 2);
                }),
                row("RST_STREAM without error in the body", (wire, stream) -> {
                    wire.respond(stream, false).frame(Http2Wire.DATA, 0, stream, new byte[1000]);
                    wire.frame(Http2Wire.RST_STREAM, 0, stream, 0, 0, 0, 0);
                }),
                row("close in the body", (wire, stream) -> {
                    wire.respond(stream, false)
                            .frame(Http2Wire.DATA, 0, stream, new byte[1000])
                            .flush();
                    wire.close();
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void cutsTheResponse(String what, Answer answer) throws IOException {
        try (Http2FixtureServer server = server(answer);
                ProxyFixture proxy =
                        ProxyFixture.beforeHttp2(server.port()).listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS);
                HttpWire wire = HttpWire.connect(proxy.port())) {
            try {
                // Where nothing had been passed on yet, an error says it more plainly.
                assertThat(wire.send(POST).read().status()).as(what).isEqualTo(502);
            } catch (IOException cut) {
                assertThat(proxy.fixture().logged(1)).as(what).hasSize(1);
            }
            assertThat(proxy.fixture().logged(1).get(0).error()).isInstanceOf(ProxyError.BadResponse.class);
            try (HttpWire other = HttpWire.connect(proxy.port())) {
                assertThat(other.get("/next").text()).isEqualTo("next");
            }
        }
    }

    /** It is held back until it is complete. */
    @Test
    void answers502WhereASmallResponseEndsBeforeItsBody() throws IOException {
        Answer answer = (wire, stream) -> {
            wire.respond(stream, false, "content-length", "5");
            wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream);
        };
        try (Http2FixtureServer server = server(answer);
                ProxyFixture proxy =
                        ProxyFixture.beforeHttp2(server.port()).listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS);
                HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.get("/").status()).isEqualTo(502);
            assertThat(proxy.backendServer(1).stats().responseErrors()).isEqualTo(1);
        }
    }

    static List<Integer> statuses() {
        return List.of(204, 304);
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void passesNoBodyOnWhereThereIsNone(int status) throws IOException {
        Answer answer = (wire, stream) -> {
            wire.respond(stream, false, ":status", Integer.toString(status));
            wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream, 1, 2, 3);
        };
        try (Http2FixtureServer server = server(answer);
                ProxyFixture proxy =
                        ProxyFixture.beforeHttp2(server.port()).listen(ProxySettings.DEFAULTS, HttpLimits.DEFAULTS);
                HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.send(POST).read().status()).isEqualTo(status);
            assertThat(wire.get("/next").text()).isEqualTo("next");
        }
    }
}
