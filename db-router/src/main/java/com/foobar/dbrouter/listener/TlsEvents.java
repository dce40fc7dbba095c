package com.foobar.dbrouter.listener;

import com.foobar.dbrouter.metrics.RouterMetrics;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/** Sits behind the TLS of one client: counts handshakes, and ends the connection when the client says that it ends. */
final class TlsEvents extends ChannelInboundHandlerAdapter {
    private final RouterMetrics metrics;

    TlsEvents(RouterMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            metrics.tlsHandshake(handshake.isSuccess());
        } else if (event instanceof SslCloseCompletionEvent) {
            // close_notify: nothing more can come, and MySQL knows no answer to someone who does not listen.
            context.close();
        }
        context.fireUserEventTriggered(event);
    }
}
