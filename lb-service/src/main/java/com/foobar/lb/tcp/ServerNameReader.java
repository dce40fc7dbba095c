package com.foobar.lb.tcp;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Reads the ClientHello, which may come in pieces, and leaves: what it has read goes on as it came. Where there is none, in time or at
 * all, the next handler is told by a {@link io.netty.handler.ssl.SniCompletionEvent}.
 */
final class ServerNameReader extends AbstractSniHandler<String> {
    private static final int MAX_CLIENT_HELLO = 16 * 1024;

    private final Consumer<String> reader;

    /** @param reader gets the name; empty where the client asks for none, or does not speak TLS at all */
    ServerNameReader(long timeoutMillis, Consumer<String> reader) {
        super(MAX_CLIENT_HELLO, timeoutMillis);
        this.reader = reader;
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
