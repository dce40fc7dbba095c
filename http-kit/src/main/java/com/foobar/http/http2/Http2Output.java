package com.foobar.http.http2;

import com.foobar.http.message.Fields;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** Makes frames of a response. Holds the last of them back until the next or a flush, so that END_STREAM goes with it and not in an empty frame of its own. */
final class Http2Output {
    private final Channel channel;
    private @Nullable Http2Headers headers;
    private @Nullable ByteBuf data;

    Http2Output(Channel channel) {
        this.channel = channel;
    }

    void inform(ResponseHead head) {
        channel.write(new DefaultHttp2HeadersFrame(HeadersWriter.response(head)));
    }

    void respond(ResponseHead head) {
        headers = HeadersWriter.response(head);
    }

    /** Owns the buffer from now on. */
    void write(ByteBuf newData) {
        push();
        data = newData;
    }

    /** Hands over to the channel, which has yet to be flushed, what was held back. */
    void push() {
        Http2Headers head = headers;
        if (head != null) {
            headers = null;
            channel.write(new DefaultHttp2HeadersFrame(head));
        }
        ByteBuf body = data;
        if (body != null) {
            data = null;
            channel.write(new DefaultHttp2DataFrame(body));
        }
    }

    void end(Fields trailers) {
        boolean bare = trailers.isEmpty();
        Http2Headers head = headers;
        ByteBuf body = data;
        headers = null;
        data = null;
        if (head != null) {
            channel.write(new DefaultHttp2HeadersFrame(head, bare && body == null));
        }
        if (body != null) {
            channel.write(new DefaultHttp2DataFrame(body, bare));
        }
        if (!bare) {
            channel.write(new DefaultHttp2HeadersFrame(HeadersWriter.trailers(trailers), true));
        } else if (head == null && body == null) {
            channel.write(new DefaultHttp2DataFrame(true));
        }
    }

    /** Drops what was held back. */
    void release() {
        headers = null;
        ByteBuf body = data;
        if (body != null) {
            data = null;
            body.release();
        }
    }
}
