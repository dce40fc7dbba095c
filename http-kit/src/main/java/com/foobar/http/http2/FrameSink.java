package com.foobar.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2Headers;

/** Takes the frames of one stream, which go to the other side with the next flush. On the event loop. */
public interface FrameSink {
    /** A header section; done when it has gone. */
    ChannelFuture headers(Http2Headers headers, boolean endStream);

    /** A piece of the body, now owned by the sink; done when all of it has gone, for which the other side's window must be open. */
    ChannelFuture data(ByteBuf data, boolean endStream);
}
