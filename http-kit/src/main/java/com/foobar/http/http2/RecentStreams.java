package com.foobar.http.http2;

/**
 * Which of the latest streams a client opened and ended. Netty forgets a stream when it is closed, and cannot tell one that was from one that was passed over. Of fixed size: an older
 * stream is forgotten when a newer one takes its place.
 */
final class RecentStreams {
    enum Fate {
        /** The client never opened it, and by opening a later one gave up the right to (RFC 9113 §5.1.1). */
        PASSED_OVER,
        /** The client has ended or reset it. */
        ENDED,
        /** Opened, and not ended by the client: if it is closed, then by us, and what the client sends may have crossed our frame (RFC 9113 §5.1). */
        OPENED,
        /** Too long ago. */
        FORGOTTEN
    }

    private static final int SIZE = 256;

    private final int[] ids = new int[SIZE];
    private final boolean[] ended = new boolean[SIZE];
    private int last;

    /** The highest stream that was opened. */
    int last() {
        return last;
    }

    void opened(int id) {
        last = id;
        int slot = slot(id);
        ids[slot] = id;
        ended[slot] = false;
    }

    void ended(int id) {
        int slot = slot(id);
        if (ids[slot] == id) {
            ended[slot] = true;
        }
    }

    /** @param id not above {@link #last()} */
    Fate fate(int id) {
        int slot = slot(id);
        if (ids[slot] == id) {
            return ended[slot] ? Fate.ENDED : Fate.OPENED;
        }
        return ids[slot] < id ? Fate.PASSED_OVER : Fate.FORGOTTEN;
    }

    private static int slot(int id) {
        return (id >>> 1) % SIZE;
    }
}
