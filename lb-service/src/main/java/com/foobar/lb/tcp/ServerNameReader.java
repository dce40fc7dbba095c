package com.foobar.lb.tcp;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ClientHello, which may come in pieces, and leaves: what it has read goes on as it came. A client that has said nothing in time
 * waits for its server to speak first, and asks for no name. Of one that has begun a ClientHello and not ended it in time, or sent what can
 * be none, the next handler is told by a {@link SniCompletionEvent}.
 */
final class ServerNameReader extends AbstractSniHandler<String> {
    private static final int MAX_CLIENT_HELLO = 16 * 1024;

    private final long delayMillis;
    private final Consumer<String> reader;
    private @Nullable ScheduledFuture<?> timer;

    /** @param reader gets the name; empty where the client asks for none, does not speak TLS at all, or says nothing */
    ServerNameReader(long delayMillis, Consumer<String> reader) {
        // Netty's own timer closes connections, those of silent clients too.
        super(MAX_CLIENT_HELLO, 0);
        this.delayMillis = delayMillis;
        this.reader = reader;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        timer = ctx.executor().schedule(() -> waitedEnough(ctx), delayMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        super.handlerRemoved0(ctx);
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void waitedEnough(ChannelHandlerContext ctx) {
        if (ctx.isRemoved() || !ctx.channel().isActive()) {
            return;
        }
        if (actualReadableBytes() == 0) {
            ctx.pipeline().remove(this);
            reader.accept("");
        } else {
            ctx.fireUserEventTriggered(new SniCompletionEvent(
                    new SslHandshakeTimeoutException("no whole ClientHello within " + delayMillis + " ms")));
        }
    }

    @Override
    protected Future<String> lookup(ChannelHandlerContext ctx, String hostname) {
        return ctx.executor().newSucceededFuture(hostname);
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, String hostname, Future<String> looked) {
        ctx.pipeline().remove(this);
        reader.accept(hostname == null ? "" : hostname);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // The event has told already; what else happens to the connection is for the next handler.
        if (!(cause instanceof io.netty.handler.codec.DecoderException)) {
            ctx.fireExceptionCaught(cause);
        }
    }
}
