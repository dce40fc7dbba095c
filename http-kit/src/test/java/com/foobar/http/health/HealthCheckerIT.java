package com.foobar.http.health;

import static com.foobar.http.backend.OperationalState.DOWN;
import static com.foobar.http.backend.OperationalState.UP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.ServerProtocol;
import com.foobar.http.backend.ServerSettings;
import com.foobar.http.balance.Balance;
import com.foobar.http.testing.TestSettings;
import com.foobar.kit.settings.HostPort;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HealthCheckerIT {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger status = new AtomicInteger(200);
    private final HttpServer web = listen(0);
    private final BackendServer server =
            new BackendServer("web-1", new HostPort("127.0.0.1", web.actualPort()), 1, Clock.systemUTC());
    private final Backend backend = new Backend("web", Balance.ROUNDROBIN, List.of(server));

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void followsWhatTheServerSaysOfItself() {
        HealthChecker checker = checker(Duration.ofMillis(20));
        checker.start();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(server.state().operational()).isEqualTo(UP));

        status.set(503);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(server.state().operational()).isEqualTo(DOWN));
        assertThat(backend.pick()).isNull();
        assertThat(server.state().reason()).isEqualTo("503 Service Unavailable");

        status.set(200);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(backend.pick()).isSameAs(server));
    }

    @Test
    void takesAKilledServerOutAtOnceAndInAgainWhenItIsBack() throws Exception {
        HealthChecker checker = checker(Duration.ofHours(1));
        checker.start();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(server.state().operational()).isEqualTo(UP));

        web.close().await(10, TimeUnit.SECONDS);
        server.begin();
        server.endWithConnectionError("connection refused");

        // Its next check by the clock would be in an hour.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(server.state().operational()).isEqualTo(DOWN));
        listen(web.actualPort());
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(server.state().operational()).isEqualTo(UP));
    }

    /** The one agent answers no server's check before it has been asked by all. */
    @ParameterizedTest
    @EnumSource(ServerProtocol.class)
    void checksServersOfOnePortAtTheSameTime(ServerProtocol protocol) throws Exception {
        List<HttpServerResponse> pending = new CopyOnWriteArrayList<>();
        HttpServer agent = vertx.createHttpServer()
                .requestHandler(request -> {
                    pending.add(request.response());
                    if (pending.size() == 8) {
                        pending.forEach(HttpServerResponse::end);
                    }
                })
                .listen(0, "127.0.0.1")
                .await();
        Backend many = new Backend(
                "many",
                Balance.ROUNDROBIN,
                IntStream.rangeClosed(1, 8).mapToObj(i -> server(i, protocol)).toList());
        HealthChecker checker = HealthChecker.of(
                vertx,
                many,
                TestSettings.check("{port: " + agent.actualPort() + ", inter: 1h, downinter: 1h, timeout: 10s}"));

        checker.start().await(30, TimeUnit.SECONDS);

        assertThat(many.servers())
                .allSatisfy(one -> assertThat(one.state().operational()).isEqualTo(UP));
        checker.stop().await(10, TimeUnit.SECONDS);
    }

    private static BackendServer server(int number, ServerProtocol protocol) {
        return new BackendServer(
                new ServerSettings("web-" + number, new HostPort("127.0.0.1", 1), 1, false, null, null, protocol, null),
                Duration.ZERO,
                Clock.systemUTC());
    }

    private HealthChecker checker(Duration inter) {
        return HealthChecker.of(
                vertx,
                backend,
                TestSettings.check(
                        "{inter: " + inter.toMillis() + "ms, fastinter: 20ms, downinter: 20ms, timeout: 10s}"));
    }

    private HttpServer listen(int port) {
        return vertx.createHttpServer()
                .requestHandler(request ->
                        request.response().setStatusCode(status.get()).end())
                .listen(port, "127.0.0.1")
                .await();
    }
}
