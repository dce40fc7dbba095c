package com.foobar.http.backend;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives requests places with servers, {@code maxconn} of them each, and has the others wait: for the server of their session in that server's queue, for any server in the backend's
 * queue (HAProxy's two queues, with its rules). A place that becomes free goes to the oldest request in both that takes this server.
 *
 * <p><b>Who owns what.</b> Places are counted without a lock. The queues, and which servers are marked as full, are guarded by one lock for the backend, which nobody takes as long as the
 * servers that are chosen have room. Under it holds: <em>nobody waits who would take a place with a server that has one and is not marked as full</em>. So whoever finds a server that is
 * not marked may take a place there at once and overtakes nobody; whoever finds none waits, without a look at the servers. A server is marked by who finds it full, and the mark goes
 * when it has a place that nobody who waits wants. As the mark is set before the places are looked at, and a place is given back before the mark is looked at, no place that becomes free
 * is overlooked.
 *
 * <p>A request that waits is {@code WAITING}, then {@code ADMITTED} or {@code LEFT}. What happens to servers changes only where it waits: a session whose server takes no sessions any
 * more waits for any server, keeping its turn.
 */
public final class Admission {
    /** Who waits for a place. */
    public interface Waiter {
        /** Where it is told. */
        EventLoop eventLoop();

        /**
         * A place with this server is the waiter's; on its event loop.
         *
         * @return false where it is not wanted any more: it is given back then
         */
        boolean admitted(BackendServer server);
    }

    /** One request's waiting. */
    public sealed interface Wait permits WaitingRequest {}

    /** While a server starts slowly, how often it gets more places at least and at most. */
    private static final Duration LONGEST_STEP = Duration.ofSeconds(1);

    private static final Duration SHORTEST_STEP = Duration.ofMillis(10);

    private final Backend backend;
    private final EventLoopGroup timers;
    private final int maxqueue;
    /** By the servers' numbers. */
    private final ServerPlaces[] places;

    private final Object lock = new Object();
    /** Guarded by the lock, as are the next three. */
    private final BackendQueue queue = new BackendQueue();

    private long arrivals;
    /** Servers whose slow start gives them more places as time goes by. */
    private final Set<ServerPlaces> starting = new LinkedHashSet<>();

    private boolean stepPlanned;

    /**
     * @param timers run what has to happen at a time
     * @param maxconn places with a server whose settings do not say
     * @param maxqueue requests that may wait for any server, and for each server whose settings do not say
     */
    public Admission(Backend backend, EventLoopGroup timers, int maxconn, int maxqueue) {
        this.backend = backend;
        this.timers = timers;
        this.maxqueue = maxqueue;
        this.places = backend.servers().stream()
                .map(server -> new ServerPlaces(server, server.maxconn(maxconn), server.maxqueue(maxqueue)))
                .toArray(ServerPlaces[]::new);
        // Behind the backend's own observer: the rotation has changed when this one is told.
        ServerObserver changes = new ServerObserver() {
            @Override
            public void stateChanged(BackendServer server, ServerState before, ServerState now) {
                changed(of(server));
            }

            @Override
            public void weightChanged(BackendServer server) {
                changed(of(server));
            }
        };
        backend.servers().forEach(server -> server.observe(changes));
    }

    private ServerPlaces of(BackendServer server) {
        return places[server.number()];
    }

    /** Requests that wait for any server; from any thread. */
    public int waiting() {
        return queue.length();
    }

    /** Requests of sessions that wait for that server; from any thread. */
    public int waitingFor(BackendServer server) {
        return of(server).sessions().length();
    }

    /** The most requests that have waited for any server at a time; from any thread, as are the next. */
    public int mostWaiting() {
        return queue.longest();
    }

    /** The most requests of sessions that have waited for that server at a time. */
    public int mostWaitingFor(BackendServer server) {
        return of(server).sessions().longest();
    }

    /** The most places with that server that were taken at a time. */
    public int mostPlaces(BackendServer server) {
        return of(server).most();
    }

    /** Places with that server, its slow start aside. */
    public int maxconn(BackendServer server) {
        return of(server).maxconn();
    }

    /** How many requests of sessions may wait for that server. */
    public int maxqueue(BackendServer server) {
        return of(server).maxqueue();
    }

    /**
     * Takes a place, to be given back by {@link #release}.
     *
     * @param key by which the request belongs to a server, where the backend hashes
     * @param session the server that it wants and no other, or null
     * @param unwanted servers that will not do, for a request without a session
     * @return null if none is free
     */
    public @Nullable BackendServer take(long key, @Nullable BackendServer session, Set<BackendServer> unwanted) {
        if (session != null) {
            if (!take(session)) {
                return null;
            }
            return session;
        }
        BackendServer next = backend.pick(key, unwanted);
        while (next != null && !take(next)) {
            next = backend.pick(key, unwanted);
        }
        return next;
    }

    private boolean take(BackendServer server) {
        ServerPlaces of = of(server);
        while (!server.isFull()) {
            if (of.take()) {
                return true;
            }
            // It is marked, unless a place has become free meanwhile.
            synchronized (lock) {
                settle(of);
            }
        }
        return false;
    }

    /**
     * Has a request wait for a place, with the wishes of {@link #take}. If the queue of its session's server is full, it waits for any server instead, as in HAProxy.
     *
     * @return to be handed to {@link #leave} when it wants to wait no more; null if too many wait already
     */
    public @Nullable Wait await(Waiter waiter, long key, @Nullable BackendServer session, Set<BackendServer> unwanted) {
        synchronized (lock) {
            starting.forEach(this::settle);
            ServerPlaces own = session == null || !session.takesSessions() ? null : of(session);
            Set<BackendServer> avoided = backend.hasServer(unwanted) ? unwanted : Set.of();
            BackendServer free = own == null ? null : take(key, session, avoided);
            if (free == null && own != null && own.queueIsFull()) {
                own = null;
            }
            if (free == null && own == null) {
                free = take(key, null, avoided);
            }
            WaitingRequest request = new WaitingRequest(arrivals++, waiter, own, avoided);
            if (free != null) {
                admitted(request, free);
            } else if (own != null) {
                own.sessions().add(request);
            } else if (queue.length() < maxqueue) {
                queue.add(request);
            } else {
                return null;
            }
            return request;
        }
    }

    /** The request waits no more. If a place is its own already, its waiter has to refuse that. */
    public void leave(Wait wait) {
        WaitingRequest request = (WaitingRequest) wait;
        synchronized (lock) {
            if (request.state() == WaitingRequest.State.WAITING) {
                request.state(WaitingRequest.State.LEFT);
                remove(request);
            }
        }
    }

    private void remove(WaitingRequest request) {
        ServerPlaces session = request.session();
        if (session == null) {
            queue.remove(request);
        } else {
            session.sessions().remove(request);
        }
    }

    /** Gives back a place with a server. */
    public void release(BackendServer server) {
        ServerPlaces of = of(server);
        of.giveBack();
        if (server.isFull()) {
            synchronized (lock) {
                settle(of);
            }
        }
    }

    // ---- with the lock ----

    /** Gives the free places of a server to those who wait, and marks it as full if none is left. */
    private void settle(ServerPlaces of) {
        // First: a place that is given back from now on is seen by us or by who gives it back.
        backend.full(of.server(), true);
        while (of.hasRoom()) {
            WaitingRequest oldest = oldestFor(of);
            if (oldest == null) {
                backend.full(of.server(), false);
                return;
            }
            admit(oldest, of);
        }
    }

    /** Returns whether there was a place. */
    private boolean admit(WaitingRequest request, ServerPlaces of) {
        if (!of.take()) {
            return false;
        }
        remove(request);
        admitted(request, of.server());
        return true;
    }

    private @Nullable WaitingRequest oldestFor(ServerPlaces of) {
        BackendServer server = of.server();
        return WaitingRequest.older(
                server.takesSessions() ? of.sessions().first() : null,
                server.isInRotation() ? queue.oldestFor(server) : null);
    }

    private void admitted(WaitingRequest request, BackendServer server) {
        request.state(WaitingRequest.State.ADMITTED);
        Waiter waiter = request.waiter();
        waiter.eventLoop().execute(() -> {
            if (!waiter.admitted(server)) {
                release(server);
            }
        });
    }

    // ---- changes of servers ----

    private void changed(ServerPlaces of) {
        synchronized (lock) {
            // Of all servers: what happens to one may begin or end the panic in which others are asked.
            for (ServerPlaces each : places) {
                if (!each.server().takesSessions()) {
                    redispatch(each);
                }
            }
            if (of.server().ramp() < 1) {
                starting.add(of);
                planStep();
            }
            queue.contentHopeless(backend);
            settle(of);
            fill();
        }
    }

    /** Those who wait for a server that takes no sessions any more wait for any, as of old. */
    private void redispatch(ServerPlaces of) {
        if (of.sessions().length() == 0) {
            return;
        }
        for (WaitingRequest request : of.sessions().removeAll()) {
            request.endSession();
            queue.add(request);
        }
    }

    /** Gives all places of the rotation to those who wait; each server gets one after the other. */
    private void fill() {
        boolean admitted = true;
        while (admitted && queue.length() > 0) {
            admitted = false;
            for (BackendServer server : backend.inRotation()) {
                ServerPlaces of = of(server);
                WaitingRequest oldest = oldestFor(of);
                admitted |= oldest != null && admit(oldest, of);
            }
        }
        if (queue.length() > 0) {
            // Those that have nothing left are to be marked: only then does who gives a place back look for who waits.
            backend.inRotation().forEach(server -> settle(of(server)));
        }
    }

    /** As HAProxy, in twenty steps. */
    private void planStep() {
        if (stepPlanned || starting.isEmpty()) {
            return;
        }
        long step = LONGEST_STEP.toNanos();
        for (ServerPlaces of : starting) {
            step = Math.min(step, of.server().slowStart().toNanos() / 20);
        }
        try {
            timers.next().schedule(this::step, Math.max(step, SHORTEST_STEP.toNanos()), TimeUnit.NANOSECONDS);
            stepPlanned = true;
        } catch (RejectedExecutionException e) {
            // We are stopping: nobody will be asked any more.
            starting.clear();
        }
    }

    private void step() {
        synchronized (lock) {
            stepPlanned = false;
            List<ServerPlaces> started =
                    starting.stream().filter(of -> of.server().ramp() == 1).toList();
            starting.forEach(this::settle);
            started.forEach(starting::remove);
            planStep();
        }
    }
}
