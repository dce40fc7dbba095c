package com.foobar.http.exchange;

import com.foobar.http.message.RequestHead;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;

/**
 * Heads of requests that no request needs now, for all connections of an event loop: one that says nothing has none, and a request gets the head used last, which is still in the
 * processor's cache. Belongs to the event loop.
 */
public final class SpareHeads {
    private static final int LIMIT = 256;
    /** A head that grew beyond this is not kept. */
    private static final int MAX_STORAGE = 4096;

    private static final FastThreadLocal<SpareHeads> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected SpareHeads initialValue() {
            return new SpareHeads();
        }
    };

    private final ArrayDeque<RequestHead> heads = new ArrayDeque<>();

    private SpareHeads() {}

    /** Those of the event loop on which this is called. */
    public static SpareHeads ofThread() {
        return OF_THREAD.get();
    }

    /** An empty head. */
    public RequestHead take() {
        RequestHead head = heads.pollLast();
        return head == null ? new RequestHead() : head;
    }

    /** Takes back a head that nobody uses any more. */
    public void give(RequestHead head) {
        if (heads.size() < LIMIT && head.fields().storage().length <= MAX_STORAGE) {
            head.clear();
            heads.addLast(head);
        }
    }
}
