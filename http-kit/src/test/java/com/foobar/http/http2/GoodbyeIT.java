package com.foobar.http.http2;

import static com.foobar.http.testing.Http2Wire.DATA;
import static com.foobar.http.testing.Http2Wire.END_STREAM;
import static com.foobar.http.testing.Http2Wire.GOAWAY;
import static com.foobar.http.testing.Http2Wire.RST_STREAM;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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
}
