package com.foobar.http.proxy;

import com.foobar.http.message.Method;
import com.foobar.http.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A small response that is kept back until it is complete, so that a server that dies in the middle of one costs its client nothing: the request goes to another. Small responses mostly
 * arrive in one piece anyway.
 */
final class HeldResponse {
    private static final int LIMIT = 64 * 1024;

    private final ByteBufAllocator allocator;
    private final ResponseHead head;
    private @Nullable ByteBuf body;

    HeldResponse(ByteBufAllocator allocator, ResponseHead head) {
        this.allocator = allocator;
        this.head = head;
    }

    /** Whether the response to that method has a body that is known to be small. */
    static boolean isSmall(ResponseHead head, Method method) {
        return head.contentLength() > 0 && head.contentLength() <= LIMIT && head.hasBody(method);
    }

    ResponseHead head() {
        return head;
    }

    /** Takes a piece of the body; returns all of it once it is complete, and null before. */
    @Nullable
    ByteBuf add(ByteBuf data) {
        ByteBuf held = body;
        ByteBuf whole = data;
        if (held != null || data.readableBytes() < head.contentLength()) {
            if (held == null) {
                held = allocator.buffer((int) head.contentLength());
                body = held;
            }
            held.writeBytes(data);
            data.release();
            whole = held;
        }
        if (whole.readableBytes() < head.contentLength()) {
            return null;
        }
        body = null;
        return whole;
    }

    void release() {
        ByteBuf held = body;
        if (held != null) {
            body = null;
            held.release();
        }
    }
}
