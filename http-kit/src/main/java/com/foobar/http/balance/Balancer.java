package com.foobar.http.balance;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses one of a fixed list of candidates. A list that changes gets a new balancer ({@link Balancing#over}), so that an
 * implementation needs no lock: it may be called from every event loop at once, and allocates nothing.
 *
 * @param <T> what is chosen among
 */
@FunctionalInterface
public interface Balancer<T extends Candidate> {
    /** For {@link #pick}: the request has nothing to be hashed. */
    long NO_KEY = 0;

    /**
     * The candidate to use next.
     *
     * @param key for algorithms that hash: requests of one key go to one candidate; from {@link Hash64}, or {@link #NO_KEY}
     * @param except candidates not to return, those that a request has tried already
     * @return null if there is no candidate with room beside those in {@code except}
     */
    @Nullable
    T pick(long key, Set<? extends T> except);
}
