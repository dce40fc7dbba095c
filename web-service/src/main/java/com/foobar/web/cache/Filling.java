package com.foobar.web.cache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way into the store. Its room is taken from what the store allows for all of them, and given back when everybody who {@linkplain #share uses} it has closed it. Belongs
 * to one event loop.
 */
final class Filling {
    private static final int FIRST = 8 * 1024;

    private final ResponseStore store;
    private final int limit;
    private byte[] bytes;
    private int length;
    /** Of the store's room. */
    private int reserved;

    private int users = 1;

    private Filling(ResponseStore store, int limit, byte[] bytes) {
        this.store = store;
        this.limit = limit;
        this.bytes = bytes;
        this.reserved = bytes.length;
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
            reserved = size;
            bytes = Arrays.copyOf(bytes, size);
        }
        data.getBytes(data.readerIndex(), bytes, length, more);
        length += more;
        return true;
    }

    /** Bytes that were added. */
    int length() {
        return length;
    }

    /** A part of what was added, not copied. */
    ByteBuf slice(int from, int size) {
        return Unpooled.wrappedBuffer(bytes, from, size);
    }

    /** All that was added, to which nothing may be added any more. */
    byte[] bytes() {
        if (length < bytes.length) {
            bytes = Arrays.copyOf(bytes, length);
        }
        return bytes;
    }

    /** One more will {@link #close} it. */
    Filling share() {
        users++;
        return this;
    }

    /** The store counts the bytes as stored ones from now on, whoever still reads them here. */
    void stored() {
        store.release(reserved);
        reserved = 0;
    }

    void close() {
        users--;
        if (users == 0) {
            stored();
        }
    }
}
