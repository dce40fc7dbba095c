package com.foobar.lb.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.backend.Admission;
import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.OperationalState;
import com.foobar.http.balance.Balance;
import com.foobar.http.proxyprotocol.SendProxy;
import com.foobar.http.server.SocketListener;
import com.foobar.kit.net.NettyTransport;
import com.foobar.kit.settings.HostPort;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers in TCP mode that are given by names, before a name server that says nothing. */
class SilentNameServerIT {
    private static final Duration CONNECT = Duration.ofMillis(300);
    /** Of the look-up by itself; far above what a test may take. */
    private static final Duration QUERY = Duration.ofMinutes(5);

    private DatagramSocket nameServer;
    private ServerSocket reachable;
    private Vertx vertx;
    private TcpListener listener;
    private final CompletableFuture<TcpRecord> ended = new CompletableFuture<>();

    @BeforeEach
    void start() throws IOException {
        nameServer = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        reachable = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        AddressResolverOptions resolver = new AddressResolverOptions()
                .addServer("127.0.0.1:" + nameServer.getLocalPort())
                .setQueryTimeout(QUERY.toMillis());
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setAddressResolverOptions(resolver));
    }

    @AfterEach
    void stop() throws Exception {
        listener.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        reachable.close();
        nameServer.close();
    }

    @Test
    void givesUpWhenTheTimeForAConnectionIsOver() throws Exception {
        BackendServer named = server("named", "silent.example", 9);
        try (Socket client = connect(named)) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        TcpRecord record = ended.get(30, TimeUnit.SECONDS);
        assertThat(record.termination()).isEqualTo(Termination.CONNECT_TIMEOUT);
        assertThat(record.totalNanos()).isGreaterThan(CONNECT.toNanos());
        assertThat(named.stats().connectionErrors()).isEqualTo(1);
        await().until(() -> named.inFlight() == 0);
    }

    @Test
    void asksAnotherServerWhenTheTimeForAConnectionIsOver() throws Exception {
        BackendServer named = server("named", "silent.example", 9);
        BackendServer numbered = server("numbered", "127.0.0.1", reachable.getLocalPort());
        try (Socket client = connect(named, numbered);
                Socket server = reachable.accept()) {
            server.getOutputStream().write('x');
            assertThat(client.getInputStream().read()).isEqualTo('x');
        }
        assertThat(named.stats().connectionErrors()).isEqualTo(1);
        assertThat(named.stats().redispatches()).isEqualTo(1);
    }

    @Test
    void forgetsAServerWhoseNameIsLookedUpWhenTheClientLeaves() throws Exception {
        BackendServer named = server("named", "silent.example", 9);
        try (Socket client = connect(Duration.ofMinutes(1), named)) {
            // The name server has been asked.
            nameServer.receive(new DatagramPacket(new byte[512], 512));
            client.setSoLinger(true, 0);
        }
        assertThat(ended.get(30, TimeUnit.SECONDS).termination()).isEqualTo(Termination.CLIENT_LEFT_EARLY);
        await().until(() -> named.inFlight() == 0);
    }

    private static BackendServer server(String name, String host, int port) {
        BackendServer server = new BackendServer(name, new HostPort(host, port), 1, Clock.systemUTC());
        server.set(OperationalState.UP, "test");
        return server;
    }

    private Socket connect(BackendServer... servers) throws Exception {
        return connect(CONNECT, servers);
    }

    /** A client of a frontend before these servers. */
    private Socket connect(Duration connectTimeout, BackendServer... servers) throws Exception {
        NettyTransport transport = NettyTransport.of(vertx);
        Backend backend = new Backend("names", Balance.FIRST, List.of(servers));
        Duration hour = Duration.ofHours(1);
        TcpBackend target = new TcpBackend(
                backend,
                new Admission(backend, transport.group(), 10, 10),
                transport,
                hour,
                connectTimeout,
                servers.length,
                SendProxy.NONE);
        listener = TcpListener.listen(
                        transport,
                        new SocketListener.Options("127.0.0.1", 0, 10, null, null),
                        new TcpRoutes(List.of(), target),
                        new TcpTimeouts(hour, hour, hour, hour),
                        new TcpObserver() {
                            @Override
                            public void received(long bytes) {}

                            @Override
                            public void sent(long bytes) {}

                            @Override
                            public void ended(TcpRecord session) {
                                ended.complete(session);
                            }
                        })
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        client.setSoTimeout(30_000);
        return client;
    }
}
