package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.pool.ServerFailure.Kind;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.topology.DatabaseServer;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One event loop's connections to one server. Everything belongs to that loop unless it says otherwise. */
final class ServerPool {
    /** Who has waited for so much longer comes first, even where the connection has to be opened anew for that. */
    static final Duration MOST_UNFAIRNESS = Duration.ofMillis(100);

    private final DatabaseServer server;
    private final EventLoop loop;
    private final ConnectionOpener opener;
    private final PoolSettings settings;
    private final ServerLimit limit;
    private final Runnable killFailed;

    private final IdleConnections idle;
    private final Set<ServerConnection> all = new HashSet<>();
    private final ArrayDeque<ConnectionRequest> waiting = new ArrayDeque<>();
    private final SharedConnections shared;
    private int opening;

    // Read by metrics from other threads.
    private final AtomicInteger waitingCount = new AtomicInteger();

    /** @param killFailed is called where the server could not be told to end something */
    ServerPool(
            DatabaseServer server,
            EventLoop loop,
            ConnectionOpener opener,
            PoolSettings settings,
            ServerLimit limit,
            Runnable killFailed) {
        this.server = server;
        this.loop = loop;
        this.opener = opener;
        this.settings = settings;
        this.limit = limit;
        this.killFailed = killFailed;
        this.idle = new IdleConnections(settings);
        this.shared = new SharedConnections(this, idle, loop, settings.maxShared());
        limit.register(this);
        long period = Math.max(50, Math.min(settings.idleTimeout().toMillis() / 4, 5_000));
        loop.scheduleWithFixedDelay(idle::closeOld, period, period, TimeUnit.MILLISECONDS);
    }

    /**
     * As {@link SharedConnections#join}, where so many connections are in use that there is something to be gained: with few,
     * two reads seldom arrive in one turn of the loop, and those that do wait for one another for nothing (docs/performance.md).
     */
    @Nullable
    ServerConnection join(
            ConnectionKey key,
            SessionState state,
            ConnectionUser user,
            Predicate<ServerConnection> fits,
            boolean again) {
        boolean pays = again || settings.shareFrom() == 0 || taken() >= settings.shareFrom();
        return pays && waiting.isEmpty() ? shared.join(key, state, user, fits, again) : null;
    }

    void acquire(ConnectionKey key, SessionState state, @Nullable ConnectionUser user, ConnectionWaiter waiter) {
        ConnectionRequest request = new ConnectionRequest(key, state, user, waiter, false);
        ServerConnection free = waiting.isEmpty() ? idle.take(request) : null;
        if (free != null) {
            give(free, request);
        } else if (waiting.isEmpty() && limit.tryAcquire()) {
            open(request);
        } else if (waiting.size() >= settings.maxWaiting()) {
            waiter.failed(exhausted("and " + waiting.size() + " commands wait for one"));
        } else {
            enqueue(request);
        }
    }

    /** For what must not wait, as it makes the others go on: takes a place that is kept for it where there is no other. */
    void acquireReserved(ConnectionKey key, SessionState state, ConnectionWaiter waiter) {
        ConnectionRequest request = new ConnectionRequest(key, state.withSchema(null), null, waiter, true);
        ServerConnection free = idle.take(request);
        if (free != null) {
            give(free, request);
        } else if (limit.tryAcquireReserved()) {
            open(request);
        } else {
            waiter.failed(exhausted("and so are the " + ServerLimit.RESERVED + " that are kept for KILL"));
        }
    }

    /** As {@link ServerPools.LoopPools#killQuery}. */
    ServerKill killQuery(ServerConnection target, SessionState state, Runnable told) {
        return ServerKill.query(this, loop, target, state, told, killFailed);
    }

    /** As {@link ServerPools.LoopPools#endFirst}. */
    void endFirst(ServerConnection target, SessionState state) {
        target.sharing().endFirst(told -> killQuery(target, state, told));
    }

    /** As {@link ServerPools.LoopPools#killConnection}. */
    void killConnection(ServerConnection target, SessionState state) {
        ServerKill.connection(this, loop, target, state, killFailed);
    }

    private void enqueue(ConnectionRequest request) {
        waiting.add(request);
        waitingCount.incrementAndGet();
        request.timeout = loop.schedule(
                () -> {
                    if (waiting.remove(request)) {
                        noLongerWaits();
                        request.waiter.failed(exhausted("and none became free within "
                                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - request.since) + " ms"));
                    }
                },
                settings.waitTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
        // Of another user or with other capabilities: its place is worth more than itself.
        idle.quitOldest();
        limit.starving(this, waiting.getFirst().since);
    }

    private ServerFailure exhausted(String what) {
        return ServerFailure.of(
                server,
                Kind.EXHAUSTED,
                "all " + limit.most() + " connections (pool.max-connections) are taken " + what + "; " + waiting.size()
                        + " commands wait");
    }

    private static void give(ServerConnection connection, ConnectionRequest request) {
        request.stopWaiting();
        connection.usedBy(request.user);
        request.waiter.acquired(connection);
    }

    private void open(ConnectionRequest request) {
        opening++;
        opener.open(request.key, request.state, new Opening(request));
    }

    /** One attempt to open a connection for a request. */
    private final class Opening implements ServerLogin.Waiting {
        private final ConnectionRequest request;
        private boolean ended;

        Opening(ConnectionRequest request) {
            this.request = request;
        }

        private boolean end() {
            if (ended) {
                return false;
            }
            ended = true;
            opening--;
            return true;
        }

        @Override
        public void loggedIn(ServerConnection connection) {
            if (!end()) {
                return;
            }
            all.add(connection);
            connection.onClosed(() -> {
                all.remove(connection);
                idle.remove(connection);
            });
            give(connection, request);
        }

        @Override
        public void failed(ServerFailure failure) {
            if (end()) {
                request.stopWaiting();
                request.waiter.failed(failure);
            }
        }
    }

    /** Takes a connection back. What a session left on it is cleared away before it is given to another. */
    void release(ServerConnection connection) {
        if (!connection.isOpen()) {
            return;
        }
        if (connection.sharing().isShared()) {
            connection.sharing().left(1);
        }
        if (!connection.sharing().isShared()) {
            left(connection);
        }
    }

    /** Nobody uses it any more. */
    void left(ServerConnection connection) {
        connection.sharing().onceUnlocked(() -> settleOnceAnswered(connection));
    }

    /**
     * Reads that run elsewhere by now, or will not, may still be before whatever would come next there; where they take long they are ended, as
     * nobody waits for them.
     */
    private void settleOnceAnswered(ServerConnection connection) {
        if (!connection.isOpen()) {
            return;
        }
        if (!connection.hasDropped() || !connection.isQuiet()) {
            settle(connection);
            return;
        }
        ForNobody patience = new ForNobody(connection, loop, () -> endFirst(connection, connection.state()), () -> {
            connection.close();
            killConnection(connection, connection.state());
        });
        patience.start();
        connection.whenAnswered(() -> {
            patience.stop();
            left(connection);
        });
    }

    private void settle(ServerConnection connection) {
        if (!connection.isQuiet()) {
            connection.close();
        } else if (connection.isTouched()) {
            connection.usedBy(null);
            connection.reset(new Adoption() {
                @Override
                public void adopted() {
                    free(connection);
                }

                @Override
                public void refused(ErrPacket error) {
                    connection.close();
                }

                @Override
                public void failed(ServerFailure failure) {
                    connection.close();
                }

                @Override
                public boolean canRunElsewhere() {
                    return true;
                }
            });
        } else {
            free(connection);
        }
    }

    private void free(ServerConnection connection) {
        long now = System.nanoTime();
        if (idle.isOld(connection, now) || limit.isExceeded()) {
            connection.quit();
            return;
        }
        ConnectionRequest next = firstThatFits(connection);
        if (next != null && !isUnfair(next)) {
            waiting.remove(next);
            noLongerWaits();
            give(connection, next);
            return;
        }
        if (!waiting.isEmpty() || limit.someoneElseStarves(this)) {
            connection.quit();
            return;
        }
        idle.add(connection, now);
    }

    private @Nullable ConnectionRequest firstThatFits(ServerConnection connection) {
        for (ConnectionRequest request : waiting) {
            if (request.fits(connection)) {
                return request;
            }
        }
        return null;
    }

    /** Whether others have waited for so much longer, in this loop for another kind of connection or in another loop. */
    private boolean isUnfair(ConnectionRequest next) {
        long time = next.since - MOST_UNFAIRNESS.toNanos();
        return waiting.getFirst().since - time < 0 || limit.someoneElseWaitsSince(this, time);
    }

    /** One that waited has been taken out. */
    private void noLongerWaits() {
        waitingCount.decrementAndGet();
        ConnectionRequest oldest = waiting.peek();
        if (oldest == null) {
            limit.fed(this);
        } else {
            limit.waitingSince(this, oldest.since);
        }
    }

    /** There may be free places: opens connections for those who wait. From any thread. */
    void wake() {
        loop.execute(() -> {
            while (!waiting.isEmpty() && limit.tryAcquire()) {
                openForFirst();
            }
        });
    }

    /** It has been given a place: opens a connection for who waits longest. From any thread. */
    void take() {
        loop.execute(() -> {
            if (waiting.isEmpty()) {
                limit.release();
            } else {
                openForFirst();
            }
        });
    }

    private void openForFirst() {
        ConnectionRequest request = waiting.remove();
        noLongerWaits();
        open(request);
    }

    /** Another loop's sessions wait: close an idle connection for them. From any thread. */
    void giveUpIdle() {
        loop.execute(idle::quitOldest);
    }

    /** Ends the connections whose work can be done elsewhere. From any thread. */
    void giveUpWaiting() {
        loop.execute(() -> List.copyOf(all).forEach(ServerConnection::giveUpWaiting));
    }

    /** Ends every connection, whatever runs on it. */
    void closeAll() {
        for (ServerConnection connection : List.copyOf(all)) {
            connection.close();
        }
    }

    int inUse() {
        return taken() + waiting.size() + shared.beside();
    }

    private int taken() {
        return opening + all.size() - idle.count();
    }

    /** Counts for operators; from any thread. */
    int idleCount() {
        return idle.count();
    }

    int waitingCount() {
        return waitingCount.get();
    }
}
