package com.foobar.http.http2;

import static com.foobar.http.testing.Http2Wire.ACK;
import static com.foobar.http.testing.Http2Wire.CONTINUATION;
import static com.foobar.http.testing.Http2Wire.DATA;
import static com.foobar.http.testing.Http2Wire.END_HEADERS;
import static com.foobar.http.testing.Http2Wire.END_STREAM;
import static com.foobar.http.testing.Http2Wire.ENHANCE_YOUR_CALM;
import static com.foobar.http.testing.Http2Wire.GOAWAY;
import static com.foobar.http.testing.Http2Wire.HEADERS;
import static com.foobar.http.testing.Http2Wire.PING;
import static com.foobar.http.testing.Http2Wire.PRIORITY;
import static com.foobar.http.testing.Http2Wire.RST_STREAM;
import static com.foobar.http.testing.Http2Wire.SETTINGS;
import static com.foobar.http.testing.Http2Wire.WINDOW_UPDATE;
import static com.foobar.http.testing.Http2Wire.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.Fields;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.Http2Wire;
import com.foobar.http.testing.TestTls;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames that HTTP/2 allows one by one and that serve nobody by the thousand: the connection is ended, and counted (RFC 9113 §10.5). */
class FloodIT {
    private static final int GLITCHES = 200;
    private static final int FLOOD = 4 * GLITCHES;

    @TempDir
    static Path directory;

    private static final Fixture fixture = new Fixture();
    private static TestTls tls;

    @BeforeAll
    static void listen() throws Exception {
        tls = TestTls.make(directory);
        fixture.listen(FloodIT::answer, HttpLimits.DEFAULTS.withGlitches(GLITCHES), tls::server);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    private static void answer(RequestStream stream) {
        boolean held = stream.head().target().equals("/held");
        stream.receive(new RequestEvents() {
            @Override
            public void end(Fields trailers) {
                if (!held) {
                    stream.respond(ResponseHead.of(200), Unpooled.copiedBuffer(new byte[1000]));
                }
            }
        });
    }

    @FunctionalInterface
    private interface Flood {
        void send(Http2Wire wire, int number) throws IOException;
    }

    private static Arguments row(String name, Flood flood) {
        return Arguments.of(name, flood);
    }

    private static int stream(int number) {
        return 2 * number + 3;
    }

    static Stream<Arguments> floods() {
        return Stream.of(
                row("rapid reset (CVE-2023-44487)", (wire, i) -> wire.get(stream(i), "/held")
                        .frame(RST_STREAM, 0, stream(i), 0, 0, 0, 8)),
                row("made you reset (CVE-2025-8671)", (wire, i) -> wire.get(stream(i), "/held")
                        .frame(WINDOW_UPDATE, 0, stream(i), 0, 0, 0, 0)),
                row("malformed requests", (wire, i) -> wire.get(stream(i), "/", "te", "gzip")),
                row("requests that Netty finds malformed", (wire, i) -> wire.get(stream(i), "/", "X", "y")),
                row("malformed trailers", (wire, i) -> wire.post(stream(i), "/held")
                        .frame(HEADERS, END_STREAM | END_HEADERS, stream(i), Http2Wire.block("a", " b"))),
                row("trailers that do not end", (wire, i) -> wire.post(stream(i), "/held")
                        .frame(HEADERS, END_HEADERS, stream(i), Http2Wire.block("a", "b"))),
                row("SETTINGS", (wire, i) -> wire.frame(SETTINGS, 0, 0, 0, 3, 0, 0, 0, 100)),
                row("SETTINGS acknowledgements", (wire, i) -> wire.frame(SETTINGS, ACK, 0)),
                row("PING", (wire, i) -> wire.frame(PING, 0, 0, new byte[8])),
                row("PING acknowledgements", (wire, i) -> wire.frame(PING, ACK, 0, new byte[8])),
                row("PRIORITY", (wire, i) -> wire.frame(PRIORITY, 0, stream(i), 0, 0, 0, 0, 1)),
                row("WINDOW_UPDATE", (wire, i) -> wire.frame(WINDOW_UPDATE, 0, 0, 0, 0, 0, 1)),
                row("GOAWAY", (wire, i) -> wire.frame(GOAWAY, 0, 0, new byte[8])),
                row("unknown frames", (wire, i) -> wire.frame(0x20, 0, 0, new byte[4])),
                row("empty DATA", (wire, i) -> {
                    if (i == 0) {
                        wire.post(stream(0), "/");
                    }
                    wire.frame(DATA, 0, stream(0));
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void endsTheConnection(String name, Flood flood) throws IOException {
        long floods = fixture.listener().glitches().floods();
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            assertThat(isCalmed(wire, flood)).as(name).isTrue();
        }
        await().untilAsserted(() ->
                assertThat(fixture.listener().glitches().floods()).as(name).isEqualTo(floods + 1));
    }

    private static boolean isCalmed(Http2Wire wire, Flood flood) throws IOException {
        try {
            for (int i = 0; i < FLOOD; i++) {
                flood.send(wire, i);
            }
            return wire.readType(GOAWAY).errorCode() == ENHANCE_YOUR_CALM && wire.isClosed();
        } catch (SocketException | SSLException e) {
            // Who is still sending when the other side has waited long enough finds a closed connection, as a slow
            // machine may.
            return true;
        }
    }

    /** Whose requests for an answer are few enough in a minute, but who reads none of the answers (CVE-2019-9512). */
    @Test
    void endsTheConnectionOfAClientThatReadsNoAnswers() throws IOException {
        try (Fixture patient = new Fixture()) {
            patient.listen(FloodIT::answer, HttpLimits.DEFAULTS.withGlitches(Integer.MAX_VALUE), tls::server);
            try (Http2Wire wire = Http2Wire.connectNarrow(patient.port(), tls.client(), 16 * 1024)) {
                assertThat(isCutOff(wire)).isTrue();
            }
            await().untilAsserted(() ->
                    assertThat(patient.listener().glitches().floods()).isEqualTo(1));
        }
    }

    private static boolean isCutOff(Http2Wire wire) {
        try {
            long begun = System.nanoTime();
            // As long as it may take to close a connection on which nothing can be said.
            while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(30)) {
                for (int i = 0; i < 10_000; i++) {
                    wire.frame(PING, 0, 0, new byte[8]);
                }
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void bearsAFew(String name, Flood flood) throws IOException {
        long glitches = fixture.listener().glitches().glitches();
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            for (int i = 0; i < 10; i++) {
                flood.send(wire, i);
            }
            assertThat(wire.answers(101)).as(name).isTrue();
        }
        assertThat(fixture.listener().glitches().glitches()).isGreaterThanOrEqualTo(glitches + 5);
    }

    @Test
    void endsAHeaderBlockWithoutEnd() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            wire.frame(HEADERS, END_STREAM, 1, request("GET", "/"));
            for (int i = 0; i < 100; i++) {
                wire.frame(CONTINUATION, 0, 1);
            }
            assertThat(wire.readType(GOAWAY).errorCode()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void endsAHeaderBlockThatGrowsBeyondAllBounds() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            wire.frame(HEADERS, END_STREAM, 1, request("GET", "/"));
            byte[] piece = Http2Wire.block("x", "y".repeat(8_000));
            for (int i = 0; i < 4; i++) {
                wire.frame(CONTINUATION, 0, 1, piece);
            }
            wire.readType(GOAWAY);
            assertThat(wire.isClosed()).isTrue();
        }
    }

    @Test
    void refusesAHeaderListThatUnpacksToMuchMore() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            // One field of 4,000 bytes goes into the dynamic table, and then a thousand references to it, a byte each.
            java.io.ByteArrayOutputStream block = new java.io.ByteArrayOutputStream();
            block.writeBytes(request("GET", "/"));
            byte[] literal = Http2Wire.block("x", "y".repeat(3_900));
            literal[0] = 0x40;
            block.writeBytes(literal);
            for (int i = 0; i < 1000; i++) {
                block.write(0xbe);
            }
            wire.frame(HEADERS, END_STREAM | END_HEADERS, 1, block.toByteArray());
            assertThat(wire.readStatus(1)).isEqualTo(431);
        }
    }

    @Test
    void letsAClientPingAndOpenWindowsAsItIsAnswered() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            for (int i = 0; i < GLITCHES; i++) {
                assertThat(wire.answers(2 * i + 1)).isTrue();
                wire.frame(PING, 0, 0, new byte[8]);
                wire.frame(WINDOW_UPDATE, 0, 0, 0, 0, 3, 0xe8);
                wire.frame(WINDOW_UPDATE, 0, 2 * i + 1, 0, 0, 3, 0xe8);
            }
            assertThat(wire.answers(2 * GLITCHES + 1)).isTrue();
        }
    }

    @Test
    void countsNothingOfAnOrdinaryClient() throws IOException {
        long glitches = fixture.listener().glitches().glitches();
        try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
            wire.frame(WINDOW_UPDATE, 0, 0, 0, 1, 0, 0).readType(SETTINGS);
            wire.frame(SETTINGS, ACK, 0);
            assertThat(wire.answers(1)).isTrue();
            wire.frame(GOAWAY, 0, 0, new byte[8]).flush();
            // Behind the GOAWAY, so that this was read when it is answered.
            assertThat(wire.frame(PING, 0, 0, new byte[8]).readType(PING).has(ACK))
                    .isTrue();
        }
        assertThat(fixture.listener().glitches().glitches()).isEqualTo(glitches);
    }
}
