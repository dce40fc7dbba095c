package com.foobar.http.http2;

import static com.foobar.http.testing.Http2Wire.ACK;
import static com.foobar.http.testing.Http2Wire.DATA;
import static com.foobar.http.testing.Http2Wire.END_STREAM;
import static com.foobar.http.testing.Http2Wire.HEADERS;
import static com.foobar.http.testing.Http2Wire.SETTINGS;
import static com.foobar.http.testing.Http2Wire.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.Fields;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.Http2Wire;
import com.foobar.http.testing.TestTls;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that nobody reads, as their servers hang, leave room for those of the other streams. */
class PausedBodiesIT {
    private static final int WINDOW = 64 * 1024;
    private static final int FRAME = 16 * 1024;

    @TempDir
    static Path directory;

    private static void answer(RequestStream stream) {
        stream.receive(new RequestEvents() {
            @Override
            public void data(ByteBuf data) {
                data.release();
            }

            @Override
            public void end(Fields trailers) {
                stream.respond(ResponseHead.of(200).contentLength(0));
                stream.end();
            }
        });
        if (stream.head().target().equals("/held")) {
            stream.pause();
        }
    }

    @Test
    void doNotStopTheOthers() throws Exception {
        TestTls tls = TestTls.make(directory);
        try (Fixture fixture = new Fixture()) {
            fixture.listen(PausedBodiesIT::answer, HttpLimits.DEFAULTS, tls::server);
            try (Http2Wire wire = Http2Wire.connect(fixture.port(), tls.client())) {
                wire.frame(SETTINGS, ACK, 0);
                long window = 65_535L + wire.readType(WINDOW_UPDATE).payload().getInt();
                int last = 2 * HttpLimits.DEFAULTS.concurrentStreams() - 1;
                for (int stream = 1; stream < last; stream += 2) {
                    fill(wire.post(stream, "/held"), stream);
                    window -= WINDOW;
                }
                assertThat(window).as("left of the connection's").isGreaterThanOrEqualTo(WINDOW);
                fill(wire.post(last, "/"), last).data(last, END_STREAM, "");
                assertThat(wire.readType(HEADERS).stream()).isEqualTo(last);
            }
        }
    }

    /** Sends as much as the stream's window allows. */
    private static Http2Wire fill(Http2Wire wire, int stream) throws IOException {
        for (int sent = 0; sent < WINDOW; sent += FRAME) {
            wire.frame(DATA, 0, stream, new byte[FRAME]);
        }
        return wire;
    }
}
