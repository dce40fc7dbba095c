package com.foobar.http.exchange;

import java.util.concurrent.atomic.LongAdder;

/** What clients of one listener did that HTTP/2 allows or forbids, but that nobody needs; for metrics, from any thread. */
public final class GlitchCounters {
    private final LongAdder glitches = new LongAdder();
    private final LongAdder floods = new LongAdder();

    /** Frames that broke the rules or came without need, by their cost. */
    public void glitch(int cost) {
        glitches.add(cost);
    }

    /** A connection that was ended because of them. */
    public void flood() {
        floods.increment();
    }

    public long glitches() {
        return glitches.sum();
    }

    public long floods() {
        return floods.sum();
    }
}
