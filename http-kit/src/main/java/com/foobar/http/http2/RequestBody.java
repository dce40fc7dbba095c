package com.foobar.http.http2;

import com.foobar.http.exchange.BodyPace;
import com.foobar.http.exchange.Deadline;
import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.message.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import org.jspecify.annotations.Nullable;

/**
 * The body of a stream's request on its way to who handles it: what cannot be passed on yet waits, with the client's window shut for as much, so that it is never more than a window. Holds
 * the client to its pace, and drops what comes after the answer. Belongs to the connection's event loop.
 */
final class RequestBody {
    /** What is still read of a request that was answered before its body had arrived. */
    private static final int DISCARD_LIMIT = 64 * 1024;

    private final Http2Stream stream;
    private final StreamPort port;
    private final HttpLimits limits;
    /** These three are made when they are needed: most requests have no body. */
    private @Nullable WaitingData waiting;

    private @Nullable BodyPace pace;
    private @Nullable Deadline deadline;
    private Fields trailers = Fields.none();
    private boolean delivering;
    private boolean paused;
    /** END_STREAM has arrived; what came before it may still be waiting. */
    private boolean received;
    /** The handler was told of the end, or what arrives is no body. */
    private boolean delivered;
    /** The response has ended. */
    private boolean unwanted;

    private long bytes;
    private long discarded;

    /** @param complete whether the head was all of the request */
    RequestBody(Http2Stream stream, StreamPort port, HttpLimits limits, boolean complete) {
        this.stream = stream;
        this.port = port;
        this.limits = limits;
        this.received = complete;
    }

    /** Whether the client has sent all of it. */
    boolean received() {
        return received;
    }

    /** Whether the handler is still to be told of more, and wants it. */
    boolean flowing() {
        return !delivered && !paused;
    }

    // ---- from the client ----

    void arrived(ByteBuf data, boolean endStream) {
        received |= endStream;
        bytes += data.readableBytes();
        if (unwanted) {
            discard(data);
            return;
        }
        waiting().add(data);
        if (bytes > limits.bodyBytes() && !delivered) {
            stream.giveUp(new ProxyError.BodyTooLarge(limits.bodyBytes()));
            return;
        }
        deliver();
    }

    void ended(Fields newTrailers) {
        received = true;
        if (unwanted) {
            cancelDeadline();
            return;
        }
        trailers = newTrailers;
        deliver();
    }

    /**
     * Drops what comes after the answer; more than a little, or more slowly than a body may, and the client is told to stop (RFC 9113 §8.1). Not at once: some clients take that for a
     * failure and lose the answer.
     */
    private void discard(ByteBuf data) {
        discarded += data.readableBytes();
        drop(data);
        if (received) {
            cancelDeadline();
        } else if (discarded > DISCARD_LIMIT) {
            stop();
        }
    }

    private void stop() {
        if (port.unsent() > 0) {
            // A reset would cut off the answer; who does not take that is not waited for either.
            in(limits.clientTimeout().toNanos());
            return;
        }
        cancelDeadline();
        port.reset(Http2Error.NO_ERROR);
    }

    private void drop(ByteBuf data) {
        int size = data.readableBytes();
        data.release();
        port.consumed(size);
    }

    // ---- to the handler ----

    /** Passes on what can be; to be called whenever that may be more. */
    void deliver() {
        RequestEvents receiver = stream.events();
        if (receiver == null || delivering || delivered) {
            return;
        }
        delivering = true;
        try {
            while (!paused && !unwanted) {
                ByteBuf data = poll();
                if (data == null) {
                    break;
                }
                int size = data.readableBytes();
                if (size > 0) {
                    stream.received(size);
                    receiver.data(data);
                    port.consumed(size);
                } else {
                    data.release();
                }
            }
        } finally {
            delivering = false;
        }
        if (unwanted) {
            return;
        }
        if (received && isEmpty()) {
            delivered = true;
            cancelDeadline();
            receiver.end(trailers);
        } else if (!paused) {
            await();
        }
    }

    private WaitingData waiting() {
        WaitingData data = waiting;
        if (data == null) {
            data = new WaitingData(port.allocator());
            waiting = data;
        }
        return data;
    }

    private @Nullable ByteBuf poll() {
        WaitingData data = waiting;
        return data == null ? null : data.poll();
    }

    private boolean isEmpty() {
        WaitingData data = waiting;
        return data == null || data.isEmpty();
    }

    void pause() {
        if (!paused) {
            paused = true;
            pace().pause();
            clearDeadline();
        }
    }

    void resume() {
        if (paused) {
            paused = false;
            deliver();
        }
    }

    /** What arrives is no body, and waits for {@link #leave}. */
    void hold() {
        delivered = true;
    }

    /** What waits, for another owner, who tells the port when it is consumed. */
    WaitingData leave() {
        cancelDeadline();
        WaitingData rest = waiting();
        waiting = null;
        return rest;
    }

    // ---- deadlines ----

    private BodyPace pace() {
        BodyPace kept = pace;
        if (kept == null) {
            kept = new BodyPace(limits, stream.head(), System::nanoTime);
            pace = kept;
        }
        return kept;
    }

    /** The client is to go on with the body; once the answer has begun, at whatever rate. */
    void await() {
        if (stream.responded()) {
            pace().anyRate();
        }
        in(pace().await(bytes));
    }

    /** The response has ended: what waits and what is still to come is dropped, and the client has a while to finish. */
    void unwanted() {
        unwanted = true;
        cancelDeadline();
        dropAll();
    }

    /** The client is to end the request that was answered. */
    void awaitEnd() {
        if (!received) {
            in(limits.clientTimeout().toNanos());
        }
    }

    /** The stream has closed. */
    void closed() {
        unwanted = true;
        cancelDeadline();
        dropAll();
    }

    private void dropAll() {
        for (ByteBuf data = poll(); data != null; data = poll()) {
            drop(data);
        }
    }

    private void in(long nanos) {
        Deadline running = deadline;
        if (running == null) {
            running = new Deadline(port.eventLoop(), this::timedOut);
            deadline = running;
        }
        running.in(nanos);
    }

    private void clearDeadline() {
        Deadline running = deadline;
        if (running != null) {
            running.clear();
        }
    }

    private void cancelDeadline() {
        Deadline running = deadline;
        if (running != null) {
            running.cancel();
        }
    }

    private void timedOut() {
        if (unwanted) {
            stop();
        } else {
            stream.giveUp(pace().error(bytes));
        }
    }
}
