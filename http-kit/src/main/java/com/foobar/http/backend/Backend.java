package com.foobar.http.backend;

import com.foobar.http.balance.Balance;
import com.foobar.http.balance.Balancer;
import com.foobar.http.balance.Balancing;
import com.foobar.http.balance.Vacancies;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named group of servers that answer the same requests. Thread-safe; {@link #pick} takes no lock and allocates nothing. Which
 * servers have room its {@link Admission} says, if it has one.
 */
public final class Backend {
    private static final Logger log = LoggerFactory.getLogger(Backend.class);

    private final String name;
    private final Balance balance;
    private final String hashName;
    private final List<BackendServer> servers;
    private final boolean allBackups;
    private final int panicThreshold;
    private final @Nullable StickySettings sticky;
    private final LongAdder inFlight = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder sessions = new LongAdder();
    private final Availability availability;
    /** The servers in rotation that are not full. Its lock guards that and what servers know of it. */
    private final Vacancies vacancies;

    private final Balancing<BackendServer> balancing;
    /** Replaced whenever a server starts or stops to take requests. */
    private volatile Rotation rotation = new Rotation(List.of(), Rotation.Kind.ACTIVE);
    /** Over the servers in rotation. */
    private volatile Balancer<BackendServer> balancer;

    private Backend(
            String name,
            Balance balance,
            String hashName,
            int hashBalanceFactor,
            boolean allBackups,
            int panicThreshold,
            @Nullable StickySettings sticky,
            List<BackendServer> servers,
            Clock clock) {
        this.name = name;
        this.balance = balance;
        this.hashName = hashName;
        this.servers = List.copyOf(servers);
        this.allBackups = allBackups;
        this.panicThreshold = panicThreshold;
        this.sticky = sticky;
        this.availability = new Availability(clock);
        this.vacancies = new Vacancies(servers.size());
        this.balancing = balance.among(this.servers, hashBalanceFactor, inFlight::sum, vacancies);
        this.balancer = balancing.over(List.of());
        ServerObserver rebalance = new ServerObserver() {
            @Override
            public void stateChanged(BackendServer server, ServerState before, ServerState now) {
                rebalance();
            }

            @Override
            public void weightChanged(BackendServer server) {
                rebalance();
            }
        };
        for (int i = 0; i < this.servers.size(); i++) {
            BackendServer server = this.servers.get(i);
            server.join(i, inFlight, balance == Balance.EWMA);
            server.observe(rebalance);
        }
        rebalance();
    }

    /** A backend without bounds on hashes, and without panic. */
    public Backend(String name, Balance balance, List<BackendServer> servers) {
        this(name, balance, "", 0, false, 0, null, servers, Clock.systemUTC());
    }

    /** A backend of servers that are all {@code DOWN} until they are checked. */
    public static Backend of(BackendSettings settings, Clock clock) {
        Duration slowStart = settings.slowstart();
        return new Backend(
                settings.name(),
                settings.balance(),
                settings.hashName(),
                settings.hashBalanceFactor(),
                settings.allbackups(),
                settings.panicThreshold(),
                settings.sticky(),
                settings.servers().stream()
                        .map(server -> new BackendServer(server, slowStart, clock))
                        .toList(),
                clock);
    }

    public String name() {
        return name;
    }

    /** How servers are chosen. */
    public Balance balance() {
        return balance;
    }

    /** Name of the header or cookie that is hashed; empty where none is. */
    public String hashName() {
        return hashName;
    }

    /** The cookie that keeps a client at one server, or null for none. */
    public @Nullable StickySettings sticky() {
        return sticky;
    }

    /** All servers, whatever their state, in the order of the settings. */
    public List<BackendServer> servers() {
        return servers;
    }

    /** The server to send a request to, or null if none with room takes requests. */
    public @Nullable BackendServer pick() {
        return pick(Balancer.NO_KEY, Set.of());
    }

    /**
     * The server to send a request to.
     *
     * @param except those that the request has been tried on already
     * @return null if no other server with room takes requests
     */
    public @Nullable BackendServer pick(Set<BackendServer> except) {
        return pick(Balancer.NO_KEY, except);
    }

    /**
     * The server to send a request to.
     *
     * @param key by which the request belongs to a server, where {@link #balance} is a hash: from {@link
     *     com.foobar.http.balance.Hash64}
     * @param except those that the request has been tried on already
     * @return null if no other server with room takes requests
     */
    public @Nullable BackendServer pick(long key, Set<BackendServer> except) {
        return vacancies.none() ? null : balancer.pick(key, except);
    }

    /** Whether a server takes requests, with room or without, beside these. */
    public boolean hasServer(Set<BackendServer> except) {
        for (BackendServer server : rotation.servers()) {
            if (!except.contains(server)) {
                return true;
            }
        }
        return false;
    }

    /** The servers that take requests, with room or without. */
    List<BackendServer> inRotation() {
        return rotation.servers();
    }

    /** Whether that server has no room for one more request. */
    void full(BackendServer server, boolean full) {
        synchronized (vacancies) {
            server.full(full);
            vacancies.set(server.number(), server.isInRotation() && !full);
        }
    }

    /** Whether a server is up and takes requests; not what is only asked in panic. */
    public boolean isAvailable() {
        return servers.stream().anyMatch(BackendServer::takesRequests);
    }

    /** Whether so few servers are up that others are asked as well, in spite of their checks. */
    public boolean isInPanic() {
        return rotation.kind() == Rotation.Kind.PANIC;
    }

    /** How long it has been {@linkplain #isAvailable available}, or not. */
    public Duration timeInState() {
        return availability.timeInState();
    }

    /** How long it has not been available altogether, the time before the first check included. */
    public Duration downtime() {
        return availability.downtime();
    }

    /** A request has come for it, whatever becomes of that. */
    public void requestArrived() {
        requests.increment();
    }

    /** A connection has come for it in TCP mode, whatever becomes of that. */
    public void sessionArrived() {
        sessions.increment();
    }

    /** Requests that have come for it. */
    public long requests() {
        return requests.sum();
    }

    /** Connections that have come for it in TCP mode. */
    public long sessions() {
        return sessions.sum();
    }

    /** Servers that share the requests now. */
    public List<BackendServer> sharing() {
        return rotation.servers();
    }

    /** Requests that all servers together are working on. */
    public int inFlight() {
        return (int) Math.max(0, inFlight.sum());
    }

    /** For error texts and readiness: {@code web-1 UP, web-2 DOWN for 3s (connection refused)}. */
    public String describe() {
        return servers.stream().map(BackendServer::describe).collect(Collectors.joining(", "));
    }

    // Synchronized, so that of two changes at once the later one does not lose to a list made before it.
    private synchronized void rebalance() {
        Rotation before = rotation;
        Rotation now = Rotation.of(servers, allBackups, panicThreshold);
        rotation = now;
        balancer = balancing.over(now.servers());
        availability.set(isAvailable());
        rotate(now.servers());
        if (now.kind() != before.kind()) {
            switch (now.kind()) {
                case ACTIVE -> log.info("{}: active servers take the requests again", name);
                case BACKUP -> log.warn("{}: no active server is up, backup servers take the requests", name);
                case PANIC ->
                    log.warn(
                            "{}: less than {} % of the servers are up, so their checks are ignored: {}",
                            name, panicThreshold, describe());
            }
        }
    }

    private void rotate(List<BackendServer> now) {
        Set<BackendServer> chosen = Set.copyOf(now);
        synchronized (vacancies) {
            for (BackendServer server : servers) {
                server.inRotation(chosen.contains(server));
                vacancies.set(server.number(), server.isInRotation() && !server.isFull());
            }
        }
    }
}
