package com.foobar.http.balance;

/** A server as tests want it: named, with a load that they set. */
final class TestCandidate implements Candidate {
    private final String name;
    private final int weight;
    int inFlight;

    TestCandidate(String name, int weight) {
        this.name = name;
        this.weight = weight;
    }

    @Override
    public int weight() {
        return weight;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public String toString() {
        return name;
    }
}
