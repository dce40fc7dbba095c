package com.foobar.http.health;

import static com.foobar.http.backend.CheckStatus.L4CON;
import static com.foobar.http.backend.CheckStatus.L7OK;
import static com.foobar.http.backend.CheckStatus.L7RSP;
import static com.foobar.http.backend.CheckStatus.L7STS;
import static com.foobar.http.backend.CheckStatus.L7TOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.ServerProtocol;
import com.foobar.http.backend.ServerSettings;
import com.foobar.http.testing.TestSettings;
import com.foobar.kit.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpCheckIT {
    private static final Duration SHORT = Duration.ofSeconds(2);
    /** Long enough for any machine, where no timeout is expected. */
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<String> request = new AtomicReference<>("");
    private final AtomicInteger connections = new AtomicInteger();
    private Check check;

    @BeforeEach
    void allowAnyTime() {
        check = taking(LONG);
    }

    private Check taking(Duration timeout) {
        return new HttpCheck(vertx, TestSettings.check("{timeout: " + timeout.toMillis() + "ms}"), 1);
    }

    private void use(String settings) {
        check = new HttpCheck(vertx, TestSettings.check(settings), 1);
    }

    @AfterEach
    void close() throws Exception {
        check.close().await(30, TimeUnit.SECONDS);
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "200 OK, true",
        "204 No Content, true",
        "301 Moved Permanently, true",
        "400 Bad Request, false",
        "404 Not Found, false",
        "503 Service Unavailable, false",
    })
    void passesWith2xxAnd3xx(String status, boolean passes) throws Exception {
        int port = answering("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");

        assertThat(ask(port))
                .isEqualTo(new CheckResult(passes ? L7OK : L7STS, Integer.parseInt(status.substring(0, 3)), status));
        assertThat(request.get()).startsWith("GET /health/ready HTTP/1.1\r\n").contains("host: 127.0.0.1:" + port);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200-399        | 200 | true",
                "200            | 204 | false",
                "'200-299, 401' | 401 | true",
                "'200,503'      | 503 | true",
                "'200,503'      | 404 | false",
                "100-599        | 500 | true",
            })
    void passesWithTheExpectedStatus(String expected, int status, boolean passes) throws Exception {
        use("{expect-status: '" + expected + "'}");
        int port = answering("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");

        assertThat(ask(port).passed()).isEqualTo(passes);
    }

    @Test
    void passesWithTheExpectedTextOnly() throws Exception {
        use("{expect-body: '\"status\":\"UP\"'}");
        int well = answering("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"status\":\"UP\"}");
        int ill = answering("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{\"status\":\"DOWN\"}");

        assertThat(ask(well)).isEqualTo(new CheckResult(L7OK, 200, "200 OK"));
        assertThat(ask(ill)).isEqualTo(new CheckResult(L7STS, 200, "200 OK without the expected text in its body"));
    }

    @Test
    void looksAtTheBeginningOfAHugeBodyOnly() throws Exception {
        use("{expect-body: needle}");
        int port = answering("HTTP/1.1 200 OK\r\nContent-Length: 200006\r\n\r\n" + "x".repeat(200_000) + "needle");

        assertThat(ask(port).status()).isEqualTo(L7STS);
    }

    @Test
    void sendsTheHostAndAsksThePortThatAreSet() throws Exception {
        int port = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        use("{host: www.foobar.com, port: " + port + ", path: '/up?full=1'}");

        assertThat(ask(1).passed()).isTrue();
        assertThat(request.get())
                .startsWith("GET /up?full=1 HTTP/1.1\r\n")
                .containsIgnoringCase("\r\nhost: www.foobar.com\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Agent-Check: 50%        | 50  | false | true",
                "x-agent-check: drain      | 100 | true  | true",
                "X-Agent-Check: 25%, maint | 25  | true  | true",
                "X-Agent-Check: ready 150% | 150 | false | true",
                "X-Agent-Check: down       | 100 | false | false",
                "X-Agent-Check: nonsense   | 100 | false | true",
                "X-Other: 50%              | 100 | false | true",
            })
    void hearsWhatTheServerSaysOfItself(String field, int percent, boolean drain, boolean passes) throws Exception {
        int port = answering("HTTP/1.1 200 OK\r\n" + field + "\r\nContent-Length: 0\r\n\r\n");

        CheckResult result = ask(port);

        assertThat(result.passed()).isEqualTo(passes);
        if (passes) {
            assertThat(result.report()).isEqualTo(new AgentReport(percent, drain, false));
        } else {
            assertThat(result.reason()).isEqualTo("200 OK that says: down");
        }
    }

    @Test
    void usesANewConnectionForEachCheck() throws Exception {
        int port = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        ask(port);
        ask(port);

        assertThat(connections).hasValue(2);
    }

    @Test
    void failsWhenTheConnectionIsRefused() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }

        assertThat(ask(port)).isEqualTo(new CheckResult(L4CON, 0, "connection refused"));
    }

    @Test
    void failsInTimeWhenNothingIsAnswered() throws Exception {
        check = taking(SHORT);
        int port = listen(socket -> socket.handler(ignored -> {}));
        long start = System.nanoTime();

        assertThat(ask(port)).isEqualTo(new CheckResult(L7TOUT, 0, "no answer in 2000 ms"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, LONG);
    }

    @Test
    void failsInTimeWhenTheBodyNeverEnds() throws Exception {
        check = taking(SHORT);
        int port = answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");

        assertThat(ask(port)).isEqualTo(new CheckResult(L7TOUT, 0, "no answer in 2000 ms"));
    }

    @Test
    void failsWhenTheServerHangsUp() throws Exception {
        int port = listen(socket -> socket.handler(ignored -> socket.close()));

        CheckResult result = ask(port);

        assertThat(result.status()).isEqualTo(L7RSP);
        assertThat(result.reason()).containsIgnoringCase("closed");
    }

    @Test
    void saysWhenTheConnectionIsReset() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            Thread resetting = new Thread(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().read();
                    // With unread data, or with this option, closing sends RST.
                    socket.setSoLinger(true, 0);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            resetting.start();

            assertThat(ask(server.getLocalPort())).isEqualTo(new CheckResult(L7RSP, 0, "connection reset"));
            resetting.join();
        }
    }

    @Test
    void failsWhenTheAnswerIsNotHttp() throws Exception {
        int port = answering("220 mail.foobar.com ESMTP\r\n\r\n");

        assertThat(ask(port).status()).isEqualTo(L7RSP);
    }

    @Test
    void failsWhenTheNameIsUnknown() throws Exception {
        BackendServer server = new BackendServer("web-1", new HostPort("nowhere.invalid", 80), 1, Clock.systemUTC());

        assertThat(check.check(server).await(30, TimeUnit.SECONDS).status()).isEqualTo(L4CON);
    }

    /** One that Java connects to by IPv4. */
    @Test
    void sendsAnAddressWithColonsInBrackets() throws Exception {
        int port = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        BackendServer server = new BackendServer("web", new HostPort("::ffff:127.0.0.1", port), 1, Clock.systemUTC());
        assertThat(check.check(server).await(30, TimeUnit.SECONDS).passed()).isTrue();
        assertThat(request.get()).containsIgnoringCase("\r\nhost: [::ffff:127.0.0.1]:" + port + "\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'{host: www.foobar.com}', www.foobar.com",
        "'{host: \"www.foobar.com:81\"}', www.foobar.com:81",
        "{}, ''"
    })
    void sendsTheHostAsTheAuthorityOfHttp2(String settings, String authority) throws Exception {
        use(settings);
        HttpServer answering = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
                .requestHandler(asked -> {
                    request.set(asked.authority() + " " + asked.getHeader("Host"));
                    asked.response().end();
                });
        int port = answering.listen(0, "127.0.0.1").await(30, TimeUnit.SECONDS).actualPort();

        assertThat(ask(port, ServerProtocol.H2).passed()).isTrue();
        assertThat(request.get()).isEqualTo((authority.isEmpty() ? "127.0.0.1:" + port : authority) + " null");
    }

    @ParameterizedTest
    @CsvSource({"200, true", "503, false"})
    void speaksHttp2WithAServerOfHttp2(int status, boolean passes) throws Exception {
        AtomicInteger ended = new AtomicInteger();
        HttpServer answering = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
                .connectionHandler(connection -> {
                    connections.incrementAndGet();
                    connection.closeHandler(closed -> ended.incrementAndGet());
                })
                .requestHandler(asked -> {
                    request.set(asked.method() + " " + asked.uri() + " " + asked.version());
                    asked.response()
                            .setStatusCode(status)
                            .putHeader("X-Agent-Check", "50%")
                            .end();
                });
        int port = answering.listen(0, "127.0.0.1").await(30, TimeUnit.SECONDS).actualPort();

        for (int i = 1; i <= 2; i++) {
            CheckResult result = ask(port, ServerProtocol.H2);

            assertThat(result.passed()).isEqualTo(passes);
            assertThat(result.code()).isEqualTo(status);
            assertThat(result.report().percent()).isEqualTo(passes ? 50 : 100);
            assertThat(request.get()).isEqualTo("GET /health/ready HTTP_2");
            // Each finds out whether new ones are accepted.
            assertThat(connections).hasValue(i);
            int soFar = i;
            await().atMost(LONG).until(() -> ended.get() == soFar);
        }
    }

    /** The first one's check has ended, and closed its connection, when the other's is answered. */
    @Test
    void checksServersOfHttp2AtOnePortIndependently() throws Exception {
        check = new HttpCheck(vertx, TestSettings.check("{timeout: " + LONG.toMillis() + "ms}"), 2);
        List<HttpServerResponse> asked = new CopyOnWriteArrayList<>();
        HttpServer agent = vertx.createHttpServer().requestHandler(one -> asked.add(one.response()));
        int port = agent.listen(0, "127.0.0.1").await(30, TimeUnit.SECONDS).actualPort();

        Future<CheckResult> first = check.check(server(port, ServerProtocol.H2));
        await().atMost(LONG).until(() -> asked.size() == 1);
        Future<CheckResult> second = check.check(server(port, ServerProtocol.H2));
        await().atMost(LONG).until(() -> asked.size() == 2);

        asked.get(0).end();
        assertThat(first.await(30, TimeUnit.SECONDS).status()).isEqualTo(L7OK);
        await().atMost(LONG).until(() -> asked.get(0).closed());
        asked.get(1).end();
        assertThat(second.await(30, TimeUnit.SECONDS).status()).isEqualTo(L7OK);
    }

    @Test
    void failsWhereAServerOfHttp2SpeaksSomethingElse() throws Exception {
        int port = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        assertThat(ask(port, ServerProtocol.H2).passed()).isFalse();
    }

    private CheckResult ask(int port, ServerProtocol protocol) throws Exception {
        return check.check(server(port, protocol)).await(30, TimeUnit.SECONDS);
    }

    private static BackendServer server(int port, ServerProtocol protocol) {
        ServerSettings settings =
                new ServerSettings("web-1", new HostPort("127.0.0.1", port), 1, false, null, null, protocol, null);
        return new BackendServer(settings, Duration.ZERO, Clock.systemUTC());
    }

    private CheckResult ask(int port) throws Exception {
        BackendServer server = new BackendServer("web-1", new HostPort("127.0.0.1", port), 1, Clock.systemUTC());
        return check.check(server).await(30, TimeUnit.SECONDS);
    }

    private int answering(String response) throws Exception {
        return listen(socket -> socket.handler(data -> {
            request.set(data.toString());
            socket.write(response);
        }));
    }

    private int listen(Handler<NetSocket> handler) throws Exception {
        NetServer server = vertx.createNetServer().connectHandler(socket -> {
            connections.incrementAndGet();
            handler.handle(socket);
        });
        return server.listen(0, "127.0.0.1").await(30, TimeUnit.SECONDS).actualPort();
    }
}
