package com.foobar.http.http2;

import com.foobar.http.exchange.Deadline;
import org.jspecify.annotations.Nullable;

/** Whether a client takes what a stream has sent: slowly is enough. Belongs to the connection's event loop. */
final class StallWatch {
    private final StreamPort port;
    private final long limitNanos;
    private final Runnable stalled;
    private @Nullable Deadline deadline;
    /** Bytes that the client had taken when the wait for it began. */
    private long taken;

    /**
     * @param limitNanos how long it may take nothing at all
     * @param stalled called when it has not
     */
    StallWatch(StreamPort port, long limitNanos, Runnable stalled) {
        this.port = port;
        this.limitNanos = limitNanos;
        this.stalled = stalled;
    }

    /** The client is waited for. */
    void begin() {
        taken = port.taken();
        Deadline running = deadline;
        if (running == null) {
            running = new Deadline(port.eventLoop(), this::reached);
            deadline = running;
        }
        running.in(limitNanos);
    }

    private void reached() {
        if (port.taken() > taken) {
            begin();
        } else if (port.unsent() > 0 || !port.writable()) {
            stalled.run();
        }
    }

    /** The client is not waited for now. */
    void clear() {
        Deadline running = deadline;
        if (running != null) {
            running.clear();
        }
    }

    /** It is over. */
    void cancel() {
        Deadline running = deadline;
        if (running != null) {
            running.cancel();
        }
    }
}
