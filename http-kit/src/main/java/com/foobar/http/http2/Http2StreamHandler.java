package com.foobar.http.http2;

import com.foobar.http.exchange.ProxyError;
import com.foobar.http.message.MalformedMessage;
import com.foobar.http.message.RequestHead;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives the frames of one stream. */
final class Http2StreamHandler extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Http2StreamHandler.class);

    private final Http2Connection connection;
    private @Nullable Http2Stream stream;

    Http2StreamHandler(Http2Connection connection) {
        this.connection = connection;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        connection.streamOpened();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        if (frame instanceof Http2HeadersFrame headers) {
            headers(ctx.channel(), headers);
        } else if (frame instanceof Http2DataFrame data && stream != null) {
            stream.received(data.content(), data.isEndStream());
        } else {
            ReferenceCountUtil.release(frame);
        }
    }

    private void headers(Channel channel, Http2HeadersFrame frame) {
        Http2Stream current = stream;
        if (current != null) {
            if (frame.isEndStream()) {
                current.trailers(frame.headers());
            } else {
                // RFC 9113 §8.1
                current.refuseTrailers("The request's trailers do not end it.");
            }
            return;
        }
        RequestHead head = new RequestHead();
        current = new Http2Stream(connection, channel, head, frame.isEndStream());
        stream = current;
        try {
            HeadersReader.read(
                    frame.headers(), frame.isEndStream(), connection.context().limits(), head);
        } catch (MalformedMessage e) {
            current.refuse(e);
            return;
        }
        current.begin();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Http2Stream current = stream;
        if (current != null) {
            current.readComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Http2Stream current = stream;
        if (current != null) {
            current.writabilityChanged(ctx.channel().isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.streamClosed();
        Http2Stream current = stream;
        if (current != null) {
            current.closed(new ProxyError.ClientGone());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Http2Stream current = stream;
        if (cause instanceof Http2Exception violation) {
            // Where there is no request yet, the codec resets the stream by itself.
            if (current != null) {
                current.violated(violation.error(), String.valueOf(violation.getMessage()));
            }
            return;
        }
        log.debug("stream of {} broke: {}", connection.context().connection().remoteHost(), cause.toString());
        ctx.close();
    }
}
