package com.foobar.http.proxy;

import com.foobar.http.backend.BackendServer;
import com.foobar.kit.net.NettyTransport;
import io.netty.channel.EventLoop;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The pools of all event loops, one for each server on each. */
final class ServerPools {
    private final NettyTransport transport;
    private final ProxySettings settings;
    private final int eventLoops;
    private final Map<EventLoop, Map<BackendServer, UpstreamPool>> pools = new ConcurrentHashMap<>();
    private final Map<BackendServer, ServerAddress> addresses = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final ExecutorService resolver;

    ServerPools(NettyTransport transport, ProxySettings settings) {
        this.transport = transport;
        this.settings = settings;
        int count = 0;
        for (var ignored : transport.group()) {
            count++;
        }
        this.eventLoops = Math.max(1, count);
        // A thread for each name that is being looked up: one that nobody answers for does not hold up the others.
        this.resolver = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "name-resolver");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The pool of that server; on the event loop. */
    UpstreamPool of(EventLoop eventLoop, BackendServer server) {
        Map<BackendServer, UpstreamPool> own = pools.get(eventLoop);
        if (own == null) {
            own = pools.computeIfAbsent(eventLoop, key -> new IdentityHashMap<>());
        }
        UpstreamPool pool = own.get(server);
        if (pool == null) {
            ServerAddress address =
                    addresses.computeIfAbsent(server, key -> new ServerAddress(key.address(), resolver));
            pool = new UpstreamPool(eventLoop, transport, address, settings, eventLoops, connections);
            own.put(server, pool);
        }
        return pool;
    }

    int connections() {
        return connections.get();
    }

    void close() {
        pools.forEach((eventLoop, own) -> eventLoop.execute(() -> own.values().forEach(UpstreamPool::close)));
        resolver.shutdown();
    }
}
