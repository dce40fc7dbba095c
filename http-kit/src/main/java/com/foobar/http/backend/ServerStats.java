package com.foobar.http.backend;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a server has been asked and has answered since the start of this process. Written by every event loop without
 * contention: an adder is one cell until loops meet on it, then a padded cell for each; so it stays cheap to read for
 * balancers where servers are many, and cheap to write where they are few.
 */
public final class ServerStats {
    private final LongAdder inFlight = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder sessions = new LongAdder();
    private final LongAdder[] responses = new LongAdder[6];
    private final LongAdder connectionErrors = new LongAdder();
    private final LongAdder responseErrors = new LongAdder();
    private final LongAdder serverAborts = new LongAdder();
    private final LongAdder clientAborts = new LongAdder();
    private final LongAdder outruns = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder ejections = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder redispatches = new LongAdder();
    private final LongAdder balanced = new LongAdder();
    private final LongAdder connects = new LongAdder();
    private final LongAdder reuses = new LongAdder();
    private final LongAdder relayed = new LongAdder();
    private final LongAdder checks = new LongAdder();
    private final LongAdder checkFailures = new LongAdder();
    private final LongAdder upDownChanges = new LongAdder();
    private volatile long lastCheckNanos;
    private volatile CheckStatus lastCheckStatus = CheckStatus.INI;
    private volatile int lastCheckCode;

    ServerStats() {
        for (int i = 0; i < responses.length; i++) {
            responses[i] = new LongAdder();
        }
    }

    void begin() {
        inFlight.increment();
        requests.increment();
    }

    void beginSession() {
        inFlight.increment();
        sessions.increment();
    }

    void end() {
        inFlight.decrement();
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

    void serverAborted() {
        serverAborts.increment();
    }

    void clientAborted() {
        clientAborts.increment();
    }

    void outrun() {
        outruns.increment();
    }

    void failed() {
        failures.increment();
    }

    void ejected() {
        ejections.increment();
    }

    void wentDown() {
        upDownChanges.increment();
    }

    /** A request that failed here is tried once more, on this server or on another. */
    public void retried() {
        retries.increment();
    }

    /** A request is sent to this server twice, and is one of those in flight as before. */
    void sentAgain() {
        requests.increment();
        retries.increment();
    }

    /** A request that failed here is tried once more on another server. */
    public void redispatched() {
        redispatches.increment();
    }

    /** A request or connection goes here by the backend's choice, and not because its session belongs here. */
    public void balanced() {
        balanced.increment();
    }

    /** A connection to the server is tried. */
    public void connecting() {
        connects.increment();
    }

    /** A request goes by a connection that was there already. */
    public void reusing() {
        reuses.increment();
    }

    /** A connection is open that belongs to one session and to no pool. */
    public void relayOpened() {
        relayed.increment();
    }

    /** It has closed. */
    public void relayClosed() {
        relayed.decrement();
    }

    /**
     * A health check has ended.
     *
     * @param code HTTP's status, MySQL's error, or 0
     */
    public void checked(CheckStatus status, int code, long nanos) {
        checks.increment();
        lastCheckNanos = nanos;
        lastCheckStatus = status;
        lastCheckCode = code;
        if (!status.passed()) {
            checkFailures.increment();
        }
    }

    /** Requests being worked on now, and connections of TCP mode. */
    public int inFlight() {
        // An end may be seen before its begin, if they were counted by different loops.
        return (int) Math.max(0, inFlight.sum());
    }

    /** Requests sent, retries included. */
    public long requests() {
        return requests.sum();
    }

    /** Connections of TCP mode that it was given, retries included. */
    public long sessions() {
        return sessions.sum();
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

    /** Those of the {@linkplain #responseErrors response errors} that came when a part of the answer had been passed on. */
    public long serverAborts() {
        return serverAborts.sum();
    }

    /** Requests whose client left before the answer was complete. */
    public long clientAborts() {
        return clientAborts.sum();
    }

    /** Requests that were given up as another server answered them first. */
    public long outruns() {
        return outruns.sum();
    }

    /** Requests that failed for want of the server, or were answered with 5xx but 501 and 505. */
    public long failures() {
        return failures.sum();
    }

    /** Times it was taken out of rotation because live requests failed. */
    public long ejections() {
        return ejections.sum();
    }

    public long retries() {
        return retries.sum();
    }

    public long redispatches() {
        return redispatches.sum();
    }

    /** Requests and connections that went here by the backend's choice, and not because their sessions belong here. */
    public long loadBalanced() {
        return balanced.sum();
    }

    /** Connections that were tried, whatever came of it. */
    public long connects() {
        return connects.sum();
    }

    /** Requests that went by a connection that was there already. */
    public long reuses() {
        return reuses.sum();
    }

    /** Connections open now that belong to one session and to no pool. */
    public int relayed() {
        return (int) Math.max(0, relayed.sum());
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

    /** What the last check came to. */
    public CheckStatus lastCheckStatus() {
        return lastCheckStatus;
    }

    /** The protocol's own code of what the last check came to, such as HTTP's status; 0 for none. */
    public int lastCheckCode() {
        return lastCheckCode;
    }
}
