package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.ProxyFixture;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests to a server that speaks HTTP/2 in clear text and nothing else: another implementation than ours. */
class Http2ServersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Vertx VERTX = Vertx.vertx();
    private static final AtomicInteger CONNECTIONS = new AtomicInteger();
    private static final ConcurrentLinkedQueue<HttpServerRequest> WAITING = new ConcurrentLinkedQueue<>();
    private static final Map<String, String> ENDS = new ConcurrentHashMap<>();
    private static ProxyFixture proxy;

    @BeforeAll
    static void start() throws IOException {
        HttpServer server = Fixture.await(VERTX.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
                .connectionHandler(connection -> CONNECTIONS.incrementAndGet())
                .requestHandler(Http2ServersIT::answer)
                .listen(0, "127.0.0.1"));
        proxy = ProxyFixture.beforeHttp2(server.actualPort()).listen();
    }

    private static void answer(HttpServerRequest request) {
        request.response().putHeader("x-version", request.version().name());
        String path = request.path();
        if (path.startsWith("/wait")) {
            request.response().exceptionHandler(failure -> ENDS.put(path, "reset"));
            WAITING.add(request);
        } else if (path.equals("/none")) {
            request.response().setStatusCode(204).end();
        } else if (path.equals("/hints")) {
            request.response()
                    .writeEarlyHints(
                            io.vertx.core.MultiMap.caseInsensitiveMultiMap().add("link", "</style.css>"));
            request.response().end("hinted");
        } else if (path.equals("/trailers")) {
            request.end().onSuccess(ended -> {
                request.response().write("body");
                request.response()
                        .putTrailer("x-sum", "1234 " + request.getHeader("te"))
                        .end();
            });
            request.resume();
        } else if (path.equals("/echo")) {
            request.response().setChunked(true);
            request.pipeTo(request.response());
        } else {
            request.body().onSuccess(body -> {
                StringBuilder text = new StringBuilder();
                text.append(request.method()).append(' ').append(request.uri()).append('\n');
                text.append(request.authority())
                        .append(' ')
                        .append(request.scheme())
                        .append('\n');
                request.headers()
                        .forEach((name, value) ->
                                text.append(name).append(": ").append(value).append('\n'));
                text.append(body.length());
                request.response().end(text.toString());
            });
        }
    }

    @AfterAll
    static void stop() throws IOException {
        proxy.close();
        Fixture.await(VERTX.close());
    }

    private static HttpWire client() throws IOException {
        return HttpWire.connect(proxy.port());
    }

    @Test
    void passesARequestOn() throws IOException {
        try (HttpWire wire = client()) {
            String more = "TE: trailers\r\nContent-Length: 5\r\n\r\nhello";
            wire.send("POST /a?b=c%20d HTTP/1.1\r\nHost: www.foobar.com:81\r\nX-One: 1\r\nCookie: a=b; c=d\r\n");
            wire.send("Connection: keep-alive, X-Hop\r\nX-Hop: x\r\n" + more);
            HttpWire.Response response = wire.read();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.values("x-version")).containsExactly(HttpVersion.HTTP_2.name());
            assertThat(response.values("connection")).isEmpty();
            assertThat(response.text())
                    .startsWith("POST /a?b=c%20d\nwww.foobar.com:81 http\n")
                    .contains("x-one: 1\n", "cookie: a=b; c=d\n", "content-length: 5\n", "te: trailers\n")
                    .contains("x-forwarded-for: 127.0.0.1\n")
                    .doesNotContain("x-hop", "\nhost: ", "connection:")
                    .endsWith("\n5");
            assertThat(wire.get("/next").text()).startsWith("GET /next\n").doesNotContain("te:", "content-length");
        }
    }

    @Test
    void passesBodiesOfUnknownLengthThroughBothWays() throws IOException {
        String body = "0123456789abcdef".repeat(64 * 1024);
        try (HttpWire wire = client()) {
            wire.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
            assertThat(wire.read().text()).isEqualTo(body);
        }
    }

    @Test
    void answersHeadAndNoContent() throws IOException {
        try (HttpWire wire = client()) {
            wire.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(wire.readHead().status()).isEqualTo(200);
            assertThat(wire.get("/none").status()).isEqualTo(204);
            assertThat(wire.get("/x").text()).startsWith("GET /x");
        }
    }

    @Test
    void passesInterimResponsesOn() throws IOException {
        try (HttpWire wire = client()) {
            HttpWire.Response response = wire.get("/hints");
            assertThat(response.interim()).containsExactly(103);
            assertThat(response.text()).isEqualTo("hinted");
        }
    }

    @Test
    void passesTrailersOn() throws IOException {
        try (HttpWire wire = client()) {
            wire.send("POST /trailers HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: te, close\r\n");
            wire.send("Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Client: y\r\n\r\n");
            String all = new String(wire.readBytes(100_000), StandardCharsets.US_ASCII);
            assertThat(all).contains("\r\n4\r\nbody\r\n0\r\nx-sum: 1234 trailers\r\n\r\n");
        }
    }

    @Test
    void carriesManyRequestsOverFewConnections() throws IOException {
        int before = CONNECTIONS.get();
        List<HttpWire> wires = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            HttpWire wire = client();
            wires.add(wire);
            wire.send("GET /wait/many HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        await().atMost(PATIENCE).until(() -> WAITING.size() >= 40);
        // One for each of the two event loops.
        assertThat(CONNECTIONS.get() - before).isLessThanOrEqualTo(2);
        for (HttpServerRequest request = WAITING.poll(); request != null; request = WAITING.poll()) {
            request.response().end("now");
        }
        for (HttpWire wire : wires) {
            assertThat(wire.read().text()).isEqualTo("now");
            wire.close();
        }
    }

    @Test
    void resetsTheStreamOfAClientThatHasGone() throws IOException {
        HttpWire wire = client();
        wire.send("GET /wait/gone HTTP/1.1\r\nHost: a\r\n\r\n");
        await().atMost(PATIENCE)
                .until(() -> WAITING.stream().anyMatch(request -> request.path().equals("/wait/gone")));
        wire.close();
        await().atMost(PATIENCE).until(() -> ENDS.containsKey("/wait/gone"));
        WAITING.removeIf(request -> request.path().equals("/wait/gone"));
    }
}
