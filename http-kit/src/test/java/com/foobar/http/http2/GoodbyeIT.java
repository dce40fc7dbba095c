package com.foobar.http.http2;

import static com.foobar.http.testing.Http2Wire.DATA;
import static com.foobar.http.testing.Http2Wire.END_STREAM;
import static com.foobar.http.testing.Http2Wire.GOAWAY;
import static com.foobar.http.testing.Http2Wire.NO_ERROR;
import static com.foobar.http.testing.Http2Wire.PING;
import static com.foobar.http.testing.Http2Wire.PROTOCOL_ERROR;
import static com.foobar.http.testing.Http2Wire.RST_STREAM;
import static com.foobar.http.testing.Http2Wire.SETTINGS;
import static com.foobar.http.testing.Http2Wire.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.Http2Wire;
import com.foobar.http.testing.Http2Wire.Frame;
import com.foobar.http.testing.TestTls;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoodbyeIT {
    /** More than the buffers of two sockets take. */
    private static final int SIZE = 32 * 1024 * 1024;

    @TempDir
    Path directory;

    private static void answerWithoutEnd(RequestStream stream) {
        stream.respond(ResponseHead.of(200));
        stream.write(Unpooled.wrappedBuffer(new byte[SIZE]));
        stream.flush();
    }

    @Test
    void endsTheConnectionOfAClientThatBreaksTheRulesAndReadsNothing() throws Exception {
        TestTls tls = TestTls.make(directory);
        Duration hour = Duration.ofHours(1);
        try (Fixture fixture = new Fixture()) {
            fixture.listen(
                    GoodbyeIT::answerWithoutEnd,
                    HttpLimits.DEFAULTS.withTimeouts(hour, hour, Duration.ofSeconds(1)),
                    tls::server);
            // SETTINGS_INITIAL_WINDOW_SIZE: windows as large as they get
            try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client(), 0, 4, 0x7f, 0xff, 0xff, 0xff)) {
                wire.frame(WINDOW_UPDATE, 0, 0, 0x7f, 0, 0, 0).get(1, "/").flush();
                await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(fixture.logged())
                        .singleElement()
                        .extracting(Fixture.Logged::error)
                        .isInstanceOf(ProxyError.ClientStalled.class));

                // DATA of no stream: an error of the connection
                wire.frame(DATA, 0, 0, new byte[1]).flush();

                await().atMost(Duration.ofSeconds(60))
                        .until(() -> fixture.listener().connections() == 0);
            }
        }
    }

    /** It was sent before the client knew that we go. */
    @Test
    void aRequestThatCrossesItDoesNotEndTheOthers() throws Exception {
        TestTls tls = TestTls.make(directory);
        BlockingQueue<RequestStream> held = new LinkedBlockingQueue<>();
        try (Fixture fixture = new Fixture()) {
            fixture.listen(held::add, HttpLimits.DEFAULTS, tls::server);
            try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
                wire.get(1, "/").flush();
                RequestStream first = held.take();
                Future<Void> drained = fixture.listener().drain();
                assertThat(wire.read(1).type()).isEqualTo(GOAWAY);

                wire.post(3, "/").data(3, 0, "late").frame(WINDOW_UPDATE, 0, 3, 0, 0, 0, 1);
                wire.data(3, END_STREAM, "").flush();
                Frame refused = wire.read(3);
                assertThat(refused.type()).isEqualTo(RST_STREAM);
                assertThat(refused.errorCode()).isEqualTo((int) Http2Error.REFUSED_STREAM.code());

                first.eventLoop().execute(() -> {
                    first.respond(ResponseHead.of(200).contentLength(0));
                    first.end();
                });
                assertThat(wire.readStatus(1)).isEqualTo(200);
                Fixture.await(drained);
                assertThat(held).isEmpty();
            }
        }
    }

    /** That many bytes, as a frame says it. */
    private static byte[] windowUpdate(int bytes) {
        return ByteBuffer.allocate(4).putInt(bytes).array();
    }

    /** Over a slow link: as many bytes as a socket takes are on their way when the connection has nothing more to do, and what the client says meanwhile is not read. */
    @Test
    void aClientThatTakesTheLastResponseSlowlyGetsItWhole() throws Exception {
        TestTls tls = TestTls.make(directory);
        int size = 4 * 1024 * 1024;
        try (Fixture fixture = new Fixture()) {
            fixture.listen(
                    stream -> stream.respond(ResponseHead.of(200), Unpooled.wrappedBuffer(new byte[size])),
                    HttpLimits.DEFAULTS.withRequestsPerConnection(1),
                    tls::server);
            try (Http2Wire wire = Http2Wire.connectNarrow(fixture.port(), tls.client(), 16 * 1024)) {
                // SETTINGS_INITIAL_WINDOW_SIZE
                wire.frame(SETTINGS, 0, 0, 0, 4, 0x3f, 0xff, 0xff, 0xff);
                wire.frame(WINDOW_UPDATE, 0, 0, 0x3f, 0, 0, 0).get(1, "/");
                int read = 0;
                Frame frame;
                do {
                    frame = wire.readType(DATA);
                    int length = frame.payload().remaining();
                    read += length;
                    if (length > 0) {
                        wire.frame(WINDOW_UPDATE, 0, 0, windowUpdate(length));
                    }
                    // The link.
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                } while (!frame.has(END_STREAM));

                assertThat(read).isEqualTo(size);
                wire.flush().readEnd();
            }
        }
    }

    @Test
    void aClientThatSendsOnWhenItIsAskedToGoIsNotReset() throws Exception {
        TestTls tls = TestTls.make(directory);
        try (Fixture fixture = new Fixture()) {
            fixture.listen(stream -> stream.respond(ResponseHead.of(204)), HttpLimits.DEFAULTS, tls::server);
            Future<Void> drained;
            try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
                // Its answer tells that it speaks.
                wire.frame(PING, 0, 0, new byte[8]).readType(PING);
                drained = fixture.listener().drain();
                assertThat(wire.readNext(GOAWAY).errorCode()).isEqualTo(NO_ERROR);
                // Such as requests that cross it.
                sendOn(wire);
                wire.readEnd();
            }
            Fixture.await(drained);
        }
    }

    @Test
    void aClientThatBreaksTheRulesAndSendsOnReadsTheGoAway() throws Exception {
        TestTls tls = TestTls.make(directory);
        try (Fixture fixture = new Fixture()) {
            fixture.listen(stream -> stream.respond(ResponseHead.of(204)), HttpLimits.DEFAULTS, tls::server);
            try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
                wire.frame(DATA, 0, 0, new byte[1]);
                sendOn(wire);
                assertThat(wire.readNext(GOAWAY).errorCode()).isEqualTo(PROTOCOL_ERROR);
                wire.readEnd();
            }
        }
    }

    /** More than is read in one go. */
    private static void sendOn(Http2Wire wire) throws IOException {
        for (int i = 0; i < 256; i++) {
            wire.frame(DATA, 0, 1, new byte[16 * 1024]);
        }
        wire.flush();
    }

    @Test
    void whoStopsDoesNotWaitForAClientThatReadsNothing() throws Exception {
        TestTls tls = TestTls.make(directory);
        Duration hour = Duration.ofHours(1);
        BlockingQueue<RequestStream> begun = new LinkedBlockingQueue<>();
        try (Fixture fixture = new Fixture()) {
            fixture.listen(
                    stream -> {
                        answerWithoutEnd(stream);
                        begun.add(stream);
                    },
                    HttpLimits.DEFAULTS.withTimeouts(hour, hour, hour),
                    tls::server);
            try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client(), 0, 4, 0x7f, 0xff, 0xff, 0xff)) {
                wire.frame(WINDOW_UPDATE, 0, 0, 0x7f, 0, 0, 0).get(1, "/").flush();
                begun.take();
                // What breaks the rules is read in one go with the request.
                wire.get(3, "/").frame(DATA, 0, 0, new byte[1]).flush();
                begun.take();

                Fixture.await(fixture.listener().close());
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> fixture.listener().connections() == 0);
            }
        }
    }
}
