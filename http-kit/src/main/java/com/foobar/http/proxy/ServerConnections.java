package com.foobar.http.proxy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What all event loops together have open to one server, which is given {@code maxconn} requests at a time. Thread-safe. */
final class ServerConnections {
    private final ServerAddress address;
    private final int maxconn;
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
