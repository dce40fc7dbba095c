package com.foobar.http.backend;

import com.foobar.http.balance.Balance;
import com.foobar.http.balance.Balancer;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A named group of servers that answer the same requests. Thread-safe; {@link #pick} takes no lock and allocates nothing.
 */
public final class Backend {
    private final String name;
    private final Balance balance;
    private final List<BackendServer> servers;
    private final AtomicInteger turn = new AtomicInteger();
    /** Over the servers that take requests; replaced whenever one starts or stops to. */
    private volatile Balancer<BackendServer> balancer;

    public Backend(String name, Balance balance, List<BackendServer> servers) {
        this.name = name;
        this.balance = balance;
        this.servers = List.copyOf(servers);
        this.balancer = balance.over(List.of(), turn);
        ServerObserver rebalance = new ServerObserver() {
            @Override
            public void stateChanged(BackendServer server, ServerState before, ServerState now) {
                rebalance();
            }
        };
        this.servers.forEach(server -> server.observe(rebalance));
        rebalance();
    }

    /** A backend of servers that are all {@code DOWN} until they are checked. */
    public static Backend of(BackendSettings settings, Clock clock) {
        return new Backend(
                settings.name(),
                settings.balance(),
                settings.servers().stream()
                        .map(server -> new BackendServer(server, clock))
                        .toList());
    }

    public String name() {
        return name;
    }

    /** All servers, whatever their state, in the order of the settings. */
    public List<BackendServer> servers() {
        return servers;
    }

    /** The server to send a request to, or null if none takes requests. */
    public @Nullable BackendServer pick() {
        return balancer.pick(Set.of());
    }

    /**
     * The server to send a request to.
     *
     * @param except those that the request has been tried on already
     * @return null if no other server takes requests
     */
    public @Nullable BackendServer pick(Set<BackendServer> except) {
        return balancer.pick(except);
    }

    /** Whether a server takes requests. */
    public boolean isAvailable() {
        return servers.stream().anyMatch(BackendServer::takesRequests);
    }

    /** For error texts and readiness: {@code web-1 UP, web-2 DOWN for 3s (connection refused)}. */
    public String describe() {
        return servers.stream().map(BackendServer::describe).collect(Collectors.joining(", "));
    }

    // Synchronized, so that of two changes at once the later one does not lose to a list made before it.
    private synchronized void rebalance() {
        balancer = balance.over(
                servers.stream().filter(BackendServer::takesRequests).toList(), turn);
    }
}
