package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.memory.MemoryBudget;
import com.foobar.dbrouter.tls.ServerTls;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.kit.net.NettyTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The pools of all servers and event loops. Safe from any thread; {@link #of} gives the part that belongs to one loop. */
public final class ServerPools {
    /** Beyond the high mark the other side is read no more, until the low one is reached. */
    public static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(64 << 10, 256 << 10);

    /** Large results: Netty's default, the adaptive one, goes on making and zeroing chunks for them (docs/performance.md). */
    public static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

    private final NettyTransport transport;
    private final Credentials credentials;
    private final ServerTls tls;
    private final PoolSettings settings;
    private final MemoryBudget statementMemory;
    private final Runnable killFailed;
    private final Map<DatabaseServer, ServerLimit> limits = new LinkedHashMap<>();
    private final Map<EventLoop, LoopPools> loops = new ConcurrentHashMap<>();

    /**
     * @param servers all there will be
     * @param statementMemory for the texts of prepared statements
     * @param killFailed is called, on any event loop, where a server could not be told to end a statement or a connection
     */
    public ServerPools(
            NettyTransport transport,
            List<DatabaseServer> servers,
            Credentials credentials,
            ServerTls tls,
            PoolSettings settings,
            MemoryBudget statementMemory,
            Runnable killFailed) {
        this.transport = transport;
        this.credentials = credentials;
        this.tls = tls;
        this.settings = settings;
        this.statementMemory = statementMemory;
        this.killFailed = killFailed;
        servers.forEach(server -> limits.put(server, new ServerLimit(settings.maxConnections())));
    }

    /** @return the pools of one event loop */
    public LoopPools of(EventLoop loop) {
        return loops.computeIfAbsent(loop, this::make);
    }

    private LoopPools make(EventLoop loop) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(transport.channel())
                .resolver(transport.resolver())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.connectTimeout().toMillis())
                .option(ChannelOption.ALLOCATOR, ALLOCATOR)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS);
        StatementUse statements = new StatementUse(statementMemory);
        Map<DatabaseServer, ServerPool> pools = new LinkedHashMap<>();
        limits.forEach((server, limit) -> pools.put(
                server,
                new ServerPool(
                        server,
                        loop,
                        new ConnectionOpener(server, loop, bootstrap, credentials, tls, settings, limit, statements),
                        settings,
                        limit,
                        killFailed)));
        return new LoopPools(pools, statements);
    }

    /** One event loop's pools. Belongs to that loop. */
    public static final class LoopPools {
        private final Map<DatabaseServer, ServerPool> pools;
        private final StatementUse statements;

        LoopPools(Map<DatabaseServer, ServerPool> pools, StatementUse statements) {
            this.pools = pools;
            this.statements = statements;
        }

        /**
         * Takes a connection, opens one, or waits for one.
         *
         * @param state what it is going to be used in: one that is there already is preferred
         * @param user whose last connection is preferred to any other; null for no one's
         */
        public void acquire(
                DatabaseServer server,
                ConnectionKey key,
                SessionState state,
                @Nullable ConnectionUser user,
                ConnectionWaiter waiter) {
            pool(server).acquire(key, state, user, waiter);
        }

        /**
         * A connection for one short read, beside those of other sessions.
         *
         * @param user whose last connection is preferred to any other
         * @param fits whether the read can be sent there without anything before it that concerns others
         * @param again whether it has just been sent away from another one
         * @return null where there is none: then one has to be acquired
         */
        public @Nullable ServerConnection join(
                DatabaseServer server,
                ConnectionKey key,
                SessionState state,
                ConnectionUser user,
                Predicate<ServerConnection> fits,
                boolean again) {
            return pool(server).join(key, state, user, fits, again);
        }

        /**
         * Ends the statement that runs on a connection; where that cannot be done, the connection, so that it fails.
         *
         * @param state what a new connection logs in with for that, but for the database
         * @param told is called when the server has been told: until then the connection may not run anything else, which would
         *     be ended instead
         */
        public ServerKill killQuery(ServerConnection target, SessionState state, Runnable told) {
            return pool(target.server()).killQuery(target, state, told);
        }

        /**
         * As {@link #killQuery}, of the statement that is first on a shared connection. The others run theirs elsewhere, and the
         * connection is nobody's until the server has been told.
         */
        public void endFirst(ServerConnection target, SessionState state) {
            pool(target.server()).endFirst(target, state);
        }

        /**
         * Ends the server's side of a connection that has been closed: a server that is busy would not notice.
         *
         * @param state as of {@link #killQuery}
         */
        public void killConnection(ServerConnection target, SessionState state) {
            pool(target.server()).killConnection(target, state);
        }

        /** Gives a connection back. */
        public void release(ServerConnection connection) {
            pool(connection.server()).release(connection);
        }

        /** @return what clients of this loop have prepared */
        public StatementUse statements() {
            return statements;
        }

        /** @return connections of this loop to the server that are in use */
        public int inUse(DatabaseServer server) {
            return pool(server).inUse();
        }

        private ServerPool pool(DatabaseServer server) {
            ServerPool pool = pools.get(server);
            if (pool == null) {
                throw new IllegalArgumentException(server + " is none of the servers of the settings");
            }
            return pool;
        }
    }

    /**
     * How a server's connections are used at the moment.
     *
     * @param open in use, idle and being opened
     * @param most may be open
     * @param waiting commands that wait for one
     */
    public record Usage(DatabaseServer server, int open, int idle, int most, int waiting) {
        /** @return in use, or being opened */
        public int inUse() {
            return Math.max(0, open - idle);
        }
    }

    /** @return a line per server, in the order of the settings */
    public List<Usage> usage() {
        List<Usage> usages = new ArrayList<>();
        limits.forEach((server, limit) -> {
            int idle = 0;
            int waiting = 0;
            for (LoopPools loop : loops.values()) {
                ServerPool pool = loop.pool(server);
                idle += pool.idleCount();
                waiting += pool.waitingCount();
            }
            usages.add(new Usage(server, limit.open(), idle, limit.most(), waiting));
        });
        return usages;
    }

    /** A server does not answer any more: reads that wait for it run elsewhere, writes go on waiting ({@link #giveUp}). */
    public void giveUpWaiting(DatabaseServer server) {
        loops.values().forEach(pools -> pools.pool(server).giveUpWaiting());
    }

    /** A server is taken for gone: whatever waits for it has waited long enough. From any thread. */
    public void giveUp(DatabaseServer server) {
        loops.forEach((loop, pools) -> loop.execute(() -> pools.pool(server).closeAll()));
    }

    /** Ends every connection. */
    public void close() {
        loops.forEach((loop, pools) -> loop.execute(() -> pools.pools.values().forEach(ServerPool::closeAll)));
    }
}
