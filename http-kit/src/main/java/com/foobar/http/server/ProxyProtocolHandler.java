package com.foobar.http.server;

import com.foobar.http.exchange.Deadline;
import com.foobar.http.proxyprotocol.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the PROXY header of a connection, lets it speak and leaves. What is no header, or comes too late, closes the connection. */
final class ProxyProtocolHandler extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(ProxyProtocolHandler.class);

    private final Duration timeout;
    private final SocketListener.Speaker speaker;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private @Nullable ByteBuf input;
    private @Nullable Deadline deadline;

    ProxyProtocolHandler(
            Duration timeout, SocketListener.Speaker speaker, InetSocketAddress remote, InetSocketAddress local) {
        this.timeout = timeout;
        this.speaker = speaker;
        this.remote = remote;
        this.local = local;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Deadline limit = new Deadline(ctx.channel().eventLoop(), () -> refuse(ctx, "no header in time"));
        deadline = limit;
        limit.in(timeout.toNanos());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf before = input;
        ByteBuf all = before == null ? (ByteBuf) message : Unpooled.wrappedBuffer(before, (ByteBuf) message);
        input = all;
        try {
            ProxyHeader header = ProxyHeader.read(all);
            if (header != null) {
                speak(ctx, header);
            }
        } catch (ProxyHeader.Malformed e) {
            refuse(ctx, e.getMessage());
        }
    }

    private void speak(ChannelHandlerContext ctx, ProxyHeader header) {
        InetSocketAddress from = header.remote();
        InetSocketAddress to = header.local();
        speaker.accepted(ctx.channel(), from == null ? remote : from, to == null ? local : to);
        ByteBuf rest = input;
        input = null;
        if (rest != null && rest.isReadable()) {
            ctx.fireChannelRead(rest);
        } else if (rest != null) {
            rest.release();
        }
        ctx.pipeline().remove(this);
    }

    private void refuse(ChannelHandlerContext ctx, @Nullable String reason) {
        log.debug("PROXY header of {}: {}", remote, reason);
        ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("connection of {} broke before its PROXY header was complete: {}", remote, cause.toString());
        ctx.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.cancel();
        }
        ByteBuf rest = input;
        if (rest != null) {
            input = null;
            rest.release();
        }
    }
}
