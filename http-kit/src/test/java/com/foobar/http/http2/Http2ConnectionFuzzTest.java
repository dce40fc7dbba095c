package com.foobar.http.http2;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.http.exchange.ClientConnection;
import com.foobar.http.exchange.ConnectionContext;
import com.foobar.http.exchange.GlitchCounters;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.Fields;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Whatever frames a client sends, each request that was begun is over when the connection is, and logged once; nothing escapes from the pipeline. */
class Http2ConnectionFuzzTest {
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final InetSocketAddress SOMEWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger aborted = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger logged = new AtomicInteger();

    @FuzzTest(maxDuration = "15s")
    void frames(byte[] frames) {
        begun.set(0);
        aborted.set(0);
        answered.set(0);
        logged.set(0);
        EmbeddedChannel channel = new EmbeddedChannel();
        Http2Connection.open(
                channel.pipeline(),
                new ConnectionContext(
                        ClientConnection.of(SOMEWHERE, SOMEWHERE, true),
                        HttpLimits.DEFAULTS,
                        this::handle,
                        record -> logged.incrementAndGet(),
                        null,
                        Runnable::run,
                        new GlitchCounters()));
        channel.writeInbound(Unpooled.copiedBuffer(PREFACE, frames));
        channel.runPendingTasks();
        channel.close();
        channel.runPendingTasks();
        channel.checkException();
        channel.finishAndReleaseAll();
        assertThat(answered.get() + aborted.get()).isEqualTo(begun.get());
        assertThat(logged.get()).isGreaterThanOrEqualTo(begun.get());
    }

    private void handle(RequestStream stream) {
        begun.incrementAndGet();
        stream.receive(new RequestEvents() {
            @Override
            public void end(Fields trailers) {
                answered.incrementAndGet();
                stream.respond(ResponseHead.of(200), Unpooled.copiedBuffer(new byte[100]));
            }

            @Override
            public void aborted(com.foobar.http.exchange.ProxyError cause) {
                aborted.incrementAndGet();
            }
        });
    }
}
