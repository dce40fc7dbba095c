package com.foobar.dbrouter.pool;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections one server may have, over all event loops. A loop whose sessions wait while other loops' connections
 * lie idle asks those for one: they close it, and its place is free. Safe from any thread.
 */
final class ServerLimit {
    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<ServerPool> pools = ConcurrentHashMap.newKeySet();
    private final Set<ServerPool> starved = ConcurrentHashMap.newKeySet();

    ServerLimit(int most) {
        this.most = most;
    }

    void register(ServerPool pool) {
        pools.add(pool);
    }

    /** @return whether one more may be opened; then {@link #release} follows when it has closed */
    boolean tryAcquire() {
        while (true) {
            int now = open.get();
            if (now >= most) {
                return false;
            }
            if (open.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void release() {
        open.decrementAndGet();
        for (ServerPool pool : starved) {
            pool.wake();
        }
    }

    int open() {
        return open.get();
    }

    int most() {
        return most;
    }

    /** The pool has waiting sessions and no way to open a connection. */
    void starving(ServerPool pool) {
        starved.add(pool);
        for (ServerPool other : pools) {
            if (other != pool) {
                other.giveUpIdle();
            }
        }
        // A place that became free before the pool was among the starved has woken nobody.
        if (open.get() < most) {
            pool.wake();
        }
    }

    void fed(ServerPool pool) {
        starved.remove(pool);
    }

    boolean someoneElseStarves(ServerPool pool) {
        for (ServerPool other : starved) {
            if (other != pool) {
                return true;
            }
        }
        return false;
    }
}
