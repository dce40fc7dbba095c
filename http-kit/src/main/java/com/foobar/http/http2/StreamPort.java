package com.foobar.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the frames of one stream of a client's connection come in and go out. Flow control is the backpressure: what arrived and was not {@linkplain #consumed consumed} keeps the
 * client's window shut; what is sent and does not go, as the client's window is shut or it does not read, makes the port unwritable. Belongs to the connection's event loop.
 */
final class StreamPort implements FrameSink {
    /** Told what happens to the stream; nothing after {@link #closed}. */
    interface Receiver {
        void headers(Http2Headers headers, boolean endStream);

        /** The receiver now owns the buffer, and tells {@link StreamPort#consumed} when it has passed it on. */
        void data(ByteBuf data, boolean endStream);

        /** What arrived in one go has been handed over. */
        void readComplete();

        void writabilityChanged(boolean writable);

        /** The client has not taken at once what {@link StreamPort#endFlush} has sent. */
        void stalled();

        /** The client broke the rules of the stream, which is to be reset. */
        void violated(Http2Error error, String detail);

        /** The stream has closed, or its connection. */
        void closed();
    }

    /** Sent bytes from which on it is not writable, and below which it is so again. */
    private static final int HIGH_WATER = 64 * 1024;

    private static final int LOW_WATER = 32 * 1024;
    private static final int FRAME_HEADER = 9;

    private static final Logger log = LoggerFactory.getLogger(StreamPort.class);

    private final StreamCodec codec;
    private final Http2Stream stream;
    private @Nullable Receiver receiver;
    private boolean touched;
    private boolean writable = true;
    private boolean closed;
    /** Closed, or reset, whether the client has taken the reset or not. */
    private boolean over;
    /** Bytes of the frames that have not gone. */
    private int unsent;
    /** Bytes of those that have. */
    private long taken;

    StreamPort(StreamCodec codec, Http2Stream stream) {
        this.codec = codec;
        this.stream = stream;
    }

    EventLoop eventLoop() {
        return codec.channel().eventLoop();
    }

    ByteBufAllocator allocator() {
        return codec.channel().alloc();
    }

    /** Has what arrives from now on told to another one. */
    void receiver(Receiver newReceiver) {
        receiver = newReceiver;
    }

    // ---- from the codec ----

    /** Whether there is a request, or what has become of one. */
    boolean inUse() {
        return receiver != null;
    }

    /** Returns whether this is the first frame of what arrives in one go. */
    boolean touch() {
        boolean first = !touched;
        touched = true;
        return first;
    }

    void headersRead(Http2Headers headers, boolean endStream) {
        Receiver current = receiver;
        if (current != null) {
            try {
                current.headers(headers, endStream);
            } catch (RuntimeException e) {
                broken(e);
            }
        }
    }

    /** Owns the buffer. */
    void dataRead(ByteBuf data, boolean endStream) {
        Receiver current = receiver;
        if (current == null) {
            data.release();
            return;
        }
        try {
            current.data(data, endStream);
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    void readComplete() {
        touched = false;
        Receiver current = receiver;
        if (current != null && !closed) {
            try {
                current.readComplete();
            } catch (RuntimeException e) {
                broken(e);
            }
        }
    }

    /** What the stream is for has failed, by a mistake of ours. */
    void broken(RuntimeException e) {
        log.error("stream {} is reset", stream.id(), e);
        reset(Http2Error.INTERNAL_ERROR);
    }

    void violated(Http2Error error, String detail) {
        Receiver current = receiver;
        if (current != null) {
            current.violated(error, detail);
        }
    }

    /** The socket takes more again. */
    void socketWritable() {
        if (!writable && unsent < LOW_WATER) {
            becomeWritable();
        }
    }

    /** All that could go has gone. */
    void flushed() {
        Receiver current = receiver;
        if (unsent > 0 && !closed && current != null) {
            current.stalled();
        }
    }

    void streamClosed() {
        closed = true;
        finish();
        Receiver current = receiver;
        if (current != null) {
            current.closed();
        }
    }

    // ---- to the client ----

    @Override
    public ChannelFuture headers(Http2Headers headers, boolean endStream) {
        return sent(FRAME_HEADER, codec.writeHeaders(stream.id(), headers, endStream));
    }

    @Override
    public ChannelFuture data(ByteBuf data, boolean endStream) {
        int bytes = FRAME_HEADER + data.readableBytes();
        return sent(bytes, codec.writeData(stream.id(), data, endStream));
    }

    private ChannelFuture sent(int bytes, ChannelFuture going) {
        if (!going.isDone()) {
            unsent += bytes;
            going.addListener(gone -> gone(bytes));
            Receiver current = receiver;
            if (unsent > HIGH_WATER && writable && current != null) {
                writable = false;
                current.writabilityChanged(false);
            }
        }
        return going;
    }

    private void gone(int bytes) {
        unsent -= bytes;
        taken += bytes;
        if (!writable && unsent < LOW_WATER && codec.channel().isWritable()) {
            becomeWritable();
        }
    }

    private void becomeWritable() {
        writable = true;
        // Not in the middle of what has the frames go.
        eventLoop().execute(() -> {
            Receiver current = receiver;
            if (writable && !closed && current != null) {
                current.writabilityChanged(true);
            }
        });
    }

    boolean writable() {
        return writable;
    }

    /** Bytes that the client has yet to take. */
    int unsent() {
        return unsent;
    }

    /** Bytes that the client has taken, of what it did not take at once. */
    long taken() {
        return taken;
    }

    /** Has what was sent go at the end of this turn of the event loop. */
    void flush() {
        codec.flushSoon();
    }

    /** As {@link #flush}, and tells {@link Receiver#stalled} if the client does not take all at once. */
    void endFlush() {
        codec.tellIfStalled(this);
        codec.flushSoon();
    }

    /** Bytes that arrived have been passed on: the client may send as many more. */
    void consumed(int bytes) {
        if (!closed) {
            codec.consume(stream, bytes);
        }
    }

    /** Resets the stream; {@link Receiver#closed} follows. No effect on one that is closed. */
    void reset(Http2Error error) {
        if (!closed) {
            codec.writeReset(stream.id(), error);
            finish();
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            codec.streamOver();
        }
    }
}
