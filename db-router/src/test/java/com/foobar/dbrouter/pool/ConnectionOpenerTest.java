package com.foobar.dbrouter.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.dbrouter.auth.ServerCredential;
import com.foobar.dbrouter.memory.MemoryBudget;
import com.foobar.dbrouter.tls.ServerTls;
import com.foobar.dbrouter.tls.ServerTlsSettings;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.kit.settings.SettingsReader;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where no file descriptor is left for a connection to a server. */
class ConnectionOpenerTest {
    private static final DatabaseServer SERVER = new DatabaseServer("db-1", "localhost", 1);

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void tellsOnTheEventLoopThatThereIsNoSocketAndGivesThePlaceBack() throws Exception {
        EventLoop loop = group.next();
        ServerLimit limit = new ServerLimit(1);
        assertThat(limit.tryAcquire()).isTrue();
        ConnectionOpener opener = new ConnectionOpener(
                SERVER,
                loop,
                new Bootstrap().group(loop).channelFactory(() -> {
                    throw new ChannelException("Too many open files");
                }),
                user -> ServerCredential.ofPassword(new byte[] {1}),
                ServerTls.of(SettingsReader.defaults(ServerTlsSettings.class)),
                SettingsReader.defaults(PoolSettings.class),
                limit,
                new StatementUse(new MemoryBudget(Long.MAX_VALUE)));
        CompletableFuture<Boolean> onTheEventLoop = new CompletableFuture<>();
        CompletableFuture<ServerFailure> told = new CompletableFuture<>();
        loop.execute(() -> opener.open(
                new ConnectionKey("one", 0), new SessionState("one", 45, List.of()), new ServerLogin.Waiting() {
                    @Override
                    public void loggedIn(ServerConnection connection) {}

                    @Override
                    public void failed(ServerFailure failure) {
                        onTheEventLoop.complete(loop.inEventLoop());
                        told.complete(failure);
                    }
                }));
        assertThat(told.get(10, TimeUnit.SECONDS).toString()).contains("Too many open files");
        assertThat(onTheEventLoop.get()).isTrue();
        await().untilAsserted(() -> assertThat(limit.open()).isZero());
    }
}
