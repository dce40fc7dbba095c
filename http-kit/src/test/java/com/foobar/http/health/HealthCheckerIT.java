package com.foobar.http.health;

import static com.foobar.http.backend.OperationalState.DOWN;
import static com.foobar.http.backend.OperationalState.UP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.balance.Balance;
import com.foobar.http.testing.TestSettings;
import com.foobar.kit.settings.HostPort;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
