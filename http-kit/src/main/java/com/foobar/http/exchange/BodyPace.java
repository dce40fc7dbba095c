package com.foobar.http.exchange;

import com.foobar.http.message.RequestHead;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long a client may take with the body of one request: each byte that it has sent buys it time. What counts is the time that it was waited for; while somebody behind us has the body
 * paused, the client is not to blame. Against clients that keep a request open for ever by a byte now and then. Belongs to the connection's event loop.
 */
public final class BodyPace {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MAX_SECONDS = TimeUnit.DAYS.toSeconds(3650);

    private final HttpLimits limits;
    /** In bytes per second; 0 for any. */
    private long rate;

    private final LongSupplier clock;
    /** Of waits that are over. */
    private long waited;

    private boolean waiting;
    private long since;

    /**
     * For a call of gRPC, whose client may pause between its messages, any rate will do.
     *
     * @param clock nanoseconds from any origin
     */
    public BodyPace(HttpLimits limits, RequestHead head, LongSupplier clock) {
        this.limits = limits;
        this.rate = GrpcStatus.isWanted(head) ? 0 : limits.bodyRate();
        this.clock = clock;
    }

    /**
     * The client is waited for, or still is.
     *
     * @param received bytes of the body so far
     * @return for how many nanoseconds more, unless something arrives
     */
    public long await(long received) {
        long stalled = limits.clientTimeout().toNanos();
        if (rate == 0) {
            return stalled;
        }
        if (!waiting) {
            waiting = true;
            since = clock.getAsLong();
        }
        return Math.min(stalled, Math.max(0, allowed(received) - waited()));
    }

    /** From now on any rate will do: the answer has begun, which some wait for. */
    public void anyRate() {
        rate = 0;
    }

    /** The client is not waited for now. */
    public void pause() {
        waited = waited();
        waiting = false;
    }

    /** Why it is not waited for any longer. */
    public ProxyError error(long received) {
        return rate > 0 && waited() >= allowed(received)
                ? new ProxyError.BodyTooSlow(rate, received, Duration.ofNanos(waited()))
                : new ProxyError.BodyTimeout(limits.clientTimeout(), received);
    }

    private long waited() {
        return waiting ? waited + clock.getAsLong() - since : waited;
    }

    private long allowed(long received) {
        long seconds = Math.min(MAX_SECONDS, received / rate);
        return limits.bodyGrace().toNanos() + seconds * SECOND + received % rate * SECOND / rate;
    }
}
