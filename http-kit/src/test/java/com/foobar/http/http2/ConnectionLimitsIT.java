package com.foobar.http.http2;

import static com.foobar.http.testing.Http2Wire.CONTINUATION;
import static com.foobar.http.testing.Http2Wire.END_HEADERS;
import static com.foobar.http.testing.Http2Wire.END_STREAM;
import static com.foobar.http.testing.Http2Wire.GOAWAY;
import static com.foobar.http.testing.Http2Wire.HEADERS;
import static com.foobar.http.testing.Http2Wire.NO_ERROR;
import static com.foobar.http.testing.Http2Wire.PING;
import static com.foobar.http.testing.Http2Wire.bytes;
import static com.foobar.http.testing.Http2Wire.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.Http2Wire;
import com.foobar.http.testing.Http2Wire.Frame;
import com.foobar.http.testing.TestTls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a connection may be without a request, or in the midst of a head, and how many requests it may have. */
class ConnectionLimitsIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final HttpLimits LIMITS = HttpLimits.DEFAULTS.withTimeouts(Duration.ofSeconds(2), HOUR, HOUR);

    @TempDir
    Path directory;

    private final BlockingQueue<RequestStream> held = new LinkedBlockingQueue<>();
    private final Fixture fixture = new Fixture();
    private TestTls tls;

    @BeforeEach
    void start() throws Exception {
        tls = TestTls.make(directory);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private Http2Wire connect() throws Exception {
        return Http2Wire.connect(fixture.port(), tls.client());
    }

    private void awaitConnections(int count) {
        await().atMost(LONG).until(() -> fixture.listener().connections() == count);
    }

    private static void answer(RequestStream stream) {
        stream.respond(ResponseHead.of(204));
        stream.end();
    }

    private static void answerHeld(RequestStream stream) {
        stream.eventLoop().execute(() -> answer(stream));
    }

    @Test
    void closesAConnectionThatBeginsNoRequest() throws Exception {
        fixture.listen(ConnectionLimitsIT::answer, LIMITS, tls::server);
        try (Http2Wire wire = connect().flush()) {
            Frame goaway = wire.readType(GOAWAY);
            assertThat(goaway.errorCode()).isEqualTo(NO_ERROR);
            awaitConnections(0);
        }
    }

    @Test
    void keepsAConnectionThatHasHadOne() throws Exception {
        fixture.listen(ConnectionLimitsIT::answer, LIMITS, tls::server);
        try (Http2Wire wire = connect().get(1, "/")) {
            assertThat(wire.readStatus(1)).isEqualTo(204);
            try (Http2Wire other = connect().flush()) {
                // It is the younger one.
                other.readType(GOAWAY);
            }
            assertThat(wire.get(3, "/").readStatus(3)).isEqualTo(204);
        }
    }

    @Test
    void closesAConnectionWhoseHeaderBlockDoesNotEndThoughAnotherRequestIsOpen() throws Exception {
        fixture.listen(held::add, LIMITS, tls::server);
        try (Http2Wire wire = connect().get(1, "/").flush()) {
            held.take();
            wire.frame(HEADERS, END_STREAM, 3, request("GET", "/")).flush();
            awaitConnections(0);
        }
    }

    @Test
    void closesAConnectionWhoseHeadersFrameDoesNotEndThoughAnotherRequestIsOpen() throws Exception {
        fixture.listen(held::add, LIMITS, tls::server);
        try (Http2Wire wire = connect().get(1, "/").flush()) {
            held.take();
            byte[] block = request("GET", "/");
            // The beginning of a frame of HEADERS, in which more is promised than follows.
            wire.text(new String(
                            bytes(0, 0, block.length, HEADERS, END_STREAM | END_HEADERS, 0, 0, 0, 3),
                            StandardCharsets.US_ASCII))
                    .flush();
            awaitConnections(0);
        }
    }

    @Test
    void keepsAConnectionWhoseHeaderBlockEnds() throws Exception {
        fixture.listen(held::add, LIMITS, tls::server);
        try (Http2Wire wire = connect().get(1, "/").flush()) {
            RequestStream first = held.take();
            wire.frame(PING, 0, 0, new byte[8]).frame(HEADERS, END_STREAM, 3, request("GET", "/"));
            // Its answer tells that what came with it has been read.
            wire.readType(PING);
            wire.frame(CONTINUATION, END_HEADERS, 3).flush();
            RequestStream second = held.take();
            try (Http2Wire other = connect().flush()) {
                other.readType(GOAWAY);
            }
            answerHeld(first);
            answerHeld(second);
            assertThat(wire.readStatus(1)).isEqualTo(204);
            assertThat(wire.readStatus(3)).isEqualTo(204);
        }
    }

    @Test
    void endsAConnectionPolitelyAfterAsManyRequestsAsItMayHave() throws Exception {
        fixture.listen(held::add, HttpLimits.DEFAULTS.withRequestsPerConnection(2), tls::server);
        try (Http2Wire wire = connect().get(1, "/").flush()) {
            RequestStream first = held.take();
            wire.get(3, "/").flush();
            RequestStream second = held.take();
            Frame goaway = wire.readType(GOAWAY);
            assertThat(goaway.errorCode()).isEqualTo(NO_ERROR);
            assertThat(goaway.payload().getInt(0)).isEqualTo(3);

            answerHeld(second);
            assertThat(wire.readStatus(3)).isEqualTo(204);
            answerHeld(first);
            assertThat(wire.readStatus(1)).isEqualTo(204);
            awaitConnections(0);
        }
    }
}
