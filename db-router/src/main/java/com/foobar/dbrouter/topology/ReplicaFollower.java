package com.foobar.dbrouter.topology;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop knows of how far a replica has come, and its one waiter there: a statement that returns when the
 * replica has reached a position. Knowledge ends with the connection it came by, because a replica that restarts may come
 * back with less.
 */
final class ReplicaFollower {

    /** How much longer than a read a waiter waits, so that a replica that is behind is noticed when it has caught up. */
    private static final int PATIENCE = 10;

    /** Positions of sessions that write among others have gaps, which all together need not fill. */
    static final int MOST_PIECES = 64;

    /** Longer than any wait; a connection that nobody has needed for so long is made anew. */
    static final Duration IDLE_LIMIT = Duration.ofMinutes(10);

    private final DatabaseServer server;
    private final ControlConnection connection;
    private final Duration waitLimit;
    private final LongSupplier nanoTime;
    private final Runnable onNews;
    private @Nullable Position applied;
    private boolean waiting;
    private boolean keepingUp = true;
    private long waitingSince;

    /** @param onNews runs when a waiter has ended, with or without success */
    ReplicaFollower(
            Vertx vertx,
            Context context,
            DatabaseServer server,
            ControlLogin login,
            Duration checkTimeout,
            Duration waitLimit,
            LongSupplier nanoTime,
            Runnable onNews) {
        this.server = server;
        this.waitLimit = waitLimit;
        this.nanoTime = nanoTime;
        this.onNews = onNews;
        this.connection = new ControlConnection(
                vertx, context, server, login, patience().plus(checkTimeout), IDLE_LIMIT, this::forget);
    }

    DatabaseServer server() {
        return server;
    }

    /** Whether it is known to have applied the position, by its waiters or by the last check of the topology. */
    boolean hasReached(Position position, ServerState checked) {
        Position known = applied;
        if (known != null && known.covers(position)) {
            return true;
        }
        Position seen = checked.position();
        return seen != null && seen.covers(position);
    }

    /** Whether waiting for it has been worth it lately. */
    boolean keepsUp() {
        return keepingUp && (!waiting || nanoTime.getAsLong() - waitingSince <= waitLimit.toNanos());
    }

    /** It is known to have reached the primary's newest position: waiting for it is worth it again. */
    void caughtUp() {
        keepingUp = true;
    }

    /** Waits for a position; does nothing while the waiter for an earlier one is under way. */
    void await(Position position, Flavour flavour) {
        if (waiting) {
            return;
        }
        waiting = true;
        waitingSince = nanoTime.getAsLong();
        connection
                .value(flavour.waitStatement(position, patience()))
                .onComplete(result -> ended(result.equals("0") ? position : null), failure -> {
                    forget();
                    ended(null);
                });
    }

    void close() {
        connection.close();
    }

    private void ended(@Nullable Position reached) {
        waiting = false;
        keepingUp = reached != null && nanoTime.getAsLong() - waitingSince <= waitLimit.toNanos();
        if (reached != null) {
            applied = together(applied, reached);
        }
        onNews.run();
    }

    /** Both as one; where that is long, the new one alone: what is forgotten of the other is only asked for again. */
    static Position together(@Nullable Position before, Position reached) {
        Position both = before == null ? reached : before.merge(reached);
        return both.pieces() > reached.pieces() + MOST_PIECES ? reached : both;
    }

    private void forget() {
        applied = null;
    }

    private Duration patience() {
        return waitLimit.multipliedBy(PATIENCE);
    }
}
