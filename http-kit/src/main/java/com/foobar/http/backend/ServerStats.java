package com.foobar.http.backend;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a server has been asked and has answered since the start of this process. Written by every event loop without
 * contention, read when metrics are collected.
 */
public final class ServerStats {
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder requests = new LongAdder();
    private final LongAdder[] responses = new LongAdder[6];
    private final LongAdder connectionErrors = new LongAdder();
    private final LongAdder responseErrors = new LongAdder();
    private final LongAdder clientAborts = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder redispatches = new LongAdder();
    private final LongAdder checks = new LongAdder();
    private final LongAdder checkFailures = new LongAdder();
    private final LongAdder upDownChanges = new LongAdder();
    private volatile long lastCheckNanos;

    ServerStats() {
        for (int i = 0; i < responses.length; i++) {
            responses[i] = new LongAdder();
        }
    }

    void begin() {
        inFlight.incrementAndGet();
        requests.increment();
    }

    void end() {
        inFlight.decrementAndGet();
    }

    void responded(int status) {
        int hundreds = status / 100;
        responses[hundreds >= 1 && hundreds <= 5 ? hundreds : 0].increment();
    }

    void connectionFailed() {
        connectionErrors.increment();
    }

    void responseFailed() {
        responseErrors.increment();
    }

    void clientAborted() {
        clientAborts.increment();
    }

    void wentDown() {
        upDownChanges.increment();
    }

    /** A request that failed here is tried once more, on this server or on another. */
    public void retried() {
        retries.increment();
    }

    /** A request that failed here is tried once more on another server. */
    public void redispatched() {
        redispatches.increment();
    }

    /** A health check has ended. */
    public void checked(boolean passed, long nanos) {
        checks.increment();
        lastCheckNanos = nanos;
        if (!passed) {
            checkFailures.increment();
        }
    }

    /** Requests being worked on now. */
    public int inFlight() {
        return inFlight.get();
    }

    /** Requests sent, retries included. */
    public long requests() {
        return requests.sum();
    }

    /** Final responses of a class: 1 to 5 for 1xx to 5xx, 0 for any other status. */
    public long responses(int hundreds) {
        return responses[hundreds].sum();
    }

    /** Requests for which no connection could be made. */
    public long connectionErrors() {
        return connectionErrors.sum();
    }

    /** Requests that were sent and got no whole, valid answer in time. */
    public long responseErrors() {
        return responseErrors.sum();
    }

    /** Requests whose client left before the answer was complete. */
    public long clientAborts() {
        return clientAborts.sum();
    }

    public long retries() {
        return retries.sum();
    }

    public long redispatches() {
        return redispatches.sum();
    }

    public long checks() {
        return checks.sum();
    }

    public long checkFailures() {
        return checkFailures.sum();
    }

    /** Times the server went from up to down. */
    public long upDownChanges() {
        return upDownChanges.sum();
    }

    /** How long the last check took, in nanoseconds; 0 before the first. */
    public long lastCheckNanos() {
        return lastCheckNanos;
    }
}
