package com.foobar.http.http2;

import static com.foobar.http.testing.Http2Wire.CANCEL;
import static com.foobar.http.testing.Http2Wire.DATA;
import static com.foobar.http.testing.Http2Wire.END_STREAM;
import static com.foobar.http.testing.Http2Wire.HEADERS;
import static com.foobar.http.testing.Http2Wire.RST_STREAM;
import static com.foobar.http.testing.Http2Wire.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.Http2Wire;
import com.foobar.http.testing.Http2Wire.Frame;
import com.foobar.http.testing.TestTls;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a response whose client lets little or nothing of it through its window. */
class ShutWindowIT {
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(4);
    private static final int SIZE = 64 * 1024;

    @TempDir
    static Path directory;

    private static TestTls tls;

    private final Fixture fixture = new Fixture();
    private Http2Wire wire;

    @BeforeAll
    static void makeCertificate() throws Exception {
        tls = TestTls.make(directory);
    }

    @BeforeEach
    void ask() throws IOException {
        fixture.listen(
                ShutWindowIT::answer,
                HttpLimits.DEFAULTS.withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), CLIENT_TIMEOUT),
                tls::server);
        // SETTINGS_INITIAL_WINDOW_SIZE = 0
        wire = Http2Wire.connect(fixture.port(), tls.client(), 0, 4, 0, 0, 0, 0);
        // The connection's window is no obstacle.
        wire.frame(WINDOW_UPDATE, 0, 0, 0, 1, 0, 0);
        wire.get(1, "/");
    }

    @AfterEach
    void close() throws IOException {
        wire.close();
        fixture.close();
    }

    private static void answer(RequestStream stream) {
        stream.respond(ResponseHead.of(200), Unpooled.wrappedBuffer(new byte[SIZE]));
    }

    @Test
    void cancelsAnEndedResponseThatNobodyTakes() throws IOException {
        assertThat(wire.read(1).type()).isEqualTo(HEADERS);
        Frame reset = wire.read(1);
        assertThat(reset.type()).isEqualTo(RST_STREAM);
        assertThat(reset.errorCode()).isEqualTo(CANCEL);
        assertThat(fixture.logged(1)).hasSize(1);
    }

    @Test
    void waitsForAClientThatTakesALittleNowAndThen() throws IOException {
        assertThat(wire.read(1).type()).isEqualTo(HEADERS);
        int step = 16 * 1024;
        int taken = 0;
        int flags = 0;
        while (taken < SIZE) {
            // Longer than the timeout for all of it, and far from it each time.
            await().pollDelay(CLIENT_TIMEOUT.multipliedBy(3).dividedBy(10)).until(() -> true);
            wire.frame(WINDOW_UPDATE, 0, 1, 0, 0, step >> 8, 0);
            for (int left = step; left > 0; ) {
                Frame data = wire.read(1);
                assertThat(data.type()).isEqualTo(DATA);
                left -= data.payload().remaining();
                taken += data.payload().remaining();
                flags = data.flags();
            }
        }
        assertThat(flags & END_STREAM).isEqualTo(END_STREAM);
    }
}
