package com.foobar.dbrouter.session;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a client has stopped in the middle of a command, as servers do by their {@code net_read_timeout}. Belongs to the
 * session's event loop.
 */
final class ReadTimeout {
    private final EventLoop loop;
    private final Duration limit;
    private final Runnable expired;
    private boolean awaiting;
    private long since;
    private @Nullable ScheduledFuture<?> check;

    ReadTimeout(EventLoop loop, Duration limit, Runnable expired) {
        this.loop = loop;
        this.limit = limit;
        this.expired = expired;
    }

    /** Something has been read. @param more whether the rest of a command is awaited now */
    void read(boolean more) {
        awaiting = more;
        if (more) {
            since = System.nanoTime();
            if (check == null) {
                check = loop.schedule(this::check, limit.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private void check() {
        check = null;
        if (!awaiting) {
            return;
        }
        long left = limit.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        if (left > 0) {
            check = loop.schedule(this::check, left, TimeUnit.MILLISECONDS);
        } else {
            expired.run();
        }
    }

    void stop() {
        awaiting = false;
        if (check != null) {
            check.cancel(false);
            check = null;
        }
    }
}
