package com.foobar.http.balance;

/** A server as tests want it: named, with a load, a latency and a ramp that they set. */
final class TestCandidate implements Candidate {
    private final String name;
    int weight;
    int inFlight;
    double ramp = 1;
    double latency;

    TestCandidate(String name, int weight) {
        this.name = name;
        this.weight = weight;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int weight() {
        return weight;
    }

    @Override
    public double ramp() {
        return ramp;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public double latency(long time) {
        return latency;
    }

    @Override
    public String toString() {
        return name;
    }
}
