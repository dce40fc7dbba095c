package com.foobar.http.proxy;

import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.ServerObserver;
import com.foobar.http.backend.ServerState;
import io.netty.channel.EventLoop;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request a server that has fewer than its {@code maxconn}, and lets the others wait: one queue for the backend, oldest first, whichever event loops the requests are on. A
 * newcomer does not overtake those who wait. Thread-safe; takes a lock only while somebody waits.
 */
final class Admission {
    /** A request that wants a server. It waits with one wish at a time. */
    interface Waiter {
        EventLoop eventLoop();

        /**
         * The server that it wants; on any thread.
         *
         * @param full servers that have no place free
         */
        @Nullable
        BackendServer pick(Set<BackendServer> full);

        /** Whether any server will do. */
        boolean wantsAny();

        /**
         * A place with this server is the waiter's; on its event loop.
         *
         * @return false where it is not wanted any more
         */
        boolean admitted(BackendServer server);
    }

    private final ServerPools pools;
    private final int queueLimit;
    /** In the order they came; guarded by its own lock. */
    private final Set<Waiter> queue = new LinkedHashSet<>();
    /** The queue's size; written under its lock. */
    private volatile int waiting;

    Admission(Backend backend, ServerPools pools, int queueLimit) {
        this.pools = pools;
        this.queueLimit = queueLimit;
        ServerObserver capacity = new ServerObserver() {
            @Override
            public void stateChanged(BackendServer server, ServerState before, ServerState now) {
                serve();
            }
        };
        backend.servers().forEach(server -> server.observe(capacity));
    }

    /** Requests that wait. */
    int waiting() {
        return waiting;
    }

    /**
     * Takes a place with a server for a request.
     *
     * @return null if there is none free, or others wait for one
     */
    @Nullable
    BackendServer admit(Waiter waiter) {
        return waiting > 0 ? null : take(waiter);
    }

    private @Nullable BackendServer take(Waiter waiter) {
        BackendServer next = waiter.pick(Set.of());
        if (next == null || pools.of(next).take()) {
            return next;
        }
        Set<BackendServer> full = new HashSet<>();
        while (next != null) {
            full.add(next);
            next = waiter.pick(full);
            if (next != null && pools.of(next).take()) {
                return next;
            }
        }
        return null;
    }

    /** Has a request wait. Returns false where too many do already. */
    boolean enqueue(Waiter waiter) {
        synchronized (queue) {
            if (queue.size() >= queueLimit) {
                return false;
            }
            queue.add(waiter);
            waiting = queue.size();
        }
        // A place may have become free since it was looked for.
        serve();
        return true;
    }

    /** The request waits no more. */
    void leave(Waiter waiter) {
        synchronized (queue) {
            queue.remove(waiter);
            waiting = queue.size();
        }
    }

    /** Gives back a place with a server. */
    void release(BackendServer server) {
        pools.of(server).giveBack();
        if (waiting > 0) {
            serve();
        }
    }

    /** Gives the places that are free to those who wait. */
    private void serve() {
        synchronized (queue) {
            Iterator<Waiter> oldest = queue.iterator();
            while (oldest.hasNext()) {
                Waiter waiter = oldest.next();
                BackendServer server = take(waiter);
                if (server != null) {
                    oldest.remove();
                    waiter.eventLoop().execute(() -> admit(waiter, server));
                } else if (waiter.wantsAny()) {
                    // Who wants any server found none: nobody will.
                    break;
                }
            }
            waiting = queue.size();
        }
    }

    private void admit(Waiter waiter, BackendServer server) {
        if (!waiter.admitted(server)) {
            release(server);
        }
    }
}
