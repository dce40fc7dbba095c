package com.foobar.http.http1;

import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Takes the body of a message out of its connection's bytes, however its end is told (RFC 9112 §6.3). */
public final class BodyDecoder {
    /** The length of a chunked body. */
    public static final long CHUNKED = -1;
    /** The length of a body that ends with its connection. */
    public static final long UNTIL_CLOSE = Long.MAX_VALUE;

    private final ChunkedDecoder chunks = new ChunkedDecoder();
    private long length;
    private long read;

    /** Begins a body of that many bytes, or {@link #CHUNKED}, or {@link #UNTIL_CLOSE}. */
    public void begin(long newLength) {
        length = newLength;
        read = 0;
        chunks.reset();
    }

    /**
     * Takes the next piece of the body.
     *
     * @return a slice of {@code in} with a count of references of its own; null where {@code in} holds no more of it
     * @throws MalformedMessage 400 or 431; the connection's framing is lost then
     */
    public @Nullable ByteBuf next(ByteBuf in) throws MalformedMessage {
        ByteBuf data;
        if (length == CHUNKED) {
            data = chunks.next(in);
        } else {
            int count = (int) Math.min(length - read, in.readableBytes());
            data = count == 0 ? null : in.readRetainedSlice(count);
        }
        if (data != null) {
            read += data.readableBytes();
        }
        return data;
    }

    /** Whether all of the body has been taken. */
    public boolean ended() {
        return length == CHUNKED ? chunks.ended() : read == length;
    }

    /** The number of bytes taken so far. */
    public long read() {
        return read;
    }

    /** The number of bytes to come, or {@link Long#MAX_VALUE} where that is not known. */
    public long left() {
        if (ended()) {
            return 0;
        }
        return length == CHUNKED || length == UNTIL_CLOSE ? Long.MAX_VALUE : length - read;
    }

    /** The trailers, after the end; none unless the body was chunked. */
    public Fields trailers() {
        return length == CHUNKED ? chunks.trailers() : Fields.none();
    }
}
