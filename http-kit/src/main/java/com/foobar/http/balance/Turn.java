package com.foobar.http.balance;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Whose turn it is, for all event loops together. It has the cache lines around it to itself: what lies beside it in memory is
 * not slowed down by the loops that take turns.
 */
final class Turn {
    private static final int PADDING = 32;
    private static final int GOLDEN = 0x9e3779b9;

    private final AtomicIntegerArray padded = new AtomicIntegerArray(2 * PADDING);

    Turn() {}

    /** @param start any number; tests start close to the overflow */
    Turn(int start) {
        padded.set(PADDING, start);
    }

    /** The next number. It overflows after 2^31 turns, into the negative. */
    int next() {
        return padded.getAndIncrement(PADDING);
    }

    /**
     * Whether a server that starts slowly lets that turn pass. Those that it takes are spread evenly: multiples of 2^32 divided by
     * the golden ratio, modulo 2^32, are, however few there are.
     */
    static boolean passes(Candidate candidate, int turn) {
        double ramp = candidate.ramp();
        return ramp < 1 && Integer.toUnsignedLong(turn * GOLDEN) >= ramp * (1L << 32);
    }
}
