package com.foobar.http.proxy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What all event loops together have open to one server, and how many requests it is given at a time: HAProxy's {@code maxconn}. Thread-safe. */
final class ServerConnections {
    private final ServerAddress address;
    private final int maxconn;
    private final AtomicInteger slots = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final List<UpstreamPool> pools = new CopyOnWriteArrayList<>();

    ServerConnections(ServerAddress address, int maxconn) {
        this.address = address;
        this.maxconn = maxconn;
    }

    ServerAddress address() {
        return address;
    }

    void add(UpstreamPool pool) {
        pools.add(pool);
    }

    // ---- slots ----

    /** Takes the place of a request with the server, if one is free. Never counts one too many, which would hide from others for a moment that a place is free. */
    boolean take() {
        int taken = slots.get();
        while (taken < maxconn) {
            if (slots.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = slots.get();
        }
        return false;
    }

    void giveBack() {
        slots.decrementAndGet();
    }

    // ---- connections ----

    int open() {
        return open.get();
    }

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    /** Whether there are as many connections as there may be requests: one more makes an idle one superfluous. */
    boolean full() {
        return open.get() >= maxconn;
    }

    /** Whether there are more connections than there may be requests. */
    boolean overfull() {
        return open.get() > maxconn;
    }

    /** Has another event loop close an idle connection. */
    void closeIdleOfOthers(UpstreamPool own) {
        for (UpstreamPool pool : pools) {
            if (pool != own && pool.hasIdle()) {
                pool.closeOldest();
                return;
            }
        }
    }
}
