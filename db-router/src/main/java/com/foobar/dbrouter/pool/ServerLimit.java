package com.foobar.dbrouter.pool;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many connections one server may have, over all event loops. A place that becomes free goes to the loop whose session
 * waits longest. A loop whose sessions wait while other loops' connections lie idle asks those for one: they close it, and its
 * place is free. Safe from any thread.
 */
final class ServerLimit {
    /** Places beyond the limit, for what ends the statements that have taken all the others. */
    static final int RESERVED = 2;

    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<ServerPool> pools = ConcurrentHashMap.newKeySet();

    /** Since when, of {@link System#nanoTime}, the session waits that waits longest there. */
    private final Map<ServerPool, Long> starved = new ConcurrentHashMap<>();

    ServerLimit(int most) {
        this.most = most;
    }

    void register(ServerPool pool) {
        pools.add(pool);
    }

    /** @return whether one more may be opened; then {@link #release} follows when it has closed */
    boolean tryAcquire() {
        return tryAcquire(most);
    }

    /** As {@link #tryAcquire}, with the places that are kept for this. */
    boolean tryAcquireReserved() {
        return tryAcquire(most + RESERVED);
    }

    private boolean tryAcquire(int limit) {
        while (true) {
            int now = open.get();
            if (now >= limit) {
                return false;
            }
            if (open.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    /** @return whether a reserved place is taken: whatever becomes free is closed, and the place kept again */
    boolean isExceeded() {
        return open.get() > most;
    }

    void release() {
        ServerPool next = isExceeded() ? null : longestWaiting();
        if (next != null) {
            next.take();
            return;
        }
        open.decrementAndGet();
        // One that began to wait in between may have seen no free place.
        ServerPool late = longestWaiting();
        if (late != null) {
            late.wake();
        }
    }

    private @Nullable ServerPool longestWaiting() {
        ServerPool longest = null;
        long since = 0;
        for (Map.Entry<ServerPool, Long> one : starved.entrySet()) {
            if (longest == null || one.getValue() - since < 0) {
                longest = one.getKey();
                since = one.getValue();
            }
        }
        return longest;
    }

    int open() {
        return open.get();
    }

    int most() {
        return most;
    }

    /** The pool has waiting sessions and no way to open a connection. */
    void starving(ServerPool pool, long since) {
        starved.put(pool, since);
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

    /** The session that has waited longest is another one now. */
    void waitingSince(ServerPool pool, long since) {
        starved.put(pool, since);
    }

    void fed(ServerPool pool) {
        starved.remove(pool);
    }

    boolean someoneElseStarves(ServerPool pool) {
        for (ServerPool other : starved.keySet()) {
            if (other != pool) {
                return true;
            }
        }
        return false;
    }

    /** @return whether a session of another pool began to wait before that time of {@link System#nanoTime} */
    boolean someoneElseWaitsSince(ServerPool pool, long time) {
        for (Map.Entry<ServerPool, Long> one : starved.entrySet()) {
            if (one.getKey() != pool && one.getValue() - time < 0) {
                return true;
            }
        }
        return false;
    }
}
