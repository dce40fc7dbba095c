package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.pool.ServerFailure.Kind;
import com.foobar.dbrouter.protocol.ErrPacket;
import com.foobar.dbrouter.topology.DatabaseServer;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One event loop's connections to one server. Everything belongs to that loop unless it says otherwise. */
final class ServerPool {
    /** Of what servers take. */
    private static final Duration SHORTEST_WAIT_TIMEOUT = Duration.ofSeconds(1);

    /** Who has waited for so much longer comes first, even where the connection has to be opened anew for that. */
    static final Duration MOST_UNFAIRNESS = Duration.ofMillis(100);

    private final DatabaseServer server;
    private final EventLoop loop;
    private final ConnectionOpener opener;
    private final PoolSettings settings;
    private final ServerLimit limit;

    /** Used last at the end. */
    private final ArrayDeque<ServerConnection> idle = new ArrayDeque<>();

    private final Set<ServerConnection> all = new HashSet<>();
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private final SharedConnections shared;
    private int opening;

    // Read by metrics from other threads.
    private final AtomicInteger idleCount = new AtomicInteger();
    private final AtomicInteger waitingCount = new AtomicInteger();

    ServerPool(
            DatabaseServer server, EventLoop loop, ConnectionOpener opener, PoolSettings settings, ServerLimit limit) {
        this.server = server;
        this.loop = loop;
        this.opener = opener;
        this.settings = settings;
        this.limit = limit;
        this.shared = new SharedConnections(this, loop, settings.maxShared());
        limit.register(this);
        long period = Math.max(50, Math.min(settings.idleTimeout().toMillis() / 4, 5_000));
        loop.scheduleWithFixedDelay(this::closeOld, period, period, TimeUnit.MILLISECONDS);
    }

    /** A session that waits for a connection. */
    private static final class Request {
        final ConnectionKey key;
        final SessionState state;
        final @Nullable ConnectionUser user;
        final ConnectionWaiter waiter;

        /** It does not matter what the connection is in. */
        final boolean inAnyState;

        final long since = System.nanoTime();

        @Nullable
        ScheduledFuture<?> timeout;

        Request(
                ConnectionKey key,
                SessionState state,
                @Nullable ConnectionUser user,
                ConnectionWaiter waiter,
                boolean inAnyState) {
            this.key = key;
            this.state = state;
            this.user = user;
            this.waiter = waiter;
            this.inAnyState = inAnyState;
        }
    }

    /** As {@link SharedConnections#join}. */
    @Nullable
    ServerConnection join(
            ConnectionKey key, SessionState state, ConnectionUser user, Predicate<ServerConnection> fits) {
        return waiting.isEmpty() ? shared.join(key, state, user, fits) : null;
    }

    /** One that is free and in exactly that state: the user's own where there is one, else nobody's. */
    @Nullable
    ServerConnection takeIdle(
            ConnectionKey key, SessionState state, ConnectionUser user, Predicate<ServerConnection> fits) {
        ServerConnection best = null;
        for (Iterator<ServerConnection> newestFirst = idle.descendingIterator(); newestFirst.hasNext(); ) {
            ServerConnection candidate = newestFirst.next();
            if (candidate.isOpen()
                    && candidate.key().equals(key)
                    && candidate.state().equals(state)
                    && !isForsaken(candidate, System.nanoTime())
                    && fits.test(candidate)) {
                if (candidate.user() == user) {
                    best = candidate;
                    break;
                }
                if (best == null || (best.user() != null && candidate.user() == null)) {
                    best = candidate;
                }
            }
        }
        if (best != null) {
            idle.remove(best);
            idleCount.decrementAndGet();
        }
        return best;
    }

    void acquire(ConnectionKey key, SessionState state, @Nullable ConnectionUser user, ConnectionWaiter waiter) {
        Request request = new Request(key, state, user, waiter, false);
        ServerConnection free = waiting.isEmpty() ? takeIdle(request) : null;
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
        Request request = new Request(key, state.withSchema(null), null, waiter, true);
        ServerConnection free = takeIdle(request);
        if (free != null) {
            give(free, request);
        } else if (limit.tryAcquireReserved()) {
            open(request);
        } else {
            waiter.failed(exhausted("and so are the " + ServerLimit.RESERVED + " that are kept for KILL"));
        }
    }

    private void enqueue(Request request) {
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
        quitOldestIdle();
        limit.starving(this, waiting.getFirst().since);
    }

    private void quitOldestIdle() {
        for (ServerConnection oldest : idle) {
            if (oldest.isOpen()) {
                oldest.quit();
                return;
            }
        }
    }

    private ServerFailure exhausted(String what) {
        return ServerFailure.of(
                server,
                Kind.EXHAUSTED,
                "all " + limit.most() + " connections (pool.max-connections) are taken " + what + "; " + waiting.size()
                        + " commands wait");
    }

    private @Nullable ServerConnection takeIdle(Request request) {
        ServerConnection best = null;
        for (Iterator<ServerConnection> newestFirst = idle.descendingIterator(); newestFirst.hasNext(); ) {
            ServerConnection candidate = newestFirst.next();
            if (!candidate.isOpen() || !fits(candidate, request) || isForsaken(candidate, System.nanoTime())) {
                continue;
            }
            if (request.user != null && candidate.user() == request.user) {
                best = candidate;
                break;
            }
            if (best == null
                    || (!best.state().equals(request.state) && candidate.state().equals(request.state))) {
                best = candidate;
            }
        }
        if (best != null) {
            idle.remove(best);
            idleCount.decrementAndGet();
        }
        return best;
    }

    /** A connection cannot be brought back to having no database. */
    private static boolean fits(ServerConnection connection, Request request) {
        return connection.key().equals(request.key)
                && (request.inAnyState
                        || request.state.schema() != null
                        || connection.state().schema() == null);
    }

    private static void give(ServerConnection connection, Request request) {
        if (request.timeout != null) {
            request.timeout.cancel(false);
        }
        connection.usedBy(request.user);
        request.waiter.acquired(connection);
    }

    private void open(Request request) {
        opening++;
        opener.open(request.key, request.state, new Opening(request));
    }

    /** One attempt to open a connection for a request. */
    private final class Opening implements ServerLogin.Waiting {
        private final Request request;
        private boolean ended;

        Opening(Request request) {
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
                if (idle.remove(connection)) {
                    idleCount.decrementAndGet();
                }
            });
            give(connection, request);
        }

        @Override
        public void failed(ServerFailure failure) {
            if (end()) {
                if (request.timeout != null) {
                    request.timeout.cancel(false);
                }
                request.waiter.failed(failure);
            }
        }
    }

    /** Takes a connection back. What a session left on it is cleared away before it is given to another. */
    void release(ServerConnection connection) {
        if (!connection.isOpen()) {
            return;
        }
        if (!connection.sharing().isShared()) {
            settle(connection);
            return;
        }
        boolean beside = connection.sharing().hasOthers();
        connection.sharing().left(1);
        if (connection.sharing().isShared()) {
            return;
        }
        if (beside && connection.isQuiet()) {
            left(connection);
        } else {
            settle(connection);
        }
    }

    /** Nobody shares it any more. Reads that run elsewhere by now may still be before whatever would come next there. */
    void left(ServerConnection connection) {
        connection.whenAnswered(() -> settle(connection));
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
        if (isOld(connection, now) || limit.isExceeded()) {
            connection.quit();
            return;
        }
        Request next = firstThatFits(connection);
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
        connection.idleSince(now);
        idle.addLast(connection);
        idleCount.incrementAndGet();
    }

    private @Nullable Request firstThatFits(ServerConnection connection) {
        for (Request request : waiting) {
            if (fits(connection, request)) {
                return request;
            }
        }
        return null;
    }

    /** Whether others have waited for so much longer, in this loop for another kind of connection or in another loop. */
    private boolean isUnfair(Request next) {
        long time = next.since - MOST_UNFAIRNESS.toNanos();
        return waiting.getFirst().since - time < 0 || limit.someoneElseWaitsSince(this, time);
    }

    /** One that waited has been taken out. */
    private void noLongerWaits() {
        waitingCount.decrementAndGet();
        Request oldest = waiting.peek();
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
        Request request = waiting.remove();
        noLongerWaits();
        open(request);
    }

    /** Another loop's sessions wait: close an idle connection for them. From any thread. */
    void giveUpIdle() {
        loop.execute(this::quitOldestIdle);
    }

    private boolean isOld(ServerConnection connection, long now) {
        return now - connection.openedAt() > settings.maxLifetime().toNanos();
    }

    /** The server is about to end it, as it has been told to by the session that used it last. */
    private static boolean isForsaken(ServerConnection connection, long now) {
        long idle = now - connection.idleSince();
        if (idle < SHORTEST_WAIT_TIMEOUT.toNanos() / 2) {
            return false;
        }
        Duration patience = connection.state().waitTimeout();
        return patience != null
                && idle > patience.minus(SHORTEST_WAIT_TIMEOUT.dividedBy(2)).toNanos();
    }

    private void closeOld() {
        long now = System.nanoTime();
        for (ServerConnection connection : new ArrayList<>(idle)) {
            if (now - connection.idleSince() > settings.idleTimeout().toNanos()
                    || isOld(connection, now)
                    || isForsaken(connection, now)) {
                connection.quit();
            }
        }
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
        int used = opening + all.size() - idle.size() + waiting.size();
        return used + shared.beside();
    }

    /** Counts for operators; from any thread. */
    int idleCount() {
        return idleCount.get();
    }

    int waitingCount() {
        return waitingCount.get();
    }
}
