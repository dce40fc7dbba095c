package com.foobar.http.server;

import com.foobar.http.exchange.ConnectionContext;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the TLS handshake and then has the connection speak what was agreed on. */
final class AlpnHandler extends ApplicationProtocolNegotiationHandler {
    private static final Logger log = LoggerFactory.getLogger(AlpnHandler.class);

    private final HttpListener listener;
    private final ConnectionContext context;

    AlpnHandler(HttpListener listener, ConnectionContext context) {
        super(ApplicationProtocolNames.HTTP_1_1);
        this.listener = listener;
        this.context = context;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
        if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
            listener.speakHttp2(ctx.channel(), context);
        } else {
            listener.speakHttp1(ctx.channel(), context);
        }
    }

    @Override
    protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("TLS handshake with {} failed: {}", context.connection().remoteHost(), cause.toString());
        ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("TLS connection of {} broke: {}", context.connection().remoteHost(), cause.toString());
        ctx.close();
    }
}
