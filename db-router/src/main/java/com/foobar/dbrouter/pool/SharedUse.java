package com.foobar.dbrouter.pool;

import io.netty.channel.Channel;

/**
 * How many sessions use a connection at once. Usually it is one session's; short reads of several may be sent one behind
 * another ({@link SharedConnections}), and then nothing on it is any session's own. Belongs to the connection's event loop.
 */
public final class SharedUse {
    private int sessions;
    private long since;
    private boolean others;
    private boolean closed;
    private boolean flushing;

    /** @return whether short reads of sessions are sent on it, of one or more, and what one leaves there may be lost */
    public boolean isShared() {
        return sessions > 0;
    }

    /** @return whether more than one session uses it, or has while it was shared */
    public boolean hasOthers() {
        return others;
    }

    /** @return those whose statements run or wait on it */
    public int sessions() {
        return sessions;
    }

    /** Since when the first of them has had it, so that none has waited longer; System.nanoTime(). */
    long since() {
        return since;
    }

    /** Another session's read is about to be sent. */
    void join() {
        if (sessions == 0) {
            since = System.nanoTime();
        } else {
            others = true;
        }
        sessions++;
    }

    /** @return whether others may join those who use it */
    boolean isOpenToOthers() {
        return !closed;
    }

    /** Until it is not shared any more. */
    public void closeToOthers() {
        closed = true;
    }

    /** So many sessions do not wait for it any more. */
    void left(int gone) {
        sessions -= gone;
        if (sessions == 0) {
            others = false;
            closed = false;
        }
    }

    /** @return whether it is now one session's own: nobody else has used it, or does so, since that took it */
    public boolean becomesOwn() {
        if (sessions != 1 || others) {
            return false;
        }
        left(1);
        return true;
    }

    /** What is written to it now leaves at the end of the loop's turn, with what others write until then. */
    void flushLater(Channel channel) {
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(() -> {
                flushing = false;
                channel.flush();
            });
        }
    }
}
