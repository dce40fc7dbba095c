package com.foobar.app.auth;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Attempts by whoever makes them, each counted over a window that begins with the first. Takes bounded space: of a fixed number of
 * entries, each of a fixed size. Where there are more, those whose window has ended make room, then the one with the fewest
 * attempts, the oldest of them. Not thread-safe: its owner holds a lock.
 */
final class AttemptCounters {
    static final int CAPACITY = 50_000;

    private final int limit;
    private final long window;
    /** By the end of the window, as all are equally long. */
    private final Map<AttemptKey, Counter> counters = new LinkedHashMap<>();

    private final NavigableMap<Integer, Set<AttemptKey>> byAttempts = new TreeMap<>();

    /**
     * Counters without any attempt.
     *
     * @param limit of attempts within the window; 0: none, and nothing is counted
     * @param window in ms
     */
    AttemptCounters(int limit, long window) {
        this.limit = limit;
        this.window = window;
    }

    /** What was counted over one window; a later window of the same key has another. */
    static final class Counter {
        private final long ends;
        private int attempts;

        Counter(long ends) {
            this.ends = ends;
        }
    }

    /** How long to wait before another attempt, in ms; 0: not at all. */
    long wait(AttemptKey key, long now) {
        Counter counter = counters.get(key);
        return limit > 0 && counter != null && counter.attempts >= limit ? Math.max(0, counter.ends - now) : 0;
    }

    /** Counts an attempt, and says where: for {@link #takeBack}; null where nothing is counted. */
    @Nullable
    Counter add(AttemptKey key, long now) {
        if (limit == 0) {
            return null;
        }
        dropEnded(now);
        Counter counter = counters.get(key);
        if (counter == null) {
            if (counters.size() == CAPACITY) {
                forget(byAttempts.firstEntry().getValue().iterator().next());
            }
            counter = new Counter(now + window);
            counters.put(key, counter);
        }
        count(key, counter, 1);
        return counter;
    }

    /**
     * Makes one attempt undone; what has none left takes no space. An attempt that ends after its window, or after what it was counted by was forgotten, takes back none of those
     * that were counted since.
     *
     * @param counter by which it was counted
     */
    void takeBack(AttemptKey key, @Nullable Counter counter) {
        if (counter == null || counters.get(key) != counter) {
            return;
        }
        count(key, counter, -1);
        if (counter.attempts == 0) {
            counters.remove(key);
        }
    }

    void forget(AttemptKey key) {
        Counter counter = counters.remove(key);
        if (counter != null) {
            count(key, counter, -counter.attempts);
        }
    }

    /** How many are counted now. */
    int size() {
        return counters.size();
    }

    /** Each entry is dropped once, so this costs an attempt little however many there are. */
    private void dropEnded(long now) {
        Iterator<Map.Entry<AttemptKey, Counter>> eldest = counters.entrySet().iterator();
        while (eldest.hasNext()) {
            Map.Entry<AttemptKey, Counter> entry = eldest.next();
            if (entry.getValue().ends > now) {
                return;
            }
            eldest.remove();
            count(entry.getKey(), entry.getValue(), -entry.getValue().attempts);
        }
    }

    private void count(AttemptKey key, Counter counter, int change) {
        Set<AttemptKey> before = byAttempts.get(counter.attempts);
        if (before != null && before.remove(key) && before.isEmpty()) {
            byAttempts.remove(counter.attempts);
        }
        counter.attempts += change;
        if (counter.attempts > 0) {
            byAttempts
                    .computeIfAbsent(counter.attempts, attempts -> new LinkedHashSet<>())
                    .add(key);
        }
    }
}
