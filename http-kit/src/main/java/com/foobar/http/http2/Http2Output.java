package com.foobar.http.http2;

import com.foobar.http.message.Fields;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** Makes frames of a message. Holds the last of them back until the next or a flush, so that END_STREAM goes with it and not in an empty frame of its own. */
public final class Http2Output {
    /** What a client has taken shows by the frame; also the largest that a client takes unless it says otherwise (RFC 9113 §6.5.2). */
    private static final int FRAME_LIMIT = 16 * 1024;

    private final Channel channel;
    private final Runnable written;
    private @Nullable Http2Headers headers;
    private @Nullable ByteBuf data;

    /**
     * @param channel of the stream
     * @param written called for each frame
     */
    public Http2Output(Channel channel, Runnable written) {
        this.channel = channel;
        this.written = written;
    }

    /** Begins a request to a server. */
    public void request(RequestHead head) {
        headers = HeadersWriter.request(head);
    }

    /** Begins a request that is to become a WebSocket. */
    public void connect(RequestHead head) {
        headers = HeadersWriter.connect(head);
    }

    /** Bytes of the head that is held back, counted as in RFC 9113 §6.5.2; 0 if none is. */
    public long headSize() {
        Http2Headers head = headers;
        return head == null ? 0 : HeadersWriter.size(head);
    }

    /** Bytes of those trailers, counted so. */
    public static long size(Fields trailers) {
        return trailers.isEmpty() ? 0 : HeadersWriter.size(HeadersWriter.trailers(trailers));
    }

    public void inform(ResponseHead head) {
        send(new DefaultHttp2HeadersFrame(HeadersWriter.response(head)));
    }

    public void respond(ResponseHead head) {
        headers = HeadersWriter.response(head);
    }

    /** Owns the buffer from now on. */
    public void write(ByteBuf newData) {
        push();
        while (newData.readableBytes() > FRAME_LIMIT) {
            data = newData.readRetainedSlice(FRAME_LIMIT);
            push();
        }
        data = newData;
    }

    /** Hands over to the channel, which has yet to be flushed, what was held back. */
    public void push() {
        Http2Headers head = headers;
        if (head != null) {
            headers = null;
            send(new DefaultHttp2HeadersFrame(head));
        }
        ByteBuf body = data;
        if (body != null) {
            data = null;
            send(new DefaultHttp2DataFrame(body));
        }
    }

    /** Ends the message; not flushed yet. The result is done when all of it has gone. */
    public ChannelFuture end(Fields trailers) {
        boolean bare = trailers.isEmpty();
        Http2Headers head = headers;
        ByteBuf body = data;
        headers = null;
        data = null;
        ChannelFuture last = null;
        if (head != null) {
            last = send(new DefaultHttp2HeadersFrame(head, bare && body == null));
        }
        if (body != null) {
            last = send(new DefaultHttp2DataFrame(body, bare));
        }
        if (!bare) {
            return send(new DefaultHttp2HeadersFrame(HeadersWriter.trailers(trailers), true));
        }
        return last == null ? send(new DefaultHttp2DataFrame(true)) : last;
    }

    /** Drops what was held back. */
    public void release() {
        headers = null;
        ByteBuf body = data;
        if (body != null) {
            data = null;
            body.release();
        }
    }

    private ChannelFuture send(Object frame) {
        written.run();
        return channel.write(frame);
    }
}
