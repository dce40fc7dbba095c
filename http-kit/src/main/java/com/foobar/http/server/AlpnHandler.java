package com.foobar.http.server;

import com.foobar.http.exchange.ClientCertificate;
import com.foobar.http.exchange.ConnectionContext;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
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
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) throws CertificateEncodingException {
        ConnectionContext known =
                withCertificate(ctx.pipeline().get(SslHandler.class).engine());
        if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
            listener.speakHttp2(ctx.channel(), known);
        } else {
            listener.speakHttp1(ctx.channel(), known);
        }
    }

    private ConnectionContext withCertificate(SSLEngine engine) throws CertificateEncodingException {
        if (!engine.getWantClientAuth() && !engine.getNeedClientAuth()) {
            return context;
        }
        try {
            Certificate shown = engine.getSession().getPeerCertificates()[0];
            return shown instanceof X509Certificate certificate
                    ? context.with(context.connection().with(ClientCertificate.of(certificate)))
                    : context;
        } catch (SSLPeerUnverifiedException e) {
            // It was asked for one and had none: an engine that insists does not get here.
            return context;
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
