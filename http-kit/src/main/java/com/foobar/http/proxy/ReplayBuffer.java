package com.foobar.http.proxy;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/** The beginning of a request's body, kept so that it can be sent (again). */
final class ReplayBuffer {
    private final int limit;
    private final Queue<ByteBuf> pieces = new ArrayDeque<>(2);
    private long size;
    private boolean lost;

    ReplayBuffer(int limit) {
        this.limit = limit;
    }

    /** Keeps a piece; owns it from now on. */
    void add(ByteBuf data) {
        if (lost) {
            data.release();
        } else {
            size += data.readableBytes();
            pieces.add(data);
        }
    }

    /** Whether more is kept than is kept for retries alone. */
    boolean full() {
        return size > limit;
    }

    /** Whether everything so far can be sent (again). */
    boolean replayable() {
        return !lost;
    }

    /** Hands out everything so far; each buffer has a count of references of its own. */
    void replay(Consumer<ByteBuf> out) {
        for (ByteBuf piece : pieces) {
            out.accept(piece.retainedDuplicate());
        }
    }

    /** Gives up what was kept: it is too much, or is not needed any more. */
    void drop() {
        lost = lost || size > 0;
        release();
    }

    void release() {
        for (ByteBuf piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            piece.release();
        }
    }
}
