package com.foobar.deploy.load.consistency;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What the site may say about how many there are of something, while many add and remove: at least what was acknowledged
 * before the question was sent, at most what was begun when the answer came. A write without an answer stays begun, so
 * that it may have happened or not. May be used by any thread.
 */
public final class Tally {
    private final AtomicLong addsBegun = new AtomicLong();
    private final AtomicLong addsAcknowledged = new AtomicLong();
    private final AtomicLong removalsBegun = new AtomicLong();
    private final AtomicLong removalsAcknowledged = new AtomicLong();

    /** To be called before the request is sent. */
    public void beginAdd() {
        addsBegun.incrementAndGet();
    }

    public void acknowledgeAdd() {
        addsAcknowledged.incrementAndGet();
    }

    /** To be called before the request is sent. */
    public void beginRemoval() {
        removalsBegun.incrementAndGet();
    }

    public void acknowledgeRemoval() {
        removalsAcknowledged.incrementAndGet();
    }

    /** What is known before a question is sent. */
    public Known known() {
        return new Known(this, addsAcknowledged.get(), removalsAcknowledged.get());
    }

    /** What was known when a question was sent. */
    public record Known(Tally tally, long added, long removed) {
        /** What the answer that has come just now may say. */
        public Bounds bounds() {
            return new Bounds(added - tally.removalsBegun.get(), tally.addsBegun.get() - removed);
        }
    }

    /** The least and the most that is right. */
    public record Bounds(long least, long most) {
        public boolean contain(long count) {
            return count >= least && count <= most;
        }

        @Override
        public String toString() {
            return least == most ? Long.toString(least) : least + " to " + most;
        }
    }
}
