package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.OperationalState;
import com.foobar.http.balance.Balance;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.proxyprotocol.SendProxy;
import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.NoSockets;
import com.foobar.kit.settings.HostPort;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where no file descriptor is left for a connection to a server. */
class NoSocketsIT {
    private static final HostPort ADDRESS = new HostPort("127.0.0.1", 9);

    private final Fixture fixture = new Fixture();
    private final BackendServer server = new BackendServer("server-1", ADDRESS, 1, Clock.systemUTC());
    private final EventLoop eventLoop = fixture.transport().group().next();
    private final ServerConnections connections =
            new ServerConnections(new ServerAddress(ADDRESS, Runnable::run), 10, SendProxy.NONE, server.stats());
    private final UpstreamConnector connector =
            new UpstreamConnector(eventLoop, NoSockets.on(fixture.transport()), connections, Duration.ofSeconds(5));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void answersAsWhereNoServerCanBeReached() throws IOException {
        server.set(OperationalState.UP, "test");
        ProxyHandler proxy = new ProxyHandler(
                NoSockets.on(fixture.transport()),
                new Backend("fixtures", Balance.ROUNDROBIN, List.of(server)),
                ProxySettings.DEFAULTS.with(RetrySettings.DEFAULTS.withRetries(0)));
        fixture.listen(proxy);
        try (HttpWire wire = HttpWire.connect(fixture.port())) {
            assertThat(wire.get("/").status()).isEqualTo(503);
            assertThat(wire.get("/").status()).isEqualTo(503);
        }
        assertThat(fixture.logged(2).get(1).error())
                .isEqualTo(new ProxyError.ConnectFailed("fixtures", "server-1", 1, "Too many open files"));
        assertThat(proxy.connections()).isZero();
        assertThat(server.inFlight()).isZero();
        proxy.close();
    }

    @Test
    void tellsOfItOnTheEventLoop() throws Exception {
        CompletableFuture<Boolean> onTheEventLoop = new CompletableFuture<>();
        eventLoop.execute(() -> connector.connect(
                new Connecting(),
                channel -> {},
                channel -> {},
                reason -> onTheEventLoop.complete(eventLoop.inEventLoop())));
        assertThat(onTheEventLoop.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(connections.open()).isZero();
    }

    @Test
    void leavesAloneWhatWasNeverAConnection() throws Exception {
        Connecting given = new Connecting();
        CompletableFuture<Void> cancelled = CompletableFuture.runAsync(
                () -> {
                    connector.connect(given, channel -> {}, channel -> {}, reason -> {});
                    given.cancel();
                },
                eventLoop);
        cancelled.get(10, TimeUnit.SECONDS);
        await().untilAsserted(() -> assertThat(connections.open()).isZero());
    }
}
