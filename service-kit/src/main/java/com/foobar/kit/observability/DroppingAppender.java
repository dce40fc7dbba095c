package com.foobar.kit.observability;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.concurrent.atomic.LongAdder;

/** A bounded queue before the output. Where it is full, lines are dropped and counted, because waiting would stop requests. */
public final class DroppingAppender extends AsyncAppender {
    private static final int QUEUE = 8192;
    private static final int FLUSH_MILLIS = 1000;

    private final LongAdder dropped = new LongAdder();

    DroppingAppender() {
        setQueueSize(QUEUE);
        setDiscardingThreshold(0);
        setNeverBlock(true);
        setMaxFlushTime(FLUSH_MILLIS);
    }

    /** Lines that were dropped so far. */
    public long dropped() {
        return dropped.sum();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (getRemainingCapacity() == 0) {
            dropped.increment();
            return;
        }
        super.append(event);
    }
}
