package com.foobar.http.backend;

import java.util.concurrent.atomic.AtomicInteger;

/** How many requests a server has been given, of those that it may have (HAProxy's {@code maxconn}), and who waits for this server and no other. Places are counted without a lock. */
final class ServerPlaces {
    private final BackendServer server;
    private final int maxconn;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final int maxqueue;
    private final WaitingLine sessions = new WaitingLine();

    ServerPlaces(BackendServer server, int maxconn, int maxqueue) {
        this.server = server;
        this.maxconn = maxconn;
        this.maxqueue = maxqueue;
    }

    BackendServer server() {
        return server;
    }

    /** Requests of sessions, which wait for this server and no other; guarded by the admission's lock. */
    WaitingLine sessions() {
        return sessions;
    }

    /** Whether no more of them may wait. */
    boolean queueIsFull() {
        return sessions.length() >= maxqueue;
    }

    /** How many it may have now: one at least, and as much of {@code maxconn} as its slow start lets it have of its share (HAProxy's {@code srv_dynamic_maxconn}). */
    private int limit() {
        double ramp = server.ramp();
        return ramp < 1 ? Math.max(1, (int) (maxconn * ramp)) : maxconn;
    }

    boolean hasRoom() {
        return taken.get() < limit();
    }

    /** Takes a place, if one is free. Never counts one too many, which would hide from others for a moment that a place is free. */
    boolean take() {
        int limit = limit();
        int now = taken.get();
        while (now < limit) {
            if (taken.compareAndSet(now, now + 1)) {
                if (now + 1 > most.get()) {
                    most.accumulateAndGet(now + 1, Math::max);
                }
                return true;
            }
            now = taken.get();
        }
        return false;
    }

    /** The most that were taken at a time. */
    int most() {
        return most.get();
    }

    /** How many it may have, its slow start aside. */
    int maxconn() {
        return maxconn;
    }

    /** How many of its sessions may wait. */
    int maxqueue() {
        return maxqueue;
    }

    void giveBack() {
        taken.decrementAndGet();
    }
}
