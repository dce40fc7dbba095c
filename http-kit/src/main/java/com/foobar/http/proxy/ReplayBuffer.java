package com.foobar.http.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a request's body, kept so that it can be sent (again). A copy: pieces of what was read would hold on to far larger buffers.
 */
final class ReplayBuffer {
    private final ByteBufAllocator allocator;
    private final int limit;
    private @Nullable ByteBuf kept;
    private boolean lost;

    ReplayBuffer(ByteBufAllocator allocator, int limit) {
        this.allocator = allocator;
        this.limit = limit;
    }

    /** Keeps a copy, unless something was dropped already. */
    void add(ByteBuf data) {
        if (!lost) {
            ByteBuf buffer = kept;
            if (buffer == null || buffer.writableBytes() < data.readableBytes()) {
                buffer = grown(buffer, data.readableBytes());
                kept = buffer;
            }
            buffer.writeBytes(data, data.readerIndex(), data.readableBytes());
        }
    }

    /** A larger buffer with the same content. Not the same buffer: it may be on its way, and the channel remembers where its bytes are. */
    private ByteBuf grown(@Nullable ByteBuf before, int more) {
        if (before == null) {
            return allocator.buffer(more);
        }
        ByteBuf larger = allocator.buffer(before.readableBytes() + Math.max(more, before.readableBytes()));
        larger.writeBytes(before, before.readerIndex(), before.readableBytes());
        before.release();
        return larger;
    }

    /** Whether a body of that length is not too long to be kept. */
    boolean keeps(long length) {
        return length <= limit;
    }

    /** Whether more is kept than retries are worth. */
    boolean full() {
        return kept != null && kept.readableBytes() > limit;
    }

    /** Whether everything so far can be sent (again). */
    boolean replayable() {
        return !lost;
    }

    /** Everything so far, with a count of references of its own; null if there is nothing. */
    @Nullable
    ByteBuf replay() {
        return kept == null ? null : kept.retainedDuplicate();
    }

    /** Gives up what was kept and whatever is yet to come. */
    void drop() {
        lost = true;
        ByteBuf buffer = kept;
        if (buffer != null) {
            kept = null;
            buffer.release();
        }
    }
}
