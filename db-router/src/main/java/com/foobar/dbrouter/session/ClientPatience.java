package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.SessionState;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends a session whose client has sent nothing for too long: the router's limit, or the {@code wait_timeout} that the client
 * has set where that is shorter, as a server would. Belongs to the session's event loop.
 */
final class ClientPatience {
    private final EventLoop loop;
    private final Duration most;
    private final BooleanSupplier idle;
    private final Consumer<String> expired;
    private Duration limit;
    private @Nullable SessionState limitOf;
    private long idleSince = System.nanoTime();
    private @Nullable ScheduledFuture<?> check;

    /**
     * @param idle whether the session waits for its client
     * @param expired is told why the session ends
     */
    ClientPatience(EventLoop loop, Duration most, BooleanSupplier idle, Consumer<String> expired) {
        this.loop = loop;
        this.most = most;
        this.limit = most;
        this.idle = idle;
        this.expired = expired;
    }

    /** The client has sent something, or has been answered. */
    void active() {
        idleSince = System.nanoTime();
    }

    /** Since the client has sent something, or has been answered. */
    double idleSeconds() {
        return (System.nanoTime() - idleSince) / 1e9;
    }

    /** The session is in that state. */
    void state(SessionState state) {
        if (state.equals(limitOf)) {
            return;
        }
        limitOf = state;
        Duration own = state.waitTimeout();
        Duration next = own != null && own.compareTo(most) < 0 ? own : most;
        if (!next.equals(limit)) {
            limit = next;
            start();
        }
    }

    void start() {
        stop();
        check = loop.schedule(this::check, Math.max(1, left()), TimeUnit.MILLISECONDS);
    }

    private void check() {
        long left = left();
        if (left <= 0 && idle.getAsBoolean()) {
            expired.accept("no command for " + limit.toMillis() + " ms ("
                    + (limit.equals(most) ? "sessions.idle-timeout" : "the session's wait_timeout") + ")");
        } else {
            check = loop.schedule(this::check, left > 0 ? left : limit.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private long left() {
        return limit.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - idleSince);
    }

    void stop() {
        if (check != null) {
            check.cancel(false);
            check = null;
        }
    }
}
