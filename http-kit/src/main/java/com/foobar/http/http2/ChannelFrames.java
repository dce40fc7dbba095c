package com.foobar.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Sends the frames of a stream that is a channel of its own, as streams to servers are.
 *
 * @param channel of the stream
 */
public record ChannelFrames(Channel channel) implements FrameSink {
    @Override
    public ChannelFuture headers(Http2Headers headers, boolean endStream) {
        return channel.write(new DefaultHttp2HeadersFrame(headers, endStream));
    }

    @Override
    public ChannelFuture data(ByteBuf data, boolean endStream) {
        return channel.write(new DefaultHttp2DataFrame(data, endStream));
    }
}
