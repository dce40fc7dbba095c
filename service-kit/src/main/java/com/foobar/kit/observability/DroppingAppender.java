package com.foobar.kit.observability;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes lines on a thread of its own, behind a bounded queue. Where that is full, lines are dropped and counted, because waiting
 * would stop requests. A line waits ten milliseconds for others: under load many are written by one call of the system, and event
 * loops have nobody to wake up.
 */
public final class DroppingAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    static final int QUEUE = 8192;
    private static final int GATHER_MILLIS = 10;

    /** Written by one call, about. */
    private static final int MOST_CHARS = 64 * 1024;

    private static final int FLUSH_MILLIS = 1000;

    private final BlockingQueue<ILoggingEvent> queue = new ArrayBlockingQueue<>(QUEUE);
    private final LongAdder dropped = new LongAdder();
    private final Layout<ILoggingEvent> layout;
    private final OutputStream output;
    private final Thread writer = new Thread(this::write, "log");

    /** @param output written to by one thread only */
    DroppingAppender(Layout<ILoggingEvent> layout, OutputStream output) {
        this.layout = layout;
        this.output = output;
        writer.setDaemon(true);
    }

    /** Lines that were dropped so far. */
    public long dropped() {
        return dropped.sum();
    }

    @Override
    public void start() {
        super.start();
        writer.start();
    }

    /** Writes out what is queued, at most for a second. */
    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        writer.interrupt();
        try {
            writer.join(FLUSH_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        if (!queue.offer(event)) {
            dropped.increment();
        }
    }

    private void write() {
        List<ILoggingEvent> events = new ArrayList<>();
        try {
            while (isStarted()) {
                events.add(queue.take());
                Thread.sleep(GATHER_MILLIS);
                write(events);
            }
        } catch (InterruptedException e) {
            // It is being stopped.
        }
        write(events);
    }

    /** What was taken from the queue, and all that is in it. */
    private void write(List<ILoggingEvent> events) {
        queue.drainTo(events);
        if (events.isEmpty()) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        for (ILoggingEvent event : events) {
            try {
                lines.append(layout.doLayout(event));
            } catch (RuntimeException e) {
                addError("a line could not be written", e);
            }
            if (lines.length() >= MOST_CHARS) {
                put(lines);
            }
        }
        events.clear();
        if (!lines.isEmpty()) {
            put(lines);
        }
    }

    private void put(StringBuilder lines) {
        try {
            output.write(lines.toString().getBytes(StandardCharsets.UTF_8));
            output.flush();
        } catch (IOException e) {
            addError("the output takes no lines", e);
        }
        lines.setLength(0);
    }
}
