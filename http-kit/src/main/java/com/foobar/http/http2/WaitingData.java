package com.foobar.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived on a stream and was not passed on yet. Small pieces behind the first are copied together: each would keep all that was read with it in memory, so that a client which
 * sends many of them would cost far more than the bytes that its window allows. For one event loop only.
 */
final class WaitingData {
    private static final int JOINED = 16 * 1024;
    private static final int FIRST_ROOM = 512;
    /** Not much less than what one read keeps in memory for it. */
    private static final int LARGE = 8 * 1024;

    private final ByteBufAllocator allocator;
    private final Deque<ByteBuf> pieces = new ArrayDeque<>(2);
    /** The last piece, where it was made here and may have room; null otherwise. */
    private @Nullable ByteBuf joined;

    WaitingData(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Owns the buffer from now on. */
    void add(ByteBuf data) {
        if (pieces.isEmpty() || data.readableBytes() >= LARGE) {
            pieces.add(data);
            joined = null;
            return;
        }
        try {
            while (data.isReadable()) {
                ByteBuf last = room(data.readableBytes());
                last.writeBytes(data, Math.min(data.readableBytes(), last.maxWritableBytes()));
            }
        } finally {
            data.release();
        }
    }

    private ByteBuf room(int wanted) {
        ByteBuf last = joined;
        if (last == null || last.maxWritableBytes() == 0) {
            last = allocator.buffer(Math.min(JOINED, Math.max(FIRST_ROOM, wanted)), JOINED);
            pieces.add(last);
            joined = last;
        }
        return last;
    }

    /** What came first, which the caller now owns; null if nothing waits. */
    @Nullable
    ByteBuf poll() {
        ByteBuf first = pieces.poll();
        if (pieces.isEmpty()) {
            joined = null;
        }
        return first;
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }
}
