package com.foobar.dbrouter.pool;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a connection on which only reads are left that nobody waits for any more: where the server works on them for {@link
 * #LONGEST} they are ended, and the connection where that does not help. What a session still asks there, as for its
 * LAST_INSERT_ID(), may be before them, and takes the time it needs. Belongs to the connection's event loop.
 */
final class ForNobody {
    static final Duration LONGEST = Duration.ofSeconds(1);

    /** A server that does not end what it is told to has to notice the end of the connection. */
    private static final Duration LONGEST_ENDING = LONGEST.multipliedBy(4);

    private final ServerConnection connection;
    private final EventLoop loop;
    private final Runnable endFirst;
    private final Runnable endAll;
    private final long startedAt = System.nanoTime();
    private boolean works;
    private long since;
    private @Nullable ScheduledFuture<?> look;

    /**
     * @param endFirst has the server end what it works on
     * @param endAll ends the connection
     */
    ForNobody(ServerConnection connection, EventLoop loop, Runnable endFirst, Runnable endAll) {
        this.connection = connection;
        this.loop = loop;
        this.endFirst = endFirst;
        this.endAll = endAll;
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
        long worked = works ? System.nanoTime() - since : 0;
        if (worked >= LONGEST_ENDING.toNanos()) {
            endAll.run();
            return;
        }
        if (worked >= LONGEST.toNanos() && connection.worksForNobody()) {
            endFirst.run();
        }
        start();
    }
}
