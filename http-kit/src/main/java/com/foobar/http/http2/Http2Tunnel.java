package com.foobar.http.http2;

import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream after an extended CONNECT (RFC 8441): takes over from the handler that spoke HTTP, and lets the bytes of DATA frames through as they are. A direction that ends is END_STREAM,
 * a connection that broke is RST_STREAM. Belongs to the stream's event loop.
 */
public final class Http2Tunnel extends ChannelInboundHandlerAdapter implements TunnelEnd {
    private static final int FRAME_LIMIT = 16 * 1024;

    private final TunnelEvents events;
    private @Nullable ChannelHandlerContext ctx;
    private boolean outputEnded;
    private boolean closed;

    private Http2Tunnel(TunnelEvents events) {
        this.events = events;
    }

    /**
     * Puts it into the place of the handler that spoke HTTP; nothing is handed over before the first {@link #resume}.
     *
     * @param events told what arrives
     */
    public static Http2Tunnel replace(ChannelHandlerContext http, TunnelEvents events) {
        Http2Tunnel tunnel = new Http2Tunnel(events);
        http.channel().config().setAutoRead(false);
        // What can no longer be written to a stream that the server has reset is no reason not to read what it had
        // sent.
        http.channel().config().setAutoClose(false);
        ChannelHandler handler = http.handler();
        http.pipeline().replace(handler, null, tunnel);
        return tunnel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) {
        ctx = newCtx;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }

    // ---- reading ----

    @Override
    public void channelRead(ChannelHandlerContext channelContext, Object frame) {
        if (frame instanceof Http2DataFrame data) {
            if (data.content().isReadable()) {
                events.data(data.content());
            } else {
                data.release();
            }
            if (data.isEndStream()) {
                events.inputEnded();
            }
        } else if (frame instanceof Http2HeadersFrame trailers && trailers.isEndStream()) {
            events.inputEnded();
        } else {
            ReferenceCountUtil.release(frame);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext channelContext) {
        events.readComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext channelContext) {
        if (channelContext.channel().isWritable()) {
            events.becameWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext channelContext, Object event) {
        if (event instanceof Http2ResetFrame reset) {
            if (reset.errorCode() == Http2Error.NO_ERROR.code()) {
                // It wants no more; what it has sent is still to be read (RFC 9113 §8.1), and then the channel closes.
                outputEnded = true;
            } else {
                close();
            }
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext channelContext) {
        outputEnded = true;
        if (!closed) {
            closed = true;
            events.closed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channelContext, Throwable cause) {
        close();
    }

    @Override
    public void pause() {
        context().channel().config().setAutoRead(false);
    }

    @Override
    public void resume() {
        context().channel().config().setAutoRead(true);
    }

    // ---- writing ----

    @Override
    public void write(ByteBuf data) {
        if (outputEnded) {
            data.release();
            return;
        }
        while (data.readableBytes() > FRAME_LIMIT) {
            context().write(new DefaultHttp2DataFrame(data.readRetainedSlice(FRAME_LIMIT)));
        }
        context().write(new DefaultHttp2DataFrame(data));
    }

    @Override
    public void flush() {
        context().flush();
    }

    @Override
    public boolean writable() {
        return context().channel().isWritable();
    }

    @Override
    public void endOutput() {
        if (!outputEnded) {
            outputEnded = true;
            context().writeAndFlush(new DefaultHttp2DataFrame(true));
        }
    }

    @Override
    public void close() {
        outputEnded = true;
        context().close();
    }
}
