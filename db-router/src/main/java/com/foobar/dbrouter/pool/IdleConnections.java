package com.foobar.dbrouter.pool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The connections of one pool that nobody uses. Belongs to the pool's event loop. */
final class IdleConnections {
    /** Of what servers take. */
    private static final Duration SHORTEST_WAIT_TIMEOUT = Duration.ofSeconds(1);

    /** Used last at the end. */
    private final ArrayDeque<ServerConnection> connections = new ArrayDeque<>();

    private final PoolSettings settings;

    // Read by metrics from other threads.
    private final AtomicInteger count = new AtomicInteger();

    IdleConnections(PoolSettings settings) {
        this.settings = settings;
    }

    /** Takes the connection that suits the request best: its user's last one, else one in its state; null for none. */
    @Nullable
    ServerConnection take(ConnectionRequest request) {
        long now = System.nanoTime();
        ServerConnection best = null;
        for (Iterator<ServerConnection> newestFirst = connections.descendingIterator(); newestFirst.hasNext(); ) {
            ServerConnection candidate = newestFirst.next();
            if (!candidate.isOpen() || !request.fits(candidate) || isForsaken(candidate, now)) {
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
        return taken(best);
    }

    /** Takes one that is in exactly that state: the user's own where there is one, else nobody's; null for none. */
    @Nullable
    ServerConnection take(
            ConnectionKey key, SessionState state, ConnectionUser user, Predicate<ServerConnection> fits) {
        long now = System.nanoTime();
        ServerConnection best = null;
        for (Iterator<ServerConnection> newestFirst = connections.descendingIterator(); newestFirst.hasNext(); ) {
            ServerConnection candidate = newestFirst.next();
            if (candidate.isOpen()
                    && candidate.key().equals(key)
                    && candidate.state().equals(state)
                    && !isForsaken(candidate, now)
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
        return taken(best);
    }

    private @Nullable ServerConnection taken(@Nullable ServerConnection connection) {
        if (connection != null) {
            remove(connection);
        }
        return connection;
    }

    void add(ServerConnection connection, long now) {
        connection.idleSince(now);
        connections.addLast(connection);
        count.incrementAndGet();
    }

    /** It has ended, or is taken; nothing where it is not idle. */
    void remove(ServerConnection connection) {
        if (connections.removeLastOccurrence(connection)) {
            count.decrementAndGet();
        }
    }

    void quitOldest() {
        for (ServerConnection oldest : connections) {
            if (oldest.isOpen()) {
                oldest.quit();
                return;
            }
        }
    }

    void closeOld() {
        long now = System.nanoTime();
        for (ServerConnection connection : new ArrayList<>(connections)) {
            if (now - connection.idleSince() > settings.idleTimeout().toNanos()
                    || isOld(connection, now)
                    || isForsaken(connection, now)) {
                connection.quit();
            }
        }
    }

    /** Whether it has lived its time. */
    boolean isOld(ServerConnection connection, long now) {
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

    /** From any thread. */
    int count() {
        return count.get();
    }
}
