package com.foobar.http.http2;

import static com.foobar.http.testing.Http2Wire.ACK;
import static com.foobar.http.testing.Http2Wire.CANCEL;
import static com.foobar.http.testing.Http2Wire.COMPRESSION_ERROR;
import static com.foobar.http.testing.Http2Wire.CONTINUATION;
import static com.foobar.http.testing.Http2Wire.DATA;
import static com.foobar.http.testing.Http2Wire.END_HEADERS;
import static com.foobar.http.testing.Http2Wire.END_STREAM;
import static com.foobar.http.testing.Http2Wire.FLOW_CONTROL_ERROR;
import static com.foobar.http.testing.Http2Wire.FRAME_SIZE_ERROR;
import static com.foobar.http.testing.Http2Wire.GOAWAY;
import static com.foobar.http.testing.Http2Wire.HEADERS;
import static com.foobar.http.testing.Http2Wire.NO_ERROR;
import static com.foobar.http.testing.Http2Wire.PING;
import static com.foobar.http.testing.Http2Wire.PRIORITY;
import static com.foobar.http.testing.Http2Wire.PROTOCOL_ERROR;
import static com.foobar.http.testing.Http2Wire.PUSH_PROMISE;
import static com.foobar.http.testing.Http2Wire.REFUSED_STREAM;
import static com.foobar.http.testing.Http2Wire.RST_STREAM;
import static com.foobar.http.testing.Http2Wire.SETTINGS;
import static com.foobar.http.testing.Http2Wire.STREAM_CLOSED;
import static com.foobar.http.testing.Http2Wire.WINDOW_UPDATE;
import static com.foobar.http.testing.Http2Wire.block;
import static com.foobar.http.testing.Http2Wire.bytes;
import static com.foobar.http.testing.Http2Wire.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.Fields;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.Http2Wire;
import com.foobar.http.testing.Http2Wire.Frame;
import com.foobar.http.testing.TestTls;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What RFC 9113 forbids, by its sections, frame by frame: an error of the stream resets it and leaves the connection in order, an error of the connection ends it with the code that says why. */
class ConformanceIT {
    @TempDir
    static Path directory;

    private static final Fixture fixture = new Fixture();
    private static final AtomicInteger complete = new AtomicInteger();
    private static TestTls tls;

    @BeforeAll
    static void listen() throws Exception {
        tls = TestTls.make(directory);
        fixture.listen(ConformanceIT::answer, HttpLimits.DEFAULTS, tls::server);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    /** Answers when the request is complete, but {@code /held} never. */
    private static void answer(RequestStream stream) {
        boolean held = stream.head().target().equals("/held");
        boolean alive = stream.head().target().equals("/alive");
        stream.receive(new RequestEvents() {
            @Override
            public void end(Fields trailers) {
                if (!alive) {
                    complete.incrementAndGet();
                }
                if (!held) {
                    stream.respond(ResponseHead.of(200), Unpooled.copiedBuffer(new byte[10]));
                }
            }
        });
    }

    @FunctionalInterface
    private interface Offence {
        void commit(Http2Wire wire) throws IOException;
    }

    private static Arguments row(String section, int error, Offence offence) {
        return Arguments.of(section, error, offence);
    }

    static Stream<Arguments> connectionErrors() {
        return Stream.of(
                row("4.2 frame above SETTINGS_MAX_FRAME_SIZE", FRAME_SIZE_ERROR, wire -> wire.post(1, "/")
                        .frame(DATA, 0, 1, new byte[16_385])),
                row(
                        "4.3 header block that cannot be decoded",
                        COMPRESSION_ERROR,
                        wire -> wire.frame(HEADERS, END_STREAM | END_HEADERS, 1, bytes(0x80))),
                row("4.3 frame of another stream in a header block", PROTOCOL_ERROR, wire -> wire.frame(
                                HEADERS, END_STREAM, 1, request("GET", "/"))
                        .frame(PING, 0, 0, new byte[8])),
                row("5.1 DATA on an idle stream", PROTOCOL_ERROR, wire -> wire.data(1, END_STREAM, "x")),
                row(
                        "5.1 RST_STREAM on an idle stream",
                        PROTOCOL_ERROR,
                        wire -> wire.frame(RST_STREAM, 0, 1, 0, 0, 0, 8)),
                row(
                        "5.1 WINDOW_UPDATE on an idle stream",
                        PROTOCOL_ERROR,
                        wire -> wire.frame(WINDOW_UPDATE, 0, 1, 0, 0, 0, 8)),
                row(
                        "5.1 CONTINUATION on an idle stream",
                        PROTOCOL_ERROR,
                        wire -> wire.frame(CONTINUATION, END_HEADERS, 1, request("GET", "/"))),
                row("5.1 HEADERS on a stream that was answered", STREAM_CLOSED, wire -> {
                    assertThat(wire.answers(1)).isTrue();
                    wire.get(1, "/");
                }),
                row("5.1 HEADERS on a stream that the client has reset", STREAM_CLOSED, wire -> wire.get(1, "/held")
                        .frame(RST_STREAM, 0, 1, 0, 0, 0, 8)
                        .get(1, "/")),
                row("5.1.1 even stream", PROTOCOL_ERROR, wire -> wire.get(2, "/")),
                row("5.1.1 stream that was passed over", PROTOCOL_ERROR, wire -> wire.get(5, "/")
                        .get(3, "/")),
                row("6.1 DATA on stream 0", PROTOCOL_ERROR, wire -> wire.data(0, 0, "x")),
                row("6.1 padding longer than DATA", PROTOCOL_ERROR, wire -> wire.post(1, "/")
                        .frame(DATA, 8 | END_STREAM, 1, 9, 'x')),
                row("6.2 HEADERS on stream 0", PROTOCOL_ERROR, wire -> wire.get(0, "/")),
                row("6.3 PRIORITY on stream 0", PROTOCOL_ERROR, wire -> wire.frame(PRIORITY, 0, 0, 0, 0, 0, 0, 1)),
                row("6.4 RST_STREAM on stream 0", PROTOCOL_ERROR, wire -> wire.frame(RST_STREAM, 0, 0, 0, 0, 0, 8)),
                row("6.4 RST_STREAM of other than 4 bytes", FRAME_SIZE_ERROR, wire -> wire.get(1, "/held")
                        .frame(RST_STREAM, 0, 1, 0, 0, 8)),
                row("6.5 SETTINGS on a stream", PROTOCOL_ERROR, wire -> wire.frame(SETTINGS, 0, 1)),
                row("6.5 acknowledgement with payload", FRAME_SIZE_ERROR, wire -> wire.frame(SETTINGS, ACK, 0, 0)),
                row(
                        "6.5 SETTINGS of no multiple of 6 bytes",
                        FRAME_SIZE_ERROR,
                        wire -> wire.frame(SETTINGS, 0, 0, 0, 3, 0)),
                row("6.5.2 ENABLE_PUSH 2", PROTOCOL_ERROR, wire -> wire.frame(SETTINGS, 0, 0, 0, 2, 0, 0, 0, 2)),
                row(
                        "6.5.2 INITIAL_WINDOW_SIZE above 2^31-1",
                        FLOW_CONTROL_ERROR,
                        wire -> wire.frame(SETTINGS, 0, 0, 0, 4, 0x80, 0, 0, 0)),
                row(
                        "6.5.2 MAX_FRAME_SIZE below 2^14",
                        PROTOCOL_ERROR,
                        wire -> wire.frame(SETTINGS, 0, 0, 0, 5, 0, 0, 0x3f, 0xff)),
                row("6.6 PUSH_PROMISE of a client", PROTOCOL_ERROR, wire -> wire.get(1, "/held")
                        .frame(PUSH_PROMISE, END_HEADERS, 1, 0, 0, 0, 2)),
                row("6.7 PING on a stream", PROTOCOL_ERROR, wire -> wire.frame(PING, 0, 1, new byte[8])),
                row("6.7 PING of other than 8 bytes", FRAME_SIZE_ERROR, wire -> wire.frame(PING, 0, 0, new byte[6])),
                row("6.8 GOAWAY on a stream", PROTOCOL_ERROR, wire -> wire.frame(GOAWAY, 0, 1, new byte[8])),
                row("6.9 WINDOW_UPDATE of 0", PROTOCOL_ERROR, wire -> wire.frame(WINDOW_UPDATE, 0, 0, 0, 0, 0, 0)),
                row(
                        "6.9 WINDOW_UPDATE of other than 4 bytes",
                        FRAME_SIZE_ERROR,
                        wire -> wire.frame(WINDOW_UPDATE, 0, 0, 0, 0, 1)),
                row("6.9.1 window above 2^31-1", FLOW_CONTROL_ERROR, wire -> wire.frame(
                                WINDOW_UPDATE, 0, 0, 0x7f, 0xff, 0xff, 0xff)
                        .frame(WINDOW_UPDATE, 0, 0, 0x7f, 0xff, 0xff, 0xff)),
                row("6.10 CONTINUATION after END_HEADERS", PROTOCOL_ERROR, wire -> wire.get(1, "/held")
                        .frame(CONTINUATION, END_HEADERS, 1, block("x", "y"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("connectionErrors")
    void endsTheConnection(String what, int error, Offence offence) throws IOException {
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            offence.commit(wire);
            Frame goaway = wire.readType(GOAWAY);
            assertThat(goaway.errorCode()).as(what).isEqualTo(error);
        }
    }

    static Stream<Arguments> streamErrors() {
        return Stream.of(
                row("5.1 DATA after END_STREAM", STREAM_CLOSED, wire -> wire.get(1, "/held")
                        .data(1, 0, "x")),
                row("5.1 HEADERS after END_STREAM", STREAM_CLOSED, wire -> wire.get(1, "/held")
                        .get(1, "/")),
                row("6.3 PRIORITY of other than 5 bytes", FRAME_SIZE_ERROR, wire -> wire.get(1, "/held")
                        .frame(PRIORITY, 0, 1, 0, 0, 0, 1)),
                row("6.9 WINDOW_UPDATE of 0", PROTOCOL_ERROR, wire -> wire.get(1, "/held")
                        .frame(WINDOW_UPDATE, 0, 1, 0, 0, 0, 0)),
                row("6.9.1 stream's window above 2^31-1", FLOW_CONTROL_ERROR, wire -> wire.get(1, "/held")
                        .frame(WINDOW_UPDATE, 0, 1, 0x7f, 0xff, 0xff, 0xff)),
                row("8.1 trailers without END_STREAM", PROTOCOL_ERROR, wire -> wire.post(1, "/")
                        .frame(HEADERS, END_HEADERS, 1, block("x", "y"))),
                row("8.1.1 more than Content-Length", PROTOCOL_ERROR, wire -> wire.post(1, "/", "content-length", "3")
                        .data(1, END_STREAM, "abcd")),
                row("8.1.1 less than Content-Length", PROTOCOL_ERROR, wire -> wire.post(1, "/", "content-length", "3")
                        .data(1, END_STREAM, "ab")),
                row(
                        "8.1.1 Content-Length without body",
                        PROTOCOL_ERROR,
                        wire -> wire.get(1, "/", "content-length", "3")),
                row("8.2 upper case", PROTOCOL_ERROR, wire -> wire.get(1, "/", "X-Upper", "y")),
                row("8.2.1 white space in a name", PROTOCOL_ERROR, wire -> wire.get(1, "/", "x y", "z")),
                row("8.2.1 line feed in a value", PROTOCOL_ERROR, wire -> wire.get(1, "/", "x", "a\nb: c")),
                row("8.2.1 NUL in a value", PROTOCOL_ERROR, wire -> wire.get(1, "/", "x", "a\0b")),
                row("8.2.1 value that begins with white space", PROTOCOL_ERROR, wire -> wire.get(1, "/", "x", " a")),
                row("8.2.2 Connection", PROTOCOL_ERROR, wire -> wire.get(1, "/", "connection", "close")),
                row(
                        "8.2.2 Transfer-Encoding",
                        PROTOCOL_ERROR,
                        wire -> wire.post(1, "/", "transfer-encoding", "chunked")),
                row("8.2.2 TE other than trailers", PROTOCOL_ERROR, wire -> wire.get(1, "/", "te", "gzip")),
                row("8.3 unknown pseudo-header", PROTOCOL_ERROR, wire -> wire.get(1, "/", ":x", "y")),
                row("8.3 pseudo-header of responses", PROTOCOL_ERROR, wire -> wire.get(1, "/", ":status", "200")),
                row(
                        "8.3 pseudo-header behind a field",
                        PROTOCOL_ERROR,
                        wire -> wire.frame(
                                HEADERS,
                                END_STREAM | END_HEADERS,
                                1,
                                block(
                                        "x",
                                        "y",
                                        ":method",
                                        "GET",
                                        ":scheme",
                                        "https",
                                        ":path",
                                        "/",
                                        ":authority",
                                        "a"))),
                row("8.3 pseudo-header in trailers", PROTOCOL_ERROR, wire -> wire.post(1, "/")
                        .frame(HEADERS, END_HEADERS | END_STREAM, 1, block(":path", "/"))),
                row(
                        "8.3.1 no method",
                        PROTOCOL_ERROR,
                        wire -> wire.frame(
                                HEADERS,
                                END_STREAM | END_HEADERS,
                                1,
                                block(":scheme", "https", ":path", "/", ":authority", "a"))),
                row(
                        "8.3.1 no path",
                        PROTOCOL_ERROR,
                        wire -> wire.frame(
                                HEADERS, END_STREAM | END_HEADERS, 1, block(":method", "GET", ":scheme", "https"))),
                row("8.3.1 empty path", PROTOCOL_ERROR, wire -> wire.get(1, "")),
                row("8.3.1 path with white space", PROTOCOL_ERROR, wire -> wire.get(1, "/ HTTP/1.1")),
                row("8.3.1 two methods", PROTOCOL_ERROR, wire -> wire.get(1, "/", ":method", "GET")),
                row(
                        "8.3.1 authority with user",
                        PROTOCOL_ERROR,
                        wire -> wire.frame(
                                HEADERS,
                                END_STREAM | END_HEADERS,
                                1,
                                block(":method", "GET", ":scheme", "https", ":path", "/", ":authority", "u@a"))),
                row("8.3.1 Host and authority differ", PROTOCOL_ERROR, wire -> wire.get(1, "/", "host", "b")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streamErrors")
    void resetsTheStreamAndKeepsTheConnection(String what, int error, Offence offence) throws IOException {
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            offence.commit(wire);
            Frame reset = wire.read(1);
            assertThat(reset.type()).as(what).isEqualTo(RST_STREAM);
            assertThat(reset.errorCode()).isEqualTo(error);
            assertThat(wire.answers(3)).isTrue();
        }
    }

    static Stream<Arguments> allowed() {
        return Stream.of(
                row("4.1 frame of unknown type", NO_ERROR, wire -> wire.frame(0x16, 0xff, 0, new byte[8])),
                row("4.1 unknown frame of a closed stream", NO_ERROR, wire -> {
                    assertThat(wire.answers(1)).isTrue();
                    wire.frame(0x16, 0, 1, new byte[8]);
                }),
                row("5.1 WINDOW_UPDATE on a closed stream", NO_ERROR, wire -> {
                    assertThat(wire.answers(1)).isTrue();
                    wire.frame(WINDOW_UPDATE, 0, 1, 0, 0, 0, 1);
                }),
                row("5.1 RST_STREAM on a closed stream", NO_ERROR, wire -> {
                    assertThat(wire.answers(1)).isTrue();
                    wire.frame(RST_STREAM, 0, 1, 0, 0, 0, 8);
                }),
                row("5.1 frames that cross our RST_STREAM", NO_ERROR, wire -> {
                    wire.post(1, "/", "te", "gzip");
                    assertThat(wire.read(1).type()).isEqualTo(RST_STREAM);
                    wire.data(1, 0, "x").frame(HEADERS, END_HEADERS | END_STREAM, 1, block("x", "y"));
                }),
                row("5.3 PRIORITY on an idle stream", NO_ERROR, wire -> wire.frame(PRIORITY, 0, 7, 0, 0, 0, 0, 1)),
                row("6.5 unknown setting", NO_ERROR, wire -> wire.frame(SETTINGS, 0, 0, 0, 0xff, 0, 0, 0, 1)),
                row("6.7 PING with unknown flags", NO_ERROR, wire -> wire.frame(PING, 0x16, 0, new byte[8])),
                row("6.10 header block in pieces", NO_ERROR, wire -> {
                    byte[] block = request("GET", "/");
                    wire.frame(HEADERS, END_STREAM, 1, java.util.Arrays.copyOf(block, 9))
                            .frame(CONTINUATION, 0, 1, java.util.Arrays.copyOfRange(block, 9, 20))
                            .frame(CONTINUATION, END_HEADERS, 1, java.util.Arrays.copyOfRange(block, 20, block.length));
                    assertThat(wire.read(1).type()).isEqualTo(HEADERS);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void goesOnAfterWhatIsAllowed(String what, int ignored, Offence allowed) throws IOException {
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            allowed.commit(wire);
            assertThat(wire.answers(9)).as(what).isTrue();
        }
    }

    @Test
    void answersPing() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            wire.frame(PING, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
            Frame answer = wire.readType(PING);
            assertThat(answer.has(ACK)).isTrue();
            assertThat(answer.payload().array()).isEqualTo(bytes(1, 2, 3, 4, 5, 6, 7, 8));
        }
    }

    static Stream<Arguments> beginnings() {
        return Stream.of(
                row("3.4 another protocol", PROTOCOL_ERROR, wire -> wire.text("GET / HTTP/1.1\r\nHost: a\r\n\r\n")),
                row("3.4 no SETTINGS", PROTOCOL_ERROR, wire -> wire.text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                        .frame(PING, 0, 0, new byte[8])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("beginnings")
    void endsAConnectionWithoutPreface(String what, int error, Offence offence) throws IOException {
        try (Http2Wire wire = Http2Wire.open(fixture.port(), tls.client())) {
            offence.commit(wire);
            assertThat(wire.readType(GOAWAY).errorCode()).as(what).isEqualTo(error);
            assertThat(wire.isClosed()).isTrue();
        }
    }

    /** RFC 9113 §5.1.2. */
    @Test
    void refusesAStreamBeyondTheLimitThatItAnnounces() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            int limit = maxConcurrentStreams(wire.readType(SETTINGS));
            for (int i = 0; i < limit; i++) {
                wire.get(2 * i + 1, "/held");
            }
            int beyond = 2 * limit + 1;
            Frame reset = wire.get(beyond, "/").read(beyond);
            assertThat(reset.type()).isEqualTo(RST_STREAM);
            assertThat(reset.errorCode()).isEqualTo(REFUSED_STREAM);

            wire.frame(RST_STREAM, 0, 1, 0, 0, 0, CANCEL);
            assertThat(wire.answers(beyond + 2)).isTrue();
        }
    }

    private static int maxConcurrentStreams(Frame settings) {
        while (settings.payload().getShort() != 3) {
            settings.payload().getInt();
        }
        return settings.payload().getInt();
    }

    @Test
    void handsNoMalformedRequestToItsHandlerAsComplete() throws IOException {
        int before = complete.get();
        int logged = fixture.logged().size();
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            wire.post(1, "/", "content-length", "4").data(1, END_STREAM, "abc");
            assertThat(wire.read(1).type()).isEqualTo(RST_STREAM);
        }
        assertThat(complete).hasValue(before);
        await().until(() -> fixture.logged().size() > logged);
        assertThat(fixture.logged().get(fixture.logged().size() - 1).error()).isInstanceOf(ProxyError.Malformed.class);
    }

    @Test
    void answersAHeaderListThatIsTooLarge() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            wire.frame(HEADERS, END_STREAM, 1, request("GET", "/", "x", "y".repeat(15_000)));
            wire.frame(CONTINUATION, END_HEADERS, 1, block("x", "y".repeat(2_000)));
            assertThat(wire.readStatus(1)).isEqualTo(431);
            assertThat(wire.answers(3)).isTrue();
        }
    }
}
