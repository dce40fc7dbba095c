package com.foobar.http.http1;

import com.foobar.http.message.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** Collects what is written to a connection: heads, chunk lines and small pieces share a buffer, so that a whole small message is one write; large pieces pass through uncopied. */
public final class Http1Output {
    private static final int COPY_LIMIT = 4096;
    private static final int INITIAL_CAPACITY = 1024;

    private final ChannelHandlerContext ctx;
    private @Nullable ByteBuf collected;

    public Http1Output(ChannelHandlerContext ctx) {
        this.ctx = ctx;
    }

    /** Where small things are written to. */
    public ByteBuf buffer() {
        ByteBuf buffer = collected;
        if (buffer == null) {
            buffer = ctx.alloc().buffer(INITIAL_CAPACITY);
            collected = buffer;
        }
        return buffer;
    }

    /** Writes bytes as they are; owns the buffer from now on. */
    public void write(ByteBuf data) {
        ByteBuf buffer = collected;
        if (buffer != null && data.readableBytes() <= COPY_LIMIT) {
            buffer.writeBytes(data);
            data.release();
        } else {
            push();
            ctx.write(data);
        }
    }

    /** Writes bytes as one chunk; owns the buffer from now on. */
    public void chunk(ByteBuf data) {
        HeadWriter.get().chunkStart(buffer(), data.readableBytes());
        write(data);
        HeadWriter.chunkEnd(buffer());
    }

    public void lastChunk(Fields trailers) {
        HeadWriter.get().lastChunk(buffer(), trailers);
    }

    /** Hands over what was collected to the channel, which has yet to be flushed. */
    public void push() {
        ByteBuf buffer = collected;
        if (buffer != null) {
            collected = null;
            ctx.write(buffer);
        }
    }

    /** Drops what was collected. */
    public void release() {
        ByteBuf buffer = collected;
        if (buffer != null) {
            collected = null;
            buffer.release();
        }
    }
}
