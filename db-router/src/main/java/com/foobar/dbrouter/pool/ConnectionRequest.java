package com.foobar.dbrouter.pool;

import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/** What somebody wants a connection for, and how long it has waited. Belongs to the pool's event loop. */
final class ConnectionRequest {
    final ConnectionKey key;
    final SessionState state;
    final @Nullable ConnectionUser user;
    final ConnectionWaiter waiter;
    final long since = System.nanoTime();

    private final boolean inAnyState;

    @Nullable
    ScheduledFuture<?> timeout;

    /** @param inAnyState whether it does not matter what the connection is in */
    ConnectionRequest(
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

    /** Whether the connection will do; one cannot be brought back to having no database. */
    boolean fits(ServerConnection connection) {
        return connection.key().equals(key)
                && (inAnyState || state.schema() != null || connection.state().schema() == null);
    }

    /** It has what it wants, or will not get it. */
    void stopWaiting() {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }
}
