package com.foobar.http.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.OperationalState;
import com.foobar.http.balance.Balance;
import com.foobar.http.exchange.FileBody;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.proxy.ProxyHandler;
import com.foobar.http.proxy.ProxySettings;
import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.FixtureServer;
import com.foobar.http.testing.TestTls;
import com.foobar.kit.settings.HostPort;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 over TLS with the JDK's client, straight to a handler and through the proxy. */
class Http2IT {
    private static final int MIB = 1024 * 1024;

    @TempDir
    static Path directory;

    private static SslContext server;
    private static SSLContext trusting;

    private final Fixture fixture = new Fixture();
    private final Queue<RequestStream> held = new ConcurrentLinkedQueue<>();
    private FixtureServer upstream;
    private HttpClient client;

    @BeforeAll
    static void makeCertificate() throws Exception {
        TestTls tls = TestTls.make(directory);
        server = tls.server();
        trusting = tls.client();
    }

    @AfterAll
    static void release() {
        io.netty.util.ReferenceCountUtil.release(server);
    }

    @BeforeEach
    void start() throws IOException {
        upstream = FixtureServer.start("upstream");
        client = client(Version.HTTP_2);
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
        upstream.close();
    }

    private static HttpClient client(Version version) {
        return HttpClient.newBuilder()
                .sslContext(trusting)
                .version(version)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    private void listen(RequestHandler handler) {
        fixture.listen(handler, HttpLimits.DEFAULTS, () -> server);
    }

    private void proxy() {
        BackendServer backendServer =
                new BackendServer("upstream", new HostPort("127.0.0.1", upstream.port()), 1, Clock.systemUTC());
        backendServer.set(OperationalState.UP, "test");
        Backend backend = new Backend("fixtures", Balance.ROUNDROBIN, List.of(backendServer));
        listen(new ProxyHandler(fixture.transport(), backend, ProxySettings.DEFAULTS));
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + fixture.port() + target))
                .timeout(Duration.ofSeconds(20));
    }

    private static void echo(RequestStream stream) {
        stream.respond(
                ResponseHead.of(200).add("X-Own", "1"),
                Unpooled.copiedBuffer(
                        stream.head().protocol() + " " + stream.head().target() + " "
                                + stream.connection().scheme(),
                        StandardCharsets.UTF_8));
    }

    @Test
    void speaksWhatTheClientChooses() throws Exception {
        listen(Http2IT::echo);
        HttpResponse<String> second = client.send(request("/a?b").build(), BodyHandlers.ofString());
        assertThat(second.version()).isEqualTo(Version.HTTP_2);
        assertThat(second.body()).isEqualTo("HTTP/2.0 /a?b https");
        assertThat(second.headers().firstValue("x-own")).hasValue("1");
        assertThat(second.headers().firstValue("date")).isPresent();
        HttpResponse<String> first = client(Version.HTTP_1_1).send(request("/").build(), BodyHandlers.ofString());
        assertThat(first.version()).isEqualTo(Version.HTTP_1_1);
        assertThat(first.body()).isEqualTo("HTTP/1.1 / https");
    }

    @Test
    void answersManyStreamsOfOneConnection() {
        listen(Http2IT::echo);
        client.sendAsync(request("/first").build(), BodyHandlers.ofString()).join();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(client.sendAsync(request("/" + i).build(), BodyHandlers.ofString()));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(answers.get(i).join().body()).isEqualTo("HTTP/2.0 /" + i + " https");
        }
        assertThat(fixture.listener().accepted()).isEqualTo(1);
        await().until(() -> fixture.logged().size() == 101);
    }

    @Test
    void forwardsAsHttp11() throws Exception {
        proxy();
        HttpResponse<String> response = client.send(
                request("/x")
                        .header("Cookie", "a=b")
                        .POST(BodyPublishers.ofString("abc"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.body()).isEqualTo("upstream");
        FixtureServer.Request seen = upstream.lastRequest();
        assertThat(seen.text()).isEqualTo("abc");
        assertThat(seen.fields())
                .containsEntry("host", "localhost:" + fixture.port())
                .containsEntry("cookie", "a=b")
                .containsEntry("content-length", "3")
                .containsEntry("x-forwarded-proto", "https")
                .containsKeys("x-request-id", "traceparent");
        assertThat(seen.fields().keySet()).noneMatch(name -> name.startsWith(":"));
    }

    @Test
    void forwardsLargeBodiesBothWays() throws Exception {
        proxy();
        byte[] piece = new byte[MIB];
        for (int i = 0; i < piece.length; i++) {
            piece[i] = (byte) (i * 17);
        }
        upstream.answer((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 50; i++) {
                wire.send("100000\r\n").send(piece).send("\r\n");
            }
            wire.send("0\r\n\r\n");
        });
        byte[] body = new byte[50 * MIB];
        for (int i = 0; i < 50; i++) {
            System.arraycopy(piece, 0, body, i * MIB, MIB);
        }
        CRC32 expected = new CRC32();
        expected.update(body);
        HttpResponse<InputStream> response = client.send(
                request("/")
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                        .build(),
                BodyHandlers.ofInputStream());
        CRC32 crc = new CRC32();
        try (InputStream in = response.body()) {
            byte[] buffer = new byte[MIB];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                crc.update(buffer, 0, n);
            }
        }
        assertThat(crc.getValue()).isEqualTo(expected.getValue());
        assertThat(upstream.lastRequest().length()).isEqualTo(body.length);
        assertThat(upstream.lastRequest().crc()).isEqualTo(expected.getValue());
    }

    @Test
    void makesTheServerWaitForASlowClient() throws Exception {
        proxy();
        AtomicLong sent = new AtomicLong();
        upstream.answer((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + 200L * MIB + "\r\n\r\n");
            for (int i = 0; i < 200 * 16; i++) {
                wire.send(new byte[MIB / 16]);
                sent.addAndGet(MIB / 16);
            }
        });
        HttpResponse<InputStream> response = client.send(request("/").build(), BodyHandlers.ofInputStream());
        long[] last = {-1};
        await().pollInterval(Duration.ofMillis(300)).until(() -> {
            boolean still = sent.get() == last[0];
            last[0] = sent.get();
            return still;
        });
        // The JDK's client opens a window of 16 MiB and keeps what it got; the rest is ours and the kernel's.
        assertThat(sent.get()).isLessThan(64L * MIB);
        response.body().close();
        await().until(() -> upstream.openConnections() == 0);
        await().until(() -> fixture.logged().size() == 1);
        assertThat(fixture.logged(1).get(0).status()).isEqualTo(200);
    }

    @Test
    void closesTheServersConnectionWhenTheClientCancels() throws Exception {
        proxy();
        CountDownLatch asked = new CountDownLatch(1);
        upstream.answer((request, wire) -> {
            if (request.target().equals("/slow")) {
                asked.countDown();
                wire.stall();
            }
            wire.respond(200, "ok");
        });
        CompletableFuture<HttpResponse<String>> pending =
                client.sendAsync(request("/slow").build(), BodyHandlers.ofString());
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        pending.cancel(true);
        await().until(() -> fixture.logged().size() == 1);
        assertThat(fixture.logged(1).get(0).status()).isEqualTo(499);
        await().until(() -> upstream.openConnections() == 0);
    }

    @Test
    void resetsTheStreamWhenTheServerBreaksOff() {
        proxy();
        upstream.answer((request, wire) -> {
            if (request.target().equals("/broken")) {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc")
                        .reset();
            } else {
                wire.respond(200, "ok");
            }
        });
        assertThatThrownBy(() -> client.send(request("/broken").build(), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
        assertThat(client.sendAsync(request("/").build(), BodyHandlers.ofString())
                        .join()
                        .body())
                .isEqualTo("ok");
        assertThat(fixture.listener().accepted()).isEqualTo(1);
    }

    @Test
    void refusesBodiesThatAreTooLarge() throws Exception {
        fixture.listen(Http2IT::echo, HttpLimits.DEFAULTS.withBodyBytes(10), () -> server);
        HttpResponse<String> response = client.send(
                request("/").POST(BodyPublishers.ofString("x".repeat(11))).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(413);
    }

    @Test
    void refusesTrace() throws Exception {
        listen(Http2IT::echo);
        HttpResponse<String> response = client.send(
                request("/").method("TRACE", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(405);
    }

    @Test
    void sendsFiles() throws Exception {
        byte[] content = new byte[3 * MIB];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 7);
        }
        Path file = Files.write(directory.resolve("content"), content);
        listen(stream -> {
            try {
                stream.respond(ResponseHead.of(200), new FileBody(FileChannel.open(file), 0, content.length));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(client.send(request("/").build(), BodyHandlers.ofByteArray()).body())
                .isEqualTo(content);
        assertThat(client(Version.HTTP_1_1)
                        .send(request("/").build(), BodyHandlers.ofByteArray())
                        .body())
                .isEqualTo(content);
        HttpRequest head = request("/").method("HEAD", BodyPublishers.noBody()).build();
        assertThat(client.send(head, BodyHandlers.ofString()).headers().firstValueAsLong("content-length"))
                .hasValue(content.length);
    }

    @Test
    void drainsByGoingAwayAndFinishingWhatHasBegun() {
        listen(held::add);
        // Not the JDK's client: up to 17 at least it fails requests in flight when it is asked to go.
        io.vertx.core.http.HttpClient patient = fixture.vertx()
                .createHttpClient(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setUseAlpn(true)
                        .setSsl(true)
                        .setVerifyHost(false)
                        .setTrustAll(true));
        Future<Integer> pending = patient.request(HttpMethod.GET, fixture.port(), "localhost", "/")
                .compose(HttpClientRequest::send)
                .map(HttpClientResponse::statusCode);
        await().until(() -> held.size() == 1);
        Future<Void> drained = fixture.listener().drain();
        assertThat(drained.isComplete()).isFalse();
        RequestStream stream = held.remove();
        stream.eventLoop().execute(() -> echo(stream));
        assertThat(Fixture.await(pending)).isEqualTo(200);
        Fixture.await(drained);
    }
}
