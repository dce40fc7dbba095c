package com.foobar.web.cache;

import com.foobar.http.message.Fields;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stored responses by key, bounded by bytes. When full, those not used since the last look make room first. Reads are lock-free, from any event loop; changes lock.
 *
 * <p>A response that was asked for before its key was invalidated is not stored: it may tell of what was before the change. So that this can be told, each key has a
 * {@linkplain #generation generation}.
 */
final class ResponseStore {
    /** Responses for one key; one more drops the oldest. Otherwise {@code Vary: User-Agent} would fill the store with one page. */
    private static final int MAX_VARIANTS = 16;

    private static final int STRIPES = 4096;

    private final long capacity;
    private final Map<String, List<StoredResponse>> byKey = new ConcurrentHashMap<>();
    private final AtomicLongArray generations = new AtomicLongArray(STRIPES);
    private final AtomicLong everything = new AtomicLong();
    private final AtomicLong incoming = new AtomicLong();
    private final AtomicLong evictions = new AtomicLong();

    // Guarded by this. Holds exactly the responses of the map, oldest first.
    private final Set<StoredResponse> order = new LinkedHashSet<>();
    private volatile long bytes;
    private volatile int count;

    /** @param capacity bytes */
    ResponseStore(long capacity) {
        this.capacity = capacity;
    }

    /** The newest response for a request with that key and these fields, or null. */
    @Nullable
    StoredResponse find(String key, Fields request) {
        StoredResponse found = null;
        for (StoredResponse stored : byKey.getOrDefault(key, List.of())) {
            if (stored.isFor(request)
                    && (found == null
                            || stored.freshness().receivedAt()
                                    >= found.freshness().receivedAt())) {
                found = stored;
            }
        }
        if (found != null) {
            found.use();
        }
        return found;
    }

    /** Whether there is a response with that key, if not for every request. */
    boolean has(String key) {
        return byKey.containsKey(key);
    }

    /** To be asked before a response is asked for, and given to {@link #put}. */
    long generation(String key) {
        return generations.get(stripe(key)) + everything.get();
    }

    private static int stripe(String key) {
        int hash = key.hashCode();
        return (hash ^ hash >>> 16) & (STRIPES - 1);
    }

    /**
     * Stores it in the place of one for the same requests.
     *
     * @param generation of its key when it was asked for
     * @return false if the key was invalidated since, or the response is bigger than the store
     */
    synchronized boolean put(StoredResponse response, long generation) {
        long weight = response.weight();
        if (generation != generation(response.key()) || weight > capacity) {
            return false;
        }
        List<StoredResponse> variants = new ArrayList<>(byKey.getOrDefault(response.key(), List.of()));
        for (StoredResponse other : List.copyOf(variants)) {
            if (other.vary().equals(response.vary())) {
                variants.remove(other);
                forget(other);
            }
        }
        if (variants.size() == MAX_VARIANTS) {
            forget(variants.remove(0));
        }
        variants.add(response);
        byKey.put(response.key(), List.copyOf(variants));
        order.add(response);
        bytes += weight;
        count = order.size();
        while (bytes > capacity) {
            evictOne(response);
        }
        return true;
    }

    private void evictOne(StoredResponse newest) {
        // Ends: each round clears a mark or evicts, and only readers set marks again.
        for (int rounds = 2 * order.size(); ; rounds--) {
            StoredResponse oldest = order.iterator().next();
            if (rounds > 0 && (oldest == newest || oldest.takeUse())) {
                order.remove(oldest);
                order.add(oldest);
            } else {
                evictions.incrementAndGet();
                remove(oldest);
                return;
            }
        }
    }

    synchronized void remove(StoredResponse response) {
        if (!order.contains(response)) {
            return;
        }
        List<StoredResponse> variants = new ArrayList<>(byKey.getOrDefault(response.key(), List.of()));
        variants.remove(response);
        if (variants.isEmpty()) {
            byKey.remove(response.key());
        } else {
            byKey.put(response.key(), List.copyOf(variants));
        }
        forget(response);
    }

    private synchronized void forget(StoredResponse response) {
        if (order.remove(response)) {
            bytes -= response.weight();
            count = order.size();
        }
    }

    /** Removes all responses with that key, and has none stored that is on its way. */
    synchronized int invalidate(String key) {
        generations.incrementAndGet(stripe(key));
        List<StoredResponse> variants = byKey.remove(key);
        if (variants == null) {
            return 0;
        }
        variants.forEach(this::forget);
        return variants.size();
    }

    /** Removes all responses with such a key, and has none stored that is on its way, whatever its key. */
    synchronized int invalidateIf(Predicate<String> keys) {
        everything.incrementAndGet();
        int removed = 0;
        for (String key : byKey.keySet()) {
            if (keys.test(key)) {
                removed += invalidate(key);
            }
        }
        return removed;
    }

    /** Takes room for a response on its way in; false if so many bytes are on their way already. */
    boolean reserve(long wanted) {
        if (incoming.addAndGet(wanted) <= capacity) {
            return true;
        }
        incoming.addAndGet(-wanted);
        return false;
    }

    void release(long reserved) {
        incoming.addAndGet(-reserved);
    }

    long bytes() {
        return bytes;
    }

    int count() {
        return count;
    }

    long incoming() {
        return incoming.get();
    }

    long evictions() {
        return evictions.get();
    }
}
