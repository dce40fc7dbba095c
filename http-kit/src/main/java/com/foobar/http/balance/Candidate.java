package com.foobar.http.balance;

/** What a balancer knows of a server. Both values may change at any moment, from any thread. */
public interface Candidate {
    /** Share of the requests relative to the other candidates: 0 (none) to 256. */
    int weight();

    /** Requests that this candidate is working on now, over all event loops: 0 or more. */
    int inFlight();
}
