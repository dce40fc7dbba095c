package com.foobar.http.http2;

import com.foobar.http.message.Fields;
import com.foobar.http.message.RequestHead;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** Makes frames of a message. Holds the last of them back until the next or a flush, so that END_STREAM goes with it and not in an empty frame of its own. */
public final class Http2Output {
    /** What a client has taken shows by the frame; also the largest that a client takes unless it says otherwise (RFC 9113 §6.5.2). */
    private static final int FRAME_LIMIT = 16 * 1024;

    private final FrameSink frames;
    private @Nullable Http2Headers headers;
    private @Nullable ByteBuf data;

    public Http2Output(FrameSink frames) {
        this.frames = frames;
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
        frames.headers(HeadersWriter.response(head), false);
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

    /** Hands over what was held back; not flushed yet. */
    public void push() {
        Http2Headers head = headers;
        if (head != null) {
            headers = null;
            frames.headers(head, false);
        }
        ByteBuf body = data;
        if (body != null) {
            data = null;
            frames.data(body, false);
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
            last = frames.headers(head, bare && body == null);
        }
        if (body != null) {
            last = frames.data(body, bare);
        }
        if (!bare) {
            return frames.headers(HeadersWriter.trailers(trailers), true);
        }
        return last == null ? frames.data(Unpooled.EMPTY_BUFFER, true) : last;
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
}
