package com.foobar.dbrouter.session;

import com.foobar.dbrouter.protocol.ErrPacket;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The time that one statement may take, where its user has a limit. Belongs to the session's event loop. */
final class StatementTime {
    /** ER_QUERY_INTERRUPTED: what a server says to a statement that was killed. */
    private static final int INTERRUPTED = 1317;

    private @Nullable Duration over;
    private @Nullable ScheduledFuture<?> end;

    /**
     * @param most null where there is no limit
     * @param interrupt called at the end of it, unless {@link #stop} comes before
     */
    void start(EventLoop loop, @Nullable Duration most, Runnable interrupt) {
        if (most != null) {
            end = loop.schedule(
                    () -> {
                        over = most;
                        interrupt.run();
                    },
                    most.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    void stop() {
        if (end != null) {
            end.cancel(false);
        }
    }

    /** Whether that is the server's answer because the time was over. */
    boolean isReasonFor(@Nullable ErrPacket error) {
        return over != null && error != null && error.code() == INTERRUPTED;
    }

    /** What to say to the client of a statement that was interrupted. */
    ErrPacket interruption() {
        return over == null ? RouterErrors.interrupted() : RouterErrors.overTime(over.toMillis());
    }
}
