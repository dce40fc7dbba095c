package com.foobar.app.http;

import com.foobar.app.metrics.AppMetrics;
import com.foobar.kit.settings.ByteSize;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of request bodies an instance holds at a time, of all requests together. Safe from any thread. */
final class BodyBudget {
    private final long limit;
    private final AppMetrics metrics;
    private final AtomicLong held = new AtomicLong();

    BodyBudget(ByteSize limit, AppMetrics metrics) {
        this.limit = limit.bytes();
        this.metrics = metrics;
    }

    /** Whether so many more may be held; if so they are counted, until {@link #giveBack}. */
    boolean take(int bytes) {
        if (held.addAndGet(bytes) > limit) {
            held.addAndGet(-bytes);
            return false;
        }
        metrics.bodyBytesHeld(bytes);
        return true;
    }

    void giveBack(int bytes) {
        held.addAndGet(-bytes);
        metrics.bodyBytesHeld(-bytes);
    }
}
