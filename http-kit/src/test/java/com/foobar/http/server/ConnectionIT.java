package com.foobar.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.FileBody;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.HttpWire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How HTTP/1.1 connections live and end. */
class ConnectionIT {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Fixture fixture = new Fixture();
    private final Queue<RequestStream> held = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    private static void answer(RequestStream stream) {
        stream.respond(ResponseHead.of(200), Unpooled.copiedBuffer(stream.head().target(), StandardCharsets.US_ASCII));
    }

    private static HttpLimits timeouts(Duration head, Duration idle, Duration client) {
        return HttpLimits.DEFAULTS.withTimeouts(head, idle, client);
    }

    @Test
    void answersRequestsSentAheadInTheirOrder() throws IOException {
        fixture.listen(stream ->
                fixture.vertx().setTimer(1, timer -> stream.eventLoop().execute(() -> answer(stream))));
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            wire.send(requests.toString());
            for (int i = 0; i < 100; i++) {
                assertThat(wire.read().text()).isEqualTo("/" + i);
            }
        }
        assertThat(fixture.listener().accepted()).isEqualTo(1);
    }

    @Test
    void readsNoFurtherThanTheRequestThatIsAnswered() throws IOException {
        fixture.listen(held::add);
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            wire.send(GET);
            await().until(() -> held.size() == 1);
            wire.send(GET + GET);
            RequestStream first = held.remove();
            first.eventLoop().execute(() -> answer(first));
            assertThat(wire.read().status()).isEqualTo(200);
            await().until(() -> held.size() == 1);
        }
    }

    @Test
    void answersNoMoreRequestsSentAheadThanAreTaken() throws IOException {
        int size = 16 * 1024;
        int requests = 4 * 1024;
        AtomicInteger answered = new AtomicInteger();
        fixture.listen(stream -> {
            answered.incrementAndGet();
            stream.respond(ResponseHead.of(200), Unpooled.wrappedBuffer(new byte[size]));
        });
        try (HttpWire wire = HttpWire.connect(fixture.port(), 16 * 1024)) {
            CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> {
                try {
                    wire.send(GET.repeat(requests));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            AtomicInteger last = new AtomicInteger();
            await().pollInterval(Duration.ofMillis(300))
                    .until(() -> answered.get() > 0 && last.getAndSet(answered.get()) == answered.get());
            // What sockets hold, and a little more.
            assertThat(answered.get()).isLessThan(requests / 4);

            for (int i = 0; i < requests; i++) {
                assertThat(wire.read().body()).hasSize(size);
            }
            asking.join();
            assertThat(answered.get()).isEqualTo(requests);
            assertThat(wire.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void closesWhenTheClientAsksForIt() throws IOException {
        fixture.listen(ConnectionIT::answer);
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            HttpWire.Response response = wire.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n")
                    .read();
            assertThat(response.closes()).isTrue();
            assertThat(wire.isClosed()).isTrue();
        }
    }

    @Test
    void sendsALargeLastResponseWholeToASlowClient() throws IOException {
        int size = 32 * 1024 * 1024;
        fixture.listen(stream -> stream.respond(ResponseHead.of(200), Unpooled.wrappedBuffer(new byte[size])));
        try (HttpWire wire = HttpWire.connect(fixture.port(), 16 * 1024)) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
            assertThat(wire.read().body()).hasSize(size);
            assertThat(wire.isClosed()).isTrue();
        }
    }

    @Test
    void keepsHttp10ConnectionsOnlyWhenAsked() throws IOException {
        fixture.listen(ConnectionIT::answer);
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            HttpWire.Response kept = wire.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                    .read();
            assertThat(kept.values("connection")).containsExactly("keep-alive");
            assertThat(wire.send("GET / HTTP/1.0\r\n\r\n").read().closes()).isTrue();
            assertThat(wire.isClosed()).isTrue();
        }
    }

    @Test
    void answersHeadWithoutBody() throws IOException {
        fixture.listen(ConnectionIT::answer);
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            HttpWire.Response response =
                    wire.send("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
            assertThat(response.values("content-length")).containsExactly("4");
            assertThat(wire.get("/next").text()).isEqualTo("/next");
        }
    }

    @Test
    void keepsTheConnectionWhenASmallBodyWasNotLookedAt() throws IOException {
        fixture.listen(ConnectionIT::answer);
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            wire.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1000));
            assertThat(wire.read().text()).isEqualTo("/1");
            assertThat(wire.get("/2").text()).isEqualTo("/2");
        }
    }

    @Test
    void closesWhenALargeBodyWasNotLookedAt() throws IOException {
        fixture.listen(ConnectionIT::answer);
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            wire.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(1000));
            HttpWire.Response response = wire.read();
            assertThat(response.text()).isEqualTo("/1");
            assertThat(response.closes()).isTrue();
            assertThat(wire.isClosed()).isTrue();
        }
    }

    @Test
    void closesWhenTheClientWasNotToldToSendItsBody() throws IOException {
        fixture.listen(ConnectionIT::answer);
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            wire.send("POST /1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
            HttpWire.Response response = wire.read();
            assertThat(response.text()).isEqualTo("/1");
            assertThat(response.interim()).isEmpty();
            assertThat(response.closes()).isTrue();
        }
    }

    @Test
    void answers408WhenAHeadTakesTooLong() throws IOException {
        fixture.listen(ConnectionIT::answer, timeouts(Duration.ofSeconds(2), LONG, LONG), null);
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            assertThat(wire.send("GET / HTTP/1.1\r\nHo").read().status()).isEqualTo(408);
            assertThat(wire.isClosed()).isTrue();
        }
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            assertThat(wire.get("/").status()).isEqualTo(200);
            assertThat(wire.send("G").read().status()).isEqualTo(408);
        }
    }

    @Test
    void doesNotProlongTheHeadsTimeWithEachByte() throws IOException {
        fixture.listen(ConnectionIT::answer, timeouts(Duration.ofSeconds(1), LONG, LONG), null);
        long start = System.nanoTime();
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            wire.send("GET / HTTP/1.1\r\nX: ");
            assertThatThrownBy(() -> {
                        while (true) {
                            wire.send("x");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
    }

    @Test
    void closesIdleConnectionsSilently() throws IOException {
        fixture.listen(ConnectionIT::answer, timeouts(LONG, SHORT, LONG), null);
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            assertThat(wire.get("/").status()).isEqualTo(200);
            assertThat(wire.isClosed()).isTrue();
        }
        assertThat(fixture.logged(1)).hasSize(1);
    }

    @Test
    void givesUpOnAClientThatTakesNothing() throws IOException {
        fixture.listen(
                stream -> {
                    stream.receive(new RequestEvents() {});
                    stream.respond(ResponseHead.of(200));
                    stream.write(Unpooled.wrappedBuffer(new byte[32 * 1024 * 1024]));
                    stream.flush();
                },
                timeouts(LONG, LONG, SHORT),
                null);
        try (HttpWire wire = HttpWire.connect(fixture.port(), 16 * 1024)) {
            wire.send(GET);
            await().until(() -> fixture.logged().size() == 1);
        }
        assertThat(fixture.logged(1).get(0).error()).isInstanceOf(ProxyError.ClientStalled.class);
    }

    @Test
    void addsFieldsToEveryResponse() throws IOException {
        fixture.listen(stream -> {
            stream.addToResponse(FieldName.STRICT_TRANSPORT_SECURITY, "max-age=1");
            if (stream.head().path().equals("/missing")) {
                stream.fail(new ProxyError.NotFound());
            } else {
                answer(stream);
            }
        });
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            assertThat(wire.get("/").values("strict-transport-security")).containsExactly("max-age=1");
            HttpWire.Response missing = wire.get("/missing");
            assertThat(missing.status()).isEqualTo(404);
            assertThat(missing.values("strict-transport-security")).containsExactly("max-age=1");
            assertThat(missing.text()).contains(missing.values("x-request-id").get(0));
        }
        assertThat(fixture.logged(2).get(1).requestId()).isNotEmpty();
    }

    @Test
    void addsItsServerTimingToThatOfTheTiersBehind() throws IOException {
        fixture.listen(stream -> {
            stream.addServerTiming("lb;desc=\"lb-1\"");
            if (stream.head().path().equals("/missing")) {
                stream.fail(new ProxyError.NotFound());
            } else {
                stream.respond(
                        ResponseHead.of(200).add(FieldName.SERVER_TIMING, "web;desc=\"web-2\""), Unpooled.EMPTY_BUFFER);
            }
        });
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            assertThat(wire.get("/").values("server-timing")).containsExactly("web;desc=\"web-2\"", "lb;desc=\"lb-1\"");
            assertThat(wire.get("/missing").values("server-timing")).containsExactly("lb;desc=\"lb-1\"");
        }
    }

    @Test
    void turnsAnExceptionInto500() throws IOException {
        fixture.listen(stream -> {
            throw new IllegalStateException("on purpose");
        });
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            HttpWire.Response response = wire.get("/");
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.text()).doesNotContain("on purpose");
        }
    }

    @Test
    void tellsWhoReceivesARequestThatItsHandlerFailed() throws IOException {
        Queue<ProxyError> told = new ConcurrentLinkedQueue<>();
        fixture.listen(stream -> {
            stream.receive(new RequestEvents() {
                @Override
                public void aborted(ProxyError cause) {
                    told.add(cause);
                }
            });
            throw new IllegalStateException("on purpose");
        });
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            assertThat(wire.get("/").status()).isEqualTo(500);
        }
        assertThat(told).containsExactly(new ProxyError.Internal());
    }

    @Test
    void breaksOffWhenLessWasWrittenThanAnnounced() throws IOException {
        fixture.listen(stream -> {
            stream.respond(ResponseHead.of(200).contentLength(10));
            stream.write(Unpooled.copiedBuffer("abc", StandardCharsets.US_ASCII));
            stream.end();
        });
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            assertThatThrownBy(() -> wire.get("/")).isInstanceOf(IOException.class);
        }
        assertThat(fixture.logged(1)).hasSize(1);
    }

    @Test
    void streamsChunksAsTheyAreFlushed() throws IOException {
        fixture.listen(held::add);
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            wire.send(GET);
            await().until(() -> held.size() == 1);
            RequestStream stream = held.remove();
            ByteBuf piece = Unpooled.copiedBuffer("abc", StandardCharsets.US_ASCII);
            stream.eventLoop().execute(() -> {
                stream.respond(ResponseHead.of(200).add(FieldName.DATE, "x"));
                stream.write(piece);
                stream.flush();
            });
            String begun = "HTTP/1.1 200 OK\r\nDate: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n";
            assertThat(new String(wire.readBytes(begun.length()), StandardCharsets.US_ASCII))
                    .isEqualTo(begun);
            stream.eventLoop().execute(stream::end);
            assertThat(new String(wire.readBytes(5), StandardCharsets.US_ASCII)).isEqualTo("0\r\n\r\n");
            assertThat(wire.send(GET)).isNotNull();
        }
    }

    @Test
    void sendsFiles(@TempDir Path directory) throws IOException {
        byte[] content = new byte[3_000_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) ('a' + i % 26);
        }
        Path file = Files.write(directory.resolve("file"), content);
        fixture.listen(stream -> {
            try {
                stream.respond(ResponseHead.of(206), new FileBody(FileChannel.open(file), 1, content.length - 2));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            for (int i = 0; i < 2; i++) {
                String body = wire.get("/").body();
                assertThat(body).hasSize(content.length - 2).startsWith("bcd");
            }
            assertThat(wire.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
                            .readHead()
                            .values("content-length"))
                    .containsExactly(Integer.toString(content.length - 2));
        }
        assertThat(fixture.logged(1).get(0).bytesOut()).isEqualTo(content.length - 2);
    }

    @Test
    void logsHowMuchOfAFileWentToAClientThatLeaves(@TempDir Path directory) throws IOException {
        int size = 32 * 1024 * 1024;
        int taken = 1024 * 1024;
        Path file = Files.write(directory.resolve("file"), new byte[size]);
        fixture.listen(stream -> {
            try {
                stream.respond(ResponseHead.of(200), new FileBody(FileChannel.open(file), 0, size));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try (HttpWire wire = HttpWire.connect(fixture.port(), 16 * 1024)) {
            wire.send(GET).readSwitch();
            assertThat(wire.readBytes(taken)).hasSize(taken);
            wire.reset();
        }
        assertThat(fixture.logged(1).get(0)).satisfies(logged -> {
            assertThat(logged.error()).isInstanceOf(ProxyError.ClientGone.class);
            assertThat(logged.bytesOut()).isBetween((long) taken, size - 1L);
        });
    }

    @Test
    void goesOnSendingAFileToASlowClientBeyondTheIdleTime(@TempDir Path directory) throws IOException {
        int size = 32 * 1024 * 1024;
        Path file = Files.write(directory.resolve("file"), new byte[size]);
        fixture.listen(
                stream -> {
                    try {
                        stream.respond(ResponseHead.of(200), new FileBody(FileChannel.open(file), 0, size));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                timeouts(LONG, Duration.ofMillis(100), Duration.ofSeconds(5)),
                null);
        try (HttpWire wire = HttpWire.connect(fixture.port(), 16 * 1024)) {
            wire.send(GET);
            // Several times the idle time, in which the client takes nothing.
            await().pollDelay(Duration.ofMillis(800)).until(() -> true);
            assertThat(fixture.logged()).isEmpty();
            assertThat(wire.read().body()).hasSize(size);
        }
    }

    @Test
    void logsOnceWhenTheClientGoesAway() throws IOException {
        fixture.listen(held::add);
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            wire.send(GET);
            await().until(() -> held.size() == 1);
            wire.reset();
        }
        await().until(() -> fixture.logged().size() == 1);
        RequestStream late = held.remove();
        late.eventLoop().execute(() -> answer(late));
        assertThat(fixture.logged(1)).singleElement().satisfies(logged -> assertThat(logged.status())
                .isEqualTo(499));
    }

    @Test
    void refusesConnectionsAboveTheLimit() throws IOException {
        fixture.listen(ConnectionIT::answer, HttpLimits.DEFAULTS.withConnections(2), null);
        List<HttpWire> wires = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            wires.add(HttpWire.connect(fixture.port()));
            assertThat(wires.get(i).get("/").status()).isEqualTo(200);
        }
        try (HttpWire third = HttpWire.connect(fixture.port())) {
            assertThat(third.isClosed()).isTrue();
        }
        assertThat(fixture.listener().refused()).isEqualTo(1);
        wires.get(0).close();
        await().until(() -> fixture.listener().connections() == 1);
        try (HttpWire again = HttpWire.connect(fixture.port())) {
            assertThat(again.get("/").status()).isEqualTo(200);
        }
        wires.get(1).close();
    }

    @Test
    void drainsByClosingIdleConnectionsAndAwaitingTheOthers() throws IOException {
        fixture.listen(held::add);
        try (HttpWire idle = HttpWire.connect(fixture.port());
                HttpWire busy = HttpWire.connect(fixture.port())) {
            idle.send(GET);
            await().until(() -> held.size() == 1);
            RequestStream first = held.remove();
            first.eventLoop().execute(() -> answer(first));
            idle.read();
            busy.send(GET);
            await().until(() -> held.size() == 1);

            Future<Void> drained = fixture.listener().drain();

            assertThat(idle.isClosed()).isTrue();
            assertThatThrownBy(() -> HttpWire.connect(fixture.port())).isInstanceOf(ConnectException.class);
            assertThat(drained.isComplete()).isFalse();
            RequestStream last = held.remove();
            // The other event loop may be told a moment later.
            last.eventLoop().schedule(() -> answer(last), 300, TimeUnit.MILLISECONDS);
            assertThat(busy.read().closes()).isTrue();
            assertThat(busy.isClosed()).isTrue();
            Fixture.await(drained);
        }
    }
}
