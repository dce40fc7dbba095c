package com.foobar.dbrouter.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.dbrouter.memory.MemoryBudget;
import com.foobar.dbrouter.protocol.HandshakeV10;
import com.foobar.dbrouter.tls.ServerTls;
import com.foobar.dbrouter.tls.ServerTlsSettings;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.kit.settings.SettingsReader;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets a connection when there are too few. */
@Timeout(60)
class ServerPoolTest {
    private static final DatabaseServer SERVER = new DatabaseServer("db-1", "localhost", 1);
    private static final SessionState STATE = new SessionState(null, 45, List.of());
    private static final ConnectionKey ONE = new ConnectionKey("one", 0);
    private static final ConnectionKey OTHER = new ConnectionKey("other", 0);

    private final List<String> opened = new ArrayList<>();
    private final List<ServerConnection> given = new ArrayList<>();

    @Test
    void closesAnIdleConnectionForEachOfThoseThatWaitForAnotherKind() {
        ServerLimit limit = full(3);
        Loop loop = new Loop(limit);
        List<ServerConnection> idle = List.of(connection(ONE), connection(ONE), connection(ONE));
        idle.forEach(loop.pool::release);

        loop.acquire(OTHER);
        loop.acquire(OTHER);

        assertThat(idle).extracting(ServerConnection::isOpen).containsExactly(false, false, true);
    }

    @Test
    void closesAnIdleConnectionForEachOfThoseThatWaitElsewhere() {
        ServerLimit limit = full(3);
        Loop loop = new Loop(limit);
        List<ServerConnection> idle = List.of(connection(ONE), connection(ONE), connection(ONE));
        idle.forEach(loop.pool::release);

        loop.pool.giveUpIdle();
        loop.pool.giveUpIdle();
        loop.run();

        assertThat(idle).extracting(ServerConnection::isOpen).containsExactly(false, false, true);
    }

    @Test
    void givesAConnectionToTheFirstWhomItFits() {
        Loop loop = new Loop(full(1));
        loop.acquire(ONE);
        ServerConnection freed = connection(ONE);
        loop.pool.release(freed);
        assertThat(given).containsExactly(freed);
        assertThat(freed.isOpen()).isTrue();
    }

    @Test
    void closesAConnectionThatFitsOnlyThoseWhoHaveWaitedMuchLess() {
        ServerLimit limit = full(1);
        Loop loop = new Loop(limit);
        loop.acquire(OTHER);
        awaitUnfairness();
        loop.acquire(ONE);

        ServerConnection freed = connection(ONE);
        loop.pool.release(freed);
        limit.release();
        loop.run();

        assertThat(given).isEmpty();
        assertThat(freed.isOpen()).isFalse();
        assertThat(opened).containsExactly("other");
    }

    @Test
    void closesAConnectionWhereAnotherLoopHasWaitedMuchLonger() {
        ServerLimit limit = full(1);
        Loop first = new Loop(limit);
        Loop second = new Loop(limit);
        first.acquire(OTHER);
        awaitUnfairness();
        second.acquire(ONE);

        ServerConnection freed = connection(ONE);
        second.pool.release(freed);
        limit.release();
        second.run();
        first.run();

        assertThat(given).isEmpty();
        assertThat(freed.isOpen()).isFalse();
        // The free place is not for who comes first either.
        assertThat(opened).containsExactly("other");
    }

    @Test
    void takesReservedPlacesAndGivesThemBackFirst() {
        ServerLimit limit = full(1);
        Loop loop = new Loop(limit);
        assertThat(limit.tryAcquireReserved()).isTrue();
        assertThat(limit.tryAcquireReserved()).isTrue();
        assertThat(limit.tryAcquireReserved()).isFalse();
        loop.acquire(ONE);

        ServerConnection freed = connection(ONE);
        loop.pool.release(freed);
        assertThat(freed.isOpen()).isFalse();
        limit.release();
        limit.release();
        loop.run();
        assertThat(opened).isEmpty();
        limit.release();
        loop.run();
        assertThat(opened).containsExactly("one");
    }

    private static ServerLimit full(int most) {
        ServerLimit limit = new ServerLimit(most);
        while (limit.tryAcquire()) {
            // Until none is left.
        }
        return limit;
    }

    private static void awaitUnfairness() {
        long start = System.nanoTime();
        await().until(() -> System.nanoTime() - start > ServerPool.MOST_UNFAIRNESS.toNanos());
    }

    private static ServerConnection connection(ConnectionKey key) {
        return new ServerConnection(
                SERVER,
                key,
                new EmbeddedChannel(),
                new HandshakeV10("11.4", 1, new byte[HandshakeV10.NONCE_LENGTH], 0, 45, 0, "mysql_native_password"),
                STATE,
                new StatementUse(new MemoryBudget(Long.MAX_VALUE)),
                10);
    }

    /** An event loop that does nothing by itself, and its pool. */
    private final class Loop {
        private final EmbeddedChannel ticks = new EmbeddedChannel();
        private final ServerPool pool;

        Loop(ServerLimit limit) {
            // Who is about to connect asks for the password first: there is none, which gives the place back.
            Credentials credentials = user -> {
                opened.add(user);
                assertThat(limit.tryAcquireReserved()).isTrue();
                return null;
            };
            PoolSettings settings = new PoolSettings(
                    limit.most(),
                    10,
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(1),
                    Duration.ofHours(1),
                    Duration.ofHours(1),
                    10,
                    1,
                    0);
            pool = new ServerPool(
                    SERVER,
                    ticks.eventLoop(),
                    new ConnectionOpener(
                            SERVER,
                            ticks.eventLoop(),
                            new Bootstrap(),
                            credentials,
                            ServerTls.of(SettingsReader.defaults(ServerTlsSettings.class)),
                            settings,
                            limit,
                            new StatementUse(new MemoryBudget(Long.MAX_VALUE))),
                    settings,
                    limit,
                    () -> {});
        }

        void acquire(ConnectionKey key) {
            pool.acquire(key, STATE, null, new ConnectionWaiter() {
                @Override
                public void acquired(ServerConnection connection) {
                    given.add(connection);
                }

                @Override
                public void failed(ServerFailure failure) {}
            });
        }

        void run() {
            ticks.runPendingTasks();
        }
    }
}
