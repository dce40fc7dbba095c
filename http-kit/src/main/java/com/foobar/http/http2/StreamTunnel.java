package com.foobar.http.http2;

import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * A client's stream after an extended CONNECT (RFC 8441): lets the bytes of DATA frames through as they are. A direction that ends is END_STREAM, a connection that broke is RST_STREAM.
 * What the client had sent when both have ended outlives the stream. Belongs to the connection's event loop.
 */
final class StreamTunnel implements TunnelEnd, StreamPort.Receiver {
    private static final int FRAME_LIMIT = 16 * 1024;

    private final StreamPort port;
    private final TunnelEvents events;
    /** What arrived while it was paused; at most what the stream's window let in. */
    private final WaitingData waiting;

    private boolean paused = true;
    private boolean delivering;
    /** END_STREAM has arrived. */
    private boolean inputEnded;

    private boolean inputEndTold;
    private boolean outputEnded;
    private boolean streamClosed;
    /** So was told, and nothing is any more. */
    private boolean closed;

    /** Nothing is handed over before the first {@link #resume}. */
    StreamTunnel(StreamPort port, WaitingData waiting, boolean inputEnded, TunnelEvents events) {
        this.port = port;
        this.waiting = waiting;
        this.inputEnded = inputEnded;
        this.events = events;
    }

    // ---- reading ----

    @Override
    public void data(ByteBuf data, boolean endStream) {
        inputEnded |= endStream;
        if (closed) {
            data.release();
            return;
        }
        waiting.add(data);
        deliver();
    }

    @Override
    public void headers(Http2Headers trailers, boolean endStream) {
        inputEnded |= endStream;
        deliver();
    }

    /** Returns whether there was anything to hand over. */
    private boolean deliver() {
        if (delivering || closed) {
            return false;
        }
        boolean any = false;
        delivering = true;
        try {
            while (!paused) {
                ByteBuf data = waiting.poll();
                if (data == null) {
                    break;
                }
                int size = data.readableBytes();
                if (size > 0) {
                    any = true;
                    events.data(data);
                    port.consumed(size);
                } else {
                    data.release();
                }
            }
        } finally {
            delivering = false;
        }
        if (inputEnded && !inputEndTold && !paused && !closed) {
            inputEndTold = true;
            events.inputEnded();
            if (streamClosed) {
                over();
            }
            return true;
        }
        return any;
    }

    @Override
    public void readComplete() {
        if (!closed) {
            events.readComplete();
        }
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            if (deliver() && !closed) {
                events.readComplete();
            }
        }
    }

    // ---- writing ----

    @Override
    public void write(ByteBuf data) {
        if (outputEnded) {
            data.release();
            return;
        }
        while (data.readableBytes() > FRAME_LIMIT) {
            port.data(data.readRetainedSlice(FRAME_LIMIT), false);
        }
        port.data(data, false);
    }

    @Override
    public void flush() {
        port.flush();
    }

    @Override
    public boolean writable() {
        return port.writable();
    }

    @Override
    public void writabilityChanged(boolean writable) {
        if (writable && !closed) {
            events.becameWritable();
        }
    }

    @Override
    public void stalled() {
        // A tunnel has a time limit of its own.
    }

    @Override
    public void endOutput() {
        if (!outputEnded) {
            outputEnded = true;
            port.data(Unpooled.EMPTY_BUFFER, true);
            port.flush();
        }
    }

    // ---- ends ----

    @Override
    public void close() {
        end(Http2Error.CANCEL);
    }

    @Override
    public void violated(Http2Error error, String detail) {
        end(error);
    }

    private void end(Http2Error error) {
        outputEnded = true;
        port.reset(error);
        // Without waiting for the client to take the reset; behind what is being done.
        port.eventLoop().execute(this::over);
    }

    /** Where both directions have ended, all that is left is what waits, and it goes on waiting for {@link #resume}, as it would in a socket. Anything else is a break. */
    @Override
    public void closed() {
        streamClosed = true;
        boolean rest = inputEnded && !inputEndTold && outputEnded;
        if (!rest) {
            over();
        }
    }

    private void over() {
        outputEnded = true;
        if (!closed) {
            closed = true;
            for (ByteBuf data = waiting.poll(); data != null; data = waiting.poll()) {
                data.release();
            }
            events.closed();
        }
    }
}
