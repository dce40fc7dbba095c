package com.foobar.web.cache;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A body on its way into the store. Its room is taken from what the store allows for all of them; closed, it gives it back. */
final class Filling {
    private static final int FIRST = 8 * 1024;

    private final ResponseStore store;
    private final int limit;
    private byte[] bytes;
    private int length;

    private Filling(ResponseStore store, int limit, byte[] bytes) {
        this.store = store;
        this.limit = limit;
        this.bytes = bytes;
    }

    /**
     * Room for a body of that length, or of any up to the limit where it is negative.
     *
     * @return null if it is longer, or there is no room now
     */
    static @Nullable Filling open(ResponseStore store, long contentLength, int limit) {
        if (contentLength > limit) {
            return null;
        }
        int first = contentLength >= 0 ? (int) contentLength : Math.min(FIRST, limit);
        return store.reserve(first) ? new Filling(store, limit, new byte[first]) : null;
    }

    /** Copies what the buffer holds and leaves it as it was; false if that is more than there may be. */
    boolean add(ByteBuf data) {
        int more = data.readableBytes();
        long needed = (long) length + more;
        if (needed > limit) {
            return false;
        }
        if (needed > bytes.length) {
            int size = (int) Math.min(limit, Math.max(needed, bytes.length * 2L));
            if (!store.reserve(size - bytes.length)) {
                return false;
            }
            bytes = Arrays.copyOf(bytes, size);
        }
        data.getBytes(data.readerIndex(), bytes, length, more);
        length += more;
        return true;
    }

    /** All that was added. */
    byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    void close() {
        store.release(bytes.length);
    }
}
