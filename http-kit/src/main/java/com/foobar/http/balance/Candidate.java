package com.foobar.http.balance;

/** What a balancer knows of a server. All but the name may change at any moment, from any thread. */
public interface Candidate {
    /** Tells it apart from all others, and stays the same over restarts: consistent hashing places it by this name. */
    String name();

    /** Share of the requests relative to the other candidates: 0 (none) to 256. A change asks for a new balancer. */
    int weight();

    /** The part of that share that it gets now: above 0 and below 1 while it starts slowly, 1 otherwise. Asks for no new balancer. */
    default double ramp() {
        return 1;
    }

    /** Requests that this candidate is working on now, over all event loops: 0 or more. */
    int inFlight();

    /** Whether it works on as many requests as it may: it is not chosen then. */
    default boolean isFull() {
        return false;
    }

    /**
     * How long it takes to answer, in nanoseconds: {@link PeakEwma#estimate}. 0 while nothing is known.
     *
     * @param now as {@link System#nanoTime}: who compares candidates reads the clock once
     */
    default double latency(long now) {
        return 0;
    }
}
