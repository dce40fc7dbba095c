package com.foobar.http.proxy;

import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.ServerProtocol;
import com.foobar.kit.net.NettyTransport;
import io.netty.channel.EventLoop;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The pools of all event loops, one for each server on each. */
final class ServerPools {
    private final NettyTransport transport;
    private final ProxySettings settings;
    private final Map<EventLoop, Map<BackendServer, UpstreamPool>> pools = new ConcurrentHashMap<>();
    private final Map<BackendServer, ServerConnections> servers = new ConcurrentHashMap<>();
    private final ExecutorService resolver;

    ServerPools(NettyTransport transport, ProxySettings settings) {
        this.transport = transport;
        this.settings = settings;
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
            ServerConnections connections = of(server);
            UpstreamConnector connector = new UpstreamConnector(
                    eventLoop, transport, connections, settings.timeouts().connect());
            pool = server.protocol() == ServerProtocol.H2
                    ? new Http2UpstreamPool(connector, connections, settings)
                    : new Http1UpstreamPool(connector, connections, settings);
            connections.add(pool);
            own.put(server, pool);
        }
        return pool;
    }

    /** What all event loops together have to do with that server; on any thread. */
    ServerConnections of(BackendServer server) {
        ServerConnections known = servers.get(server);
        return known != null ? known : servers.computeIfAbsent(server, this::watched);
    }

    private ServerConnections watched(BackendServer server) {
        ServerConnections connections = new ServerConnections(
                new ServerAddress(server.address(), resolver),
                server.maxconn(settings.connectionsPerServer()),
                server.sendProxy(settings.sendProxy()),
                server.stats());
        server.observe(connections);
        return connections;
    }

    int connections() {
        return servers.values().stream().mapToInt(ServerConnections::open).sum();
    }

    int connections(BackendServer server) {
        ServerConnections known = servers.get(server);
        return known == null ? 0 : known.open();
    }

    int idleConnections(BackendServer server) {
        ServerConnections known = servers.get(server);
        return known == null ? 0 : known.idle();
    }

    void close() {
        pools.forEach((eventLoop, own) -> eventLoop.execute(() -> own.values().forEach(UpstreamPool::close)));
        resolver.shutdown();
    }
}
