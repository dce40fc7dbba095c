package com.foobar.http.http1;

import com.foobar.http.exchange.TunnelEnd;
import com.foobar.http.exchange.TunnelEvents;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection after its HTTP has ended with 101 (RFC 9110 §7.8): takes over the channel from the handler that spoke HTTP and lets bytes through as they are. A direction that ends is
 * passed on as TCP does it, over TLS by a close_notify. BoringSSL knows no half of TLS: where the other side has ended its own and there is still something to say to it, the channel is
 * closed.
 */
public final class RawChannel extends ChannelInboundHandlerAdapter implements TunnelEnd {
    private final TunnelEvents events;
    /** What had been read before; handed over first. */
    private @Nullable ByteBuf rest;

    private @Nullable ChannelHandlerContext ctx;
    private boolean inputEnded;
    private boolean outputEnded;

    private RawChannel(TunnelEvents events, @Nullable ByteBuf rest) {
        this.events = events;
        this.rest = rest;
    }

    /**
     * Puts it into the place of the handler that spoke HTTP; nothing is handed over before the first {@link #resume}.
     *
     * @param rest what has been read and is no HTTP any more, or null
     * @param events told what arrives
     */
    public static RawChannel replace(ChannelHandlerContext http, @Nullable ByteBuf rest, TunnelEvents events) {
        RawChannel raw = new RawChannel(events, rest);
        http.channel().config().setAutoRead(false);
        http.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        // An end that takes no more may have had its last word, and closed: that is still to be read.
        http.channel().config().setAutoClose(false);
        ChannelHandler handler = http.handler();
        http.pipeline().replace(handler, null, raw);
        return raw;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) {
        ctx = newCtx;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }

    private Channel channel() {
        return context().channel();
    }

    // ---- reading ----

    @Override
    public void channelRead(ChannelHandlerContext channelContext, Object message) {
        events.data((ByteBuf) message);
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
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            inputEnded();
        } else if (event instanceof ChannelOutputShutdownEvent) {
            // Where writing has failed nothing more is taken; reading tells of the end.
            outputEnded = true;
            closeIfOver();
        }
    }

    private void inputEnded() {
        if (!inputEnded) {
            inputEnded = true;
            events.inputEnded();
            closeIfOver();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext channelContext) {
        inputEnded = true;
        outputEnded = true;
        ByteBuf unread = rest;
        if (unread != null) {
            rest = null;
            unread.release();
        }
        events.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channelContext, Throwable cause) {
        channelContext.close();
    }

    @Override
    public void pause() {
        channel().config().setAutoRead(false);
    }

    @Override
    public void resume() {
        channel().config().setAutoRead(true);
        ByteBuf first = rest;
        if (first != null) {
            rest = null;
            events.data(first);
            events.readComplete();
        }
    }

    // ---- writing ----

    @Override
    public void write(ByteBuf data) {
        if (outputEnded) {
            data.release();
        } else if (inputEnded && tlsEnded()) {
            data.release();
            context().close();
        } else {
            context().write(data);
        }
    }

    private boolean tlsEnded() {
        SslHandler tls = context().pipeline().get(SslHandler.class);
        return tls != null && tls.engine().isOutboundDone();
    }

    @Override
    public void flush() {
        context().flush();
    }

    @Override
    public boolean writable() {
        return channel().isWritable();
    }

    @Override
    public void endOutput() {
        if (outputEnded) {
            return;
        }
        outputEnded = true;
        if (inputEnded) {
            closeIfOver();
            return;
        }
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (inputEnded || !(written.isSuccess() || outputIsShut())) {
                context().close();
            } else if (written.isSuccess()) {
                shutOutput();
            }
        });
    }

    /** Whether writing has failed, while what was sent to us can still be read. */
    private boolean outputIsShut() {
        return channel() instanceof DuplexChannel duplex && duplex.isOutputShutdown();
    }

    private void shutOutput() {
        SslHandler tls = context().pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        } else if (channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }

    private void closeIfOver() {
        if (inputEnded && outputEnded) {
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void close() {
        context().close();
    }
}
