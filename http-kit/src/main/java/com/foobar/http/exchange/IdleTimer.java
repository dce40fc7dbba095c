package com.foobar.http.exchange;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A time in which nothing happens. That something has happened is said for everything that passes, so it costs the write of a field, and no look
 * at the clock as {@link Deadline} has one. What is to happen after that time comes up to an eighth of it later for that, and never earlier. For
 * one event loop only.
 */
public final class IdleTimer {
    private static final int LOOKS = 8;

    private final EventLoop eventLoop;
    private final LongSupplier clock;
    private final Runnable reached;
    private long limit;
    /** The first look after something had happened, or the start. */
    private long lastTouch;

    /** Something has happened since the last look. */
    private boolean touched;

    private @Nullable ScheduledFuture<?> look;

    public IdleTimer(EventLoop eventLoop, Runnable reached) {
        this(eventLoop, System::nanoTime, reached);
    }

    IdleTimer(EventLoop eventLoop, LongSupplier clock, Runnable reached) {
        this.eventLoop = eventLoop;
        this.clock = clock;
        this.reached = reached;
    }

    /** Calls {@code reached}, once, when nothing has happened for that many nanoseconds from now on; what was to come before does not. */
    public void start(long nanos) {
        stop();
        limit = nanos;
        lastTouch = clock.getAsLong();
        touched = false;
        lookIn(nanos / LOOKS);
    }

    /** Something has happened. Nothing comes of it where the timer was not started, has been stopped, or has reached its end. */
    public void touch() {
        touched = true;
    }

    public void stop() {
        ScheduledFuture<?> pending = look;
        if (pending != null) {
            pending.cancel(false);
            look = null;
        }
    }

    private void lookIn(long nanos) {
        look = eventLoop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        long now = clock.getAsLong();
        if (touched) {
            touched = false;
            lastTouch = now;
        }
        long left = lastTouch + limit - now;
        if (left > 0) {
            lookIn(Math.min(left, limit / LOOKS));
        } else {
            look = null;
            reached.run();
        }
    }
}
