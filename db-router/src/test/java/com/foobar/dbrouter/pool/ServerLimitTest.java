package com.foobar.dbrouter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.memory.MemoryBudget;
import com.foobar.dbrouter.tls.ServerTls;
import com.foobar.dbrouter.tls.ServerTlsSettings;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.kit.settings.SettingsReader;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The places for connections that event loops share. */
@Timeout(60)
class ServerLimitTest {
    private static final DatabaseServer SERVER = new DatabaseServer("db-1", "localhost", 1);
    private static final SessionState STATE = new SessionState(null, 45, List.of());

    @Test
    void hasNoMorePlacesThanItsLimit() {
        ServerLimit limit = new ServerLimit(2);
        assertThat(limit.tryAcquire()).isTrue();
        assertThat(limit.tryAcquire()).isTrue();
        assertThat(limit.tryAcquire()).isFalse();
        limit.release();
        assertThat(limit.tryAcquire()).isTrue();
        assertThat(limit.open()).isEqualTo(2);
    }

    /** Just then nobody is known to wait, so nobody is woken by it. */
    @Test
    void losesNoPlaceThatBecomesFreeBetweenTheAskingAndTheWaiting() throws Exception {
        ServerLimit limit = new ServerLimit(1);
        assertThat(limit.tryAcquire()).isTrue();
        EventLoop loop = new DefaultEventLoop() {
            @Override
            public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
                // The request's own timeout: it has asked in vain, and is about to wait.
                limit.release();
                return super.schedule(task, delay, unit);
            }
        };
        assertThat(askedUser(loop, limit).get(30, TimeUnit.SECONDS)).isEqualTo("asker");
        loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).sync();
    }

    @Test
    void wakesAnotherLoopThatWaits() throws Exception {
        ServerLimit limit = new ServerLimit(1);
        assertThat(limit.tryAcquire()).isTrue();
        EventLoop loop = new DefaultEventLoop();
        CompletableFuture<String> asked = askedUser(loop, limit);
        loop.submit(() -> {}).sync();
        assertThat(asked).isNotDone();
        limit.release();
        assertThat(asked.get(30, TimeUnit.SECONDS)).isEqualTo("asker");
        loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).sync();
    }

    /** @return done when the pool opens a connection for the request: it asks whose password to prove */
    private static CompletableFuture<String> askedUser(EventLoop loop, ServerLimit limit) {
        CompletableFuture<String> asked = new CompletableFuture<>();
        Credentials credentials = user -> {
            asked.complete(user);
            return null;
        };
        PoolSettings settings = new PoolSettings(
                1,
                10,
                Duration.ofMinutes(10),
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Duration.ofHours(1),
                10,
                1,
                0);
        loop.execute(() -> new ServerPool(
                        SERVER,
                        loop,
                        new ConnectionOpener(
                                SERVER,
                                loop,
                                new Bootstrap(),
                                credentials,
                                ServerTls.of(SettingsReader.defaults(ServerTlsSettings.class)),
                                settings,
                                limit,
                                new StatementUse(new MemoryBudget(Long.MAX_VALUE))),
                        settings,
                        limit,
                        () -> {})
                .acquire(new ConnectionKey("asker", 0), STATE, null, new ConnectionWaiter() {
                    @Override
                    public void acquired(ServerConnection connection) {
                        asked.completeExceptionally(new AssertionError("there is none"));
                    }

                    @Override
                    public void failed(ServerFailure failure) {
                        asked.completeExceptionally(new AssertionError(failure.toString()));
                    }
                }));
        return asked;
    }
}
