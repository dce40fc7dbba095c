package com.foobar.http.exchange;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection so that the client still sees the last response: a close with unread input would reset the connection under it (RFC 9112 §9.6, RFC 9113 §9.1). Our side is shut first, over TLS
 * by a close_notify; what the client goes on sending is read and dropped until it closes, too, or the time is over.
 */
public final class LingeringClose {
    /** How long a client may go on sending after our side was shut. */
    public static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private LingeringClose() {}

    /** @param shut called when our side is shut; the caller closes {@link #LIMIT_NANOS} later */
    public static void begin(ChannelHandlerContext context, Runnable shut) {
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            Channel channel = context.channel();
            if (!written.isSuccess() || !(channel instanceof DuplexChannel duplex)) {
                context.close();
                return;
            }
            shut.run();
            SslHandler tls = context.pipeline().get(SslHandler.class);
            if (tls == null) {
                duplex.shutdownOutput();
            } else {
                tls.closeOutbound();
            }
            if (!channel.config().isAutoRead()) {
                channel.config().setAutoRead(true);
            }
        });
    }
}
