package com.foobar.http.proxy;

import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.ServerObserver;
import com.foobar.http.backend.ServerStats;
import com.foobar.http.proxyprotocol.SendProxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What all event loops together have open to one server, which is given {@code maxconn} requests at a time. Thread-safe. */
final class ServerConnections implements ServerObserver {
    private final ServerAddress address;
    private final int maxconn;
    private final SendProxy sendProxy;
    private final ServerStats stats;
    private final AtomicInteger open = new AtomicInteger();
    private final List<UpstreamPool> pools = new CopyOnWriteArrayList<>();

    ServerConnections(ServerAddress address, int maxconn, SendProxy sendProxy, ServerStats stats) {
        this.address = address;
        this.maxconn = maxconn;
        this.sendProxy = sendProxy;
        this.stats = stats;
    }

    ServerAddress address() {
        return address;
    }

    /** What each connection begins with. */
    SendProxy sendProxy() {
        return sendProxy;
    }

    void add(UpstreamPool pool) {
        pools.add(pool);
    }

    int open() {
        return open.get();
    }

    /** Those of them that no request uses. */
    int idle() {
        return pools.stream().mapToInt(UpstreamPool::idle).sum();
    }

    /** A request goes by one that was there already. */
    void reused() {
        stats.reusing();
    }

    /** One more is being opened. */
    void opened() {
        stats.connecting();
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

    @Override
    public void unanswering(BackendServer server) {
        pools.forEach(UpstreamPool::unanswering);
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
