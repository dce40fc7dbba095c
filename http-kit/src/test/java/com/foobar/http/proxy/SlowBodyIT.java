package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.testing.Http2Wire;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import com.foobar.http.testing.TestTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients whose bodies trickle in, never stopping for as long as a stall takes. */
class SlowBodyIT {
    private static final HttpLimits LIMITS = HttpLimits.DEFAULTS.withBodyRate(100_000, Duration.ofMillis(500));

    @TempDir
    private static Path directory;

    private static TestTls tls;

    private final AtomicBoolean over = new AtomicBoolean();
    private ProxyFixture proxy;

    @BeforeAll
    static void makeCertificate() throws Exception {
        tls = TestTls.make(directory);
    }

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(1);
    }

    @AfterEach
    void stop() throws IOException {
        over.set(true);
        proxy.close();
    }

    private interface Send {
        void some() throws IOException;
    }

    private void trickle(Send send) {
        Thread sender = new Thread(() -> {
            try {
                while (!over.get()) {
                    send.some();
                    Thread.sleep(20);
                }
            } catch (IOException e) {
                // Closed, as it is to be.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        sender.setDaemon(true);
        sender.start();
    }

    private void assertTooSlow() {
        await().until(() -> !proxy.fixture().logged().isEmpty());
        assertThat(proxy.fixture().logged(1).get(0).error()).isInstanceOf(ProxyError.BodyTooSlow.class);
        await().until(() -> proxy.server(1).openConnections() == 0);
        assertThat(proxy.server(1).requests()).isEmpty();
    }

    @Test
    void answers408InHttp1() throws IOException {
        proxy.listen(ProxySettings.DEFAULTS, LIMITS);
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
            trickle(() -> wire.send("a"));
            assertThat(wire.read().status()).isEqualTo(408);
            assertTooSlow();
        }
    }

    @Test
    void answers408InHttp2() throws IOException {
        proxy.listen(ProxySettings.DEFAULTS, LIMITS, tls::server);
        try (Http2Wire wire = Http2Wire.connect(proxy.port(), tls.client())) {
            wire.post(1, "/").flush();
            AtomicBoolean answered = new AtomicBoolean();
            trickle(() -> {
                synchronized (wire) {
                    if (!answered.get()) {
                        wire.frame(Http2Wire.DATA, 0, 1, 1).flush();
                    }
                }
            });
            Http2Wire.Frame head = wire.readNext(Http2Wire.HEADERS);
            answered.set(true);
            assertThat(wire.headers(head).status().toString()).isEqualTo("408");
            assertTooSlow();
        }
    }

    @Test
    void letsACallOfGrpcTakeItsTime() throws IOException {
        // Its messages come when there is something to say.
        proxy.listen(ProxySettings.DEFAULTS, LIMITS, tls::server);
        try (Http2Wire wire = Http2Wire.connect(proxy.port(), tls.client())) {
            wire.post(1, "/", "content-type", "application/grpc").flush();
            int messages = 50;
            for (int i = 0; i < messages; i++) {
                wire.frame(Http2Wire.DATA, 0, 1, 1).flush();
                await().pollDelay(Duration.ofMillis(20)).until(() -> true);
            }
            wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, 1).flush();
            assertThat(wire.readStatus(1)).isEqualTo(200);
        }
    }

    /** Answers the first bytes of a body with a head, and with an octet each time that so many milliseconds have passed; the last of them is the end. */
    private static void answerSlowly(RequestStream stream, int pieces, int millis) {
        stream.receive(new RequestEvents() {
            @Override
            public void data(ByteBuf data) {
                data.release();
                stream.eventLoop().execute(this::begin);
            }

            private void begin() {
                stream.respond(ResponseHead.of(200));
                stream.flush();
                next(pieces);
            }

            private void next(int left) {
                stream.eventLoop()
                        .schedule(
                                () -> {
                                    stream.write(Unpooled.wrappedBuffer(new byte[] {'x'}));
                                    stream.flush();
                                    if (left > 1) {
                                        next(left - 1);
                                    } else {
                                        stream.end();
                                    }
                                },
                                millis,
                                TimeUnit.MILLISECONDS);
            }
        });
    }

    private static final String BEGINNING =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";

    @Test
    void letsAClientOfHttp1ListenOnceTheAnswerHasBegun() throws IOException {
        proxy.fixture().listen(stream -> answerSlowly(stream, 1, 1500), LIMITS, null);
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.send(BEGINNING).read().text()).isEqualTo("x");
        }
    }

    @Test
    void letsAClientOfHttp2ListenOnceTheAnswerHasBegun() throws IOException {
        proxy.fixture().listen(stream -> answerSlowly(stream, 1, 1500), LIMITS, tls::server);
        try (Http2Wire wire = Http2Wire.connect(proxy.port(), tls.client())) {
            wire.post(1, "/").data(1, 0, "hello").flush();
            assertThat(wire.headers(wire.readNext(Http2Wire.HEADERS)).status().toString())
                    .isEqualTo("200");
            assertThat(wire.read(1).type()).isEqualTo(Http2Wire.DATA);
        }
    }

    @Test
    void letsAClientOfHttp1ListenAsLongAsThereIsSomethingToHear() throws IOException {
        Duration second = Duration.ofSeconds(1);
        proxy.fixture()
                .listen(
                        stream -> answerSlowly(stream, 20, 100),
                        HttpLimits.DEFAULTS.withTimeouts(second, second, second),
                        null);
        try (HttpWire wire = HttpWire.connect(proxy.port())) {
            assertThat(wire.send(BEGINNING).read().text()).isEqualTo("x".repeat(20));
        }
    }

    @Test
    void waitsForAServerThatReadsSlowlyAsLongAsItTakes() throws IOException {
        // Nothing of the body is read while the request waits for a place with the server: that is not the client's
        // fault.
        proxy.listen(
                ProxySettings.DEFAULTS
                        .withConnections(1, 10)
                        .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(30)),
                LIMITS);
        AtomicBoolean go = new AtomicBoolean();
        proxy.server(1).answer((request, server) -> {
            await().until(() -> request.target().equals("/second") || go.get());
            server.respond(200, request.target());
        });
        try (HttpWire first = HttpWire.connect(proxy.port());
                HttpWire second = HttpWire.connect(proxy.port())) {
            first.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> proxy.server(1).connections() == 1);
            int size = 8 * 1024 * 1024;
            second.send("POST /second HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n");
            Thread sender = new Thread(() -> {
                try {
                    second.send(new byte[size]);
                } catch (IOException e) {
                    over.set(true);
                }
            });
            sender.start();
            await().pollDelay(Duration.ofMillis(1500)).until(() -> proxy.proxy().queued() == 1);
            go.set(true);
            assertThat(first.read().text()).isEqualTo("/first");
            assertThat(second.read().text()).isEqualTo("/second");
        }
    }
}
