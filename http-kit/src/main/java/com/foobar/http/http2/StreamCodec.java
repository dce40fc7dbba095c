package com.foobar.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Netty's codec with a {@link StreamPort} for each stream. No channels of their own for streams, and no objects for frames, as Netty's multiplexer has them: they cost more than the
 * frames. What is flushed within a turn of the event loop goes in one write. Belongs to the channel's event loop.
 */
final class StreamCodec extends Http2ConnectionHandler {
    /** No more wait for the end of the turn, so that a client gets its answers while others are being made. */
    private static final int FLUSHES_TOGETHER = 64;

    private final PropertyKey portKey;
    /** Those that have received something since the last {@link #channelReadComplete}. */
    private final List<StreamPort> touched = new ArrayList<>();
    /** Those that are to know whether they stalled. */
    private final List<StreamPort> ending = new ArrayList<>();

    private final Runnable flushTask = this::flushNow;
    private @Nullable Http2Connection streams;
    private @Nullable ChannelHandlerContext ctx;
    private boolean reading;
    private boolean flushScheduled;
    private int flushes;

    StreamCodec(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        super(decoder, encoder, settings);
        portKey = connection().newKey();
        decoder.frameListener(new Frames());
        connection().addListener(new Lifecycles());
    }

    /** To be told once, before anything arrives. */
    void serve(Http2Connection newStreams) {
        streams = newStreams;
    }

    private Http2Connection streams() {
        return Objects.requireNonNull(streams);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }

    Channel channel() {
        return context().channel();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) throws Exception {
        ctx = newCtx;
        super.handlerAdded(newCtx);
    }

    // ---- reading ----

    @Override
    public void channelRead(ChannelHandlerContext channelContext, Object message) throws Exception {
        reading = true;
        super.channelRead(channelContext, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext channelContext) throws Exception {
        for (StreamPort port : touched) {
            port.readComplete();
        }
        touched.clear();
        reading = false;
        super.channelReadComplete(channelContext);
    }

    private @Nullable StreamPort port(int id) {
        Http2Stream stream = connection().stream(id);
        return stream == null ? null : stream.getProperty(portKey);
    }

    private final class Frames extends Http2FrameAdapter {
        @Override
        public void onHeadersRead(
                ChannelHandlerContext channelContext, int id, Http2Headers headers, int padding, boolean endStream) {
            StreamPort port = port(id);
            if (port == null) {
                return;
            }
            touch(port);
            if (port.inUse()) {
                port.headersRead(headers, endStream);
            } else {
                begin(port, headers, endStream);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext channelContext,
                int id,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endStream) {
            onHeadersRead(channelContext, id, headers, padding, endStream);
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext channelContext, int id, ByteBuf data, int padding, boolean endStream) {
            StreamPort port = port(id);
            if (port == null || !port.inUse()) {
                return data.readableBytes() + padding;
            }
            touch(port);
            port.dataRead(data.retain(), endStream);
            return padding;
        }

        private void begin(StreamPort port, Http2Headers headers, boolean endStream) {
            try {
                streams().begin(port, headers, endStream);
            } catch (RuntimeException e) {
                port.broken(e);
            }
        }

        private void touch(StreamPort port) {
            if (port.touch()) {
                touched.add(port);
            }
        }
    }

    private final class Lifecycles extends Http2ConnectionAdapter {
        @Override
        public void onStreamActive(Http2Stream stream) {
            stream.setProperty(portKey, new StreamPort(StreamCodec.this, stream));
            streams().streamOpened();
        }

        @Override
        public void onStreamClosed(Http2Stream stream) {
            StreamPort port = stream.getProperty(portKey);
            if (port != null) {
                port.streamClosed();
            }
        }
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext channelContext,
            boolean outbound,
            Throwable cause,
            Http2Exception.StreamException error) {
        StreamPort port = port(error.streamId());
        if (port == null || (!outbound && !port.inUse())) {
            super.onStreamError(channelContext, outbound, cause, error);
        } else if (!outbound) {
            port.violated(error.error(), String.valueOf(error.getMessage()));
        } else if (error.error() != Http2Error.STREAM_CLOSED) {
            // What could not be sent will not be, nor what is behind it.
            port.reset(error.error());
        }
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext channelContext,
            boolean outbound,
            Throwable cause,
            @Nullable Http2Exception http2Exception) {
        if (!outbound) {
            channelContext.fireExceptionCaught(cause);
        } else if (http2Exception != null) {
            streams().violated(http2Exception);
        }
        super.onConnectionError(channelContext, outbound, cause, http2Exception);
    }

    // ---- writing ----

    ChannelFuture writeHeaders(int id, Http2Headers headers, boolean endStream) {
        streams().sent();
        return encoder()
                .writeHeaders(context(), id, headers, 0, endStream, context().newPromise());
    }

    /** Owns the buffer. */
    ChannelFuture writeData(int id, ByteBuf data, boolean endStream) {
        streams().sent();
        return encoder().writeData(context(), id, data, 0, endStream, context().newPromise());
    }

    void writeReset(int id, Http2Error error) {
        try {
            // What may go goes ahead of it: the next flush would send it behind, where nothing of the stream may be
            // (RFC 9113 §5.1).
            encoder().flowController().writePendingBytes();
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
        if (connection().stream(id) == null) {
            return;
        }
        encoder().writeRstStream(context(), id, error.code(), context().newPromise());
        flushSoon();
    }

    /** Tells the client that streams it opens from now on will not be looked at. */
    void writeGoAway() {
        goAway(
                context(),
                connection().remote().lastStreamCreated(),
                Http2Error.NO_ERROR.code(),
                Unpooled.EMPTY_BUFFER,
                context().newPromise());
        flushNow();
    }

    /** Nothing more is to be done for a stream. */
    void streamOver() {
        streams().streamClosed();
    }

    void consume(Http2Stream stream, int bytes) {
        try {
            if (connection().local().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
    }

    /** Flushes at the end of what is being read, or else of the turn of the event loop. */
    void flushSoon() {
        flushes++;
        if (flushes >= FLUSHES_TOGETHER) {
            flushNow();
        } else if (!reading && !flushScheduled) {
            flushScheduled = true;
            channel().eventLoop().execute(flushTask);
        }
    }

    private void flushNow() {
        flushScheduled = false;
        flush(context());
    }

    /** Has the port know after the next flush if something of it is left. */
    void tellIfStalled(StreamPort port) {
        ending.add(port);
    }

    @Override
    public void flush(ChannelHandlerContext channelContext) {
        flushes = 0;
        super.flush(channelContext);
        for (StreamPort port : ending) {
            port.flushed();
        }
        ending.clear();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext channelContext) throws Exception {
        super.channelWritabilityChanged(channelContext);
        if (channelContext.channel().isWritable()) {
            connection().forEachActiveStream(stream -> {
                StreamPort port = stream.getProperty(portKey);
                if (port != null) {
                    port.socketWritable();
                }
                return true;
            });
        }
    }
}
