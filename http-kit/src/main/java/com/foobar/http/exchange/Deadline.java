package com.foobar.http.exchange;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A moment that is moved far more often than it is reached: moving it later costs a write to a field, not a timer. For one event loop only.
 */
public final class Deadline {
    private static final long NONE = Long.MIN_VALUE;

    private final EventLoop eventLoop;
    private final Runnable reached;
    private long at = NONE;
    private long timerAt;
    private @Nullable ScheduledFuture<?> timer;

    public Deadline(EventLoop eventLoop, Runnable reached) {
        this.eventLoop = eventLoop;
        this.reached = reached;
    }

    /** Calls {@code reached} that many nanoseconds from now, unless moved or cleared before. */
    public void in(long nanos) {
        at = System.nanoTime() + nanos;
        ScheduledFuture<?> pending = timer;
        if (pending != null && timerAt - at > 0) {
            pending.cancel(false);
            timer = null;
        }
        if (timer == null) {
            start(nanos);
        }
    }

    /** Calls nothing until {@link #in} is called again; leaves the timer, which will find nothing to do. */
    public void clear() {
        at = NONE;
    }

    /** Gives back the timer. */
    public void cancel() {
        at = NONE;
        ScheduledFuture<?> pending = timer;
        if (pending != null) {
            pending.cancel(false);
            timer = null;
        }
    }

    private void start(long nanos) {
        timerAt = System.nanoTime() + nanos;
        timer = eventLoop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
    }

    private void check() {
        timer = null;
        if (at == NONE) {
            return;
        }
        long left = at - System.nanoTime();
        if (left > 0) {
            start(left);
        } else {
            at = NONE;
            reached.run();
        }
    }
}
