package com.foobar.dbrouter.pool;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a connection on which only reads are left that nobody waits for any more: where the server works on them for {@link
 * #LONGEST} the connection is ended. What a session still asks there, as for its LAST_INSERT_ID(), may be before them, and takes
 * the time it needs. Belongs to the connection's event loop.
 */
final class ForNobody {
    static final Duration LONGEST = Duration.ofSeconds(1);

    private final ServerConnection connection;
    private final EventLoop loop;
    private final Runnable end;
    private final long startedAt = System.nanoTime();
    private boolean works;
    private long since;
    private @Nullable ScheduledFuture<?> look;

    /** @param end ends the connection */
    ForNobody(ServerConnection connection, EventLoop loop, Runnable end) {
        this.connection = connection;
        this.loop = loop;
        this.end = end;
    }

    void start() {
        look = loop.schedule(this::look, LONGEST.toMillis() / 10, TimeUnit.MILLISECONDS);
    }

    void stop() {
        if (look != null) {
            look.cancel(false);
        }
    }

    private void look() {
        if (!connection.isOpen()) {
            return;
        }
        if (!works && connection.worksForNobody()) {
            works = true;
            since = Math.max(startedAt, connection.workingSince());
        }
        if (works && System.nanoTime() - since >= LONGEST.toNanos()) {
            end.run();
        } else {
            start();
        }
    }
}
